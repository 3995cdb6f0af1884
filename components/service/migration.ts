import { checkRange } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import { migrationDefaults } from "./defaults";
import { checkSize } from "./size";

/** A task that runs once with the new image before a release changes the service: usually the migration of a database. */
export interface MigrationArgs {
  /**
   * The command of the main container, instead of the service's: `[npm, run, migrate]`. Exit code 0 lets the release go on. Sidecars
   * start, too; their exit codes do not count.
   */
  readonly command: readonly string[];
  /**
   * CPU units of the task.
   * @default the service's
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
   */
  readonly cpu?: number;
  /**
   * MiB of memory of the task.
   * @default the service's
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
   */
  readonly memory?: number;
  /**
   * Minutes that the workflow waits for the task, 1 to 300. After that the release fails, but the task is not stopped: that could
   * leave half a migration.
   * @default 15
   */
  readonly timeoutMinutes?: number;
}

/** A migration with its size and its time limit. */
export type ResolvedMigration = Required<MigrationArgs>;

export function resolveMigration(
  args: MigrationArgs,
  service: { readonly cpu: number; readonly memory: number },
): ResolvedMigration {
  return {
    command: args.command,
    cpu: args.cpu ?? service.cpu,
    memory: args.memory ?? service.memory,
    timeoutMinutes: args.timeoutMinutes ?? migrationDefaults.timeoutMinutes,
  };
}

/** The `overrides` of RunTask: the command and the size of the task. */
export function migrationOverrides(
  container: string,
  { command, cpu, memory }: ResolvedMigration,
): string {
  const containerOverrides = [{ name: container, command }];
  return JSON.stringify({ containerOverrides, cpu: String(cpu), memory: String(memory) });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html (overrides) */
const longestOverrides = 8192;

export function checkMigration(
  args: Unchecked<MigrationArgs> | undefined,
  service: { readonly cpu: number; readonly memory: number },
  path: string,
): Problem[] {
  if (!args) {
    return [];
  }
  const { command, cpu = service.cpu, memory = service.memory } = args;
  const problems = [
    ...(args.cpu === undefined && args.memory === undefined ? [] : checkSize(cpu, memory, path)),
    ...checkRange(`${path}.timeoutMinutes`, args.timeoutMinutes, [1, 300], "minutes"),
  ];
  if (command?.length === 0) {
    problems.push({
      path: `${path}.command`,
      value: command,
      allowed: "a list with at least one entry: without a command the application itself would run",
      fix: "name the command, for example [npm, run, migrate]",
    });
  }
  if (JSON.stringify(command ?? []).length > longestOverrides - 256) {
    problems.push({
      path: `${path}.command`,
      value: `${JSON.stringify(command).length} characters`,
      allowed: `at most ${longestOverrides - 256} characters: ECS limits what a task may override`,
      fix: "put the commands into a script of the image, and name the script",
    });
  }
  return problems;
}
