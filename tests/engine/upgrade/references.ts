import * as pulumi from "@pulumi/pulumi";
import type { StateResource } from "./state";

/** The engine's marks of a secret in an exported state. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** A value that AWS or autonaming chose: it contains an account, or seven hexadecimal digits. */
const CHOSEN = /\d{12}|[0-9a-f]{7}/;

/** Replaces recorded ids, ARNs and names in the inputs of resources by those of the resources that this program creates. */
export class References {
  /** By recorded value. */
  private readonly sources = new Map<string, pulumi.Input<string>>();

  /** The inputs as the program declared them, before the provider added its defaults. */
  declared(inputs: StateResource["inputs"]): Record<string, unknown> {
    return this.value(inputs ?? {}) as Record<string, unknown>;
  }

  /** Stores the values that this resource got: later resources may refer to them. */
  add(recorded: StateResource, resource: pulumi.Resource, declared: object): void {
    this.collect({ id: recorded.id, ...recorded.outputs }, [], (text, path) => {
      const isDeclared = path[0] !== undefined && path[0] in declared;
      if (CHOSEN.test(text) && !isDeclared && !this.sources.has(text)) {
        this.sources.set(text, outputOf(resource, path));
      }
    });
  }

  /** Stores a value that exists before the stack. */
  addExisting(text: string, now: pulumi.Input<string>): void {
    this.sources.set(text, now);
  }

  private collect(
    value: unknown,
    path: readonly string[],
    found: (text: string, path: readonly string[]) => void,
  ): void {
    if (typeof value === "string") {
      found(value, path);
    } else if (typeof value === "object" && value !== null && !(SIGNATURE in value)) {
      for (const [key, inner] of Object.entries(value)) this.collect(inner, [...path, key], found);
    }
  }

  private value(input: unknown): unknown {
    if (typeof input === "string") return this.text(input);
    if (Array.isArray(input)) return input.map((item) => this.value(item));
    if (typeof input !== "object" || input === null) return input;
    if (SIGNATURE in input) {
      const { plaintext } = input as { plaintext?: string };
      return pulumi.secret(this.value(JSON.parse(plaintext ?? "null")));
    }
    const { __defaults: defaults = [], tagsAll: _, ...rest } = input as Record<string, unknown>;
    const added = defaults as readonly string[];
    const entries = Object.entries(rest).filter(([key]) => !added.includes(key));
    return Object.fromEntries(entries.map(([key, inner]) => [key, this.value(inner)]));
  }

  /** Replaces the longest references first, because an ARN contains a name. */
  private text(input: string): pulumi.Input<string> {
    const known = [...this.sources.keys()]
      .filter((text) => input.includes(text))
      .sort((a, b) => b.length - a.length);
    if (known.length === 0) return input;
    const pattern = new RegExp(`(${known.map(escaped).join("|")})`);
    const parts = input.split(pattern).map((part) => this.sources.get(part) ?? part);
    return pulumi.all(parts).apply((texts) => texts.join(""));
  }
}

function outputOf(
  resource: pulumi.Resource,
  [first = "", ...path]: readonly string[],
): pulumi.Output<string> {
  return pulumi
    .output(Object(resource)[first])
    .apply((value) => String(path.reduce((inner, key) => Object(inner)[key], value)));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
