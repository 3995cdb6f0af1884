import { checkRange } from "../../shared/checks";
import { withDefaults } from "../../shared/defaults";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import { migrationDefaults } from "../defaults";
import { checkOverride, resolveOverride, type Size, type TaskOverride } from "./override";

/**
 * A task that runs once with the new image before a release changes the service: usually the migration of a database. The release
 * continues if the main container exits with code 0.
 */
export interface MigrationArgs extends TaskOverride {
  /**
   * Minutes that the workflow waits for the task, 1 to 300. After that the release fails, but the task is not stopped: that could
   * leave the migration incomplete.
   * @default 15
   */
  readonly timeoutMinutes?: number;
}

/** A migration with its size and its time limit. */
export interface ResolvedMigration extends Required<MigrationArgs> {
  /** The capacity of the task, if the service is on EC2. @default Fargate on demand */
  readonly capacity?: readonly {
    /** The capacity provider's name in ECS. */
    readonly capacityProvider: string;
    /** Its share of the tasks, relative to the others. */
    readonly weight: number;
    /** The tasks that it gets first. */
    readonly base: number;
  }[];
}

export function resolveMigration(args: MigrationArgs, service: Size): ResolvedMigration {
  return {
    ...resolveOverride(args, service),
    ...withDefaults(args, migrationDefaults),
  };
}

export function checkMigration(
  args: Unchecked<MigrationArgs> | undefined,
  service: Size,
  path: string,
): Problem[] {
  return args
    ? [
        ...checkOverride(args, service, path),
        ...checkRange(`${path}.timeoutMinutes`, args.timeoutMinutes, [1, 300], "minutes"),
      ]
    : [];
}
