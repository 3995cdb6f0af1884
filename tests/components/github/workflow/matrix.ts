/** Workflow files for every trigger, every strategy and both places of settings. `write-matrix.ts` writes them into a folder. */
import {
  actionWaitMinutes,
  forecastDeployment,
  jobTimeoutMinutes,
  renderPreviewWorkflow,
  renderUpdateWorkflow,
  renderWorkflow,
  type StrategyName,
  type Trigger,
  type Triggers,
  type WorkflowArgs,
} from "../../../../components/index";
import { strategyNames } from "../../../../components/service/strategy/settings";
import { base, previewBackends } from "./workflows";

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

/** More settings that a rolling service can have. */
const variants: readonly (readonly [string, Partial<WorkflowArgs>])[] = [
  ["tested", { test: { run: "npm test" } }],
  ["migrated", { migration: { command: ["migrate"], cpu: 512, memory: 1024, timeoutMinutes: 15 } }],
  [
    "promoted",
    {
      promote: {
        from: "dev",
        imageRepository: "210987654321.dkr.ecr.eu-west-1.amazonaws.com/api",
      },
      test: { workflow: ".github/workflows/test.yml" },
    },
  ],
];

/** The files by their names. */
export function matrix(): ReadonlyMap<string, string> {
  return new Map([...deployFiles(), ...previewFiles()]);
}

/** Previews and updates with both backends, with and without environments. */
function previewFiles(): (readonly [string, string])[] {
  const kinds = { preview: renderPreviewWorkflow, update: renderUpdateWorkflow };
  return Object.entries(previewBackends).flatMap(([backend, args]) =>
    [true, false].flatMap((environments) =>
      Object.entries(kinds).map(
        ([kind, render]) =>
          [
            `${kind}-${backend}-${environments ? "environment" : "repository"}.yml`,
            render({ ...args, environments }),
          ] as const,
      ),
    ),
  );
}

function deployFiles(): (readonly [string, string])[] {
  const scopes = ["environment", "repository"] as const;
  const all = triggers.flatMap(([event, trigger]) =>
    scopes.flatMap((scope) => [
      ...strategyNames.map(
        (strategy) => [`${event}-${strategy}-${scope}`, argsOf(trigger, strategy, scope)] as const,
      ),
      ...variants.map(([variant, change]) => {
        const args = { ...argsOf(trigger, "rolling", scope), ...change };
        return [`${event}-${variant}-${scope}`, args] as const;
      }),
    ]),
  );
  return all.map(([name, args]) => [`${name}.yml`, renderWorkflow(args)]);
}
