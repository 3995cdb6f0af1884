import { existsSync } from "node:fs";
import { join } from "node:path";
import { automation } from "@pulumi/pulumi";
import { explained } from "./errors";
import { checkProgram, type ProgramConfig, program, providerConfig } from "./program";

/** A stack, and what is in it. */
export interface StackArgs {
  /** The name of the stack; in Pulumi Cloud also with its organization and project: `acme/shop/dev`. */
  readonly stack: string;
  /** The name of the Pulumi project. Stacks of one project have different names. */
  readonly project: string;
  /** The configuration of the stack. */
  readonly config: ProgramConfig;
}

/**
 * Opens a stack, and creates it if it does not exist. The result is Pulumi's own `Stack`.
 *
 * ```ts
 * const stack = await openStack({ stack: "dev", project: "shop", config });
 * const { outputs } = await deploy(stack);
 * ```
 *
 * @param options Pulumi's own: where the state is (`projectSettings.backend`), variables of the engine, the secrets provider
 * @throws ConfigurationError with every mistake in the configuration, before an engine starts
 * @throws AutomationError if the backend cannot be reached or refuses
 */
export async function openStack(
  { stack: fullName, project, config }: StackArgs,
  options: automation.LocalWorkspaceOptions = {},
): Promise<automation.Stack> {
  const name = fullName.split("/").at(-1);
  checkProgram(config, name);
  const args = { stackName: fullName, projectName: project, program: program(config) };
  return explained(fullName, async () => {
    const stack = await automation.LocalWorkspace.createOrSelectStack(args, {
      ...options,
      ...projectSettings(project, options),
    });
    await stack.setAllConfig(providerConfig(config));
    return stack;
  });
}

/** A folder with a `Pulumi.yaml` keeps it; all other projects refresh before each update, as the project of the repository does. */
function projectSettings(
  name: string,
  { workDir, projectSettings: given }: automation.LocalWorkspaceOptions,
): Pick<automation.LocalWorkspaceOptions, "projectSettings"> {
  if (given === undefined && workDir !== undefined && existsSync(join(workDir, "Pulumi.yaml"))) {
    return {};
  }
  // Pulumi writes these settings into a Pulumi.yaml as they are; its type lacks `options`.
  const settings = {
    ...{ runtime: "nodejs" as const, main: process.cwd(), ...given },
    ...{ name, options: { refresh: "always" } },
  };
  return { projectSettings: settings };
}
