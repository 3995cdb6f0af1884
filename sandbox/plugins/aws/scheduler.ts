/** Amazon EventBridge Scheduler. */
import type * as scheduler from "@pulumi/aws/scheduler";
import { accountOf } from "./account";
import { accepted, kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/scheduler/schedulegroup/ */
const scheduleGroup = kept<scheduler.ScheduleGroupArgs, scheduler.ScheduleGroupState>({
  type: "aws:scheduler/scheduleGroup:ScheduleGroup",
  name: { property: "name" },
  properties: replacing("name"),
  outputs: stable("arn", "creationDate", "lastModificationDate", "state"),
  tagging: true,
  id: ({ name }) => String(name),
  async state(aws, name) {
    const arn = arnOf(aws.region, "scheduler", await accountOf(aws), `schedule-group/${name}`);
    const date = new Date(0).toISOString();
    return { arn, creationDate: date, lastModificationDate: date, state: "ACTIVE" };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/scheduler/schedule/ */
const schedule = kept<scheduler.ScheduleArgs, scheduler.ScheduleState>({
  type: "aws:scheduler/schedule:Schedule",
  name: { property: "name" },
  properties: {
    ...replacing("name"),
    groupName: { replace: true, computed: true },
    flexibleTimeWindow: { block: {} },
    ...accepted("actionAfterCompletion", "description", "endDate"),
    ...accepted("kmsKeyArn", "scheduleExpression", "startDate"),
    scheduleExpressionTimezone: { default: "UTC" },
    state: { default: "ENABLED" },
    target: {
      block: {
        computed: ["retryPolicy"],
        blocks: {
          ecsParameters: {
            defaults: { taskCount: 1 },
            blocks: {
              networkConfiguration: { defaults: { assignPublicIp: false } },
            },
          },
          retryPolicy: {
            defaults: { maximumEventAgeInSeconds: 86400, maximumRetryAttempts: 185 },
          },
        },
      },
    },
  },
  outputs: stable("arn"),
  id: ({ groupName, name }) => `${groupName ?? "default"}/${name}`,
  async state(aws, id) {
    return { arn: arnOf(aws.region, "scheduler", await accountOf(aws), `schedule/${id}`) };
  },
});

export const resources = [schedule, scheduleGroup];
