/** Implements Diff: finds the inputs that changed in meaning, in the detail that previews show. */
import { sameBlocks } from "./blocks";
import { rulesOf } from "./check";
import { defaultsIn, withoutDefaults } from "./defaults";
import type { AnyShape, PropertyRule } from "./definition";
import type { DiffRequest, DiffResult, Properties, PropertyChange } from "./provider";
import { containsUnknown, isEmpty, sameSet, sameValue } from "./values";
import { isObject } from "./wire";

export function diff(definition: AnyShape, request: DiffRequest): DiffResult {
  const { oldOutputs } = request;
  const oldInputs = withoutDefaults(request.oldInputs);
  const inputs = withoutDefaults(request.inputs);
  const rules = rulesOf(definition);
  const changed = changedProperties(definition, oldInputs, inputs, oldOutputs);
  const changes = changed.flatMap((property) => {
    const rule = rules[property] ?? {};
    const [old, value] = [before(rule, property, oldInputs, oldOutputs), inputs[property]];
    const replace =
      typeof rule.replace === "function"
        ? rule.replace(old, value, inputs)
        : (rule.replace ?? false);
    // The engine looks for the old value of such a change in the state.
    const planned = definition.pluginFramework === true && property === "tagsAll";
    const output = planned || (oldInputs[property] === undefined && old !== undefined);
    return detailed(property, old, value, rule).map((change) => ({
      ...{ ...change, replace },
      ...(output && { output }),
    }));
  });
  return {
    changes,
    deleteBeforeReplace:
      changes.some((change) => change.replace) &&
      (definition.deleteBeforeReplace || deletesFirst(definition, request.inputs)),
  };
}

/** The inputs that differ in meaning; a value that is still unknown counts as a change. */
export function changedProperties(
  definition: AnyShape,
  oldInputs: Properties,
  newInputs: Properties,
  outputs: Properties,
): string[] {
  const rules = rulesOf(definition);
  const old = withoutDefaults(oldInputs);
  const inputs = withoutDefaults(newInputs);
  const suppressing = Object.keys(rules).filter((property) => rules[property]?.suppress);
  const properties = new Set([...Object.keys(old), ...Object.keys(inputs), ...suppressing]);
  return [...properties].filter((property) => {
    const rule = rules[property] ?? {};
    const [state, value] = [before(rule, property, old, outputs), inputs[property]];
    return !rule.suppress?.(state, value, inputs) && !sameMeaning(rule, state, value, inputs);
  });
}

/**
 * The value that a new one is compared with. The program may later set a value that AWS chose, and this is no change; a rule that suppresses
 * differences compares with the state, like the provider.
 */
function before(rule: PropertyRule, property: string, inputs: Properties, outputs: Properties) {
  return inputs[property] ?? (rule.computed || rule.suppress ? outputs[property] : undefined);
}

export function sameMeaning(rule: PropertyRule, a: unknown, b: unknown, inputs: Properties) {
  if (sameValue(a, b)) return !containsUnknown(b);
  if (isEmpty(a) && isEmpty(b)) return true;
  // Removing an input that AWS chooses keeps what AWS has.
  if (b === undefined && rule.computed) return true;
  if (a === undefined || b === undefined || containsUnknown(b)) return false;
  if (rule.equal) return rule.equal(a, b, inputs);
  if (rule.block) return sameBlocks(rule.block)(a, b);
  return Boolean(rule.set) && Array.isArray(a) && Array.isArray(b) && sameSet(a, b);
}

/**
 * One change per leaf, except if a list's order does not matter or only the whole value has a meaning. The engine compares
 * the paths with `replaceOnChanges`, so they include the members of blocks.
 */
function detailed(
  path: string,
  old: unknown,
  value: unknown,
  rule: PropertyRule,
): PropertyChange[] {
  if (old === undefined) return [{ path, kind: "add" }];
  if (value === undefined) return [{ path, kind: "delete" }];
  if (rule.block) {
    const inside = blockChanges(path, old, value);
    if (inside.length > 0) return inside;
  }
  if (rule.equal || rule.block || rule.set) return [{ path, kind: "update" }];
  if (isObject(old) && isObject(value)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(value)])];
    return keys
      .filter((key) => !sameValue(old[key], value[key]) || containsUnknown(value[key]))
      .flatMap((key) => detailed(member(path, key), old[key], value[key], {}));
  }
  if (Array.isArray(old) && Array.isArray(value)) {
    const indexes = Array.from({ length: Math.max(old.length, value.length) }, (_, index) => index);
    return indexes
      .filter((index) => !sameValue(old[index], value[index]) || containsUnknown(value[index]))
      .flatMap((index) => detailed(`${path}[${index}]`, old[index], value[index], {}));
  }
  return [{ path, kind: "update" }];
}

/** Inside a block all lists are sets, and a missing member equals its zero value. */
function blockChanges(path: string, old: unknown, value: unknown): PropertyChange[] {
  const known = !containsUnknown(value);
  if (known && (sameValue(old, value) || (isEmpty(old) && isEmpty(value)))) return [];
  if (old === undefined) return [{ path, kind: "add" }];
  if (value === undefined) return [{ path, kind: "delete" }];
  if (isObject(old) && isObject(value)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(value)])];
    return keys.flatMap((key) => blockChanges(member(path, key), old[key], value[key]));
  }
  if (Array.isArray(old) && Array.isArray(value)) {
    if (known && sameSet(old, value)) return [];
    const longer = old.length > value.length ? old : value;
    if ([...old, ...value].every(isObject)) {
      return longer.flatMap((_, i) => blockChanges(`${path}[${i}]`, old[i], value[i]));
    }
  }
  return [{ path, kind: "update" }];
}

function member(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/**
 * If the program gives the name, a replacement deletes the old object first, even if the name changes too: `nameRequiresDeleteBeforeReplace` in
 * https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.136.0/pkg/tfbridge/schema.go
 */
function deletesFirst({ name }: AnyShape, inputs: Properties): boolean {
  return name !== undefined && !name.createsFirst && !defaultsIn(inputs).includes(name.property);
}
