import * as pulumi from "@pulumi/pulumi";

/** Where an AWS object lives, as its ARN tells: no look-up is needed, in any partition. */
export interface Location {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

export function locationOf(arn: string): Location {
  const [, partition = "", , region = "", account = ""] = arn.split(":");
  return { partition, region, account };
}

/** The ARN of an object that lives in the account and region of the one whose ARN is given. */
export function siblingArn(
  arn: pulumi.Input<string>,
  service: string,
  resource: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.all([arn, resource]).apply(([neighbour, name]) => {
    const { partition, region, account } = locationOf(neighbour);
    return `arn:${partition}:${service}:${region}:${account}:${name}`;
  });
}
