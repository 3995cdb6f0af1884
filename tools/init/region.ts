import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

export interface FoundRegion {
  readonly region: string;
  /** Where it is set: `AWS_REGION`. */
  readonly source: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The region that the AWS CLI uses, in its order.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
 */
export async function findRegion(env: Environment): Promise<FoundRegion | undefined> {
  for (const source of ["AWS_REGION", "AWS_DEFAULT_REGION"]) {
    const region = env[source];
    if (region) return { region, source };
  }
  const profile = env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || "default";
  const file = env.AWS_CONFIG_FILE || join(env.HOME || homedir(), ".aws", "config");
  const text = await readFile(file, "utf8").catch(() => "");
  const region = regionOf(text, profile);
  return region === undefined ? undefined : { region, source: `the AWS profile ${profile}` };
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html */
export function regionOf(text: string, profile: string): string | undefined {
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    section = /^\s*\[\s*(?:profile\s+)?(.+?)\s*\]/.exec(line)?.[1] ?? section;
    const value = /^region\s*=\s*([^\s#;]+)/.exec(line)?.[1];
    if (value !== undefined && section === profile) return value;
  }
  return undefined;
}
