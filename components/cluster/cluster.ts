import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
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
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: {
    /** The ECS cluster. */
    readonly cluster?: Transform<aws.ecs.ClusterArgs>;
    /** The capacity providers of the cluster, and its default strategy. */
    readonly capacityProviders?: Transform<aws.ecs.ClusterCapacityProvidersArgs>;
  };
}

/**
 * Uses an existing cluster of this account and region, without changing it. It must have the capacity providers that services
 * use: `aws ecs put-cluster-capacity-providers` adds FARGATE and FARGATE_SPOT.
 */
export interface ExistingClusterArgs {
  /** The cluster's name. */
  readonly existing: string;
}

/** The arguments of a {@link Cluster}: a new one, or an existing one. */
export type ClusterArgs = CreateClusterArgs | ExistingClusterArgs;

export function checkCluster(
  args: Unchecked<CreateClusterArgs & ExistingClusterArgs>,
  path: string,
): Problem[] {
  return checkString(`${path}.existing`, args.existing, {
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html
    valid: /^[A-Za-z0-9_-]{1,255}$/,
    allowed: "the name of an ECS cluster: letters, digits, hyphens and underscores",
    fix: "give the name, not the ARN: aws ecs list-clusters lists them",
  });
}

/**
 * An ECS cluster that runs tasks on Fargate and Fargate Spot, or an existing cluster. Each service chooses between the two.
 *
 * ```ts
 * const cluster = new Cluster("dev");
 * ```
 *
 * Cost: the cluster is free. Container Insights is billed as custom metrics, per task.
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

  constructor(name: string, args: ClusterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    refuse(`Cluster "${name}"`, checkCluster(args, "args"));
    super("slipway:cluster:Cluster", name, {}, opts);

    if ("existing" in args) {
      const cluster = aws.ecs.getClusterOutput({ clusterName: args.existing }, { parent: this });
      this.arn = cluster.arn;
      this.clusterName = cluster.clusterName;
    } else {
      const cluster = this.create(name, args);
      this.capacityProviders = this.addCapacity(name, cluster, args);
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

  private addCapacity(
    name: string,
    cluster: aws.ecs.Cluster,
    args: CreateClusterArgs,
  ): aws.ecs.ClusterCapacityProviders {
    return new aws.ecs.ClusterCapacityProviders(
      name,
      transformed(args.transform?.capacityProviders, {
        clusterName: cluster.name,
        capacityProviders: ["FARGATE", "FARGATE_SPOT"],
        defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      }),
      { parent: this },
    );
  }
}
