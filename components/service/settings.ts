import type { PolicyStatement } from "../shared/policy";
import type { AutoscalingArgs } from "./autoscaling";
import type { HealthCheckArgs } from "./health-check";
import type { RuleArgs } from "./rule";
import type { SidecarArgs } from "./sidecar";
import type { Strategy } from "./strategy";

/** What decides how a deployment goes: plain values, which a forecast needs too. */
export interface DeploymentSettings {
  /**
   * CPU units of a task, all containers together; 1024 are one vCPU.
   * @default 256
   */
  readonly cpu?: number;
  /**
   * MiB of memory of a task, all containers together. Must fit the CPU.
   * @default 512
   */
  readonly memory?: number;
  /**
   * GiB of disk of a task, 21 to 200.
   * @default the 20 GiB that Fargate gives without charge
   */
  readonly ephemeralStorage?: number;
  /**
   * The processor that the image is built for and tasks run on. ARM64 costs about a fifth less.
   * @default "X86_64"
   */
  readonly cpuArchitecture?: "X86_64" | "ARM64";
  /**
   * How many tasks run. With autoscaling it is only where a new service starts.
   * @default 1, or autoscaling's minCapacity
   */
  readonly desiredCount?: number;
  /**
   * Scales the number of tasks.
   * @default none
   */
  readonly autoscaling?: AutoscalingArgs;
  /**
   * On which capacity tasks run. `FARGATE_SPOT` costs up to 70 % less and may be taken back with two minutes' notice.
   * @default FARGATE alone
   */
  readonly capacityProviderStrategies?: readonly CapacityProviderStrategy[];
  readonly healthCheck?: HealthCheckArgs;
  /**
   * Seconds after a task's start in which failing health checks do not count. ECS's default of 0 kills tasks that start
   * slowly, again and again.
   * @default 60
   */
  readonly healthCheckGracePeriodSeconds?: number;
  /**
   * Seconds in which an old task may finish its requests before it is stopped, 0 to 3600. ECS always waits for all of
   * it, so it is the largest fixed part of a deployment: AWS's 300 makes each take five minutes longer. Raise it
   * for requests that take longer than this.
   * @default 20
   */
  readonly deregistrationDelay?: number;
  /**
   * Seconds from SIGTERM to SIGKILL, 2 to 120. Requests have drained by then, so this only bounds a process that does
   * not react to SIGTERM.
   * @default 20
   */
  readonly stopTimeout?: number;
  /**
   * How a new release replaces the running one.
   * @default rolling
   */
  readonly strategy?: Strategy;
}

/** What decides which resources a service has, and how large they are: plain values, so that previews tell the truth. */
export interface ServiceSettings extends DeploymentSettings {
  /** The port on which the container listens for HTTP, 1 to 65535. */
  readonly port: number;
  /** Replaces the image's command. */
  readonly command?: readonly string[];
  /** Further containers of each task. */
  readonly sidecars?: readonly SidecarArgs[];
  /** Which of the load balancer's requests the service gets. Default: all that no other rule takes. */
  readonly rule?: RuleArgs;
  /**
   * How many days logs are kept, one of CloudWatch's values; 0 keeps them for ever.
   * @default 30
   */
  readonly logRetentionInDays?: number;
  /**
   * Allows `aws ecs execute-command` into running tasks.
   * @default false
   */
  readonly enableExecuteCommand?: boolean;
  /** What the application may do in AWS. */
  readonly taskRolePolicy?: readonly PolicyStatement[];
  /**
   * What ECS may do to start tasks besides pulling images, reading secrets and writing logs: for example
   * `kms:Decrypt` with the key of an encrypted secret.
   */
  readonly executionRolePolicy?: readonly PolicyStatement[];
  /**
   * The image that runs before the first release: it must hold `sh` and `nginx`.
   * @default nginx of the ECR Public Gallery
   */
  readonly placeholderImage?: string;
}

export interface CapacityProviderStrategy {
  readonly capacityProvider: "FARGATE" | "FARGATE_SPOT";
  /** The share of tasks above all bases. @default 1 */
  readonly weight?: number;
  /** How many tasks run here before weights count; only one provider may have a base. @default 0 */
  readonly base?: number;
}
