import { z } from "zod";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import {
  type Around,
  emptyList,
  fromText,
  meantKey,
  pathText,
  unknownKey,
  wrongType,
} from "./messages";
import { isObject, type Keys, type KnownKeys, knownKeys, matchingOption } from "./shapes";

export interface Inspected<T> {
  /** Every wrong key and every value of a wrong type. */
  readonly problems: readonly Problem[];
  /** The paths whose value is missing or unusable. */
  readonly unusable: readonly string[];
  /** The input without unusable values. Entries of lists keep their index. */
  readonly rest: Unchecked<T> | undefined;
}

/** Finds all wrong keys and types at once. zod alone gives no usable part, and reports a union once for each option. */
export function inspect<T>(schema: z.ZodType<T>, value: unknown, root: string): Inspected<T> {
  const inspector = new Inspector();
  const rest = inspector.value(schema, value, [root], []);
  const { problems, unusable } = inspector;
  return { problems, unusable, rest: rest as Unchecked<T> | undefined };
}

class Inspector {
  readonly problems: Problem[] = [];
  readonly unusable: string[] = [];

  /** The usable part of a value; undefined if there is none. */
  value(schema: z.ZodType, value: unknown, keys: Keys, around: Around): unknown {
    if (value === undefined && schema instanceof z.ZodOptional) {
      return undefined;
    }
    const option = matchingOption(schema, value);
    const known = option && knownKeys(option, value);
    if (known && isObject(value)) {
      return this.object(known, value, [...around, { keys, known }]);
    }
    if (option instanceof z.ZodRecord && isObject(value)) {
      const each = option.valueType as z.ZodType;
      return this.entries(
        Object.keys(value).map((key) => [key, each]),
        value,
        keys,
        around,
      );
    }
    if (option instanceof z.ZodArray && Array.isArray(value)) {
      return this.list(option, value, keys, around);
    }
    return option?.safeParse(value).success ? value : this.refuse(schema, value, keys);
  }

  private object(known: KnownKeys, value: Record<string, unknown>, around: Around): object {
    const keys = around.at(-1)?.keys ?? [];
    const mistyped: string[] = [];
    for (const key of Object.keys(value).filter((name) => !(name in known))) {
      const meant = meantKey(key, around);
      this.problems.push(unknownKey(key, value, around, meant));
      mistyped.push(...(meant !== undefined && !(meant in value) ? [meant] : []));
    }
    // The user did not leave these keys out, so they are not missing, and the checks must not read their defaults.
    this.unusable.push(...mistyped.map((key) => pathText([...keys, key])));
    const others = Object.entries(known).filter(([key]) => !mistyped.includes(key));
    return this.entries(others, value, keys, around);
  }

  private entries(
    schemas: readonly (readonly [string, z.ZodType])[],
    value: Record<string, unknown>,
    keys: Keys,
    around: Around,
  ): object {
    const usable = schemas.flatMap(([key, schema]) => {
      const inner = this.value(schema, value[key], [...keys, key], around);
      return inner === undefined ? [] : [[key, inner]];
    });
    return Object.fromEntries(usable);
  }

  private list(
    schema: z.ZodArray,
    value: readonly unknown[],
    keys: Keys,
    around: Around,
  ): readonly unknown[] {
    if (value.length === 0 && !schema.safeParse(value).success) {
      this.problems.push(emptyList(keys));
    }
    const element = schema.element as z.ZodType;
    return value.map((item, i) => this.value(element, item, [...keys, i], around));
  }

  private refuse(schema: z.ZodType, value: unknown, keys: Keys): unknown {
    this.problems.push(wrongType(schema, value, keys));
    const intended = typeof value === "string" ? fromText(value) : String(value);
    if (isPlain(value) && schema.safeParse(intended).success) {
      return intended;
    }
    this.unusable.push(pathText(keys));
    return undefined;
  }
}

/** A plain value has a clear meaning even with missing or extra quotes. */
function isPlain(value: unknown): boolean {
  return ["boolean", "number", "string"].includes(typeof value);
}
