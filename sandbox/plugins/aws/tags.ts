/** Tags in the shapes that AWS's services use. */
import type { Tags } from "./definition";

interface Upper {
  Key?: string | undefined;
  Value?: string | undefined;
}

interface Lower {
  key?: string | undefined;
  value?: string | undefined;
}

/** `[{ Key, Value }]`, of most services. */
export function toTagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function fromTagList(list: readonly Upper[] = []): Tags {
  return Object.fromEntries(list.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** `[{ key, value }]`, of ECS. */
export function toLowerTagList(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export function fromLowerTagList(list: readonly Lower[] = []): Tags {
  return Object.fromEntries(list.map(({ key = "", value = "" }) => [key, value]));
}
