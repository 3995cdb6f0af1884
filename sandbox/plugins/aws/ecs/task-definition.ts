/** Task definitions. */
import type {
  ContainerDefinition,
  RegisterTaskDefinitionRequest,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import type * as ecs from "@pulumi/aws/ecs";
import type { AwsContext } from "../context";
import { type Resolved, resource } from "../definition";
import { fromLowerTagList } from "../tags";
import { client, tagged, tagging } from "./common";
import { containersError, sameContainers } from "./container-definitions";

type Inputs = Resolved<ecs.TaskDefinitionArgs>;

const forceNew = { replace: true } as const;

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ecs/taskdefinition/: a revision cannot be changed, so that all but
 * the tags and the two options of the provider's own force a new one.
 */
export const taskDefinition = resource<ecs.TaskDefinitionArgs, ecs.TaskDefinitionState>({
  type: "aws:ecs/taskDefinition:TaskDefinition",
  properties: {
    containerDefinitions: {
      replace: true,
      equal: (a, b, inputs) => sameContainers(a, b, inputs.networkMode),
      validate: containersError,
    },
    cpu: forceNew,
    enableFaultInjection: { replace: true, computed: true },
    ephemeralStorage: { replace: true, members: ["sizeInGib"] },
    executionRoleArn: forceNew,
    family: forceNew,
    ipcMode: forceNew,
    memory: forceNew,
    networkMode: { replace: true, computed: true },
    pidMode: forceNew,
    placementConstraints: { replace: true, set: true, members: ["expression", "type"] },
    requiresCompatibilities: { replace: true, set: true },
    runtimePlatform: { replace: true, members: ["cpuArchitecture", "operatingSystemFamily"] },
    skipDestroy: { default: false, local: true },
    taskRoleArn: forceNew,
    trackLatest: { default: false, local: true },
    // Volumes of Fargate tasks: ephemeral ones, and ones on EFS.
    volumes: {
      replace: true,
      set: true,
      members: ["configureAtLaunch", "efsVolumeConfiguration", "hostPath", "name"],
    },
  },
  outputs: { arn: "stable", arnWithoutRevision: "stable", revision: "stable" },
  tagging: tagging<ecs.TaskDefinitionState>(),
  async create(aws, inputs, tags) {
    const { taskDefinition: registered } = await client(aws).registerTaskDefinition({
      ...request(inputs),
      ...tagged(tags),
    });
    return registered?.family ?? inputs.family;
  },
  async read(aws, { id, inputs, outputs }) {
    const newest = inputs.trackLatest || outputs.arn === undefined;
    // An import is by ARN; afterwards the id is the family.
    const found = await describe(aws, newest || !outputs.arn ? id : outputs.arn);
    if (!found) return undefined;
    const { definition, tags } = found;
    return { id: definition.family, properties: stateOf(definition), tags };
  },
  // Only tags and the provider's own options change in place.
  async delete(aws, { inputs, outputs }) {
    // "Whether to retain the old revision when the resource is destroyed or replacement is necessary."
    if (inputs.skipDestroy || !outputs.arn) return;
    await client(aws).deregisterTaskDefinition({ taskDefinition: outputs.arn });
  },
});

function request(inputs: Inputs): RegisterTaskDefinitionRequest {
  const { ephemeralStorage, placementConstraints, volumes } = inputs;
  const request = {
    family: inputs.family,
    containerDefinitions: JSON.parse(inputs.containerDefinitions) as ContainerDefinition[],
    cpu: inputs.cpu,
    enableFaultInjection: inputs.enableFaultInjection,
    ephemeralStorage: ephemeralStorage && { sizeInGiB: ephemeralStorage.sizeInGib },
    executionRoleArn: inputs.executionRoleArn,
    ipcMode: inputs.ipcMode,
    memory: inputs.memory,
    networkMode: inputs.networkMode,
    pidMode: inputs.pidMode,
    placementConstraints,
    requiresCompatibilities: inputs.requiresCompatibilities,
    runtimePlatform: inputs.runtimePlatform,
    taskRoleArn: inputs.taskRoleArn,
    volumes: volumes?.map(toVolume),
  };
  // What the SDK has as enumerations is plain text in @pulumi/aws; AWS refuses a wrong one.
  return request as RegisterTaskDefinitionRequest;
}

/** A revision by ARN, or the newest active one of a family; undefined when there is none. */
async function describe(aws: AwsContext, name: string) {
  const get = async (taskDefinition: string) => {
    const { taskDefinition: definition, tags } = await client(aws).describeTaskDefinition({
      taskDefinition,
      include: ["TAGS"],
    });
    return definition && { definition, tags: fromLowerTagList(tags) };
  };
  try {
    const found = await get(name);
    if (found?.definition.status !== "INACTIVE") return found;
    const newest = name.startsWith("arn:") ? undefined : await newestActive(aws, name);
    return newest ? await get(newest) : undefined;
  } catch (error) {
    // ECS has no error of its own for a revision that does not exist.
    const { name: code, message } = error as Error;
    if (code === "ClientException" && /unable to describe/i.test(message)) return undefined;
    throw error;
  }
}

async function newestActive(aws: AwsContext, family: string): Promise<string | undefined> {
  const { taskDefinitionArns = [] } = await client(aws).listTaskDefinitions({
    familyPrefix: family,
    status: "ACTIVE",
    sort: "DESC",
  });
  const revision = (arn: string) => Number(arn.split(":").at(-1));
  return taskDefinitionArns
    .filter((arn) => arn.replace(/:\d+$/, "").endsWith(`/${family}`))
    .sort((a, b) => revision(b) - revision(a))[0];
}

function stateOf(found: TaskDefinition): Resolved<ecs.TaskDefinitionState> {
  return {
    arn: found.taskDefinitionArn,
    arnWithoutRevision: found.taskDefinitionArn?.replace(/:\d+$/, ""),
    containerDefinitions: JSON.stringify(found.containerDefinitions ?? []),
    cpu: found.cpu,
    enableFaultInjection: found.enableFaultInjection ?? false,
    ephemeralStorage: found.ephemeralStorage && {
      sizeInGib: found.ephemeralStorage.sizeInGiB ?? 0,
    },
    executionRoleArn: found.executionRoleArn,
    family: found.family,
    ipcMode: found.ipcMode,
    memory: found.memory,
    networkMode: found.networkMode,
    pidMode: found.pidMode,
    placementConstraints: found.placementConstraints as never,
    requiresCompatibilities: found.requiresCompatibilities,
    revision: found.revision,
    runtimePlatform: found.runtimePlatform,
    taskRoleArn: found.taskRoleArn,
    volumes: found.volumes?.map(fromVolume),
  };
}

type Volume = NonNullable<Inputs["volumes"]>[number];

function toVolume({ name, hostPath, efsVolumeConfiguration: efs, configureAtLaunch }: Volume) {
  return {
    name,
    ...(hostPath ? { host: { sourcePath: hostPath } } : {}),
    ...(configureAtLaunch ? { configuredAtLaunch: true } : {}),
    ...(efs ? { efsVolumeConfiguration: efs } : {}),
  };
}

function fromVolume(volume: NonNullable<TaskDefinition["volumes"]>[number]): Volume {
  const { name = "", host, efsVolumeConfiguration: efs } = volume;
  return {
    name,
    ...(host?.sourcePath ? { hostPath: host.sourcePath } : {}),
    ...(volume.configuredAtLaunch ? { configureAtLaunch: true } : {}),
    ...(efs
      ? { efsVolumeConfiguration: efs as NonNullable<Volume["efsVolumeConfiguration"]> }
      : {}),
  };
}
