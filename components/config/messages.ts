import { z } from "zod";
import { nearest } from "../shared/checks";
import { isSecret, type Problem } from "../shared/errors";
import {
  type Keys,
  type KnownKeys,
  keysBehind,
  knownKeys,
  literals,
  optionsOf,
  requiredKeys,
} from "./shapes";

/** The objects around a value, from the outermost to the nearest. */
export type Around = readonly { readonly keys: Keys; readonly known: KnownKeys }[];

/** `slipway:services[0].memory` */
export function pathText([root = "", ...keys]: Keys): string {
  const parts = keys.map((key, i) =>
    typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${key}`,
  );
  return `${root}${parts.join("")}`;
}

export function emptyList(keys: Keys): Problem {
  return {
    path: pathText(keys),
    value: [],
    allowed: "a list with at least one entry",
    fix: "add one",
  };
}

export function wrongType(schema: z.ZodType, value: unknown, keys: Keys): Problem {
  const path = pathText(keys);
  return { path, value, allowed: describe(schema), fix: fixType(schema, value, isSecret(path)) };
}

/** The problem of an unknown key. Its fix is the place where the key is known, or a similar key. */
export function unknownKey(
  key: string,
  parent: Readonly<Record<string, unknown>>,
  around: Around,
  meant: string | undefined,
): Problem {
  const { keys = [], known = {} } = around.at(-1) ?? {};
  const place = placeOf(key, around);
  const similar =
    meant === undefined
      ? "remove it"
      : meant in parent
        ? `remove it: ${meant} is there already`
        : `did you mean ${meant}?`;
  return {
    path: pathText([...keys, key]),
    value: parent[key],
    allowed: Object.keys(known).join(", "),
    fix: place ? `move it ${place}` : similar,
  };
}

/** The known key that the user meant with a mistyped key. */
export function meantKey(key: string, around: Around): string | undefined {
  return placeOf(key, around) ? undefined : nearest(key, Object.keys(around.at(-1)?.known ?? {}));
}

/** Where else a key is known: further inside, otherwise further outside. Undefined if several places at the same depth have it. */
function placeOf(key: string, around: Around): string | undefined {
  let inside = [{ name: "", list: false, known: around.at(-1)?.known ?? {} }];
  while (inside.length > 0) {
    inside = inside.flatMap(({ name, known }) =>
      Object.entries(known).map(([child, schema]) => ({
        name: name === "" ? child : `${name}.${child}`,
        ...keysBehind(schema),
      })),
    );
    const places = inside.filter(({ known }) => key in known);
    if (places.length > 0) {
      const [place, another] = places;
      return place && !another
        ? `under ${place.list ? "an entry of " : ""}${place.name}`
        : undefined;
    }
  }
  const outside = around
    .slice(0, -1)
    .reverse()
    .find(({ known }) => key in known);
  return outside && `up, to ${outside.keys.length > 1 ? pathText(outside.keys) : "the top level"}`;
}

/** What a schema allows, in words: all options of a union. */
function describe(schema: z.ZodType): string {
  const options = optionsOf(schema);
  const names = options.flatMap(literals);
  const others = options.filter((option) => literals(option).length === 0).map(describeOption);
  return [...(names.length > 0 ? [names.join(", ")] : []), ...new Set(others)].join(", or ");
}

function describeOption(schema: z.ZodType): string {
  const known = knownKeys(schema, undefined);
  if (known) {
    return `keys and values: ${Object.keys(known).join(", ")}`;
  }
  if (schema instanceof z.ZodArray) {
    const element = describe(schema.element as z.ZodType);
    return element === "a string" || element === "a number"
      ? `a list of ${element.slice(2)}s`
      : "a list";
  }
  return schema instanceof z.ZodRecord
    ? "names and values"
    : schema instanceof z.ZodBoolean
      ? "true or false"
      : schema instanceof z.ZodNumber
        ? "a number"
        : "a string";
}

function fixType(schema: z.ZodType, value: unknown, secret: boolean): string {
  const options = optionsOf(schema);
  if (value === undefined) {
    const known = options.map((option) => knownKeys(option, undefined)).find((keys) => keys);
    const required = known && requiredKeys(known).join(" and ");
    return known ? `add it, ${required ? `with ${required}` : "for example {}"}` : "add it";
  }
  if (value === null) {
    return schema instanceof z.ZodOptional ? "write a value, or remove the key" : "write a value";
  }
  if (typeof value === "string") {
    return fixString(value, options, secret);
  }
  if (typeof value !== "object" && options.some((option) => option instanceof z.ZodString)) {
    return secret ? "put it in quotes" : `put it in quotes: ${JSON.stringify(String(value))}`;
  }
  return choose(options);
}

function fixString(value: string, options: readonly z.ZodType[], secret: boolean): string {
  const meant = nearest(value, options.flatMap(literals));
  if (meant) {
    return `did you mean ${meant}?`;
  }
  if (options.some((option) => option.safeParse(fromText(value)).success)) {
    return `remove the quotes: ${value.trim()}`;
  }
  if (options.some((option) => literals(knownKeys(option, undefined)?.type).includes(value))) {
    return `write type: ${value} below it`;
  }
  if (options.some((option) => option.safeParse([value]).success)) {
    return secret ? "write a list" : `write a list: [${JSON.stringify(value)}]`;
  }
  return choose(options);
}

function choose(options: readonly z.ZodType[]): string {
  return options.some((option) => literals(option).length > 0)
    ? "choose one of these"
    : [...new Set(options.map(howToWrite))].join(", or ");
}

function howToWrite(schema: z.ZodType): string {
  if (schema instanceof z.ZodArray) {
    return "write a list: start each entry with -";
  }
  if (schema instanceof z.ZodString) {
    return "write one string";
  }
  const hasKeys = schema instanceof z.ZodRecord || knownKeys(schema, undefined) !== undefined;
  return hasKeys ? "write one key: value on each line below it" : `write ${describe(schema)}`;
}

/** Parses a configuration value: Pulumi passes objects and lists as JSON. */
export function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
