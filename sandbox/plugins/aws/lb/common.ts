/** Shared by the four resource types: client, tags, and attributes, which are strings in AWS. */
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Properties } from "../../kit/provider";
import { fromTags, toTagList } from "../../kit/tags";
import type { AwsContext } from "../context";
import type { Tagging, Tags } from "../definition";

export function client(aws: AwsContext): ElasticLoadBalancingV2 {
  return aws.client(ElasticLoadBalancingV2);
}

export async function tagsOf(aws: AwsContext, arn: string): Promise<Tags> {
  const { TagDescriptions: [found] = [] } = await client(aws).describeTags({ ResourceArns: [arn] });
  return fromTags(found);
}

export const tagging: Tagging = {
  add: (aws, { id }, tags) => client(aws).addTags({ ResourceArns: [id], Tags: toTagList(tags) }),
  remove: (aws, { id }, TagKeys) => client(aws).removeTags({ ResourceArns: [id], TagKeys }),
};

/** For each property, its attribute in AWS and the type that the attribute's string encodes. */
export type Attributes = Readonly<
  Record<string, readonly [key: string, type: "boolean" | "number" | "string"]>
>;

interface Attribute {
  Key?: string | undefined;
  Value?: string | undefined;
}

export function toAttributes<Inputs extends object>(
  attributes: Attributes,
  inputs: Inputs,
  wanted: (property: keyof Inputs) => boolean = () => true,
): { Key: string; Value: string }[] {
  const value = (property: string) => inputs[property as keyof Inputs];
  return Object.entries(attributes)
    .filter(([property]) => value(property) !== undefined && wanted(property as keyof Inputs))
    .map(([property, [Key]]) => ({ Key, Value: String(value(property)) }));
}

export function fromAttributes(attributes: Attributes, found: readonly Attribute[] = []) {
  const values = new Map(found.map(({ Key, Value }) => [Key, Value]));
  const entries = Object.entries(attributes).map(([property, [key, type]]) => {
    const text = values.get(key);
    if (text === undefined || type === "string") return [property, text];
    return [property, type === "number" ? Number(text) : text === "true"];
  });
  return Object.fromEntries(entries) as Properties;
}
