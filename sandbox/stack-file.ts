/** Reads the name of a Pulumi project, and its stack files. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse } from "yaml";

export const CHECKOUT = resolve(__dirname, "..");

export interface StackOptions {
  /** The Pulumi project. @default the one of the checkout */
  readonly cwd?: string;
  /** @default `Pulumi.<stack>.yaml` of the project */
  readonly configFile?: string;
}

export async function projectName(cwd = CHECKOUT): Promise<string> {
  const { name } = await readYaml(join(cwd, "Pulumi.yaml"));
  if (typeof name !== "string")
    throw new Error(`${cwd} is not a Pulumi project: it has no Pulumi.yaml with a name`);
  return name;
}

/** The configuration in a stack file. */
export async function stackConfig(
  stack: string,
  { cwd = CHECKOUT, configFile }: StackOptions = {},
): Promise<Record<string, unknown>> {
  const file = configFile ?? join(cwd, `Pulumi.${stack}.yaml`);
  return ((await readYaml(file)).config as Record<string, unknown> | undefined) ?? {};
}

async function readYaml(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, "utf8").catch(() => "");
  return (parse(text) as Record<string, unknown> | null) ?? {};
}
