import * as pulumi from "@pulumi/pulumi";
import { checkedConfig, namespace, type StackConfig } from "../config";
import { createStack } from "../stack";

/** Settings of providers, with their namespace, as in a stack file. */
export interface ProviderConfig {
  /** The AWS region. @default the variable AWS_REGION */
  readonly "aws:region"?: string;
  /** The accounts that the credentials may belong to. @default all */
  readonly "aws:allowedAccountIds"?: readonly string[];
  readonly [setting: `${string}:${string}`]: unknown;
}

/** The configuration of a stack in a program: the keys of a stack file, without the prefix `slipway:`. */
export type ProgramConfig = StackConfig & ProviderConfig;

/** The only key that a stack file encrypts. A program keeps the value in memory. */
const encrypted = [`${namespace}:slackWebhook`];

/**
 * An inline program for Pulumi's Automation API. It makes the same stack as a stack file with the same configuration.
 *
 * ```ts
 * const args = { stackName: "dev", projectName: "shop", program: program(config) };
 * const stack = await LocalWorkspace.createOrSelectStack(args);
 * ```
 *
 * `openStack` does this, and gives the engine the settings of the providers.
 *
 * @throws ConfigurationError with every mistake in the configuration, before an engine starts
 */
export function program(config: ProgramConfig): pulumi.automation.PulumiFn {
  checkProgram(config);
  // The stack's name is known only here. It names the load balancer.
  return () => createStack(checkProgram(config, pulumi.getStack()));
}

/** Checks a configuration as if it were in a stack file. Without the stack's name, leaves out the checks that need the name. */
export function checkProgram(config: ProgramConfig, stack?: string): StackConfig {
  const values = Object.entries(config ?? {}).map(([key, value]) => [
    key.includes(":") ? key : `${namespace}:${key}`,
    value,
  ]);
  const subject = stack === undefined ? "The configuration" : `The configuration of ${stack}`;
  return checkedConfig(Object.fromEntries(values), encrypted, stack, subject);
}

/** The settings of the providers, as the engine keeps them: strings as they are, everything else as JSON. */
export function providerConfig(config: ProgramConfig): pulumi.automation.ConfigMap {
  const settings = Object.entries(config).filter(
    ([key, value]) => key.includes(":") && !key.startsWith(`${namespace}:`) && value !== undefined,
  );
  return Object.fromEntries(
    settings.map(([key, value]) => [
      key,
      { value: typeof value === "string" ? value : JSON.stringify(value) },
    ]),
  );
}
