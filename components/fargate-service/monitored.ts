import type * as pulumi from "@pulumi/pulumi";
import type { Deployment } from "../deployment";
import type { ServiceContext } from "./context";
import type { LogGroup } from "./log-group";
import type { WorkerQueue } from "./queue";

/** The values that select a service's metrics, logs and alarms in CloudWatch. */
export interface Monitored {
  /** The value of the dimension `ServiceName`. */
  readonly serviceName: pulumi.Output<string>;
  /** The values of the dimension `TargetGroup`: one, or the two between which traffic shifts. */
  readonly targetGroupArnSuffixes: readonly pulumi.Output<string>[];
  /** The log group of the service's containers. */
  readonly logGroupName: pulumi.Output<string>;
  /** The log group of the tasks that stopped. @default the service is without the guard of exits */
  readonly stoppedTasksLogGroupName?: pulumi.Output<string> | undefined;
  /** The value of the dimension `QueueName`. @default the service is no worker */
  readonly queueName?: pulumi.Output<string>;
  /** The value of `QueueName` for its dead-letter queue. @default none */
  readonly deadLetterName?: pulumi.Output<string>;
  /** The alarms that end a deployment. */
  readonly alarmNames: readonly pulumi.Input<string>[];
  /** The percentage of server errors that ends a deployment. @default the service is without this guard */
  readonly errorPercent?: number;
}

export function monitoredOf(
  { service: { guards } }: ServiceContext,
  made: {
    readonly serviceName: pulumi.Output<string>;
    readonly deployment: Deployment;
    readonly logGroup: LogGroup;
    readonly queue: WorkerQueue | undefined;
  },
): Monitored {
  const { serviceName, deployment, logGroup, queue } = made;
  return {
    serviceName,
    targetGroupArnSuffixes: deployment.targetGroupArnSuffixes,
    ...(queue && { queueName: queue.name }),
    ...(queue?.deadLetterName && { deadLetterName: queue.deadLetterName }),
    logGroupName: logGroup.name,
    stoppedTasksLogGroupName: deployment.stoppedTasksLogGroupName,
    alarmNames: deployment.alarmNames,
    ...(guards.errors && { errorPercent: guards.errors.percent }),
  };
}
