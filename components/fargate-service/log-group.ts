import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { StoppedTasksLogs } from "../deployment/exits-guard";
import type { ResolvedService } from "../service/resolve";
import { type Transform, transformed } from "../shared/transform";

/** What the tasks and the execution role need of a log group. */
export interface LogGroup {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

/** A new log group, or the existing one. */
export function logGroupOf(
  name: string,
  {
    logGroup,
    logRetentionInDays,
    logKmsKeyArn,
  }: Pick<ResolvedService, "logGroup" | "logRetentionInDays" | "logKmsKeyArn">,
  transform: Transform<aws.cloudwatch.LogGroupArgs> | undefined,
  parent: pulumi.Resource,
): LogGroup {
  return logGroup
    ? aws.cloudwatch.getLogGroupOutput({ name: logGroup.existing }, { parent })
    : new aws.cloudwatch.LogGroup(
        name,
        transformed(transform, {
          retentionInDays: logRetentionInDays,
          ...(logKmsKeyArn !== undefined && { kmsKeyId: logKmsKeyArn }),
        }),
        { parent },
      );
}

/** The same settings for the log group of the tasks that stop. It is always new: an existing one is the containers'. */
export function stoppedTasksLogs(
  family: string,
  {
    logRetentionInDays,
    logKmsKeyArn,
  }: Pick<ResolvedService, "logRetentionInDays" | "logKmsKeyArn">,
): StoppedTasksLogs {
  return { family, retentionInDays: logRetentionInDays, kmsKeyArn: logKmsKeyArn };
}
