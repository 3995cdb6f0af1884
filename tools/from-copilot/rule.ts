import { nearest } from "../../components/shared/checks";
import type { Draft } from "./draft";
import { plain, type Tree } from "./tree";

/** What becomes of a key of a manifest. */
export type Rule =
  /** A function puts the value into the stack file. */
  | { readonly kind: "mapped"; readonly apply: (tree: Tree, draft: Draft, key: string) => void }
  /** A map of keys, each with its rule. In place of the map there can be a single value. */
  | {
      readonly kind: "keys";
      readonly rules: Rules;
      readonly value?: (tree: Tree, draft: Draft, key: string) => void;
    }
  /** The stack file has nothing for the key. */
  | {
      readonly kind: "none";
      readonly reason: string;
      readonly instead: string;
      /** The values that say what Slipway does anyway. */
      readonly same?: readonly unknown[];
    };

export type Rules = Readonly<Record<string, Rule>>;

export function mapped(apply: (tree: Tree, draft: Draft, key: string) => void): Rule {
  return { kind: "mapped", apply };
}

export function keys(rules: Rules, value?: (tree: Tree, draft: Draft, key: string) => void): Rule {
  return { kind: "keys", rules, ...(value && { value }) };
}

export function none(reason: string, instead: string, same?: readonly unknown[]): Rule {
  return { kind: "none", reason, instead, ...(same && { same }) };
}

/** Applies the rules to a map. The draft lists what they do not map. */
export function applyRules(tree: Tree, rules: Rules, draft: Draft, prefix = ""): void {
  if (tree.kind !== "map") {
    draft.list(tree, prefix, "the value has another form than Copilot documents", "correct it");
    return;
  }
  for (const [name, value] of tree.keys) {
    // Copilot ignores a key without a value.
    if (value.kind === "value" && value.value === null) continue;
    const key = prefix === "" ? name : `${prefix}.${name}`;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) listUnknown(value, key, nearest(name, Object.keys(rules)), draft);
    else applyRule(value, rule, draft, key);
  }
}

function applyRule(tree: Tree, rule: Rule, draft: Draft, key: string): void {
  if (rule.kind === "mapped") rule.apply(tree, draft, key);
  else if (rule.kind === "keys") {
    if (tree.kind !== "map" && rule.value) rule.value(tree, draft, key);
    else applyRules(tree, rule.rules, draft, key);
  } else if (!rule.same?.includes(plain(tree))) {
    draft.list(tree, key, rule.reason, rule.instead);
  }
}

function listUnknown(tree: Tree, key: string, meant: string | undefined, draft: Draft): void {
  const instead = meant ? `if you meant ${meant}, correct it` : "remove it, or add it by hand";
  draft.list(tree, key, "Copilot documents no such key here", instead);
}
