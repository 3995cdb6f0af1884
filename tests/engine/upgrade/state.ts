import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A resource in an exported state: the fields that describe what a program declared, and what it got. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
  readonly protect?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  /** In seconds. */
  readonly customTimeouts?: Readonly<Record<string, number>>;
}

export const recordedFile = join(__dirname, "state.json.gz");

/** `pulumi stack export --show-secrets` of the previous version; record.ts writes it. */
export function recordedState(): readonly StateResource[] {
  const text = gunzipSync(readFileSync(recordedFile)).toString();
  return (JSON.parse(text) as { deployment: { resources: StateResource[] } }).deployment.resources;
}
