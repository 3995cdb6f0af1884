/**
 * The deployment strategies: how a new release replaces the running one. `plan.ts` maps a strategy to AWS settings,
 * `check.ts` checks it, and `forecast` predicts its deployments.
 */

/** Replaces tasks a few at a time behind one target group. ECS's `ROLLING` strategy. */
export interface Rolling {
  /** Selects this strategy. */
  readonly type: "rolling";
  /**
   * The percentage of the desired tasks that must stay healthy during a deployment, rounded up to tasks, 0 to 100. With 100,
   * a deployment needs room for more tasks.
   * @default 100
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
   */
  readonly minimumHealthyPercent?: number;
  /**
   * The percentage of the desired tasks that may run during a deployment, rounded down to tasks, 100 to 1000. A higher
   * percentage makes it faster; you pay for the tasks. 100 also turns off the rebalancing of zones.
   * @default 200
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
   */
  readonly maximumPercent?: number;
  /**
   * Ends a deployment if its tasks keep failing. The limit is half as many failures as the desired count, at least 3.
   * With `rollback`, ECS returns to the last deployment that succeeded.
   * @default `{ enable: true, rollback: true }`
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
   */
  readonly circuitBreaker?: CircuitBreaker;
  /**
   * Names of CloudWatch alarms that end a deployment and roll it back, in addition to the service's `guards`. If an alarm is
   * already in ALARM when a deployment starts, that deployment ignores all of them.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentAlarms.html
   */
  readonly alarms?: readonly string[];
}

/** ECS's circuit breaker for deployments. */
export interface CircuitBreaker {
  /** Whether ECS fails a deployment whose tasks do not start. */
  readonly enable: boolean;
  /** Whether a failed deployment returns to the last one that completed. */
  readonly rollback: boolean;
}

/** The common options of the strategies for which ECS itself shifts traffic. */
export interface TrafficShift {
  /**
   * Minutes that the old tasks keep running after all traffic has shifted, 0 to 1440. During this time a rollback only
   * changes weights and takes seconds, and you pay for twice the tasks.
   * @default 5
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
   */
  readonly bakeTimeInMinutes?: number;
  /**
   * A listener on which the new tasks answer before they get production traffic.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AdvancedConfiguration.html
   */
  readonly testListener?: TestListener;
  /**
   * A hook per stage of the deployment: the ARN of a Lambda function whose answer decides whether the deployment continues,
   * or a pause until somebody approves. The provider cannot remove the last hook: after you remove it here, also remove it
   * with `aws ecs update-service`.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html
   */
  readonly hooks?: Readonly<Partial<Record<LifecycleStage, string | Pause>>>;
  /**
   * Ends a deployment if its tasks keep failing, as for {@link Rolling}. With `rollback`, ECS returns to the last
   * deployment that succeeded.
   * @default `{ enable: true, rollback: true }`
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
   */
  readonly circuitBreaker?: CircuitBreaker;
  /**
   * Names of CloudWatch alarms that end a deployment and roll it back, in addition to the service's `guards`. ECS watches
   * them until the end of the bake time. If an alarm is already in ALARM when a deployment starts, that deployment ignores
   * all of them.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentAlarms.html
   */
  readonly alarms?: readonly string[];
}

/** A listener for test traffic. */
export interface TestListener {
  /**
   * A port of the load balancer that no other listener uses, 1 to 65535. It is open to the load balancer's
   * `allowedTestCidrBlocks`.
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

/** A stage of an ECS deployment that can have a hook. */
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
  /** Selects a pause. A hook without it is the ARN of a function. */
  readonly type: "pause";
  /**
   * Minutes until ECS stops waiting, 1 to 20160.
   * @default 60
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
   */
  readonly timeoutInMinutes?: number;
  /**
   * What ECS does when the time is over.
   * @default "ROLLBACK"
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
   */
  readonly action?: "CONTINUE" | "ROLLBACK";
}

/** Shifts all traffic at once to a second set of tasks. ECS's `BLUE_GREEN` strategy. */
export interface BlueGreen extends TrafficShift {
  /** Selects this strategy. */
  readonly type: "blue-green";
}

/** Shifts a small share of the traffic first, then the rest. ECS's `CANARY` strategy. */
export interface Canary extends TrafficShift {
  /** Selects this strategy. */
  readonly type: "canary";
  /**
   * The share that shifts first, 0.1 to 100 percent. It is the share of the users that a bad release reaches first.
   * @default 5
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html
   */
  readonly canaryPercent?: number;
  /**
   * Minutes until the rest of the traffic shifts, 0 to 1440. Every deployment takes this much longer.
   * @default 10
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html
   */
  readonly canaryBakeTimeInMinutes?: number;
}

/** Shifts the traffic in equal steps. ECS's `LINEAR` strategy. */
export interface Linear extends TrafficShift {
  /** Selects this strategy. */
  readonly type: "linear";
  /**
   * The size of a step, 3 to 100 percent.
   * @default 10
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html
   */
  readonly stepPercent?: number;
  /**
   * Minutes between two steps, 0 to 1440. Every deployment takes this much longer for each step.
   * @default 6
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html
   */
  readonly stepBakeTimeInMinutes?: number;
}

/** CodeDeploy shifts the traffic to a second set of tasks. Choose it if you already use CodeDeploy or need its hooks. */
export interface CodeDeploy {
  /** Selects this strategy. */
  readonly type: "code-deploy";
  /**
   * How the traffic shifts: the name of one of CodeDeploy's predefined configurations, or a custom configuration.
   * @default "CodeDeployDefault.ECSAllAtOnce"
   * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
   */
  readonly deploymentConfig?: PredefinedConfig | CustomConfig;
  /**
   * Minutes that the old tasks keep running after all traffic has shifted, 0 to 2880. During this time a rollback takes
   * seconds, and you pay for twice the tasks.
   * @default 60, as CodeDeploy's console proposes
   * @see https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BlueInstanceTerminationOption.html
   */
  readonly terminationWaitTimeInMinutes?: number;
  /**
   * Makes each deployment wait before the traffic shift until somebody approves it (`aws deploy continue-deployment`). After
   * this many minutes, 1 to 2880, CodeDeploy stops the deployment.
   * @default no wait
   * @see https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentReadyOption.html
   */
  readonly approvalWaitTimeInMinutes?: number;
  /**
   * A listener on which the new tasks answer before they get production traffic.
   * @default none
   * @see https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TargetGroupPairInfo.html
   */
  readonly testListener?: TestListener;
  /**
   * ARNs of Lambda functions that CodeDeploy calls during a deployment. Each function must report its result to CodeDeploy.
   * @default none
   * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
   */
  readonly hooks?: Readonly<Partial<Record<AppSpecHook, string>>>;
  /**
   * Names of CloudWatch alarms that stop a deployment and roll it back, in addition to the service's `guards`; at most ten in
   * all. CodeDeploy deploys nothing while one of them is in ALARM.
   * @default none
   * @see https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_AlarmConfiguration.html
   */
  readonly alarms?: readonly string[];
  /**
   * Whether CodeDeploy rolls back a deployment that fails or that an alarm stops.
   * @default true
   * @see https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_AutoRollbackConfiguration.html
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

/** A stage of a CodeDeploy deployment that can have a hook. */
export type AppSpecHook = (typeof appSpecHooks)[number];

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html */
export const predefinedConfigs = [
  "CodeDeployDefault.ECSAllAtOnce",
  "CodeDeployDefault.ECSCanary10Percent5Minutes",
  "CodeDeployDefault.ECSCanary10Percent15Minutes",
  "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
  "CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
] as const;

/** A configuration that CodeDeploy has. */
export type PredefinedConfig = (typeof predefinedConfigs)[number];

/** A configuration of CodeDeploy with your own steps. */
export interface CustomConfig {
  /**
   * `TimeBasedCanary` shifts a first share and then the rest, `TimeBasedLinear` shifts in equal steps.
   * @see https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TrafficRoutingConfig.html
   */
  readonly type: "TimeBasedCanary" | "TimeBasedLinear";
  /**
   * The first share, or the size of a step: 1 to 99 percent.
   * @see https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TrafficRoutingConfig.html
   */
  readonly percentage: number;
  /**
   * Minutes until the rest or the next step shifts, 1 to 2880.
   * @see https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TrafficRoutingConfig.html
   */
  readonly interval: number;
}

/** Every option except `type` has a default. */
export type Strategy = Rolling | BlueGreen | Canary | Linear | CodeDeploy;
/** The name of a strategy. */
export type StrategyName = Strategy["type"];

export const strategyNames: readonly StrategyName[] = [
  "rolling",
  "blue-green",
  "canary",
  "linear",
  "code-deploy",
];
