import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { periodInSeconds, type ResolvedGuards } from "../service/guards/settings";
import type { ResolvedStrategy } from "../service/strategy/resolve";
import type { DeployedService, Deployment } from "./deployment";
import { type ExitsGuard, exitsGuard, type StoppedTasksLogs } from "./exits-guard";
import type { FoundService } from "./found-service";
import { commonAlarmArgs, serviceAlarms } from "./guards";
import { type DeploymentPlan, planDeployment } from "./plan";

export interface WorkerDeploymentArgs {
  readonly strategy: ResolvedStrategy;
  readonly guards: ResolvedGuards;
  /** The name of the dead-letter queue. @default none, and so no alarm */
  readonly deadLetterName?: pulumi.Input<string> | undefined;
  /** The log group for its stopped tasks. */
  readonly stoppedTasks: StoppedTasksLogs;
  /** The ARNs of the topics that get a notice when an alarm changes. */
  readonly topicArns: readonly pulumi.Input<string>[];
  /** The service before this update. */
  readonly found: pulumi.Input<FoundService | undefined>;
}

/**
 * The deployments of a worker: no target group, no rule. Three things end a bad release: the circuit breaker, if tasks do not start; the
 * guard of exits, if they exit later; and an alarm on the dead-letter queue, if they fail on messages.
 *
 * Cost: USD 0.10 a month for each alarm.
 */
export class WorkerDeployment extends pulumi.ComponentResource implements Deployment {
  readonly plan: DeploymentPlan;
  readonly listenerRules = [];
  readonly targetGroupArnSuffixes = [];
  readonly targetGroupArnSuffix = undefined;
  readonly stoppedTasksLogGroupName: pulumi.Output<string> | undefined;
  readonly alarmNames: readonly pulumi.Input<string>[];
  private readonly exits: ExitsGuard | undefined;

  constructor(
    name: string,
    private readonly args: WorkerDeploymentArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:deployment:WorkerDeployment", name, {}, opts);
    this.plan = planDeployment(args.strategy);
    const { deadLetters } = args.guards;
    const { deadLetterName } = args;
    const guard =
      deadLetters &&
      deadLetterName &&
      new aws.cloudwatch.MetricAlarm(
        `${name}-dead-letters`,
        {
          alarmDescription: `Messages of ${name} go to its dead-letter queue. It ends a deployment of ${name}.`,
          comparisonOperator: "GreaterThanThreshold",
          threshold: 0,
          ...deadLetters,
          ...commonAlarmArgs(args.topicArns),
          metricQueries: [
            // Messages that are there already do not count.
            { id: "more", expression: "DIFF(waiting)", label: "more messages", returnData: true },
            {
              id: "waiting",
              metric: {
                namespace: "AWS/SQS",
                metricName: "ApproximateNumberOfMessagesVisible",
                stat: "Maximum",
                period: periodInSeconds,
                dimensions: { QueueName: deadLetterName },
              },
            },
          ],
        },
        { parent: this },
      );
    this.exits = exitsGuard(name, args.guards, args, this);
    this.stoppedTasksLogGroupName = this.exits?.logGroup.name;
    const own = [...(guard ? [guard.name] : []), ...(this.exits ? [this.exits.alarmName] : [])];
    this.alarmNames = [...own, ...this.plan.alarms];
    this.registerOutputs();
  }

  loadBalancers(): undefined {
    return undefined;
  }

  deploymentConfiguration(): aws.types.input.ecs.ServiceDeploymentConfiguration {
    return this.plan.deploymentConfiguration;
  }

  alarms(): aws.ecs.ServiceArgs["alarms"] {
    return serviceAlarms(this.alarmNames, this.args.found);
  }

  takeOver({ service, scope }: DeployedService): ReturnType<Deployment["takeOver"]> {
    this.exits?.watch(service, scope.cluster);
    return { serviceName: service.name };
  }
}
