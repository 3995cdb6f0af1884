import type { PolicyStatement } from "../shared/policy";
import type { AutoscalingArgs } from "./autoscaling";
import type { CapacityProviderStrategy } from "./capacity/providers";
import type { ContainerSecurity } from "./container/security";
import type { SidecarArgs } from "./container/sidecar";
import type { GuardsArgs } from "./guards/settings";
import type { HealthCheckArgs } from "./health-check";
import type { RuleArgs } from "./rule/settings";
import type { ServiceConnectArgs } from "./service-connect";
import type { SignInArgs } from "./sign-in/settings";
import type { Strategy, StrategyName } from "./strategy/settings";
import type { MigrationArgs } from "./tasks/migration";
import type { ScheduledTaskArgs } from "./tasks/scheduled-task";
import type { VolumeArgs } from "./volumes";
import type { WorkerArgs } from "./worker/settings";

/** The settings that affect a deployment. They are plain values, so a forecast can read them. */
export interface DeploymentSettings {
  /**
   * CPU units of a task, for all its containers together: 256, 512, 1024, 2048, 4096, 8192 or 16384. 1024 units are one
   * vCPU. On EC2, any number from 128 that fits on an instance.
   * @default 256
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
   */
  readonly cpu?: number;
  /**
   * MiB of memory of a task, for all its containers together. Fargate offers certain sizes per CPU size; on EC2, any number
   * that fits on an instance.
   * @default 512
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
   */
  readonly memory?: number;
  /**
   * GiB of disk of a task, 21 to 200. Fargate gives 20 without charge. Not allowed on EC2, where tasks share their instance's disk.
   * @default 20
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html
   */
  readonly ephemeralStorage?: number;
  /**
   * The processor type for the image and the tasks. ARM64 costs about a fifth less.
   * @default "X86_64"
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-arm64.html
   */
  readonly cpuArchitecture?: "X86_64" | "ARM64";
  /**
   * The number of tasks, 0 to 5000. Not allowed together with `autoscaling`, which sets the number and starts with its
   * `minCapacity`.
   * @default 1, or autoscaling's minCapacity
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
   */
  readonly desiredCount?: number;
  /**
   * Scales the number of tasks.
   * @default none: the number stays
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
   */
  readonly autoscaling?: AutoscalingArgs;
  /**
   * The capacity that tasks run on: `FARGATE`, `FARGATE_SPOT`, or the cluster's own capacity providers on EC2. `FARGATE_SPOT` costs
   * up to 70 % less, but AWS may stop such a task with two minutes' notice. An update that changes this starts a new deployment.
   * @default `[{ capacityProvider: "FARGATE" }]`
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
   */
  readonly capacityProviderStrategies?: readonly CapacityProviderStrategy[];
  /**
   * The load balancer's health check.
   * @default see each field
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
   */
  readonly healthCheck?: HealthCheckArgs;
  /**
   * Seconds after a task's start during which ECS ignores failed health checks. With ECS's default of 0, ECS keeps killing
   * tasks that start slowly.
   * @default 60
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
   */
  readonly healthCheckGracePeriodSeconds?: number;
  /**
   * Seconds that an old task has to finish its requests before ECS stops it, 0 to 3600. ECS always waits the full time, so
   * this is the largest fixed part of a deployment: AWS's default of 300 makes each deployment five minutes longer. Raise it
   * if requests take longer than this.
   * @default 20
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#deregistration-delay
   */
  readonly deregistrationDelay?: number;
  /**
   * Seconds from SIGTERM to SIGKILL, 2 to 120. Requests have drained by then, so this only limits a process that does not
   * react to SIGTERM.
   * @default 20
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
   */
  readonly stopTimeout?: number;
  /**
   * How a new release replaces the running one. A name alone means the strategy with the default of each option.
   * @default "rolling"
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
   */
  readonly strategy?: Strategy | StrategyName;
  /**
   * CloudWatch alarms that end a bad deployment and roll it back; `false` for none. They are created with the service, and
   * added to the strategy's own `alarms`.
   * @default all guards, each with its default thresholds
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
   */
  readonly guards?: false | GuardsArgs;
  /**
   * A task that runs once with the new image before a release changes the service, for example the migration of a database. If it
   * fails, the release ends: the service and the release pointer stay as they are. It does not run for an image that was released
   * before, so a rollback does not wait for it.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
   */
  readonly migration?: MigrationArgs;
  /**
   * Makes the service a worker: it gets messages from a queue instead of requests, and has no port, no rule and no health check. `{}`
   * means a new queue. The tasks get its URL as `QUEUE_URL`, and may receive and delete its messages.
   * @default none: the service is behind the load balancer
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/welcome.html
   */
  readonly worker?: WorkerArgs;
}

/** All settings of a service that are plain values. They decide which resources exist, so previews are complete. */
export interface ServiceSettings extends DeploymentSettings, ContainerSecurity {
  /**
   * The port on which the container listens for HTTP, 1 to 65535. A change starts a new deployment. Each service needs one, except a
   * worker.
   * @default none: only for a worker
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
   */
  readonly port?: number | undefined;
  /**
   * Replaces the image's command.
   * @default the image's command
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
   */
  readonly command?: readonly string[];
  /**
   * Further containers of each task. They share the task's `cpu` and `memory`.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
   */
  readonly sidecars?: readonly SidecarArgs[];
  /**
   * Folders of the main container on EFS. Their files stay when tasks end. During a deployment, old and new tasks use them at the same
   * time.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html
   */
  readonly volumes?: readonly VolumeArgs[];
  /**
   * Tasks that run the released image at set times, by their names.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/tasks-scheduled.html
   */
  readonly scheduledTasks?: Readonly<Record<string, ScheduledTaskArgs>>;
  /**
   * The requests that the service gets from the load balancer.
   * @default all requests that match no other rule
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
   */
  readonly rule?: RuleArgs;
  /**
   * Users sign in at the load balancer before a request reaches the service. It needs HTTPS, and the strategy `rolling`. The rule of the
   * sign-in has the number before `rule.priority`, and the rule of `openPaths` has the number before that.
   * @default none: every request reaches the service
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
   */
  readonly signIn?: SignInArgs;
  /**
   * Lets services of the stack call each other: `http://api:8000`. Each of them needs this key. `{}` means the service's own name and port.
   * A worker only calls others. Each task gets a proxy, which needs about 256 CPU units and 64 MiB of the task. Not allowed with the
   * strategy `code-deploy`.
   * @default none: only the load balancer reaches the service
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html
   */
  readonly serviceConnect?: ServiceConnectArgs;
  /**
   * Days until CloudWatch deletes logs, one of CloudWatch's values; 0 keeps logs forever. Not allowed together with
   * `logGroup`.
   * @default 30
   * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
   */
  readonly logRetentionInDays?: number;
  /**
   * The ARN of a KMS key that encrypts the log groups. Its policy must allow CloudWatch Logs; the roles of the tasks need no
   * permission. Earlier logs keep their key. Not allowed together with `logGroup`.
   * @default none: CloudWatch's own key
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  readonly logKmsKeyArn?: string;
  /**
   * Writes the logs to an existing log group.
   * @default a new log group, which a destroy deletes
   */
  readonly logGroup?: ExistingLogGroup;
  /**
   * Allows `aws ecs execute-command` into running tasks: whoever may call it gets a shell with the task's permissions.
   * @default false
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
   */
  readonly enableExecuteCommand?: boolean;
  /**
   * The application's permissions in AWS.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
   */
  readonly taskRolePolicy?: readonly PolicyStatement[];
  /**
   * Further permissions with which ECS starts tasks, besides pulling images, reading secrets and writing logs. For example
   * `kms:Decrypt` with the key of an encrypted secret.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
   */
  readonly executionRolePolicy?: readonly PolicyStatement[];
  /**
   * The image that runs before the first release. It must contain `sh` and `nginx`.
   * @default "public.ecr.aws/nginx/nginx:stable-alpine"
   */
  readonly placeholderImage?: string;
}

/** A log group of this account and region. Slipway does not change it. Several services may share it: streams begin with the container's name. */
export interface ExistingLogGroup {
  /** The log group's name, for example `/team/api`. */
  readonly existing: string;
}
