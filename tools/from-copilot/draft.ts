import { secondsOf } from "../init/duration";
import type { Finding } from "./finding";
import { mapTexts, type Place, plain, type Tree } from "./tree";

/** Where a value of the stack file comes from. */
export interface Origin {
  readonly at: Place;
  readonly key: string;
}

export interface DraftValue {
  readonly path: Path;
  readonly value: unknown;
  readonly origin: Origin;
}

export type Path = readonly (string | number)[];

/** The result of the rules: values for a stack file with their origins, and the keys that have no place in it. */
export class Draft {
  readonly values: DraftValue[] = [];
  readonly listed: Omit<Finding, "environments">[] = [];
  /** Whether a sidecar gets the requests. */
  otherContainer = false;
  /** `http: false`: the service has no Application Load Balancer. */
  unserved?: { readonly tree: Tree; readonly key: string };
  /** The addresses that may connect. */
  sources?: Tree;
  private readonly steps: (() => void)[] = [];

  /**
   * @param name the name in the manifest
   * @param workspace the folder of the Copilot workspace, relative to the repository's root
   */
  constructor(
    readonly name: string,
    readonly workspace = ".",
  ) {}

  /** Postpones a step that needs other keys until all of them are read. */
  later(step: () => void): void {
    this.steps.push(step);
  }

  finish(): void {
    for (const step of this.steps) step();
  }

  set(path: Path, value: unknown, tree: Tree, key: string): void {
    const [, variable] = /\$\{(\w+)\}/.exec(JSON.stringify(value)) ?? [];
    if (variable === undefined) {
      this.values.push({ path, value: unescaped(value), origin: { at: tree.at, key } });
    } else {
      const reason = `\${${variable}} is a variable of the shell that ran copilot`;
      this.list(tree, key, reason, "write its value");
    }
  }

  list(tree: Tree, key: string, reason: string, instead: string): void {
    this.listed.push({ at: tree.at, key, reason, instead });
  }

  /** Removes the findings of a key, because a flag gives the value. */
  unlist(key: string): void {
    const kept = this.listed.filter((one) => one.key !== key);
    this.listed.splice(0, this.listed.length, ...kept);
  }

  remove(values: readonly DraftValue[]): void {
    const kept = this.values.filter((one) => !values.includes(one));
    this.values.splice(0, this.values.length, ...kept);
  }

  get(...path: readonly (string | number)[]): unknown {
    return [...this.values].reverse().find((one) => one.path.join("\0") === path.join("\0"))?.value;
  }
}

/** Replaces each `$` that does not begin a variable. */
const dollar = "\uE000";

/**
 * Fills in the variables that Copilot itself knows; a backslash before `${` makes it plain text.
 * https://aws.github.io/copilot-cli/docs/developing/manifest-env-var/
 */
export function fillIn(tree: Tree, variables: Readonly<Record<string, string | undefined>>): Tree {
  return mapTexts(tree, (text) =>
    text.replace(/(\\?)\$\{(\w+)\}/g, (whole, backslash: string, name: string) =>
      backslash ? `${dollar}{${name}}` : (variables[name] ?? whole),
    ),
  );
}

function unescaped(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(dollar, "$");
  return Array.isArray(value) ? value.map(unescaped) : value;
}

type Reader = (tree: Tree, draft: Draft, key: string) => void;

/** Copies a value of a type to a path of the stack file. */
export function copy(
  path: Path,
  type: "number" | "text" | "seconds" | "boolean" | "words",
): Reader {
  return (tree, draft, key) => {
    const value = readers[type].read(tree);
    if (value !== undefined) draft.set(path, value, tree, key);
    else draft.list(tree, key, `the value is not ${readers[type].name}`, "write it by hand");
  };
}

export function numberOf(tree: Tree): number | undefined {
  const value = plain(tree);
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" ? number : undefined;
}

export function booleanOf(tree: Tree): boolean | undefined {
  const value = plain(tree);
  // Copilot reads YAML 1.1's words, too.
  if (/^(?:true|yes|on)$/i.test(String(value))) return true;
  return /^(?:false|no|off)$/i.test(String(value)) ? false : undefined;
}

export function wordsOf(tree: Tree): string[] | undefined {
  const value = plain(tree);
  const words = Array.isArray(value) ? value : [value];
  return words.every((word) => ["string", "number"].includes(typeof word))
    ? words.map(String)
    : undefined;
}

export function secondsIn(tree: Tree): number | undefined {
  const value = plain(tree);
  return typeof value === "string" ? secondsOf(value) : undefined;
}

const readers = {
  number: { name: "a number", read: numberOf },
  text: {
    name: "a string",
    read: (tree: Tree) => (tree.kind === "value" ? String(tree.value) : undefined),
  },
  seconds: { name: "a duration such as 30s", read: secondsIn },
  boolean: { name: "true or false", read: booleanOf },
  words: { name: "a string or a list of strings", read: wordsOf },
} as const;
