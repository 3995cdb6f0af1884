/** Compares blocks (nested objects) as the provider's schema does: with its defaults, and most lists as sets. */
import type { Properties } from "./provider";
import { canonical, isEmpty, sameValue } from "./values";
import { isObject } from "./wire";

export interface BlockForm {
  /** The schema's defaults of members; all others default to their zero value. */
  readonly defaults?: Properties;
  /** Members that AWS chooses if they are not given (`Optional` and `Computed`, or suppressed while missing). */
  readonly computed?: readonly string[];
  /** Lists whose order matters. */
  readonly ordered?: boolean;
  /** The rules of members that are blocks themselves. */
  readonly blocks?: Readonly<Record<string, BlockForm>>;
}

/** Do two blocks, or lists of them, mean the same? The second comes from the program. */
export function sameBlocks<Value>(form: BlockForm = {}): (a: Value, b: Value) => boolean {
  return (a, b) => sameValue(reduced(form, a, b), reduced(form, b, b));
}

function reduced(form: BlockForm, value: unknown, given: unknown): unknown {
  if (Array.isArray(value)) {
    const others: readonly unknown[] = Array.isArray(given) ? given : [];
    const members = value.map((member, index) => reduced(form, member, others[index]));
    return form.ordered ? members : members.map(canonical).sort();
  }
  if (!isObject(value)) return value;
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  const members = Object.entries({ ...form.defaults, ...Object.fromEntries(present) })
    .filter(([key]) => !(form.computed?.includes(key) && isObject(given) && isUnset(given[key])))
    .map(([key, member]) => {
      const other = isObject(given) ? given[key] : undefined;
      return [key, reduced(form.blocks?.[key] ?? {}, member, other)] as const;
    });
  return Object.fromEntries(members.filter(([, member]) => !isEmpty(member)));
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null;
}
