import type * as aws from "@pulumi/aws";
import type { ResolvedStrategy } from "../service/resolve";
import type { AppSpecHook, LifecycleStage, Pause } from "../service/strategy";

type CodeDeploy = Extract<ResolvedStrategy, { type: "code-deploy" }>;
type OfEcs = Exclude<ResolvedStrategy, CodeDeploy>;
type Shift = Exclude<OfEcs, { type: "rolling" }>;

import { assertNever } from "../shared/errors";

/** What a strategy asks of AWS. Nobody but the planner, the checks and the forecast looks at the strategy itself. */
export interface DeploymentPlan {
  readonly service: Pick<
    aws.ecs.ServiceArgs,
    | "alarms"
    | "availabilityZoneRebalancing"
    | "deploymentCircuitBreaker"
    | "deploymentController"
    | "deploymentMaximumPercent"
    | "deploymentMinimumHealthyPercent"
    | "waitForSteadyState"
  >;
  /** ECS's own description of how it shifts traffic; the hooks are added where their role is known. */
  readonly deploymentConfiguration: {
    readonly strategy: "ROLLING" | "BLUE_GREEN" | "CANARY" | "LINEAR";
    readonly bakeTimeInMinutes?: string;
    readonly canaryConfiguration?: aws.types.input.ecs.ServiceDeploymentConfigurationCanaryConfiguration;
    readonly linearConfiguration?: aws.types.input.ecs.ServiceDeploymentConfigurationLinearConfiguration;
  };
  /** Who moves the traffic between the two target groups: nobody, ECS with a role of its own, or CodeDeploy. */
  readonly shiftedBy: "nobody" | "ecs" | "code-deploy";
  /** The load balancer's port on which new tasks answer before they get production traffic. */
  readonly testPort?: number;
  /** What ECS calls or waits for at its stages. */
  readonly hooks: readonly Hook[];
  /** What CodeDeploy needs, where it moves the traffic. */
  readonly codeDeploy?: CodeDeployPlan;
  /** Properties of the service that the deployment controller, not Pulumi, owns. */
  readonly ignoreChanges: readonly string[];
  /** Properties of the service that only another service can have: it takes over before this one goes. */
  readonly replaceOnChanges: readonly string[];
}

export type Hook =
  | { readonly stage: LifecycleStage; readonly functionArn: string }
  | { readonly stage: LifecycleStage; readonly pause: Required<Pause> };

export interface CodeDeployPlan {
  /** Of a predefined configuration; a custom one is made. */
  readonly deploymentConfigName?: string;
  readonly trafficRoutingConfig?: aws.types.input.codedeploy.DeploymentConfigTrafficRoutingConfig;
  readonly deploymentReadyOption: aws.types.input.codedeploy.DeploymentGroupBlueGreenDeploymentConfigDeploymentReadyOption;
  readonly terminationWaitTimeInMinutes: number;
  readonly alarms: readonly string[];
  readonly autoRollback: boolean;
  readonly hooks: Readonly<Partial<Record<AppSpecHook, string>>>;
}

/** ECS goes from one controller to another only with another service. */
const controller = "deploymentController";

export function planDeployment(strategy: ResolvedStrategy): DeploymentPlan {
  switch (strategy.type) {
    case "rolling":
      return {
        ...ecs(strategy),
        // Left out, the provider sends the last one again: of a strategy that baked, 5 minutes.
        // hashicorp/terraform-provider-aws internal/service/ecs/service.go: optional and computed.
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

/** What holds wherever ECS itself deploys. */
function ecs({ minimumHealthyPercent, maximumPercent, circuitBreaker, alarms }: OfEcs) {
  return {
    service: {
      deploymentController: { type: "ECS" },
      deploymentMinimumHealthyPercent: minimumHealthyPercent,
      deploymentMaximumPercent: maximumPercent,
      // To move a task, ECS starts the new one first:
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
      availabilityZoneRebalancing: maximumPercent > 100 ? "ENABLED" : "DISABLED",
      deploymentCircuitBreaker: { ...circuitBreaker },
      // Left out where there are none: of an empty list the provider makes a request that AWS's SDK refuses.
      ...(alarms.length > 0 && {
        alarms: { alarmNames: [...alarms], enable: true, rollback: true },
      }),
      waitForSteadyState: true,
    },
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
      // The provider counts deployments, of which such a service has none, and would wait for ever
      // (https://github.com/hashicorp/terraform-provider-aws/issues/29252): `steady.ts` waits in its place.
      waitForSteadyState: false,
    },
    deploymentConfiguration: { strategy: "ROLLING" },
    shiftedBy: "code-deploy",
    ...testPort(strategy),
    hooks: [],
    codeDeploy: {
      ...(typeof deploymentConfig === "string"
        ? { deploymentConfigName: deploymentConfig }
        : { trafficRoutingConfig: routing(deploymentConfig) }),
      // A wait of 0 is said: without it the deploy action waits for NaN minutes.
      deploymentReadyOption:
        approval === undefined
          ? { actionOnTimeout: "CONTINUE_DEPLOYMENT", waitTimeInMinutes: 0 }
          : { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: approval },
      terminationWaitTimeInMinutes,
      alarms,
      autoRollback,
      hooks,
    },
    // What comes with CodeDeploy's next deployment, by revision and AppSpec: UpdateService would refuse it.
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
