import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../network";
import { policyDocument, serviceTrust } from "../shared/policy";
import { type Transform, transformed } from "../shared/transform";
import { imageOf, instancePolicy, providerName, userData } from "./plan";
import { type CapacityProviderArgs, capacityProviderDefaults as defaults } from "./settings";

/** Changes the arguments of a capacity provider's resources. */
export interface Ec2CapacityTransform {
  /** The Auto Scaling group. @default unchanged */
  readonly autoScalingGroup?: Transform<aws.autoscaling.GroupArgs>;
  /** The instances' role. @default unchanged */
  readonly instanceRole?: Transform<aws.iam.RoleArgs>;
  /** The launch template. @default unchanged */
  readonly launchTemplate?: Transform<aws.ec2.LaunchTemplateArgs>;
}

/** The arguments of an {@link Ec2Capacity}. */
export interface Ec2CapacityArgs extends CapacityProviderArgs {
  /** The cluster that the instances join. */
  readonly cluster: aws.ecs.Cluster;
  /** The network whose private subnets the instances use. */
  readonly network: Network;
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: Ec2CapacityTransform | undefined;
}

/** Seconds until a new instance runs the agent. Until then, ECS starts no further ones. */
const instanceWarmup = 120;

/**
 * A capacity provider on EC2: instances in the private subnets, in an Auto Scaling group that ECS scales by the tasks. An instance ends only
 * when no task runs on it; if it has to end before, ECS first starts its tasks elsewhere.
 *
 * Cost: the instances and their disks (USD 2.40 a month for 30 GiB). The rest is free.
 */
export class Ec2Capacity extends pulumi.ComponentResource {
  /** The provider's name in ECS. */
  readonly providerName: string;
  /** The capacity provider; the association with the cluster depends on it. */
  readonly provider: aws.ecs.CapacityProvider;

  private readonly spot: boolean;

  constructor(
    private readonly id: string,
    private readonly args: Ec2CapacityArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:capacity:Ec2Capacity", id, {}, opts);
    this.spot = args.spot ?? defaults.spot;
    this.providerName = providerName(args.name, pulumi.getProject(), pulumi.getStack());
    const { profile, permissions } = this.createRole();
    const template = this.createLaunchTemplate(profile, this.createSecurityGroup());
    this.provider = this.createProvider(this.createGroup(template, permissions));
    this.registerOutputs({ providerName: this.providerName });
  }

  private createRole() {
    const { id, args } = this;
    const parent = { parent: this };
    const role = new aws.iam.Role(
      `${id}-instance`,
      transformed(args.transform?.instanceRole, {
        description: `Instances of the capacity provider ${args.name}`,
        assumeRolePolicy: serviceTrust("ec2.amazonaws.com"),
      }),
      parent,
    );
    const policy = new aws.iam.RolePolicy(
      `${id}-instance`,
      {
        role: role.name,
        policy: args.cluster.arn.apply((arn) => policyDocument(instancePolicy(arn))),
      },
      parent,
    );
    const permissions: pulumi.Resource[] = [policy];
    if (args.sessionManager ?? defaults.sessionManager) {
      const managed = new aws.iam.RolePolicyAttachment(
        `${id}-session-manager`,
        { role: role.name, policyArn: aws.iam.ManagedPolicy.AmazonSSMManagedInstanceCore },
        parent,
      );
      permissions.push(managed);
    }
    const profile = new aws.iam.InstanceProfile(`${id}-instance`, { role: role.name }, parent);
    return { profile, permissions };
  }

  /** Nothing reaches the instances. Their tasks have network interfaces and security groups of their own. */
  private createSecurityGroup(): aws.ec2.SecurityGroup {
    const { id, args } = this;
    const group = new aws.ec2.SecurityGroup(
      `${id}-instances`,
      {
        vpcId: args.network.vpcId,
        description: `Instances of the capacity provider ${args.name}`,
      },
      { parent: this },
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${id}-instances-to-anywhere`,
      { securityGroupId: group.id, cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" },
      { parent: this },
    );
    return group;
  }

  private createLaunchTemplate(
    profile: aws.iam.InstanceProfile,
    securityGroup: aws.ec2.SecurityGroup,
  ): aws.ec2.LaunchTemplate {
    const { id, args } = this;
    const [instanceType = ""] = args.instanceTypes;
    const { supportedArchitectures } = aws.ec2.getInstanceTypeOutput(
      { instanceType },
      { parent: this },
    );
    return new aws.ec2.LaunchTemplate(
      id,
      transformed(args.transform?.launchTemplate, {
        imageId: supportedArchitectures.apply(imageOf),
        iamInstanceProfile: { arn: profile.arn },
        userData: args.cluster.name.apply(userData),
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          // A container is one hop further away, so it does not reach the metadata.
          httpPutResponseHopLimit: 1,
        },
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            ebs: {
              encrypted: "true",
              volumeType: "gp3",
              volumeSize: args.volumeSize ?? defaults.volumeSize,
              deleteOnTermination: "true",
            },
          },
        ],
        networkInterfaces: [
          {
            deviceIndex: 0,
            associatePublicIpAddress: "false",
            deleteOnTermination: "true",
            securityGroups: [securityGroup.id],
          },
        ],
      }),
      { parent: this },
    );
  }

  private createGroup(
    template: aws.ec2.LaunchTemplate,
    permissions: readonly pulumi.Resource[],
  ): aws.autoscaling.Group {
    const { id, args, spot } = this;
    const days = args.maxInstanceLifetimeInDays;
    return new aws.autoscaling.Group(
      id,
      transformed(args.transform?.autoScalingGroup, {
        vpcZoneIdentifiers: args.network.privateSubnetIds,
        minSize: args.minSize ?? defaults.minSize,
        maxSize: args.maxSize,
        mixedInstancesPolicy: {
          instancesDistribution: {
            onDemandBaseCapacity: 0,
            onDemandPercentageAboveBaseCapacity: spot ? 0 : 100,
            onDemandAllocationStrategy: "prioritized",
            spotAllocationStrategy: "price-capacity-optimized",
          },
          launchTemplate: {
            launchTemplateSpecification: {
              launchTemplateId: template.id,
              // Not $Latest: only another value here starts an instance refresh.
              version: template.latestVersion.apply(String),
            },
            overrides: args.instanceTypes.map((instanceType) => ({ instanceType })),
          },
        },
        // Replaces a Spot instance before AWS takes it back.
        capacityRebalance: spot,
        // ECS removes the protection of an instance on which no task runs.
        protectFromScaleIn: true,
        // Otherwise a destroy waits for protected instances, which never end:
        // https://github.com/hashicorp/terraform-provider-aws/issues/18849
        forceDelete: true,
        ...(days !== undefined && { maxInstanceLifetime: days * 86_400 }),
        // A new version or instance type: a new instance starts before an old one is drained and ends.
        instanceRefresh: {
          strategy: "Rolling",
          preferences: {
            instanceWarmup: String(instanceWarmup),
            minHealthyPercentage: 100,
            maxHealthyPercentage: 110,
            scaleInProtectedInstances: "Refresh",
          },
        },
        tags: [
          // ECS adds it to the group, and scales only instances that have it.
          { key: "AmazonECSManaged", value: "true", propagateAtLaunch: true },
          { key: "Name", value: this.providerName, propagateAtLaunch: true },
        ],
      }),
      { parent: this, dependsOn: [...permissions] },
    );
  }

  private createProvider(group: aws.autoscaling.Group): aws.ecs.CapacityProvider {
    return new aws.ecs.CapacityProvider(
      this.id,
      {
        name: this.providerName,
        autoScalingGroupProvider: {
          autoScalingGroupArn: group.arn,
          managedDraining: "ENABLED",
          managedTerminationProtection: "ENABLED",
          managedScaling: {
            status: "ENABLED",
            targetCapacity: this.args.targetCapacity ?? defaults.targetCapacity,
            instanceWarmupPeriod: instanceWarmup,
            minimumScalingStepSize: 1,
            maximumScalingStepSize: 10_000,
          },
        },
      },
      { parent: this },
    );
  }
}
