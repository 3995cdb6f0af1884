/** Workflow files for every trigger, every strategy and both places of settings. `write-matrix.ts` writes them into a folder. */
import {
  actionWaitMinutes,
  forecastDeployment,
  jobTimeoutMinutes,
  renderWorkflow,
  type StrategyName,
  type Trigger,
  type Triggers,
  type WorkflowArgs,
} from "../../../../components/index";
import { strategyNames } from "../../../../components/service/strategy";
import { base } from "./workflows";

const single: readonly Trigger[] = [
  { type: "push", branch: "main" },
  { type: "tag", pattern: "v*" },
  { type: "pull_request", branch: "release" },
  { type: "workflow_dispatch", branch: "main" },
  { type: "workflow_call", branch: "main" },
  { type: "workflow_run", workflow: "Tests", branch: "main" },
  { type: "schedule", cron: "0 6 * * 1-5" },
];

const triggers: readonly (readonly [string, Triggers])[] = [
  ...single.map((trigger) => [trigger.type, trigger] as const),
  ["all", single],
];

function argsOf(
  trigger: Triggers,
  type: StrategyName,
  scope: "environment" | "repository",
): WorkflowArgs {
  const forecast = forecastDeployment({ strategy: { type } });
  const { names, ...rest } = base("dev", scope);
  const codeDeploy = {
    codeDeploy: { deploymentGroupName: "api" },
    names: { ...names, codeDeployApplication: "api", appSpec: '{"version":1,"Resources":[]}' },
  };
  return {
    ...{ ...rest, names, trigger },
    notify: {
      when: scope === "environment" ? "failure" : "always",
      secret: "SLACK_WEBHOOK",
      expectedSeconds: forecast.expectedSeconds,
    },
    timeouts: {
      waitForMinutes: actionWaitMinutes(forecast),
      timeoutMinutes: jobTimeoutMinutes(forecast),
    },
    ...(type === "code-deploy" && codeDeploy),
  };
}

/** The files by their names. */
export function matrix(): ReadonlyMap<string, string> {
  const scopes = ["environment", "repository"] as const;
  return new Map(
    triggers.flatMap(([event, trigger]) =>
      strategyNames.flatMap((strategy) =>
        scopes.map((scope) => [
          `${event}-${strategy}-${scope}.yml`,
          renderWorkflow(argsOf(trigger, strategy, scope)),
        ]),
      ),
    ),
  );
}
