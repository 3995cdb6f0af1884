import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import { checkSize } from "../capacity/size";

/** The settings of a migration or of a scheduled task that can differ from the service's. All others are the service's. */
export interface TaskOverride {
  /** The command of the main container, instead of the service's. Sidecars start, too. */
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
}

export interface Size {
  readonly cpu: number;
  readonly memory: number;
}

export function resolveOverride(args: TaskOverride, service: Size): Required<TaskOverride> {
  const { command, cpu = service.cpu, memory = service.memory } = args;
  return { command, cpu, memory };
}

/** ECS's TaskOverride, as RunTask takes it and as the scheduler passes it on. */
export function taskOverrides(
  container: string,
  { command, cpu, memory }: Required<TaskOverride>,
): string {
  const containerOverrides = [{ name: container, command }];
  return JSON.stringify({ containerOverrides, cpu: String(cpu), memory: String(memory) });
}

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html (overrides), minus a reserve for everything except the command
 */
const longestCommand = 8192 - 256;

export function checkOverride(
  args: Unchecked<TaskOverride>,
  service: Size,
  path: string,
): Problem[] {
  const { command, cpu = service.cpu, memory = service.memory } = args;
  const problems =
    args.cpu === undefined && args.memory === undefined ? [] : checkSize(cpu, memory, path);
  if (command?.length === 0) {
    problems.push({
      path: `${path}.command`,
      value: command,
      allowed: "a list with at least one entry: without a command the application itself would run",
      fix: "name the command, for example [npm, run, migrate]",
    });
  }
  const characters = JSON.stringify(command ?? []).length;
  if (characters > longestCommand) {
    problems.push({
      path: `${path}.command`,
      value: `${characters} characters`,
      allowed: `at most ${longestCommand} characters: ECS limits what a task may override`,
      fix: "put the commands into a script of the image, and name the script",
    });
  }
  return problems;
}
