/**
 * The deployment strategies: how a new release replaces the running one. `plan.ts` maps a strategy to AWS settings,
 * `check-strategy.ts` checks it, and `forecast` predicts its deployments.
 */

/** Replaces tasks a few at a time behind one target group. ECS's `ROLLING` strategy. */
export interface Rolling {
  readonly type: "rolling";
  /**
   * The percentage of the desired tasks that must stay healthy during a deployment, rounded up to tasks.
   * @default 100
   */
  readonly minimumHealthyPercent?: number;
  /**
   * The percentage of the desired tasks that may run during a deployment, rounded down to tasks.
   * @default 200
   */
  readonly maximumPercent?: number;
  /**
   * Ends a deployment whose tasks keep failing: after as many failures as half the desired count, at least 3. With `rollback`,
   * ECS returns to the last deployment that succeeded.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
   * @default { enable: true, rollback: true }
   */
  readonly circuitBreaker?: CircuitBreaker;
  /**
   * Names of CloudWatch alarms that end a deployment and roll it back. If an alarm is already in ALARM when a deployment starts,
   * that deployment ignores it. The provider cannot remove the last alarm: after you remove it here, also remove it with
   * `aws ecs update-service`.
   * @default none
   */
  readonly alarms?: readonly string[];
}

export interface CircuitBreaker {
  /** Whether ECS fails a deployment whose tasks do not start. */
  readonly enable: boolean;
  /** Whether a failed deployment returns to the last one that completed. */
  readonly rollback: boolean;
}

/** The common options of the strategies for which ECS itself shifts traffic. */
export interface TrafficShift {
  /**
   * Minutes that the old tasks keep running after all traffic has shifted, 0 to 1440. During this time a rollback only changes
   * weights and takes seconds, and you pay for twice the tasks.
   * @default 5
   */
  readonly bakeTimeInMinutes?: number;
  /**
   * A listener on which the new tasks answer before they get production traffic.
   * @default none
   */
  readonly testListener?: TestListener;
  /**
   * A hook per stage of the deployment: the ARN of a Lambda function whose answer decides whether the deployment continues, or
   * a pause until somebody approves. The provider cannot remove the last hook: after you remove it here, also remove it with
   * `aws ecs update-service`.
   * @default none
   */
  readonly hooks?: Readonly<Partial<Record<LifecycleStage, string | Pause>>>;
  /** See {@link Rolling}. @default { enable: true, rollback: true } */
  readonly circuitBreaker?: CircuitBreaker;
  /** See {@link Rolling}. ECS watches the alarms until the end of the bake time. @default none */
  readonly alarms?: readonly string[];
}

export interface TestListener {
  /**
   * A port of the load balancer that no other listener uses. It is open to the load balancer's `allowedCidrBlocks`.
   * @default 8080
   */
  readonly port?: number;
}

/**
 * The stages of an ECS deployment that can have a hook:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html
 */
export const lifecycleStages = [
  "RECONCILE_SERVICE",
  "PRE_SCALE_UP",
  "POST_SCALE_UP",
  "TEST_TRAFFIC_SHIFT",
  "POST_TEST_TRAFFIC_SHIFT",
  "PRE_PRODUCTION_TRAFFIC_SHIFT",
  "PRODUCTION_TRAFFIC_SHIFT",
  "POST_PRODUCTION_TRAFFIC_SHIFT",
] as const;

export type LifecycleStage = (typeof lifecycleStages)[number];

/** A deployment cannot pause while ECS shifts traffic: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentLifecycleHook.html */
export const stagesWithoutPause: readonly LifecycleStage[] = [
  "TEST_TRAFFIC_SHIFT",
  "PRODUCTION_TRAFFIC_SHIFT",
];

/**
 * Pauses the deployment until somebody calls `aws ecs continue-service-deployment`. Not possible at TEST_TRAFFIC_SHIFT and
 * PRODUCTION_TRAFFIC_SHIFT. At PRE_PRODUCTION_TRAFFIC_SHIFT, it pauses before every step of a canary or linear shift:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
 */
export interface Pause {
  readonly type: "pause";
  /**
   * Minutes until ECS stops waiting, 1 to 20160.
   * @default 60
   */
  readonly timeoutInMinutes?: number;
  /**
   * What ECS does when the time is over.
   * @default "ROLLBACK"
   */
  readonly action?: "CONTINUE" | "ROLLBACK";
}

/** Shifts all traffic at once to a second set of tasks. ECS's `BLUE_GREEN` strategy. */
export interface BlueGreen extends TrafficShift {
  readonly type: "blue-green";
}

/** Shifts a small share of the traffic first, then the rest. ECS's `CANARY` strategy. */
export interface Canary extends TrafficShift {
  readonly type: "canary";
  /**
   * The share that shifts first, 0.1 to 100 percent.
   * @default 5
   */
  readonly canaryPercent?: number;
  /**
   * Minutes until the rest of the traffic shifts, 0 to 1440.
   * @default 10
   */
  readonly canaryBakeTimeInMinutes?: number;
}

/** Shifts the traffic in equal steps. ECS's `LINEAR` strategy. */
export interface Linear extends TrafficShift {
  readonly type: "linear";
  /**
   * The size of a step, 3 to 100 percent.
   * @default 10
   */
  readonly stepPercent?: number;
  /**
   * Minutes between two steps, 0 to 1440.
   * @default 6
   */
  readonly stepBakeTimeInMinutes?: number;
}

/** CodeDeploy shifts the traffic to a second set of tasks. Choose it if you already use CodeDeploy or need its hooks. */
export interface CodeDeploy {
  readonly type: "code-deploy";
  /**
   * How the traffic shifts: the name of one of CodeDeploy's predefined configurations, or a custom configuration.
   * @default "CodeDeployDefault.ECSAllAtOnce"
   */
  readonly deploymentConfig?: PredefinedConfig | CustomConfig;
  /**
   * Minutes that the old tasks keep running after all traffic has shifted, 0 to 2880. During this time a rollback takes seconds.
   * @default 60, as CodeDeploy's console proposes
   */
  readonly terminationWaitTimeInMinutes?: number;
  /**
   * Makes each deployment wait before the traffic shift until somebody approves it (`aws deploy continue-deployment`). After
   * this many minutes, 1 to 2880, CodeDeploy stops the deployment.
   * @default no wait
   */
  readonly approvalWaitTimeInMinutes?: number;
  /** See {@link TrafficShift}. @default none */
  readonly testListener?: TestListener;
  /**
   * ARNs of Lambda functions that CodeDeploy calls during a deployment. Each function must report its result to CodeDeploy:
   * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
   * @default none
   */
  readonly hooks?: Readonly<Partial<Record<AppSpecHook, string>>>;
  /**
   * Names of CloudWatch alarms that stop a deployment and roll it back.
   * @default none
   */
  readonly alarms?: readonly string[];
  /**
   * Whether CodeDeploy rolls back a deployment that fails or that an alarm stops.
   * @default true
   */
  readonly autoRollback?: boolean;
}

export const appSpecHooks = [
  "BeforeInstall",
  "AfterInstall",
  "AfterAllowTestTraffic",
  "BeforeAllowTraffic",
  "AfterAllowTraffic",
] as const;

export type AppSpecHook = (typeof appSpecHooks)[number];

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html */
export const predefinedConfigs = [
  "CodeDeployDefault.ECSAllAtOnce",
  "CodeDeployDefault.ECSCanary10Percent5Minutes",
  "CodeDeployDefault.ECSCanary10Percent15Minutes",
  "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
  "CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
] as const;

export type PredefinedConfig = (typeof predefinedConfigs)[number];

export interface CustomConfig {
  /** `TimeBasedCanary` shifts a first share and then the rest, `TimeBasedLinear` shifts in equal steps. */
  readonly type: "TimeBasedCanary" | "TimeBasedLinear";
  /** The first share, or the size of a step: 1 to 99 percent. */
  readonly percentage: number;
  /** Minutes until the rest or the next step shifts. */
  readonly interval: number;
}

/** Every option except `type` has a default. */
export type Strategy = Rolling | BlueGreen | Canary | Linear | CodeDeploy;
export type StrategyName = Strategy["type"];

export const strategyNames: readonly StrategyName[] = [
  "rolling",
  "blue-green",
  "canary",
  "linear",
  "code-deploy",
];
