/** Comparison of property values. */
import { UNKNOWN } from "./provider";
import { isObject } from "./wire";

export function containsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isObject(value) && Object.values(value).some(containsUnknown);
}

/** JSON text with sorted keys and without absent members: equal texts are equal values. */
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

/** The zero values, which the provider does not tell from properties that were never given. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** JSON documents that differ in white space and key order alone. */
export function sameDocument(a: unknown, b: unknown): boolean {
  return sameValue(parsed(a), parsed(b));
}

/** JSON documents that differ in white space, key order or a list of one alone are the same policy. */
export function samePolicy(a: unknown, b: unknown): boolean {
  const [left, right] = [parsed(a), parsed(b)];
  return left !== undefined && sameValue(policyForm(left), policyForm(right));
}

/** A JSON document; what is none, as it is. */
export function parsed(document: unknown): unknown {
  if (typeof document !== "string") return document;
  try {
    return JSON.parse(document);
  } catch {
    return document;
  }
}

/** IAM reads `"x"` and `["x"]` alike, and lists of actions, resources and values have no order. */
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

/** A JSON document; @pulumi/aws also takes one as an object, and keeps its text. */
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

/** Whether an error of AWS or of GitHub says that the object is not there. */
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
