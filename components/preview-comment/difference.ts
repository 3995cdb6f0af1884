import { isSecret } from "../shared/errors";
import type { Step } from "./events";
import { lineChanges } from "./lines";

/** https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/resource/plugin/rpc.go `UnknownStringValue` */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/resource/properties.go `SigKey`, `SecretSig` */
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

const longestValue = 160;

/** The claims of a trust policy are no secrets, though their keys begin like one. */
const claim = /^token\.actions\.githubusercontent\.com:/;

type Keys = readonly string[];

/** The differences of a step's properties, as lines of a diff. */
export function propertyChanges(step: Step): string[] {
  const found = Object.entries(step.detailedDiff ?? {});
  const changes: readonly (readonly [string, boolean])[] =
    found.length > 0
      ? found.map(([path, { inputDiff }]) => [path, inputDiff === true])
      : (step.diffs ?? []).map((path) => [path, true]);
  const lines = [...changes].sort().flatMap(([path, ofInputs]) => {
    const before = ofInputs ? step.old?.inputs : step.old?.outputs;
    const keys = keysOf(path);
    return difference(keys, valueAt(before, keys), valueAt(step.new?.inputs, keys));
  });
  return [...new Set(lines)];
}

/** The keys of a path such as `a.b[0]["c.d"]`. */
function keysOf(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => quoted?.replace(/\\(.)/g, "$1") ?? index ?? name ?? "",
  );
}

function pathOf(keys: Keys): string {
  return keys
    .map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key.replace(/\s+/g, " ")}`))
    .join("")
    .replace(/^\./, "");
}

function valueAt(value: unknown, keys: Keys): unknown {
  return keys.reduce<unknown>(
    (inner, key) =>
      isContainer(inner) && Object.hasOwn(inner, key) ? Reflect.get(inner, key) : undefined,
    value,
  );
}

function difference(keys: Keys, before: unknown, after: unknown): string[] {
  const [a, b] = [parsed(before), parsed(after)];
  if (JSON.stringify(a) === JSON.stringify(b)) {
    return [];
  }
  const [old, now] = [members(a), members(b)];
  if (old && now) {
    const all = [...new Set([...Object.keys(old), ...Object.keys(now)])];
    return all.flatMap((key) => difference([...keys, key], old[key], now[key]));
  }
  if (isText(a) && isText(b) && !isHidden(keys)) {
    return [`  ${pathOf(keys)}:`, ...lineChanges(a, b)];
  }
  return [
    ...(a === undefined ? [] : [`- ${pathOf(keys)}: ${show(keys, a)}`]),
    ...(b === undefined ? [] : [`+ ${pathOf(keys)}: ${show(keys, b)}`]),
  ];
}

/** Many AWS properties are JSON in a string. Changes of its members say more than two whole strings. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) {
    return value;
  }
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The members by name, those of a list by their own `name` if each has one. A missing value has none; a plain value is undefined. */
function members(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (value === undefined) {
    return {};
  }
  if (!isContainer(value)) {
    return undefined;
  }
  if (!Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).filter(([key]) => key !== "__defaults"));
  }
  const names = value.map((item) => (isContainer(item) ? Reflect.get(item, "name") : undefined));
  const named = names.every((name) => typeof name === "string");
  const unique = new Set(names).size === names.length;
  return Object.fromEntries(value.map((item, i) => [named && unique ? names[i] : i, item]));
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(signature in value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trimEnd().includes("\n");
}

/** Whether the value may be a secret that nobody marked as one: `environment.DB_PASSWORD.value`. */
function isHidden(keys: Keys): boolean {
  const name = keys.filter((key) => key !== "value").at(-1) ?? "";
  return isSecret(`.${name}`) && !claim.test(name);
}

function show(keys: Keys, value: unknown): string {
  if (typeof value === "object" && value !== null && Reflect.get(value, signature) === secret) {
    return "[secret]";
  }
  if (isHidden(keys)) {
    return "[not shown]";
  }
  if (value === unknownValue) {
    return "(known after the update)";
  }
  const text = JSON.stringify(value, (key, inner) =>
    key !== "" && isHidden([key]) ? "[not shown]" : inner,
  );
  return text.length > longestValue
    ? `${text.slice(0, longestValue)}… (${text.length} characters)`
    : text;
}
