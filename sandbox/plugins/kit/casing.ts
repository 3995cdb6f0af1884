/** Converts names of members between Pulumi's SDKs (`roleArn`) and AWS's APIs (`RoleArn`, `RoleARN`, `roleArn`). */
import type { Properties } from "./provider";
import { isObject } from "./wire";

type Names = Readonly<Record<string, string>>;

/** The framework's own members, which no request contains. */
const NOT_SENT = new Set(["region", "tags", "tagsAll"]);

/** A request in PascalCase. `names` has members with another name: `{ roleArn: "RoleARN" }`. */
export function toPascal<Request>(inputs: object, names: Names = {}): Request {
  const pascal = (name: string) => name.replace(/^./, upper);
  return recased(inputs, pascal, names) as Request;
}

/** A request in camelCase: the inputs, except members with another name. */
export function toCamel<Request>(inputs: object, names: Names = {}): Request {
  return recased(inputs, (name) => name, names) as Request;
}

/** An answer with the SDK's names, and dates as strings. */
export function fromAws(answer: object): Properties {
  return recased(answer, camel) as Properties;
}

/** Acronyms are words, as in Terraform's names: `DNSName` is `dnsName`, and `EnableDnsAAAARecord` `enableDnsAaaaRecord`. */
function camel(name: string): string {
  const words = name.replace(/[A-Z]{2,}/g, (run, at: number) => {
    const last = /[a-z]/.test(name[at + run.length] ?? "") ? run.slice(-1) : "";
    return `${run[0]}${run.slice(1, run.length - last.length).toLowerCase()}${last}`;
  });
  return words.replace(/^./, (first) => first.toLowerCase());
}

function upper(text: string): string {
  return text.toUpperCase();
}

/** `top` are names of the outermost object's members; only that object has the framework's own members. */
function recased(value: unknown, rename: (name: string) => string, top?: Names): unknown {
  if (Array.isArray(value)) return value.map((member) => recased(member, rename));
  if (value instanceof Date) return value.toISOString();
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(
    ([name, member]) => member !== undefined && !(top && NOT_SENT.has(name)),
  );
  return Object.fromEntries(
    members.map(([name, member]) => [top?.[name] ?? rename(name), recased(member, rename)]),
  );
}

/**
 * Reduces a complete request to what an update sends: the members whose properties changed. `names` has the members
 * whose names differ from their properties.
 */
export function changedMembers<Request extends object, Property extends string>(
  request: Request,
  properties: readonly Property[],
  has: (property: Property) => boolean,
  names: Partial<Record<Property, keyof Request & string>> = {},
): Partial<Request> {
  const members = properties.filter((property) => has(property)).map((it) => names[it] ?? it);
  const all = { ...request } as Properties;
  return Object.fromEntries(members.map((member) => [member, all[member]])) as Partial<Request>;
}
