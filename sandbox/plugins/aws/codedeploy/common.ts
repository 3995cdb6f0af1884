/** Shared by the three resource types: client, ARNs and tags. */
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { fromTags, toTagList } from "../../kit/tags";
import { accountOf } from "../account";
import type { AwsContext } from "../context";
import type { Tagging } from "../definition";
import { arnOf } from "../partition";

export const computePlatforms = ["ECS", "Lambda", "Server"];

export function client(aws: AwsContext): CodeDeploy {
  return aws.client(CodeDeploy);
}

/** CodeDeploy returns no ARN: the provider builds it with the account of its credentials. */
export async function arn(aws: AwsContext, resource: string): Promise<string> {
  return arnOf(aws.region, "codedeploy", await accountOf(aws), resource);
}

export async function tagsOf(aws: AwsContext, ResourceArn: string) {
  return fromTags(await client(aws).listTagsForResource({ ResourceArn }));
}

export const tagging: Tagging = {
  add: (aws, { arn: ResourceArn }, tags) =>
    client(aws).tagResource({ ResourceArn, Tags: toTagList(tags) }),
  remove: (aws, { arn: ResourceArn }, TagKeys) =>
    client(aws).untagResource({ ResourceArn, TagKeys }),
};

export function oneOf(values: readonly string[]) {
  return (value: string) =>
    values.includes(value) ? undefined : `expected one of ${values.join(", ")}, got ${value}`;
}

export function atMost(most: number) {
  return (text: string) =>
    text.length <= most ? undefined : `expected a length of at most ${most}, got ${text.length}`;
}
