/**
 * Defaults as the real plugins fill them in: pulumi/pulumi-terraform-bridge v3.136.0, `applyDefaults` in pkg/tfbridge/schema.go
 * (https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.136.0/pkg/tfbridge/schema.go).
 */
import type { Properties } from "./provider";
import { isEmpty } from "./values";
import { isObject } from "./wire";

/** Lists the members of an object that Check filled in. It is the real plugins' key, which the engine does not display. */
export const DEFAULTS = "__defaults";

/** The members of an object that an earlier Check filled in. */
export function defaultsIn(object: unknown): readonly string[] {
  const names: unknown = isObject(object) ? object[DEFAULTS] : undefined;
  return Array.isArray(names) ? names : [];
}

/**
 * Adds the defaults of missing members. A value that an earlier update filled in stays. Since v3.127.0 the bridge omits `false`, 0 and
 * empty strings (https://github.com/pulumi/pulumi-terraform-bridge/pull/3398).
 */
export function filled(given: Properties, defaults: Properties, before: unknown): Properties {
  const old = isObject(before) ? before : {};
  const kept = defaultsIn(old).filter((name) => name in old);
  const values = Object.entries(defaults)
    .filter(([name]) => !(name in given))
    .map(([name, value]) => [name, kept.includes(name) ? old[name] : value] as const)
    .filter(([name, value]) => kept.includes(name) || !isEmpty(value));
  const names = values.map(([name]) => name).sort();
  return { ...given, ...Object.fromEntries(values), [DEFAULTS]: names };
}

/** A value without the lists of defaults, at any depth. */
export function withoutDefaults<Value>(value: Value): Value;
export function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((member) => withoutDefaults(member));
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([name]) => name !== DEFAULTS);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutDefaults(member)]));
}
