/** What the four resource types have in common: client, tags, and attributes as text. */
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Properties } from "../../kit/provider";
import type { AwsContext } from "../context";
import type { Resolved, Tagging, Tags } from "../definition";
import { fromTagList, toTagList } from "../tags";

export function client(aws: AwsContext): ElasticLoadBalancingV2 {
  return aws.client(ElasticLoadBalancingV2);
}

/** An empty list of tags is refused. */
export function tagged(tags: Tags) {
  return Object.keys(tags).length > 0 ? { Tags: toTagList(tags) } : {};
}

export async function tagsOf(aws: AwsContext, arn: string): Promise<Tags> {
  const { TagDescriptions: [found] = [] } = await client(aws).describeTags({ ResourceArns: [arn] });
  return fromTagList(found?.Tags);
}

export function tagging<State extends { arn?: unknown }>(): Tagging<State> {
  const arn = (outputs: Resolved<State>) => [String((outputs as { arn?: unknown }).arn)];
  return {
    add: (aws, outputs, tags) =>
      client(aws).addTags({ ResourceArns: arn(outputs), Tags: toTagList(tags) }),
    remove: (aws, outputs, TagKeys) =>
      client(aws).removeTags({ ResourceArns: arn(outputs), TagKeys }),
  };
}

/** Of each property, the attribute that holds it in AWS, as text, and what the text stands for. */
export type Attributes = Readonly<
  Record<string, readonly [key: string, type: "boolean" | "number" | "string"]>
>;

interface Attribute {
  Key?: string | undefined;
  Value?: string | undefined;
}

export function toAttributes(
  attributes: Attributes,
  inputs: Properties,
  wanted: (property: string) => boolean = () => true,
): { Key: string; Value: string }[] {
  return Object.entries(attributes)
    .filter(([property]) => inputs[property] !== undefined && wanted(property))
    .map(([property, [Key]]) => ({ Key, Value: String(inputs[property]) }));
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
