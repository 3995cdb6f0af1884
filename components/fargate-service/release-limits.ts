import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The limits of a release: the declared settings of the service and its task definition. */
export interface ReleaseLimits {
  /** CPU units of a task. */
  readonly cpu: number;
  /** MiB of a task. */
  readonly memory: number;
  /** What the task definition runs on: `FARGATE`, or `EC2`. */
  readonly compatibilities: readonly string[];
  /** Ids of the tasks' subnets. */
  readonly subnets: readonly string[];
  /** Names of capacity providers, for example `FARGATE_SPOT`. */
  readonly capacityProviders: readonly string[];
  /** Whether tasks have public addresses. */
  readonly publicIp: boolean;
  /** Whether ECS Exec is enabled. */
  readonly executeCommand: boolean;
  /** Whether Service Connect is enabled. */
  readonly serviceConnect: boolean;
  /** Whether the service is a target of VPC Lattice. */
  readonly vpcLattice: boolean;
  /** Whether ECS attaches volumes to tasks. */
  readonly volumes: boolean;
}

export function releaseLimits(
  service: aws.ecs.ServiceArgs,
  taskDefinition: Pick<aws.ecs.TaskDefinitionArgs, "cpu" | "memory" | "requiresCompatibilities">,
): pulumi.Output<ReleaseLimits> {
  return pulumi
    .all([
      pulumi.output(service.networkConfiguration),
      pulumi.output(service.capacityProviderStrategies),
      pulumi.output(service.serviceConnectConfiguration),
      pulumi.output(taskDefinition.cpu),
      pulumi.output(taskDefinition.memory),
      pulumi.output(service.enableExecuteCommand),
      pulumi.output(taskDefinition.requiresCompatibilities),
    ])
    .apply(
      ([
        network,
        providers = [],
        serviceConnect,
        cpu,
        memory,
        executeCommand,
        compatibilities,
      ]) => ({
        cpu: units(cpu, "vCPU"),
        memory: units(memory, "GB"),
        subnets: network?.subnets ?? [],
        compatibilities: compatibilities ?? ["FARGATE"],
        // A service without capacity providers has a launch type, which is Fargate.
        capacityProviders:
          providers.length > 0 ? providers.map((one) => one.capacityProvider) : ["FARGATE"],
        publicIp: network?.assignPublicIp ?? false,
        executeCommand: executeCommand ?? false,
        serviceConnect: serviceConnect?.enabled ?? false,
        vpcLattice: service.vpcLatticeConfigurations !== undefined,
        volumes: service.volumeConfiguration !== undefined,
      }),
    );
}

/** Parses the sizes of a task definition: `1024` or `1 vCPU`, `2048` or `2 GB`. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
function units(value: string | undefined, unit: "vCPU" | "GB"): number {
  const text = value ?? "0";
  return text.toLowerCase().includes(unit.toLowerCase())
    ? Math.round(Number.parseFloat(text) * 1024)
    : Number(text);
}
