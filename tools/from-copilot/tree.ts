import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { UsageError } from "../command";

/** The place of a value in a manifest. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** A value of a manifest with its place, so that each key can be found again after the overrides are applied. */
export type Tree =
  | {
      readonly kind: "value";
      readonly value: string | number | boolean | null;
      /** As it is written: `False`, `1.10`. */
      readonly text: string;
      readonly at: Place;
    }
  | { readonly kind: "list"; readonly items: readonly Tree[]; readonly at: Place }
  | { readonly kind: "map"; readonly keys: ReadonlyMap<string, Tree>; readonly at: Place };

/** @throws UsageError for a file that is no YAML, or whose root is no map */
export function parseManifest(text: string, file: string): Tree & { readonly kind: "map" } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, merge: true });
  const [error] = document.errors;
  if (error) throw new UsageError(`${file}: ${error.message}`);
  const place = (node: Node): Place => ({
    file,
    line: counter.linePos(node.range?.[0] ?? 0).line,
  });
  const read = (node: Node | null, at: Place): Tree => {
    if (isAlias(node)) {
      return read((node.resolve(document) as Node | undefined) ?? null, at);
    }
    if (isMap(node)) {
      const keys = new Map<string, Tree>();
      for (const { key, value } of node.items as { key: Node; value: Node | null }[]) {
        const name = isScalar(key) ? String(key.value) : String(key);
        const inner = read(value, place(key));
        // `<<: *defaults`: the keys next to it win.
        if (name === "<<") {
          for (const merged of inner.kind === "list" ? inner.items : [inner]) {
            for (const [other, tree] of merged.kind === "map" ? merged.keys : []) {
              if (!keys.has(other)) keys.set(other, tree);
            }
          }
        } else keys.set(name, inner);
      }
      return { kind: "map", keys, at };
    }
    if (isSeq(node)) {
      const items = (node.items as Node[]).map((item) => read(item, place(item)));
      return { kind: "list", items, at };
    }
    const value = scalar(isScalar(node) ? node.value : null);
    const source = isScalar(node) && typeof value !== "string" ? node.source : undefined;
    return { kind: "value", value, text: source ?? String(value ?? ""), at };
  };
  const tree = read(document.contents as Node | null, { file, line: 1 });
  if (tree.kind !== "map") throw new UsageError(`${file}: a manifest is a map of keys`);
  return tree;
}

function scalar(value: unknown): string | number | boolean | null {
  return value === null || ["string", "number", "boolean"].includes(typeof value)
    ? (value as string | number | boolean | null)
    : String(value);
}

/** Keys that exclude each other: a new one removes the others. */
const exclusive: Readonly<Record<string, readonly string[]>> = {
  build: ["location"],
  location: ["build"],
  // Of `count`: Spot alone, or autoscaling.
  spot: ["range", "cooldown", "cpu_percentage", "memory_percentage", "requests", "response_time"],
  range: ["spot"],
};

/**
 * Applies an environment's overrides: maps merge, and everything else replaces what was there.
 * https://github.com/aws/copilot-cli `internal/pkg/manifest/transform.go`
 */
export function override(base: Tree, over: Tree): Tree {
  if (base.kind !== "map" || over.kind !== "map") {
    // Without a value, Copilot sees no override.
    return over.kind === "value" && over.value === null ? base : over;
  }
  const keys = new Map(base.keys);
  for (const [key, tree] of over.keys) {
    const before = keys.get(key);
    keys.set(key, before ? override(before, tree) : tree);
    for (const other of exclusive[key] ?? []) {
      if (!over.keys.has(other)) keys.delete(other);
    }
  }
  return { ...base, keys };
}

/** The value below some keys; undefined if there is none. */
export function find(tree: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  const [key, ...rest] = path;
  if (key === undefined || tree === undefined) return tree;
  return tree.kind === "map" ? find(tree.keys.get(key), ...rest) : undefined;
}

/** The value as plain data. */
export function plain(tree: Tree): unknown {
  switch (tree.kind) {
    case "value":
      return tree.value;
    case "list":
      return tree.items.map(plain);
    case "map":
      return Object.fromEntries([...tree.keys].map(([key, inner]) => [key, plain(inner)]));
  }
}

/** A value as text, as Go reads it; undefined for lists, maps and nothing. */
export function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === "value" && tree.value !== null ? tree.text : undefined;
}

/** Changes every text, for example to fill in variables. */
export function mapTexts(tree: Tree, change: (text: string) => string): Tree {
  switch (tree.kind) {
    case "value":
      if (typeof tree.value !== "string") return tree;
      return { ...tree, value: change(tree.value), text: change(tree.value) };
    case "list":
      return { ...tree, items: tree.items.map((item) => mapTexts(item, change)) };
    case "map":
      return {
        ...tree,
        keys: new Map([...tree.keys].map(([key, inner]) => [key, mapTexts(inner, change)])),
      };
  }
}
