/** Bounds that change at a time. */
import type { PutScheduledActionRequest } from "@aws-sdk/client-application-auto-scaling";
import type * as scaling from "@pulumi/aws/appautoscaling";
import { type Resolved, resource } from "../definition";
import { client, key, keyOf } from "./common";

const sameTime = {
  // The API answers in UTC; the provider compares the instants.
  equal: (a: string, b: string) => Date.parse(a) === Date.parse(b),
  validate: (time: string) =>
    Number.isNaN(Date.parse(time)) ? "must be a time such as 2026-12-24T18:00:00Z" : undefined,
};

/** https://www.pulumi.com/registry/packages/aws/api-docs/appautoscaling/scheduledaction/ */
export const scheduledAction = resource<scaling.ScheduledActionArgs, scaling.ScheduledActionState>({
  type: "aws:appautoscaling/scheduledAction:ScheduledAction",
  name: { property: "name", maxLength: 256 },
  properties: {
    ...key,
    endTime: sameTime,
    name: { replace: true },
    scalableTargetAction: { members: ["maxCapacity", "minCapacity"] },
    schedule: {},
    startTime: sameTime,
    // "Time zone used when setting a scheduled action [...] The default is UTC."
    timezone: { default: "UTC" },
  },
  outputs: { arn: "stable" },
  async create(aws, inputs) {
    await client(aws).putScheduledAction(actionRequest(inputs));
    return `${inputs.name}-${inputs.serviceNamespace}-${inputs.resourceId}`;
  },
  async read(aws, { inputs }) {
    const { name } = inputs;
    // The provider cannot import these.
    if (name === undefined) return undefined;
    const { ScheduledActions = [] } = await client(aws).describeScheduledActions({
      ...keyOf(inputs),
      ScheduledActionNames: [name],
    });
    const found = ScheduledActions.find(({ ScheduledActionName }) => ScheduledActionName === name);
    if (!found) return undefined;
    const { MinCapacity, MaxCapacity } = found.ScalableTargetAction ?? {};
    return {
      properties: {
        arn: found.ScheduledActionARN,
        endTime: found.EndTime?.toISOString(),
        name,
        resourceId: found.ResourceId,
        scalableDimension: found.ScalableDimension,
        scalableTargetAction: {
          ...(MinCapacity === undefined ? {} : { minCapacity: MinCapacity }),
          ...(MaxCapacity === undefined ? {} : { maxCapacity: MaxCapacity }),
        },
        schedule: found.Schedule,
        serviceNamespace: found.ServiceNamespace,
        startTime: found.StartTime?.toISOString(),
        timezone: found.Timezone ?? "UTC",
      },
    };
  },
  async update(aws, _, inputs) {
    await client(aws).putScheduledAction(actionRequest(inputs));
  },
  async delete(aws, { inputs }) {
    await client(aws).deleteScheduledAction({ ...keyOf(inputs), ScheduledActionName: inputs.name });
  },
});

function actionRequest(inputs: Resolved<scaling.ScheduledActionArgs>): PutScheduledActionRequest {
  const { minCapacity: MinCapacity, maxCapacity: MaxCapacity } = inputs.scalableTargetAction;
  return {
    ...keyOf(inputs),
    ScheduledActionName: inputs.name,
    Schedule: inputs.schedule,
    Timezone: inputs.timezone,
    ...(inputs.startTime ? { StartTime: new Date(inputs.startTime) } : {}),
    ...(inputs.endTime ? { EndTime: new Date(inputs.endTime) } : {}),
    ScalableTargetAction: { MinCapacity, MaxCapacity },
  };
}
