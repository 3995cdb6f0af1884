/** What the EC2 entries have in common. */
import {
  EC2,
  type Filter,
  type ResourceType,
  type Tag,
  type TagSpecification,
} from "@aws-sdk/client-ec2";
import type { AwsContext } from "../context";
import type { Tags } from "../definition";
import { arnOf } from "../partition";
import { fromTagList, toTagList } from "../tags";

export function ec2(aws: AwsContext): EC2 {
  return aws.client(EC2);
}

/** Tags of an object in the request that makes it; AWS refuses an empty list. */
export function tagged(type: ResourceType, tags: Tags): { TagSpecifications?: TagSpecification[] } {
  if (Object.keys(tags).length === 0) return {};
  return { TagSpecifications: [{ ResourceType: type, Tags: toTagList(tags) }] };
}

/** EC2 tags every object by its id. */
export const tagging = {
  add: (aws: AwsContext, _: unknown, tags: Tags, id: string) =>
    ec2(aws).createTags({ Resources: [id], Tags: toTagList(tags) }),
  remove: (aws: AwsContext, _: unknown, keys: string[], id: string) =>
    ec2(aws).deleteTags({ Resources: [id], Tags: keys.map((Key) => ({ Key })) }),
};

export function tagsOf({ Tags }: { Tags?: Tag[] | undefined }): Tags {
  return fromTagList(Tags);
}

export function ec2Arn(aws: AwsContext, owner: string | undefined, resource: string): string {
  return arnOf(aws.region, "ec2", owner, resource);
}

export function filter(Name: string, ...values: (string | undefined)[]): Filter {
  return { Name, Values: values.filter((value) => value !== undefined) };
}
