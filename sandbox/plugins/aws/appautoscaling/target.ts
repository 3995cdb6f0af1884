/** What Application Auto Scaling scales, and between which bounds. */
import type { RegisterScalableTargetRequest } from "@aws-sdk/client-application-auto-scaling";
import type * as scaling from "@pulumi/aws/appautoscaling";
import { type Resolved, resource } from "../definition";
import { client, imported, key, keyOf } from "./common";

/** https://www.pulumi.com/registry/packages/aws/api-docs/appautoscaling/target/ */
export const target = resource<scaling.TargetArgs, scaling.TargetState>({
  type: "aws:appautoscaling/target:Target",
  properties: {
    ...key,
    maxCapacity: {},
    minCapacity: {},
    roleArn: { computed: true },
    suspendedState: { outputOnly: true, computed: true },
  },
  outputs: { arn: "stable" },
  tagging: {
    add: (aws, { arn }, tags) => client(aws).tagResource({ ResourceARN: arn, Tags: { ...tags } }),
    remove: (aws, { arn }, TagKeys) => client(aws).untagResource({ ResourceARN: arn, TagKeys }),
  },
  async create(aws, inputs, tags) {
    const Tags = Object.keys(tags).length > 0 ? { ...tags } : undefined;
    await client(aws).registerScalableTarget({ ...registration(inputs), Tags });
    return inputs.resourceId;
  },
  async read(aws, { id, inputs }) {
    const wanted = keyOf(inputs.resourceId ? inputs : imported(id));
    const { ScalableTargets: [found] = [] } = await client(aws).describeScalableTargets({
      ...wanted,
      ResourceIds: [wanted.ResourceId ?? ""],
    });
    if (!found) return undefined;
    const { Tags } = await client(aws).listTagsForResource({
      ResourceARN: found.ScalableTargetARN,
    });
    const { SuspendedState: suspended } = found;
    return {
      id: found.ResourceId,
      properties: {
        arn: found.ScalableTargetARN,
        maxCapacity: found.MaxCapacity,
        minCapacity: found.MinCapacity,
        resourceId: found.ResourceId,
        roleArn: found.RoleARN,
        scalableDimension: found.ScalableDimension,
        serviceNamespace: found.ServiceNamespace,
        suspendedState: {
          dynamicScalingInSuspended: suspended?.DynamicScalingInSuspended ?? false,
          dynamicScalingOutSuspended: suspended?.DynamicScalingOutSuspended ?? false,
          scheduledScalingSuspended: suspended?.ScheduledScalingSuspended ?? false,
        },
      },
      tags: Tags ?? {},
    };
  },
  async update(aws, _, inputs) {
    await client(aws).registerScalableTarget(registration(inputs));
  },
  async delete(aws, { inputs }) {
    await client(aws).deregisterScalableTarget(keyOf(inputs));
  },
});

function registration(inputs: Resolved<scaling.TargetArgs>): RegisterScalableTargetRequest {
  const { minCapacity: MinCapacity, maxCapacity: MaxCapacity, roleArn: RoleARN } = inputs;
  return { ...keyOf(inputs), MinCapacity, MaxCapacity, RoleARN };
}
