import assert from "node:assert/strict";
import {
  type CapacityProviderArgs,
  Cluster,
  type CreateClusterArgs,
} from "../../../components/index";
import { Network } from "../../../components/network";
import { attempt, childrenOf, only, type Recorded, run } from "../../harness";
import { existingNetwork } from "../infrastructure";

const arm: CapacityProviderArgs = { name: "arm", instanceTypes: ["m7g.large"], maxSize: 3 };

const runCluster = (
  capacityProviders: readonly CapacityProviderArgs[] = [arm],
  args: CreateClusterArgs = {},
) =>
  run(
    () =>
      new Cluster("dev", {
        capacityProviders,
        network: new Network("dev", existingNetwork),
        ...args,
      }),
  );
const group = (resources: readonly Recorded[]) => only(resources, "aws:autoscaling/group:Group");
const template = (resources: readonly Recorded[]) =>
  only(resources, "aws:ec2/launchTemplate:LaunchTemplate");
const statements = (policy: unknown) =>
  (JSON.parse(String(policy)) as { Statement: { Action: string | string[]; Resource: string }[] })
    .Statement;

describe("capacity on EC2", () => {
  it("has the resources of instances, and no inbound rule", async () => {
    const { resources } = await runCluster();
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:capacity:Ec2Capacity")), [
      "aws:autoscaling/group:Group dev-arm",
      "aws:ec2/launchTemplate:LaunchTemplate dev-arm",
      "aws:ec2/securityGroup:SecurityGroup dev-arm-instances",
      "aws:ecs/capacityProvider:CapacityProvider dev-arm",
      "aws:iam/instanceProfile:InstanceProfile dev-arm-instance",
      "aws:iam/role:Role dev-arm-instance",
      "aws:iam/rolePolicy:RolePolicy dev-arm-instance",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule dev-arm-instances-to-anywhere",
    ]);
  });

  it("has encrypted disks, version 2 of the metadata service, and no public address or key", async () => {
    const { resources } = await runCluster();
    const { userData, ...inputs } = template(resources).inputs;
    assert.deepEqual(inputs, {
      imageId:
        "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
      iamInstanceProfile: { arn: "arn:aws:iam::123456789012:instance-profile/dev-arm-instance" },
      metadataOptions: {
        ...{ httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            ...{ encrypted: "true", volumeType: "gp3", volumeSize: 30 },
            deleteOnTermination: "true",
          },
        },
      ],
      networkInterfaces: [
        {
          ...{ deviceIndex: 0, associatePublicIpAddress: "false", deleteOnTermination: "true" },
          securityGroups: ["dev-arm-instances-id"],
        },
      ],
    });
    assert.equal(
      Buffer.from(String(userData), "base64").toString(),
      [
        "#!/bin/bash",
        "cat <<'END' >> /etc/ecs/ecs.config",
        "ECS_CLUSTER=dev",
        "ECS_AWSVPC_BLOCK_IMDS=true",
        "ECS_DISABLE_PRIVILEGED=true",
        "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true",
        "ECS_RESERVED_MEMORY=128",
        "END",
        "",
      ].join("\n"),
    );
  });

  it("is scaled by ECS, which protects instances with tasks; instances are replaced one after the other", async () => {
    const { resources } = await runCluster();
    assert.deepEqual(group(resources).inputs, {
      vpcZoneIdentifiers: existingNetwork.privateSubnetIds,
      minSize: 0,
      maxSize: 3,
      mixedInstancesPolicy: {
        instancesDistribution: {
          ...{ onDemandBaseCapacity: 0, onDemandPercentageAboveBaseCapacity: 100 },
          onDemandAllocationStrategy: "prioritized",
          spotAllocationStrategy: "price-capacity-optimized",
        },
        launchTemplate: {
          launchTemplateSpecification: { launchTemplateId: "dev-arm-id", version: "1" },
          overrides: [{ instanceType: "m7g.large" }],
        },
      },
      ...{ capacityRebalance: false, protectFromScaleIn: true, forceDelete: true },
      instanceRefresh: {
        strategy: "Rolling",
        preferences: {
          ...{ instanceWarmup: "120", minHealthyPercentage: 100, maxHealthyPercentage: 110 },
          scaleInProtectedInstances: "Refresh",
        },
      },
      tags: [
        { key: "AmazonECSManaged", value: "true", propagateAtLaunch: true },
        { key: "Name", value: "arm-slipway-dev", propagateAtLaunch: true },
      ],
    });
    assert.deepEqual(only(resources, "aws:ecs/capacityProvider:CapacityProvider").inputs, {
      name: "arm-slipway-dev",
      autoScalingGroupProvider: {
        autoScalingGroupArn:
          "arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:1:autoScalingGroupName/dev-arm",
        ...{ managedDraining: "ENABLED", managedTerminationProtection: "ENABLED" },
        managedScaling: {
          ...{ status: "ENABLED", targetCapacity: 100, instanceWarmupPeriod: 120 },
          ...{ minimumScalingStepSize: 1, maximumScalingStepSize: 10_000 },
        },
      },
    });
  });

  it("gives instances only what the agent does in this cluster", async () => {
    const { resources } = await runCluster();
    const cluster = "arn:aws:ecs:eu-central-1:123456789012:cluster/dev";
    assert.deepEqual(
      statements(only(resources, "aws:iam/rolePolicy:RolePolicy").inputs.policy).map(
        ({ Action, Resource }) => [[Action].flat().length, Resource],
      ),
      [
        [5, cluster],
        [3, `${cluster.replace(":cluster/", ":container-instance/")}/*`],
        // ecs:DiscoverPollEndpoint
        [1, "*"],
      ],
    );
  });

  it("joins the cluster in addition to Fargate, and leaves it before the group is deleted", async () => {
    const spot = { ...arm, name: "spot", instanceTypes: ["m7i.large", "t3.small"], spot: true };
    const { resources } = await runCluster([arm, spot]);
    const association = only(
      resources,
      "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    );
    assert.deepEqual(association.inputs.capacityProviders, [
      ...["FARGATE", "FARGATE_SPOT", "arm-slipway-dev", "spot-slipway-dev"],
    ]);
    const providers = resources.filter(
      ({ type }) => type === "aws:ecs/capacityProvider:CapacityProvider",
    );
    assert.equal(providers.length, 2);
    for (const { urn } of providers) {
      assert.ok(association.dependencies.includes(urn), `${urn} may go too early`);
    }
  });

  it("takes each option", async () => {
    const { resources } = await runCluster([
      {
        ...{ name: "spot", instanceTypes: ["m7i.large", "t3.small"], spot: true, minSize: 1 },
        ...{ maxSize: 9, targetCapacity: 80, maxInstanceLifetimeInDays: 14, volumeSize: 50 },
        sessionManager: true,
      },
    ]);
    const { minSize, maxSize, maxInstanceLifetime, capacityRebalance, mixedInstancesPolicy } =
      group(resources).inputs;
    assert.deepEqual(
      [minSize, maxSize, maxInstanceLifetime, capacityRebalance],
      [1, 9, 14 * 86_400, true],
    );
    const { instancesDistribution, launchTemplate } = mixedInstancesPolicy as {
      instancesDistribution: object;
      launchTemplate: { overrides: object[] };
    };
    assert.deepEqual(Reflect.get(instancesDistribution, "onDemandPercentageAboveBaseCapacity"), 0);
    assert.deepEqual(launchTemplate.overrides, [
      { instanceType: "m7i.large" },
      { instanceType: "t3.small" },
    ]);
    const { imageId, blockDeviceMappings } = template(resources).inputs;
    assert.equal(
      imageId,
      "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
    );
    assert.match(JSON.stringify(blockDeviceMappings), /"volumeSize":50/);
    assert.equal(
      only(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").inputs.policyArn,
      "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    );
    assert.match(
      JSON.stringify(only(resources, "aws:ecs/capacityProvider:CapacityProvider").inputs),
      /"targetCapacity":80/,
    );
  });

  it("takes the arguments of its resources from transforms", async () => {
    const { resources } = await runCluster([arm], {
      transform: {
        instances: {
          autoScalingGroup: (args) => ({ ...args, defaultCooldown: 5 }),
          instanceRole: (args) => ({ ...args, path: "/instances/" }),
          launchTemplate: (args) => ({ ...args, ebsOptimized: "true" }),
        },
      },
    });
    assert.equal(group(resources).inputs.defaultCooldown, 5);
    assert.equal(template(resources).inputs.ebsOptimized, "true");
    assert.equal(only(resources, "aws:iam/role:Role").inputs.path, "/instances/");
  });

  it("needs the network of its instances", async () => {
    const { error } = await attempt(() => new Cluster("dev", { capacityProviders: [arm] }));
    assert.match(String(error?.message), /args\.network: \(missing\)/);
  });
});
