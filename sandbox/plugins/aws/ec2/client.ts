/** Shared by the EC2 entries. */
import { EC2, type Filter, type ResourceType, type TagSpecification } from "@aws-sdk/client-ec2";
import { toTagList } from "../../kit/tags";
import type { AwsContext } from "../context";
import type { Tagging, Tags } from "../definition";
import { arnOf } from "../partition";

export function ec2(aws: AwsContext): EC2 {
  return aws.client(EC2);
}

/** The tags in the request that creates an object; AWS refuses an empty list. */
export function tagged(ResourceType: ResourceType, tags: Tags) {
  const specification: TagSpecification = { ResourceType, Tags: toTagList(tags) };
  return specification.Tags ? { TagSpecifications: [specification] } : {};
}

/** EC2 identifies every tagged object by its id. */
export const tagging: Tagging = {
  add: (aws, { id }, tags) => ec2(aws).createTags({ Resources: [id], Tags: toTagList(tags) }),
  remove: (aws, { id }, keys) =>
    ec2(aws).deleteTags({ Resources: [id], Tags: keys.map((Key) => ({ Key })) }),
};

export function ec2Arn(aws: AwsContext, owner: string | undefined, resource: string): string {
  return arnOf(aws.region, "ec2", owner, resource);
}

export function filter(Name: string, ...values: (string | undefined)[]): Filter {
  return { Name, Values: values.filter((value) => value !== undefined) };
}
