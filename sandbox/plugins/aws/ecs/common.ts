import { ECS } from "@aws-sdk/client-ecs";
import type { AwsContext } from "../context";
import type { Resolved, Tagging, Tags } from "../definition";
import { toLowerTagList } from "../tags";

export function client(aws: AwsContext): ECS {
  return aws.client(ECS);
}

/** "Tags can not be empty." */
export function tagged(tags: Tags) {
  return Object.keys(tags).length > 0 ? { tags: toLowerTagList(tags) } : {};
}

export function tagging<State extends { arn?: unknown }>(): Tagging<State> {
  const arn = (outputs: Resolved<State>) => String((outputs as { arn?: unknown }).arn);
  return {
    add: (aws, outputs, tags) =>
      client(aws).tagResource({ resourceArn: arn(outputs), tags: toLowerTagList(tags) }),
    remove: (aws, outputs, tagKeys) =>
      client(aws).untagResource({ resourceArn: arn(outputs), tagKeys }),
  };
}
