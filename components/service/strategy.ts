/**
 * How a new release replaces the running one: one word in the stack file, and for each word the few options that matter.
 * What a strategy asks of AWS stands in `plan.ts`, what it may not hold in `check.ts`, what it will do in `forecast`.
 */

/** Replaces tasks a few at a time behind one target group. ECS's `ROLLING` strategy. */
export interface Rolling {
  readonly type: "rolling";
  /**
   * How many percent of the desired tasks stay healthy while a deployment runs, rounded up.
   * @default 100
   */
  readonly minimumHealthyPercent?: number;
  /**
   * How many percent of the desired tasks may run while a deployment runs, rounded down.
   * @default 200
   */
  readonly maximumPercent?: number;
  /**
   * Gives a deployment up whose tasks fail again and again (after half the desired count, at least 3:
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html), and with `rollback`
   * returns to the last one that succeeded.
   * @default { enable: true, rollback: true }
   */
  readonly circuitBreaker?: CircuitBreaker;
  /**
   * Names of CloudWatch alarms that end a deployment and roll it back. An alarm that is already in ALARM when a
   * deployment starts is ignored for that deployment. The provider cannot take the last one away: after it is removed
   * here, `aws ecs update-service` has to remove it there.
   * @default none
   */
  readonly alarms?: readonly string[];
}

export interface CircuitBreaker {
  readonly enable: boolean;
  readonly rollback: boolean;
}

/** What the strategies that ECS itself shifts traffic for have in common. */
export interface TrafficShift {
  /**
   * Minutes in which the old tasks stay after all traffic has moved, 0 to 1440. As long, a rollback is a change of
   * weights, and takes seconds; and as long, twice the tasks are paid for.
   * @default 5
   */
  readonly bakeTimeInMinutes?: number;
  /**
   * A listener on which the new tasks answer before they get production traffic.
   * @default none
   */
  readonly testListener?: TestListener;
  /**
   * What happens at a stage of the deployment: a Lambda function's ARN, whose answer decides whether the deployment goes
   * on, or a pause until somebody approves. The provider changes hooks, but never sends an empty list: after the last one
   * is removed here, `aws ecs update-service` has to remove it there.
   * @default none
   */
  readonly hooks?: Readonly<Partial<Record<LifecycleStage, string | Pause>>>;
  /** As of {@link Rolling}. @default { enable: true, rollback: true } */
  readonly circuitBreaker?: CircuitBreaker;
  /** As of {@link Rolling}; they are watched until the end of the bake time. @default none */
  readonly alarms?: readonly string[];
}

export interface TestListener {
  /**
   * The load balancer's port, not that of another listener. Open to the load balancer's own `allowedCidrBlocks`.
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

/** While ECS moves traffic, a deployment cannot pause: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentLifecycleHook.html */
export const stagesWithoutPause: readonly LifecycleStage[] = [
  "TEST_TRAFFIC_SHIFT",
  "PRODUCTION_TRAFFIC_SHIFT",
];

/**
 * Stops the deployment until `aws ecs continue-service-deployment` is called. Not at TEST_TRAFFIC_SHIFT and
 * PRODUCTION_TRAFFIC_SHIFT; at PRE_PRODUCTION_TRAFFIC_SHIFT, before every step of a canary or linear shift:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
 */
export interface Pause {
  readonly type: "pause";
  /**
   * Minutes after which ECS goes on by itself.
   * @default 60
   */
  readonly timeoutInMinutes?: number;
  /**
   * What ECS then does.
   * @default "ROLLBACK"
   */
  readonly action?: "CONTINUE" | "ROLLBACK";
}

/** All traffic moves at once to a second set of tasks. ECS's `BLUE_GREEN` strategy. */
export interface BlueGreen extends TrafficShift {
  readonly type: "blue-green";
}

/** A small share of the traffic moves first, then the rest. ECS's `CANARY` strategy. */
export interface Canary extends TrafficShift {
  readonly type: "canary";
  /**
   * The share that moves first, 0.1 to 100 percent.
   * @default 5
   */
  readonly canaryPercent?: number;
  /**
   * Minutes until the rest follows, 0 to 1440.
   * @default 10
   */
  readonly canaryBakeTimeInMinutes?: number;
}

/** The traffic moves in equal steps. ECS's `LINEAR` strategy. */
export interface Linear extends TrafficShift {
  readonly type: "linear";
  /**
   * The size of a step, 3 to 100 percent.
   * @default 10
   */
  readonly stepPercent?: number;
  /**
   * Minutes after each step, 0 to 1440.
   * @default 6
   */
  readonly stepBakeTimeInMinutes?: number;
}

/** CodeDeploy moves the traffic to a second set of tasks: for those who have it, or need its hooks. */
export interface CodeDeploy {
  readonly type: "code-deploy";
  /**
   * How the traffic moves: the name of one of CodeDeploy's predefined configurations, or a configuration of one's own.
   * @default "CodeDeployDefault.ECSAllAtOnce"
   */
  readonly deploymentConfig?: PredefinedConfig | CustomConfig;
  /**
   * Minutes in which the old tasks stay after all traffic has moved, 0 to 2880. As long, a rollback takes seconds.
   * @default 60, as CodeDeploy's console proposes
   */
  readonly terminationWaitTimeInMinutes?: number;
  /**
   * Makes each deployment wait for somebody's approval before traffic moves (`aws deploy continue-deployment`), and gives
   * it up after as many minutes, 1 to 2880.
   * @default no wait
   */
  readonly approvalWaitTimeInMinutes?: number;
  /** As of {@link TrafficShift}. @default none */
  readonly testListener?: TestListener;
  /**
   * Lambda functions, by ARN, that CodeDeploy calls on the way; each must report back:
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
   * Whether a deployment that fails, or that an alarm stops, is rolled back.
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
  /** CodeDeploy's own names: a share first and then the rest, or equal steps. */
  readonly type: "TimeBasedCanary" | "TimeBasedLinear";
  /** The first share, or the size of a step: 1 to 99 percent. */
  readonly percentage: number;
  /** Minutes until the rest, or the next step, follows. */
  readonly interval: number;
}

/** A name alone takes that strategy's defaults. */
export type Strategy = Rolling | BlueGreen | Canary | Linear | CodeDeploy;
export type StrategyName = Strategy["type"];

export const strategyNames: readonly StrategyName[] = [
  "rolling",
  "blue-green",
  "canary",
  "linear",
  "code-deploy",
];
