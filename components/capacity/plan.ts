/** Values of EC2 instances, in AWS's terms. Pure. */
import type { PolicyStatement } from "../shared/policy";

/** MiB of an instance that no task gets: for the container runtime, the agent and Systems Manager. */
const reservedMemory = 128;

/**
 * The share of an instance's memory that the machine itself and the kernel take. AWS does not publish it: a t3.small of 2048 MiB registers about
 * 1910. Karpenter assumes 7.5 % (https://karpenter.sh/docs/reference/settings/, `VM_MEMORY_OVERHEAD_PERCENT`).
 */
const memoryOverhead = 0.075;

/** The properties of an instance type that decide which tasks it can run. */
export interface InstanceFacts {
  readonly instanceType: string;
  readonly vcpus: number;
  /** MiB. */
  readonly memory: number;
  readonly networkInterfaces: number;
  /** EC2's names: `x86_64`, `arm64`. */
  readonly architectures: readonly string[];
  /** Whether there are Spot instances of the type. */
  readonly spot: boolean;
}

/** The room for tasks on an instance. */
export interface Room {
  /** CPU units. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /**
   * Each task has a network interface of its own, and the instance needs one. `awsvpcTrunking`, a setting of the account, is not counted:
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
   */
  readonly tasks: number;
}

export function roomOf({ vcpus, memory, networkInterfaces }: InstanceFacts): Room {
  return {
    cpu: vcpus * 1024,
    memory: Math.floor(memory * (1 - memoryOverhead)) - reservedMemory,
    tasks: networkInterfaces - 1,
  };
}

/** The tasks of a service that an instance can run at the same time. */
export function tasksIn(room: Room, task: { readonly cpu: number; readonly memory: number }) {
  return Math.min(
    room.tasks,
    Math.floor(room.cpu / task.cpu),
    Math.floor(room.memory / task.memory),
  );
}

/** ECS's words for EC2's processor types. */
export function cpuArchitectureOf(architectures: readonly string[]): "ARM64" | "X86_64" {
  return architectures.includes("arm64") ? "ARM64" : "X86_64";
}

/**
 * The image (AMI) by its parameter: each new instance gets the newest, and the launch template stays the same, so no preview shows
 * a new image. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html and
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
 */
export function imageOf(architectures: readonly string[]): string {
  const folder = cpuArchitectureOf(architectures) === "ARM64" ? "/arm64" : "";
  return `resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023${folder}/recommended/image_id`;
}

/**
 * The start script, base64-encoded as EC2 wants it: the agent's settings.
 * https://github.com/aws/amazon-ecs-agent/blob/master/README.md#environment-variables
 */
export function userData(clusterName: string): string {
  const settings = {
    ECS_CLUSTER: clusterName,
    // Tasks have roles of their own, and must not get the instance's.
    ECS_AWSVPC_BLOCK_IMDS: "true",
    ECS_DISABLE_PRIVILEGED: "true",
    // Starts tasks elsewhere when AWS takes a Spot instance back.
    ECS_ENABLE_SPOT_INSTANCE_DRAINING: "true",
    ECS_RESERVED_MEMORY: String(reservedMemory),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const script = ["#!/bin/bash", "cat <<'END' >> /etc/ecs/ecs.config", ...lines, "END", ""];
  return Buffer.from(script.join("\n")).toString("base64");
}

/**
 * What the agent needs in this cluster. AmazonEC2ContainerServiceforEC2Role allows it in each cluster of the account, and lets
 * instances pull any image and write any log: here the role with which ECS starts a task does that. The split is the one of
 * https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ecs/lib/cluster.ts (`configureAutoScalingGroup`).
 */
export function instancePolicy(clusterArn: string): PolicyStatement[] {
  return [
    {
      Action: [
        "ecs:DeregisterContainerInstance",
        "ecs:RegisterContainerInstance",
        "ecs:SubmitAttachmentStateChanges",
        "ecs:SubmitContainerStateChange",
        "ecs:SubmitTaskStateChange",
      ],
      Resource: clusterArn,
    },
    {
      Action: ["ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"],
      Resource: `${clusterArn.replace(":cluster/", ":container-instance/")}/*`,
    },
    // IAM has no resource-level permissions for it.
    { Action: "ecs:DiscoverPollEndpoint", Resource: "*" },
  ];
}

/**
 * The provider's name in ECS. It is fixed, so that what reads it (the deploy role, the AppSpec, the comparison with the running service) is
 * known in a preview. The user's name is first, because ECS reserves some prefixes.
 */
export function providerName(name: string, project: string, stack: string): string {
  return `${name}-${project}-${stack}`.replace(/[^\w-]/g, "-");
}
