/** A cluster's own capacity. Nothing scales: tasks start without an instance. */
import type * as ecs from "@pulumi/aws/ecs";
import { accountOf } from "../account";
import { kept, outputOnly, stable } from "../definition";
import { arnOf } from "../partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ecs/capacityprovider/ */
export const capacityProvider = kept<ecs.CapacityProviderArgs, ecs.CapacityProviderState>({
  type: "aws:ecs/capacityProvider:CapacityProvider",
  name: { property: "name" },
  properties: {
    autoScalingGroupProvider: {
      // The group's ARN is `ForceNew`, and so is the block.
      replace: (old, value) => old.autoScalingGroupArn !== value.autoScalingGroupArn,
      block: {
        members: [
          ...(["autoScalingGroupArn", "managedDraining", "managedScaling"] as const),
          "managedTerminationProtection",
        ],
        computed: ["managedDraining", "managedScaling", "managedTerminationProtection"],
        blocks: {
          managedScaling: {
            computed: [
              ...["instanceWarmupPeriod", "maximumScalingStepSize", "minimumScalingStepSize"],
              ...["status", "targetCapacity"],
            ],
          },
        },
      },
    },
    name: { replace: true },
    ...outputOnly(undefined, "cluster", "managedInstancesProvider"),
  },
  outputs: stable("arn"),
  tagging: true,
  id: ({ name }) => String(name),
  state: async (aws, name) => ({
    arn: arnOf(aws.region, "ecs", await accountOf(aws), `capacity-provider/${name}`),
  }),
});
