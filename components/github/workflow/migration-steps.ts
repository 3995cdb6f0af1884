import type { ResolvedMigration } from "../../service/tasks/migration";
import { taskOverrides } from "../../service/tasks/override";
import { actions } from "./actions";
import type { WorkflowArgs } from "./args";
import { expression, literal } from "./expressions";
import type { Step } from "./model";
import { scriptCommand } from "./release-script";

/**
 * The steps that run the migration before anything changes the service. The deploy action could run the task, too (`run-task`), but it
 * fails for the exit code of every container, also of a sidecar that ECS stops with the main one. It does not report the exit code.
 * And it shares its time limit with the wait for the service (`runTask` and `tasksExitCode` in
 * https://github.com/aws-actions/amazon-ecs-deploy-task-definition/blob/master/index.js).
 */
export function migrationSteps(
  { service, stack, migration }: WorkflowArgs,
  release: Readonly<Record<string, string>>,
): Step[] {
  if (!migration) {
    return [];
  }
  const needed = "steps.migration.outputs.needed == 'true'";
  return [
    {
      name: "Find out whether the image was released before",
      id: "migration",
      env: release,
      run: scriptCommand(stack, "find-migration"),
    },
    {
      name: "Register a revision for the migration",
      id: "migration-revision",
      if: needed,
      uses: actions.deployTaskDefinition.uses,
      // Without a service, the action only registers.
      with: { "task-definition": expression("steps.task-definition.outputs.task-definition") },
    },
    {
      name: "Run the migration",
      if: needed,
      env: {
        CAPACITY: capacityOf(migration),
        REVISION: expression("steps.migration-revision.outputs.task-definition-arn"),
        CONTAINER: service,
        OVERRIDES: literal(taskOverrides(service, migration)),
        MIGRATION_MINUTES: String(migration.timeoutMinutes),
      },
      run: scriptCommand(stack, "run-migration"),
    },
  ];
}

/**
 * The task's capacity, as options of `run-task`. On Fargate it is always on demand: AWS could stop a task on Spot in the middle of a
 * migration.
 */
export function capacityOf({ capacity }: ResolvedMigration): string {
  return capacity
    ? [
        "--capacity-provider-strategy",
        ...capacity.map(
          ({ capacityProvider, weight, base }) =>
            `capacityProvider=${capacityProvider},weight=${weight},base=${base}`,
        ),
      ].join(" ")
    : "--launch-type FARGATE";
}
