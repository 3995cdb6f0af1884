import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "../shared/transform";

/** The arguments of a {@link Cluster}. */
export interface ClusterArgs {
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
 * An ECS cluster that runs tasks on Fargate and Fargate Spot. Each service chooses between them.
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
  /** A service must depend on these: ECS does not remove a capacity provider while a service uses it. */
  readonly capacityProviders: aws.ecs.ClusterCapacityProviders;

  constructor(name: string, args: ClusterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:cluster:Cluster", name, {}, opts);

    const cluster = new aws.ecs.Cluster(
      name,
      transformed(args.transform?.cluster, {
        settings: [{ name: "containerInsights", value: args.containerInsights ?? "enhanced" }],
      }),
      { parent: this },
    );
    this.capacityProviders = new aws.ecs.ClusterCapacityProviders(
      name,
      transformed(args.transform?.capacityProviders, {
        clusterName: cluster.name,
        capacityProviders: ["FARGATE", "FARGATE_SPOT"],
        defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      }),
      { parent: this },
    );

    // ECS refuses a service on Spot before the cluster has the capacity provider, so the name waits for it.
    this.clusterName = this.capacityProviders.clusterName;
    this.arn = cluster.arn;
    this.registerOutputs({ arn: this.arn, clusterName: this.clusterName });
  }
}
