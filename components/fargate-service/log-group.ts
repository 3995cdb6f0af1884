import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { StoppedTasksLogs } from "../deployment/exits-guard";
import { transformed } from "../shared/transform";
import type { ServiceContext } from "./context";

/** The values of a log group that the tasks and the execution role need. */
export interface LogGroup {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

/** A new log group, or the existing one. */
export function logGroupOf({ name, args, service, opts }: ServiceContext): LogGroup {
  const { logGroup, logRetentionInDays, logKmsKeyArn } = service;
  return logGroup
    ? aws.cloudwatch.getLogGroupOutput({ name: logGroup.existing }, opts)
    : new aws.cloudwatch.LogGroup(
        name,
        transformed(args.transform?.logGroup, {
          retentionInDays: logRetentionInDays,
          ...(logKmsKeyArn !== undefined && { kmsKeyId: logKmsKeyArn }),
        }),
        opts,
      );
}

/** The same settings for the log group of the tasks that stop. It is always new: an existing one is only for the containers. */
export function stoppedTasksLogs({ family, service }: ServiceContext): StoppedTasksLogs {
  const { logRetentionInDays, logKmsKeyArn } = service;
  return { family, retentionInDays: logRetentionInDays, kmsKeyArn: logKmsKeyArn };
}
