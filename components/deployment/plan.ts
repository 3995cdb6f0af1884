import type * as aws from "@pulumi/aws";
import type { ResolvedStrategy } from "../service/strategy/resolve";
import type { AppSpecHook, LifecycleStage, Pause } from "../service/strategy/settings";

type CodeDeploy = Extract<ResolvedStrategy, { type: "code-deploy" }>;
type EcsStrategy = Exclude<ResolvedStrategy, CodeDeploy>;
type Shift = Exclude<EcsStrategy, { type: "rolling" }>;

import { assertNever } from "../shared/errors";

/** The AWS settings of a strategy. Only the planner, the checks and the forecast read the strategy itself. */
export interface DeploymentPlan {
  /** Arguments of the ECS service. */
  readonly service: Pick<
    aws.ecs.ServiceArgs,
    | "availabilityZoneRebalancing"
    | "deploymentCircuitBreaker"
    | "deploymentController"
    | "deploymentMaximumPercent"
    | "deploymentMinimumHealthyPercent"
    | "waitForSteadyState"
  >;
  /** ECS's `deploymentConfiguration`, without the hooks: they need a role, so the controller adds them. */
  readonly deploymentConfiguration: {
    /** ECS's own name of the strategy. */
    readonly strategy: "ROLLING" | "BLUE_GREEN" | "CANARY" | "LINEAR";
    /** Minutes that the old tasks keep running after the shift, as a string. */
    readonly bakeTimeInMinutes?: string;
    /** The size and the duration of a canary's first step. */
    readonly canaryConfiguration?: aws.types.input.ecs.ServiceDeploymentConfigurationCanaryConfiguration;
    /** The size and the duration of each step. */
    readonly linearConfiguration?: aws.types.input.ecs.ServiceDeploymentConfigurationLinearConfiguration;
  };
  /** What shifts traffic between the two target groups: nothing, ECS (with its own role), or CodeDeploy. */
  readonly shiftedBy: "nobody" | "ecs" | "code-deploy";
  /** The load balancer's port on which new tasks answer before they get production traffic. */
  readonly testPort?: number;
  /** The Lambda functions and pauses at ECS's lifecycle stages. */
  readonly hooks: readonly Hook[];
  /** Names of the strategy's own CloudWatch alarms that end a deployment. The guards add their own. */
  readonly alarms: readonly string[];
  /** The settings for CodeDeploy, if it shifts the traffic. */
  readonly codeDeploy?: CodeDeployPlan;
  /** Service properties that the deployment controller changes, so Pulumi must ignore them. */
  readonly ignoreChanges: readonly string[];
  /** Changing one of these properties replaces the service; the new service starts before the old one is deleted. */
  readonly replaceOnChanges: readonly string[];
}

/** What happens at a stage of an ECS deployment: a call of a Lambda function, or a pause. */
export type Hook = HookStage & (FunctionHook | PauseHook);

/** The stage of a hook. */
export interface HookStage {
  /** ECS's name of the stage. */
  readonly stage: LifecycleStage;
}

/** A call of a Lambda function. */
export interface FunctionHook {
  /** The function's ARN. */
  readonly functionArn: string;
}

/** A pause. */
export interface PauseHook {
  /** The pause, with a value for every option. */
  readonly pause: Required<Pause>;
}

/** The settings for CodeDeploy. */
export interface CodeDeployPlan {
  /** The name of a predefined configuration; undefined for a custom one. */
  readonly deploymentConfigName?: string;
  /** A custom configuration; undefined for a predefined one. */
  readonly trafficRoutingConfig?: aws.types.input.codedeploy.DeploymentConfigTrafficRoutingConfig;
  /** Whether a deployment waits for an approval before the shift, and how many minutes. */
  readonly deploymentReadyOption: aws.types.input.codedeploy.DeploymentGroupBlueGreenDeploymentConfigDeploymentReadyOption;
  /** Minutes that the old tasks keep running after the shift. */
  readonly terminationWaitTimeInMinutes: number;
  /** Whether CodeDeploy rolls back a failed deployment. */
  readonly autoRollback: boolean;
  /** ARNs of Lambda functions, by hook. */
  readonly hooks: Readonly<Partial<Record<AppSpecHook, string>>>;
}

/** ECS cannot change the controller of a service, so a change replaces the service. */
const controller = "deploymentController";

export function planDeployment(strategy: ResolvedStrategy): DeploymentPlan {
  switch (strategy.type) {
    case "rolling":
      return {
        ...ecs(strategy),
        // Without a bake time, the provider would send that of the previous strategy, for example 5 minutes: the property is
        // optional and computed (hashicorp/terraform-provider-aws internal/service/ecs/service.go).
        deploymentConfiguration: { strategy: "ROLLING", bakeTimeInMinutes: "0" },
        shiftedBy: "nobody",
        hooks: [],
      };
    case "blue-green":
      return shifted(strategy, { strategy: "BLUE_GREEN" });
    case "canary":
      return shifted(strategy, {
        strategy: "CANARY",
        canaryConfiguration: {
          canaryPercent: strategy.canaryPercent,
          canaryBakeTimeInMinutes: String(strategy.canaryBakeTimeInMinutes),
        },
      });
    case "linear":
      return shifted(strategy, {
        strategy: "LINEAR",
        linearConfiguration: {
          stepPercent: strategy.stepPercent,
          stepBakeTimeInMinutes: String(strategy.stepBakeTimeInMinutes),
        },
      });
    case "code-deploy":
      return codeDeploy(strategy);
    default:
      return assertNever(strategy);
  }
}

/** The part of the plan that is common to all strategies of ECS. */
function ecs({ minimumHealthyPercent, maximumPercent, circuitBreaker, alarms }: EcsStrategy) {
  return {
    service: {
      deploymentController: { type: "ECS" },
      deploymentMinimumHealthyPercent: minimumHealthyPercent,
      deploymentMaximumPercent: maximumPercent,
      // To move a task to another zone, ECS starts the new task first, which needs room:
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
      availabilityZoneRebalancing: maximumPercent > 100 ? "ENABLED" : "DISABLED",
      deploymentCircuitBreaker: { ...circuitBreaker },
      waitForSteadyState: true,
    },
    alarms,
    ignoreChanges: [],
    replaceOnChanges: [controller],
  } satisfies Partial<DeploymentPlan>;
}

function shifted(strategy: Shift, how: DeploymentPlan["deploymentConfiguration"]): DeploymentPlan {
  return {
    ...ecs(strategy),
    deploymentConfiguration: {
      ...how,
      bakeTimeInMinutes: String(strategy.bakeTimeInMinutes),
    },
    shiftedBy: "ecs",
    ...testPort(strategy),
    hooks: Object.entries(strategy.hooks).map(([name, hook]) => {
      const stage = name as LifecycleStage;
      return typeof hook === "string" ? { stage, functionArn: hook } : { stage, pause: hook };
    }),
  };
}

function codeDeploy(strategy: CodeDeploy): DeploymentPlan {
  const { deploymentConfig, alarms, terminationWaitTimeInMinutes, autoRollback, hooks } = strategy;
  const approval = strategy.approvalWaitTimeInMinutes;
  return {
    service: {
      deploymentController: { type: "CODE_DEPLOY" },
      // The provider waits for a deployment, and a service under CodeDeploy has none, so the wait would never end
      // (https://github.com/hashicorp/terraform-provider-aws/issues/29252). `steady.ts` waits instead.
      waitForSteadyState: false,
    },
    deploymentConfiguration: { strategy: "ROLLING" },
    shiftedBy: "code-deploy",
    ...testPort(strategy),
    hooks: [],
    alarms,
    codeDeploy: {
      ...(typeof deploymentConfig === "string"
        ? { deploymentConfigName: deploymentConfig }
        : { trafficRoutingConfig: routing(deploymentConfig) }),
      // The wait of 0 is explicit: without it, the deploy action waits for NaN minutes.
      deploymentReadyOption:
        approval === undefined
          ? { actionOnTimeout: "CONTINUE_DEPLOYMENT", waitTimeInMinutes: 0 }
          : { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: approval },
      terminationWaitTimeInMinutes,
      autoRollback,
      hooks,
    },
    // CodeDeploy's next deployment changes these, through the revision and the AppSpec. UpdateService refuses them.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
    ignoreChanges: [
      "capacityProviderStrategies",
      "loadBalancers[0].containerPort",
      "taskDefinition",
    ],
    replaceOnChanges: [controller, "enableExecuteCommand", "networkConfiguration"],
  };
}

function testPort({ testListener }: Shift | CodeDeploy): { testPort?: number } {
  return testListener ? { testPort: testListener.port } : {};
}

function routing(config: Exclude<CodeDeploy["deploymentConfig"], string>) {
  const { type, percentage, interval } = config;
  return type === "TimeBasedCanary"
    ? { type, timeBasedCanary: { percentage, interval } }
    : { type, timeBasedLinear: { percentage, interval } };
}
