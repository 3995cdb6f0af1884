/** What the three resource types have in common: client, ARNs and tags. */
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { STS } from "@aws-sdk/client-sts";
import type { AwsContext } from "../context";
import type { Resolved, Tagging, Tags } from "../definition";
import { arnOf } from "../partition";
import { fromTagList, toTagList } from "../tags";

export const computePlatforms = ["ECS", "Lambda", "Server"];

export function client(aws: AwsContext): CodeDeploy {
  return aws.client(CodeDeploy);
}

/** CodeDeploy's answers hold no ARN: the provider puts it together, with the account of its credentials. */
export async function arn(aws: AwsContext, resource: string): Promise<string> {
  const { Account } = await aws.client(STS).getCallerIdentity({});
  return arnOf(aws.region, "codedeploy", Account, resource);
}

/** An empty list of tags is refused. */
export function tagged(tags: Tags) {
  return Object.keys(tags).length > 0 ? { tags: toTagList(tags) } : {};
}

export async function tagsOf(aws: AwsContext, ResourceArn: string): Promise<Tags> {
  const { Tags } = await client(aws).listTagsForResource({ ResourceArn });
  return fromTagList(Tags);
}

export function tagging<State extends { arn?: unknown }>(): Tagging<State> {
  const arn = (outputs: Resolved<State>) => String((outputs as { arn?: unknown }).arn);
  return {
    add: (aws, outputs, tags) =>
      client(aws).tagResource({ ResourceArn: arn(outputs), Tags: toTagList(tags) }),
    remove: (aws, outputs, TagKeys) =>
      client(aws).untagResource({ ResourceArn: arn(outputs), TagKeys }),
  };
}

export function oneOf(values: readonly string[]) {
  return (value: string) =>
    values.includes(value) ? undefined : `expected one of ${values.join(", ")}, got ${value}`;
}

export function atMost(most: number) {
  return (text: string) =>
    text.length <= most ? undefined : `expected a length of at most ${most}, got ${text.length}`;
}
