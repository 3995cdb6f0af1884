/** Compares property values. */
import { UNKNOWN } from "./provider";
import { isObject } from "./wire";

export function containsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isObject(value) && Object.values(value).some(containsUnknown);
}

/** A JSON string with sorted keys and without absent members: equal strings are equal values. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    isObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

export function sameValue(a: unknown, b: unknown): boolean {
  return (canonical(a) ?? "") === (canonical(b) ?? "");
}

export function sameSet(a: readonly unknown[], b: readonly unknown[]): boolean {
  return sameValue(a.map(canonical).sort(), b.map(canonical).sort());
}

/** The zero values, which the provider does not distinguish from properties that were never given. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** Do two JSON documents differ only in white space and key order? */
export function sameDocument(a: unknown, b: unknown): boolean {
  return sameValue(parsed(a), parsed(b));
}

/** Are two JSON policies the same? White space, key order, and a list around a single value do not matter. */
export function samePolicy(a: unknown, b: unknown): boolean {
  const [left, right] = [parsed(a), parsed(b)];
  return left !== undefined && sameValue(policyForm(left), policyForm(right));
}

/** Parses a JSON document; returns other values unchanged. */
export function parsed(document: unknown): unknown {
  if (typeof document !== "string") return document;
  try {
    return JSON.parse(document);
  } catch {
    return document;
  }
}

/** IAM treats `"x"` and `["x"]` the same, and lists of actions, resources and values have no order. */
function policyForm(value: unknown): unknown {
  if (Array.isArray(value)) {
    const members = value.map(policyForm);
    if (members.length === 1) return members[0];
    return members.every((member) => typeof member === "string") ? members.sort() : members;
  }
  if (!isObject(value)) return typeof value === "boolean" ? String(value) : value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, policyForm(member)]),
  );
}

/** A JSON document; @pulumi/aws also accepts an object, and stores its JSON string. */
export const policy = {
  equal: samePolicy,
  normalize: <Policy>(document: Policy): Policy =>
    (typeof document === "string" ? document : JSON.stringify(document)) as Policy,
  validate(document: unknown): string | undefined {
    if (typeof document !== "string") return undefined;
    try {
      JSON.parse(document);
      return undefined;
    } catch (error) {
      return `contains an invalid JSON policy: ${(error as Error).message}`;
    }
  },
};

/** Does an error of AWS or GitHub mean that the object does not exist? */
export function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { status, $metadata } = error as Error & {
    status?: number;
    $metadata?: { httpStatusCode?: number };
  };
  return (
    (status ?? $metadata?.httpStatusCode) === 404 ||
    /NotFound|NoSuch|DoesNotExist|NonExist/.test(error.name)
  );
}
