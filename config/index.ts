import * as pulumi from "@pulumi/pulumi";
import { type Problem, refuse } from "../components/shared/errors";
import { checkStack } from "./checks";
import { parseAll } from "./problems";
import { type StackConfig, stackConfig } from "./schema";

export type { ServiceConfig, StackConfig } from "./schema";

/** The namespace of the configuration keys. It is fixed, so a project can have any name. */
export const namespace = "slipway";

/**
 * Reads and checks the configuration of the selected stack, `Pulumi.<stack>.yaml`.
 *
 * @throws ConfigurationError with every mistake in it
 */
export function loadConfig(): StackConfig {
  return checkedConfig(readConfig(), secretProblems(), pulumi.getStack());
}

/**
 * Checks configuration values that the caller has read. Their keys have no namespace: `services`, not `slipway:services`.
 *
 * @throws ConfigurationError with every mistake in it
 */
export function checkedConfig(
  values: Readonly<Record<string, unknown>>,
  encrypted: readonly Problem[],
  stack: string,
  subject = `Pulumi.${stack}.yaml`,
): StackConfig {
  const { config, problems } = parseAll(stackConfig, values, (parsed) => checkStack(parsed, stack));
  // Encrypted values must never be printed.
  const printable = problems.filter(
    (problem) => !encrypted.some(({ path }) => problem.path.startsWith(path)),
  );
  refuse(subject, [...encrypted, ...printable]);
  return config;
}

function keys(): string[] {
  return Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(`${namespace}:`));
}

function readConfig(): Record<string, unknown> {
  const all = pulumi.runtime.allConfig();
  return Object.fromEntries(
    keys().map((key) => [key.slice(namespace.length + 1), fromText(all[key] ?? "")]),
  );
}

/** Parses a configuration value: Pulumi passes objects and lists as JSON. */
export function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function secretProblems(): Problem[] {
  // The engine names the encrypted keys in this variable; the SDK has no public way to ask.
  const encrypted: string[] = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]");
  return keys()
    .filter((key) => encrypted.includes(key))
    .map((key) => encryptedProblem(key.slice(namespace.length + 1)));
}

/** The problem of an encrypted value. */
export function encryptedProblem(path: string): Problem {
  return {
    path,
    value: "[secret]",
    allowed: "plain values: an encrypted value would be readable in the task definition",
    fix: "store it in Secrets Manager or SSM and name it under secrets",
  };
}
