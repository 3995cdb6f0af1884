import * as pulumi from "@pulumi/pulumi";

/** Partition, region and account of an AWS object. An ARN contains all three, so no look-up is needed. */
export interface Location {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

export function locationOf(arn: string): Location {
  const [, partition = "", , region = "", account = ""] = arn.split(":");
  return { partition, region, account };
}

/** The ARN of another object in the same partition, region and account. */
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
