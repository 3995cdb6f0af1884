import { ECS } from "@aws-sdk/client-ecs";
import { toLowerTagList } from "../../kit/tags";
import type { AwsContext } from "../context";
import type { Tagging } from "../definition";

export function client(aws: AwsContext): ECS {
  return aws.client(ECS);
}

export const tagging: Tagging = {
  add: (aws, { arn: resourceArn }, tags) =>
    client(aws).tagResource({ resourceArn, tags: toLowerTagList(tags) }),
  remove: (aws, { arn: resourceArn }, tagKeys) =>
    client(aws).untagResource({ resourceArn, tagKeys }),
};
