/** EC2 Auto Scaling. No instance runs: tasks start without one. */
import type * as autoscaling from "@pulumi/aws/autoscaling";
import { accountOf } from "./account";
import { absent, accepted, kept, outputOnly, stable } from "./definition";
import { arnOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/autoscaling/group/ */
const group = kept<autoscaling.GroupArgs, autoscaling.GroupState>({
  type: "aws:autoscaling/group:Group",
  name: { property: "name" },
  properties: {
    ...accepted("capacityRebalance", "maxInstanceLifetime", "maxSize", "minSize"),
    ...outputOnly(undefined, "desiredCapacity", "availabilityZones"),
    forceDelete: { default: false, local: true },
    forceDeleteWarmPool: { default: false, local: true },
    healthCheckGracePeriod: { default: 300 },
    ignoreFailedScalingActivities: { default: false, local: true },
    instanceRefresh: {
      local: true,
      block: {
        members: ["preferences", "strategy"],
        blocks: {
          preferences: {
            members: [
              ...["instanceWarmup", "maxHealthyPercentage", "minHealthyPercentage"],
              ...["scaleInProtectedInstances", "skipMatching", "standbyInstances"],
            ],
            defaults: {
              ...{ maxHealthyPercentage: 100, minHealthyPercentage: 90, skipMatching: false },
              ...{ scaleInProtectedInstances: "Ignore", standbyInstances: "Ignore" },
            },
          },
        },
      },
    },
    metricsGranularity: { default: "1Minute" },
    mixedInstancesPolicy: {
      computed: true,
      block: {
        members: ["instancesDistribution", "launchTemplate"],
        computed: ["instancesDistribution"],
        blocks: {
          instancesDistribution: {
            computed: [
              ...["onDemandAllocationStrategy", "onDemandBaseCapacity", "spotInstancePools"],
              ...["onDemandPercentageAboveBaseCapacity", "spotAllocationStrategy"],
            ],
          },
          launchTemplate: {
            computed: ["overrides"],
            blocks: {
              launchTemplateSpecification: {
                computed: ["launchTemplateId", "launchTemplateName", "version"],
              },
              overrides: { ordered: true },
            },
          },
        },
      },
    },
    name: { replace: true },
    protectFromScaleIn: { default: false },
    // A list of blocks, where other types have a map.
    ...({ tags: { block: { members: ["key", "propagateAtLaunch", "value"] } } } as object),
    waitForCapacityTimeout: { default: "10m", local: true },
    vpcZoneIdentifiers: { set: true, computed: true },
  },
  outputs: {
    ...stable("arn"),
    ...absent(0, "predictedCapacity", "warmPoolSize"),
  },
  id: ({ name }) => String(name),
  state: async (aws, name, { minSize }) => ({
    arn: arnOf(
      aws.region,
      "autoscaling",
      await accountOf(aws),
      `autoScalingGroup:kept:autoScalingGroupName/${name}`,
    ),
    desiredCapacity: minSize,
  }),
});

export const resources = [group];
