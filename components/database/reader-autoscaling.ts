import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface ReaderAutoscalingTarget {
  readonly clusterIdentifier: pulumi.Input<string>;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly cpuUtilization: number;
}

const rds = { scalableDimension: "rds:cluster:ReadReplicaCount", serviceNamespace: "rds" };

/**
 * Scales the number of readers. AWS adds and deletes instances of its own, and never deletes those of the program.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html
 */
export class ReaderAutoscaling extends pulumi.ComponentResource {
  constructor(name: string, args: ReaderAutoscalingTarget, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:database:ReaderAutoscaling", name, {}, opts);
    const { minCapacity, maxCapacity } = args;
    const target = new aws.appautoscaling.Target(
      `${name}-readers`,
      {
        ...rds,
        resourceId: pulumi.interpolate`cluster:${args.clusterIdentifier}`,
        minCapacity,
        maxCapacity,
      },
      { parent: this },
    );
    new aws.appautoscaling.Policy(
      `${name}-readers`,
      {
        ...rds,
        resourceId: target.resourceId,
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: {
            predefinedMetricType: "RDSReaderAverageCPUUtilization",
          },
          targetValue: args.cpuUtilization,
        },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
