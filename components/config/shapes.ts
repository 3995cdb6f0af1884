import { z } from "zod";

/** What the schemas say about keys: the only file that looks inside zod's types. */

export type Keys = readonly (string | number)[];
export type KnownKeys = Readonly<Record<string, z.ZodType>>;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap() as z.ZodType) : schema;
}

/** The members of a union; other schemas are their own only option. */
export function optionsOf(schema: z.ZodType): readonly z.ZodType[] {
  const inner = unwrap(schema);
  return inner instanceof z.ZodUnion && !(inner instanceof z.ZodDiscriminatedUnion)
    ? inner.options.flatMap((option) => optionsOf(option as z.ZodType))
    : [inner];
}

/** The option that a value is meant for: one of the same kind, with the most of its keys. */
export function matchingOption(schema: z.ZodType, value: unknown): z.ZodType | undefined {
  const options = optionsOf(schema).filter((option) => sameKind(option, value));
  const ranked = options.map((option) => ({ option, rank: rank(option, value) }));
  return ranked.sort((a, b) => b.rank - a.rank)[0]?.option;
}

function sameKind(schema: z.ZodType, value: unknown): boolean {
  if (schema instanceof z.ZodArray) {
    return Array.isArray(value);
  }
  const isFalse = schema instanceof z.ZodLiteral && schema.values.has(false);
  if (schema instanceof z.ZodNumber || schema instanceof z.ZodBoolean || isFalse) {
    return schema.safeParse(value).success;
  }
  const ofObjects = isKeyed(schema) || schema instanceof z.ZodRecord;
  return ofObjects ? isObject(value) : typeof value === "string";
}

function isKeyed(schema: z.ZodType): boolean {
  return schema instanceof z.ZodObject || schema instanceof z.ZodDiscriminatedUnion;
}

/** Known keys count most, then missing ones. */
function rank(schema: z.ZodType, value: unknown): number {
  const known = isObject(value) ? knownKeys(schema, value) : undefined;
  if (known === undefined || !isObject(value)) {
    return 0;
  }
  const present = Object.keys(known).filter((key) => key in value).length;
  const missing = requiredKeys(known).filter((key) => !(key in value)).length;
  return 100 * present - missing;
}

/** The keys that an object can have; undefined if it can have any. */
export function knownKeys(schema: z.ZodType, value: unknown): KnownKeys | undefined {
  if (schema instanceof z.ZodObject) {
    return schema.shape as KnownKeys;
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    return keysOfUnion(schema, value);
  }
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) {
    const valueType = schema.valueType as z.ZodType;
    return Object.fromEntries(schema.keyType.options.map((key) => [key, valueType.optional()]));
  }
  return undefined;
}

/** Without a valid discriminator, the keys of all options are known. */
function keysOfUnion(union: z.ZodDiscriminatedUnion, value: unknown): KnownKeys {
  const { discriminator } = union.def;
  const shapes = union.options.map((option) => (option as z.ZodObject).shape as KnownKeys);
  const chosen = isObject(value) ? value[discriminator] : undefined;
  const match = shapes.find((shape) => shape[discriminator]?.safeParse(chosen).success);
  if (match) {
    return match;
  }
  const required = shapes.map(requiredKeys);
  const all = shapes
    .flatMap((shape) => Object.entries(shape))
    .map(([key, schema]) =>
      required.every((keys) => keys.includes(key)) ? [key, schema] : [key, schema.optional()],
    );
  const names = shapes.flatMap((shape) => literals(shape[discriminator]));
  return { ...Object.fromEntries(all), [discriminator]: z.enum(names) };
}

/** The strings that a schema lists. */
export function literals(schema: z.ZodType | undefined): readonly string[] {
  if (schema instanceof z.ZodEnum) {
    return schema.options.map(String);
  }
  return schema instanceof z.ZodLiteral ? [...schema.values].map(String) : [];
}

export function requiredKeys(known: KnownKeys): string[] {
  return Object.keys(known).filter((key) => !(known[key] instanceof z.ZodOptional));
}

/** All keys that the objects directly behind a key can have, and whether there is a list of them. */
export function keysBehind(schema: z.ZodType): {
  readonly list: boolean;
  readonly known: KnownKeys;
} {
  const all = optionsOf(schema);
  const items = all.flatMap((option) =>
    option instanceof z.ZodArray ? optionsOf(option.element as z.ZodType) : [],
  );
  const known = [...all, ...items].filter(isKeyed).map((option) => knownKeys(option, undefined));
  return { list: items.length > 0 && !all.some(isKeyed), known: Object.assign({}, ...known) };
}
