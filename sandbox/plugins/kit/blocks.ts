/** Blocks (nested objects), as the provider's schema has them: with defaults, and with most lists as sets. */
import { filled } from "./defaults";
import type { Properties } from "./provider";
import { canonical, isEmpty, sameValue } from "./values";
import { isObject } from "./wire";

export interface BlockForm<Member extends string = string> {
  /** The known members; others are refused. */
  readonly members?: readonly Member[];
  /** The schema's defaults of members, which Check fills in; all others default to their zero value. */
  readonly defaults?: Properties;
  /** Members that AWS chooses if they are not given (`Optional` and `Computed`, or suppressed while missing). */
  readonly computed?: readonly string[];
  /** Lists whose order matters. */
  readonly ordered?: boolean;
  /** The forms of members that are blocks themselves. */
  readonly blocks?: Readonly<Record<string, BlockForm>>;
}

/** Fills in the defaults of a block, or of each block of a list, and of the blocks inside. */
export function filledBlocks(form: BlockForm, value: unknown, before: unknown): unknown {
  if (Array.isArray(value)) {
    const others: readonly unknown[] = Array.isArray(before) ? before : [];
    return value.map((block, index) => filledBlocks(form, block, others[index]));
  }
  if (!isObject(value)) return value;
  const old = isObject(before) ? before : {};
  const members = Object.entries(value).map(([name, member]) => [
    name,
    filledBlocks(form.blocks?.[name] ?? {}, member, old[name]),
  ]);
  return filled(Object.fromEntries(members), form.defaults ?? {}, before);
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
