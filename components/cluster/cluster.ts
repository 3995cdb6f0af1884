import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkCapacityProviders } from "../capacity/check";
import { Ec2Capacity, type Ec2CapacityTransform } from "../capacity/ec2-capacity";
import { providerName } from "../capacity/plan";
import type { CapacityProviderArgs } from "../capacity/settings";
import type { Network } from "../network";
import { fargateProviders, onFargate } from "../service/capacity/providers";
import { checkString } from "../shared/checks";
import { type Problem, refuse } from "../shared/errors";
import { type Transform, transformed } from "../shared/transform";
import type { Unchecked } from "../shared/unchecked";

/** Creates a cluster. */
export interface CreateClusterArgs {
  /**
   * CloudWatch Container Insights: `enhanced` adds metrics of tasks and containers to those of the service, `enabled` is the
   * older set, `disabled` costs nothing.
   * @default "enhanced"
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/ContainerInsights.html
   */
  readonly containerInsights?: "enhanced" | "enabled" | "disabled";
  /**
   * The cluster's own capacity on EC2, in addition to Fargate: at most 18 providers. Before an update removes one, no service may use it.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html
   */
  readonly capacityProviders?: readonly CapacityProviderArgs[];
  /**
   * The network of the instances. Needed with `capacityProviders`.
   * @default none
   */
  readonly network?: Network;
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: {
    /** The ECS cluster. */
    readonly cluster?: Transform<aws.ecs.ClusterArgs>;
    /** The capacity providers of the cluster, and its default strategy. */
    readonly capacityProviders?: Transform<aws.ecs.ClusterCapacityProvidersArgs>;
    /** The resources of each capacity provider on EC2. */
    readonly instances?: Ec2CapacityTransform;
  };
}

/**
 * Uses an existing cluster of this account and region, without changing it. It must have the capacity providers that services
 * use: `aws ecs put-cluster-capacity-providers` adds FARGATE and FARGATE_SPOT. For its other ones, services use the names in ECS.
 */
export interface ExistingClusterArgs {
  /** The cluster's name. */
  readonly existing: string;
}

/** The arguments of a {@link Cluster}: a new one, or an existing one. */
export type ClusterArgs = CreateClusterArgs | ExistingClusterArgs;

export function checkCluster(
  args: Unchecked<Omit<CreateClusterArgs, "network" | "transform"> & ExistingClusterArgs>,
  path: string,
): Problem[] {
  const { capacityProviders = [] } = args;
  return [
    ...checkString(`${path}.existing`, args.existing, {
      // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html
      valid: /^[A-Za-z0-9_-]{1,255}$/,
      allowed: "the name of an ECS cluster: letters, digits, hyphens and underscores",
      fix: "give the name, not the ARN: aws ecs list-clusters lists them",
    }),
    // A cluster has at most 20: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
    ...(capacityProviders.length > 18
      ? [
          {
            path: `${path}.capacityProviders`,
            value: capacityProviders.length,
            allowed: "at most 18: a cluster has 20, and two are FARGATE and FARGATE_SPOT",
            fix: "remove some, or name several instance types in one",
          },
        ]
      : []),
    ...checkCapacityProviders(capacityProviders, `${path}.capacityProviders`),
  ];
}

/** A stack file sets no network here: the instances use the stack's network. */
function checkInstances(args: ClusterArgs): Problem[] {
  return "existing" in args || !args.capacityProviders?.length || args.network
    ? []
    : [
        {
          path: "args.network",
          value: undefined,
          allowed: "the network of the instances, because of capacityProviders",
          fix: "pass the Network of the services",
        },
      ];
}

/**
 * An ECS cluster that runs tasks on Fargate, Fargate Spot and its own EC2 instances, or an existing cluster. Each service chooses.
 *
 * ```ts
 * const cluster = new Cluster("dev");
 * ```
 *
 * Cost: the cluster is free. Container Insights is billed as custom metrics, per task. Instances of `capacityProviders` cost what EC2
 * charges, also without tasks.
 */
export class Cluster extends pulumi.ComponentResource {
  /** The cluster's ARN. */
  readonly arn: pulumi.Output<string>;
  /** The cluster's name; resolves once the cluster has its capacity providers. */
  readonly clusterName: pulumi.Output<string>;
  /**
   * A service must depend on these: ECS does not remove a capacity provider while a service uses it. Undefined if the cluster
   * is an existing one.
   */
  readonly capacityProviders: aws.ecs.ClusterCapacityProviders | undefined;
  /** The names, in the configuration, of its own capacity providers on EC2. Those of an existing cluster are not known. */
  readonly instanceProviders: readonly string[] | undefined;

  constructor(name: string, args: ClusterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    refuse(`Cluster "${name}"`, [...checkCluster(args, "args"), ...checkInstances(args)]);
    super("slipway:cluster:Cluster", name, {}, opts);

    if ("existing" in args) {
      const cluster = aws.ecs.getClusterOutput({ clusterName: args.existing }, { parent: this });
      this.arn = cluster.arn;
      this.clusterName = cluster.clusterName;
    } else {
      const cluster = this.create(name, args);
      const instances = this.addInstances(name, cluster, args);
      this.instanceProviders = (args.capacityProviders ?? []).map((provider) => provider.name);
      this.capacityProviders = this.addCapacity(name, cluster, instances, args);
      // ECS refuses a service on Spot before the cluster has the capacity provider, so the name waits for it.
      this.clusterName = this.capacityProviders.clusterName;
      this.arn = cluster.arn;
    }
    this.registerOutputs({ arn: this.arn, clusterName: this.clusterName });
  }

  private create(name: string, args: CreateClusterArgs): aws.ecs.Cluster {
    return new aws.ecs.Cluster(
      name,
      transformed(args.transform?.cluster, {
        settings: [{ name: "containerInsights", value: args.containerInsights ?? "enhanced" }],
      }),
      { parent: this },
    );
  }

  /** The name in ECS of a capacity provider in the configuration. For an existing cluster it is the same. */
  providerName(capacityProvider: string): string {
    return onFargate(capacityProvider) || !this.instanceProviders?.includes(capacityProvider)
      ? capacityProvider
      : providerName(capacityProvider, pulumi.getProject(), pulumi.getStack());
  }

  private addInstances(
    name: string,
    cluster: aws.ecs.Cluster,
    { network, capacityProviders = [], transform }: CreateClusterArgs,
  ): Ec2Capacity[] {
    return network
      ? capacityProviders.map((settings) => {
          const args = { ...settings, cluster, network, transform: transform?.instances };
          return new Ec2Capacity(`${name}-${settings.name}`, args, { parent: this });
        })
      : [];
  }

  private addCapacity(
    name: string,
    cluster: aws.ecs.Cluster,
    instances: readonly Ec2Capacity[],
    args: CreateClusterArgs,
  ): aws.ecs.ClusterCapacityProviders {
    return new aws.ecs.ClusterCapacityProviders(
      name,
      transformed(args.transform?.capacityProviders, {
        clusterName: cluster.name,
        capacityProviders: [...fargateProviders, ...instances.map((one) => one.providerName)],
        defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      }),
      { parent: this, dependsOn: instances.map(({ provider }) => provider) },
    );
  }
}
