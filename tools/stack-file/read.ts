import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { checkedConfig, fromText, namespace, type StackConfig } from "../../components/config";
import { nearest } from "../../components/shared/checks";
import { UsageError } from "../command";

const project = resolve(__dirname, "..", "..");

/** One `--set path=value`. */
export interface Change {
  readonly path: readonly string[];
  readonly value: unknown;
}

export interface StackOptions {
  /** The stack file. @default Pulumi.<stack>.yaml */
  readonly file?: string;
  /** The service that the changes apply to. @default all services */
  readonly service?: string;
  /** Changes to the services, before they are checked. @default none */
  readonly changes?: readonly Change[];
}

/**
 * A stack file, with the same checks as in an update. Needs no engine and no credentials.
 *
 * @throws ConfigurationError with every mistake in the file
 */
export async function readStack(
  stack: string,
  { file, service, changes = [] }: StackOptions = {},
): Promise<StackConfig> {
  const config = await readConfig(stack, file);
  const name = file ?? `Pulumi.${stack}.yaml`;
  const subject = changes.length > 0 ? `${name} with --set` : name;
  const services = changedServices(config, changes, service);
  return checkStackFile({ ...config, ...services }, stack, subject);
}

/**
 * Checks the `config` of a stack file as an update does.
 *
 * @throws ConfigurationError with every mistake in it
 */
export function checkStackFile(
  config: Readonly<Record<string, unknown>>,
  stack: string,
  subject: string,
): StackConfig {
  const encrypted = Object.keys(config).filter((key) => isEncrypted(config[key]));
  const values = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      // The forecast needs no encrypted value: the checks get a webhook in its place.
      isEncrypted(value)
        ? "https://encrypted.invalid/"
        : typeof value === "string"
          ? fromText(value)
          : value,
    ]),
  );
  return checkedConfig(values, encrypted, stack, subject);
}

/** The configuration of a stack file, unchecked. */
export async function readConfig(stack: string, file?: string): Promise<Record<string, unknown>> {
  const path = resolve(process.cwd(), file ?? join(project, `Pulumi.${stack}.yaml`));
  try {
    await access(path);
  } catch {
    throw new UsageError(
      file === undefined
        ? unknown("stack", stack, await stacks(dirname(path)))
        : `there is no ${path}`,
    );
  }
  const { config } = await readYamlFile(path);
  return isObject(config) ? config : {};
}

/** The keys of a YAML file. */
export async function readYamlFile(path: string): Promise<Record<string, unknown>> {
  const content = readYaml(await readText(path), path);
  return isObject(content) ? content : {};
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Parses YAML. The error for invalid YAML contains the line. */
export function readYaml(text: string, where: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`${where}: ${error instanceof Error ? error.message : error}`);
  }
}

async function stacks(folder: string): Promise<string[]> {
  return (await readdir(folder)).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
}

/** `there is no stack "prd"; known: dev, prod. Did you mean prod?` */
export function unknown(what: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const list = known.length > 0 ? `known: ${known.join(", ")}` : "none exists";
  return `there is no ${what} ${JSON.stringify(name)}; ${list}${meant ? `. Did you mean ${meant}?` : ""}`;
}

/** The services with each change applied, before any check. */
function changedServices(
  config: Readonly<Record<string, unknown>>,
  changes: readonly Change[],
  name?: string,
): Record<string, unknown> {
  const key = `${namespace}:services`;
  const value = config[key];
  const services: unknown = typeof value === "string" ? fromText(value) : structuredClone(value);
  const all: readonly unknown[] = Array.isArray(services) ? services : [];
  const meant = all.filter(
    (service) => name === undefined || (isObject(service) && service.name === name),
  );
  for (const service of meant) {
    for (const { path, value } of changes) {
      change(service, path, value);
    }
  }
  return services === undefined ? {} : { [key]: services };
}

/** In a stack file, an encrypted value is the only key `secure` of an object. */
export function isEncrypted(value: unknown): boolean {
  return isObject(value) && "secure" in value;
}

function change(parent: unknown, [key, ...rest]: readonly string[], value: unknown): void {
  if (!isObject(parent) || key === undefined) {
    return;
  }
  if (rest.length === 0) {
    if (value === null) {
      delete parent[key];
    } else {
      parent[key] = value;
    }
    return;
  }
  if (!isObject(parent[key])) {
    // A strategy can be only a name, or missing.
    parent[key] = key === "strategy" ? { type: parent[key] ?? "rolling" } : {};
  }
  change(parent[key], rest, value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
