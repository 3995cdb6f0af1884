/** Converts tags to and from the shapes that AWS's services use. */
import type { Tags } from "./definition";
import type { Properties } from "./provider";
import { isObject } from "./wire";

/** `[{ Key, Value }]`, of most services; undefined without tags, because many services refuse an empty list. */
export function toTagList(tags: Tags): { Key: string; Value: string }[] | undefined {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return list.length > 0 ? list : undefined;
}

/** `[{ key, value }]`, of ECS. */
export function toLowerTagList(tags: Tags): { key: string; value: string }[] | undefined {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  return list.length > 0 ? list : undefined;
}

/** An object with tags by name; undefined without tags. */
export function toTagMap(tags: Tags): Record<string, string> | undefined {
  return Object.keys(tags).length > 0 ? { ...tags } : undefined;
}

/** The tags of an answer, in any of these shapes. */
export function fromTags(answer: object | undefined): Record<string, string> {
  const { Tags, TagList, tags = Tags ?? TagList ?? {} } = (answer ?? {}) as Properties;
  if (isObject(tags)) return { ...(tags as Tags) };
  const entries = (Array.isArray(tags) ? tags : []).map((tag: Properties) => [
    tag.Key ?? tag.key ?? "",
    tag.Value ?? tag.value ?? "",
  ]);
  return Object.fromEntries(entries);
}
