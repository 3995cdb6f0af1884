import type { Place } from "./tree";

/** A key of a manifest that the stack files do not have, or have only in part. */
export interface Finding {
  readonly at: Place;
  /** The key's path in the manifest: `http.stickiness`. */
  readonly key: string;
  readonly reason: string;
  /** What to do instead. It can differ among the environments. */
  readonly instead: string;
  /** The environments whose stack files lack it; empty for what is not part of one. */
  readonly environments: readonly string[];
}

/** The findings of all environments, each once, in the order of the files. */
export class Findings {
  private readonly byText = new Map<string, Finding>();

  add(finding: Omit<Finding, "environments">, environment?: string): void {
    const { at, key, reason, instead } = finding;
    const text = JSON.stringify([at.file, at.line, key, reason, instead]);
    const before = this.byText.get(text)?.environments ?? [];
    const environments = environment === undefined ? before : [...before, environment];
    this.byText.set(text, { ...finding, environments: [...new Set(environments)] });
  }

  get all(): readonly Finding[] {
    return [...this.byText.values()].sort((a, b) =>
      a.at.file === b.at.file ? a.at.line - b.at.line : a.at.file < b.at.file ? -1 : 1,
    );
  }
}
