import { alarmDelaySeconds, errorsEvaluation, secondsToAlarm } from "../service/guards/settings";

/**
 * Values that decide how long a deployment takes but are not part of the configuration. Defaults come from AWS's documentation
 * or from a published measurement where one exists; the others are marked as estimates.
 */
export interface Assumptions {
  /**
   * Seconds from the container's start to its first successful answer. It depends on the application, so set it.
   * @default 20
   */
  readonly startupSeconds: number;
  /**
   * Seconds until Fargate has capacity for a task and has attached its network interface.
   * @default 20. Together with an image pull of 10 s, these are the 30 s measured for a small image on Fargate:
   * https://www.vladionescu.me/posts/scaling-containers-on-aws-in-2022/
   */
  readonly provisionSeconds: number;
  /**
   * Seconds that a task on EC2 waits, in addition, for a new instance: ECS counts the waiting tasks once a minute, an alarm needs another minute, and
   * an instance starts in about one (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html). It is 0
   * where instances have room for a deployment.
   * @default 180, an estimate
   */
  readonly instanceSeconds: number;
  /**
   * Seconds to pull the image. Fargate does not cache images, so this grows with the image's size:
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-recommendations.html
   * @default 10, an image of about 100 MB
   */
  readonly imagePullSeconds: number;
  /**
   * Seconds until ECS's scheduler reacts to a change.
   * @default 5, an estimate
   */
  readonly schedulerSeconds: number;
  /**
   * Seconds from SIGTERM until a task has stopped, at most `stopTimeout`.
   * @default 5, an estimate for a process that reacts to SIGTERM
   */
  readonly stopSeconds: number;
  /**
   * Seconds until a task exits if its application cannot start.
   * @default 5, an estimate
   */
  readonly exitSeconds: number;
  /**
   * Seconds for which a task works before it exits, if the release makes its tasks exit again and again.
   * @default 30, an estimate
   */
  readonly crashSeconds: number;
  /**
   * Seconds until a new weight is in effect and ECS or CodeDeploy continues.
   * @default 10, an estimate
   */
  readonly shiftSeconds: number;
  /**
   * Seconds that each hook takes.
   * @default 30: if a Lambda function answers that it is still in progress, ECS calls it again after 30 s
   * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html)
   */
  readonly hookSeconds: number;
  /**
   * Seconds until somebody approves, if a pause or an approval is configured.
   * @default 0; the forecast lists this as not known
   */
  readonly approvalSeconds: number;
  /**
   * Seconds from the end of a guard's last datapoint until ECS or CodeDeploy ends the deployment: the metric reaches
   * CloudWatch, and ECS looks at the alarm.
   * @default 90, an estimate: AWS gives no number
   */
  readonly alarmDelaySeconds: number;
  /**
   * Seconds from the first bad requests until one of the strategy's own `alarms` ends the deployment.
   * @default 210, as for the guard of server errors: two datapoints of a minute, and `alarmDelaySeconds`
   */
  readonly alarmSeconds: number;
  /**
   * Seconds until somebody notices a problem, if no alarm is configured.
   * @default 600, an estimate
   */
  readonly noticeSeconds: number;
  /**
   * Tasks that one service can start per minute.
   * @default 500, the quota of most regions: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
   */
  readonly launchesPerMinute: number;
  /**
   * Whether a draining task counts against maximumPercent. AWS documents that running and pending tasks count
   * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html), but not whether a draining
   * task is still running. If it counts, each batch waits until the batch before has drained.
   * @default true, the slower case
   */
  readonly drainingTasksCount: boolean;
  /**
   * Fargate's prices.
   * @default Linux in us-east-1, 2026
   */
  readonly prices: Prices;
}

/** USD, https://aws.amazon.com/fargate/pricing/ */
export interface Prices {
  /** For one vCPU for an hour, by processor type. */
  readonly vcpuHour: Readonly<Record<"X86_64" | "ARM64", number>>;
  /** For one GiB of memory for an hour, by processor type. */
  readonly gigabyteHour: Readonly<Record<"X86_64" | "ARM64", number>>;
  /** For each GiB of disk above 20. */
  readonly storageGigabyteHour: number;
  /** Spot's discount, as a fraction. The price of Spot changes; AWS promises "up to 70 %". */
  readonly spotDiscount: number;
}

/** Linux in us-east-1, 2026. */
const prices: Prices = {
  vcpuHour: { X86_64: 0.04048, ARM64: 0.03238 },
  gigabyteHour: { X86_64: 0.004445, ARM64: 0.00356 },
  storageGigabyteHour: 0.000111,
  spotDiscount: 0.7,
};

/** The assumptions of a forecast that names no others. */
export const defaultAssumptions: Assumptions = {
  startupSeconds: 20,
  provisionSeconds: 20,
  instanceSeconds: 180,
  imagePullSeconds: 10,
  schedulerSeconds: 5,
  stopSeconds: 5,
  exitSeconds: 5,
  crashSeconds: 30,
  shiftSeconds: 10,
  hookSeconds: 30,
  approvalSeconds: 0,
  alarmDelaySeconds,
  alarmSeconds: secondsToAlarm(errorsEvaluation, alarmDelaySeconds),
  noticeSeconds: 600,
  launchesPerMinute: 500,
  drainingTasksCount: true,
  prices,
};

/**
 * The time that CodeDeploy waits for a replacement task set to become healthy. It has no circuit breaker. AWS does not
 * document the time-out; users report 60 minutes.
 */
export const codeDeployTimeoutSeconds = 3600;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
export function breakerThreshold(count: number): number {
  return Math.min(200, Math.max(3, Math.ceil(count / 2)));
}
