/**
 * What decides how long a deployment takes and does not stand in the configuration. Where AWS or somebody's measurement
 * says how long, that is the default; the rest is said to be an estimate.
 */
export interface Assumptions {
  /**
   * Seconds from the container's start to its first good answer. Only the application's team knows.
   * @default 20
   */
  readonly startupSeconds: number;
  /**
   * Seconds until Fargate has a place for a task and has attached its network interface.
   * @default 20; with a pull of 10 the 30 s that a measurement of ECS on Fargate found for a small image:
   * https://www.vladionescu.me/posts/scaling-containers-on-aws-in-2022/
   */
  readonly provisionSeconds: number;
  /**
   * Seconds to pull the image. Fargate caches none, so it grows with the image's size:
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-recommendations.html
   * @default 10, an image of about 100 MB
   */
  readonly imagePullSeconds: number;
  /**
   * Seconds until ECS's scheduler acts on what has changed.
   * @default 5, an estimate
   */
  readonly schedulerSeconds: number;
  /**
   * Seconds from SIGTERM until a task is gone. `stopTimeout` bounds it.
   * @default 5, an estimate for a process that reacts to SIGTERM
   */
  readonly stopSeconds: number;
  /**
   * Seconds after its start at which a task that cannot start has exited.
   * @default 5, an estimate
   */
  readonly exitSeconds: number;
  /**
   * Seconds until a changed weight is in force and ECS or CodeDeploy goes on.
   * @default 10, an estimate
   */
  readonly shiftSeconds: number;
  /**
   * Seconds that each hook takes.
   * @default 30: ECS asks a Lambda that is still in progress again after so long
   * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html)
   */
  readonly hookSeconds: number;
  /**
   * Seconds that somebody takes to approve, where a pause or an approval is configured.
   * @default 0, as nobody can know: the forecast names it
   */
  readonly approvalSeconds: number;
  /**
   * Seconds until an alarm fires, once there is something to fire for.
   * @default 180: three periods of a minute
   */
  readonly alarmSeconds: number;
  /**
   * Seconds until somebody notices what no alarm watches.
   * @default 600, an estimate
   */
  readonly noticeSeconds: number;
  /**
   * Tasks that one service may start a minute.
   * @default 500, the quota of most regions: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
   */
  readonly launchesPerMinute: number;
  /**
   * Whether a draining task counts against maximumPercent. AWS says that running and pending tasks count
   * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html) and not whether one
   * that drains still runs; where it does, each batch waits for the drain of the one before.
   * @default true, the longer of the two
   */
  readonly drainingTasksCount: boolean;
  readonly prices: Prices;
}

/** USD, https://aws.amazon.com/fargate/pricing/ */
export interface Prices {
  readonly vcpuHour: Readonly<Record<"X86_64" | "ARM64", number>>;
  readonly gigabyteHour: Readonly<Record<"X86_64" | "ARM64", number>>;
  /** For each GiB of disk above 20. */
  readonly storageGigabyteHour: number;
  /** The share of the price that Spot takes off. Its price moves; AWS says "up to 70 %". */
  readonly spotDiscount: number;
}

/** Linux in us-east-1, 2026. */
const prices: Prices = {
  vcpuHour: { X86_64: 0.04048, ARM64: 0.03238 },
  gigabyteHour: { X86_64: 0.004445, ARM64: 0.00356 },
  storageGigabyteHour: 0.000111,
  spotDiscount: 0.7,
};

export const defaultAssumptions: Assumptions = {
  startupSeconds: 20,
  provisionSeconds: 20,
  imagePullSeconds: 10,
  schedulerSeconds: 5,
  stopSeconds: 5,
  exitSeconds: 5,
  shiftSeconds: 10,
  hookSeconds: 30,
  approvalSeconds: 0,
  alarmSeconds: 180,
  noticeSeconds: 600,
  launchesPerMinute: 500,
  drainingTasksCount: true,
  prices,
};

/**
 * CodeDeploy gives a replacement task set so long to become healthy, and has no circuit breaker. AWS documents no number:
 * those who met its time-out report 60 minutes.
 */
export const codeDeployTimeoutSeconds = 3600;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
export function breakerThreshold(count: number): number {
  return Math.min(200, Math.max(3, Math.ceil(count / 2)));
}
