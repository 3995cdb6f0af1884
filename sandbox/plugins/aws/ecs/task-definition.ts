/** ECS task definitions. */
import type { RegisterTaskDefinitionRequest, TaskDefinition } from "@aws-sdk/client-ecs";
import type * as ecs from "@pulumi/aws/ecs";
import { toCamel } from "../../kit/casing";
import { fromTags, toLowerTagList } from "../../kit/tags";
import type { AwsContext } from "../context";
import { type Resolved, replacing, resource, stable } from "../definition";
import { client, tagging } from "./common";
import { containersError, returned, sameContainers } from "./container-definitions";

type Inputs = Resolved<ecs.TaskDefinitionArgs>;

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ecs/taskdefinition/: a revision cannot be changed, so all properties except
 * the tags and the provider's two own options force a new one.
 */
export const taskDefinition = resource<ecs.TaskDefinitionArgs, ecs.TaskDefinitionState>({
  type: "aws:ecs/taskDefinition:TaskDefinition",
  properties: {
    ...replacing(
      "cpu",
      "executionRoleArn",
      "family",
      "ipcMode",
      "memory",
      "pidMode",
      "taskRoleArn",
    ),
    containerDefinitions: {
      replace: true,
      equal: (a, b, inputs) => sameContainers(a, b, inputs.networkMode),
      validate: containersError,
    },
    enableFaultInjection: { replace: true, computed: true, absent: false },
    ephemeralStorage: { replace: true, block: { members: ["sizeInGib"] } },
    networkMode: { replace: true, computed: true },
    placementConstraints: { replace: true, block: { members: ["expression", "type"] } },
    requiresCompatibilities: { replace: true, set: true },
    runtimePlatform: {
      replace: true,
      block: { members: ["cpuArchitecture", "operatingSystemFamily"] },
    },
    skipDestroy: { default: false, local: true },
    trackLatest: { default: false, local: true },
    // Volumes of Fargate tasks: ephemeral volumes and EFS.
    volumes: {
      replace: true,
      block: {
        members: ["configureAtLaunch", "efsVolumeConfiguration", "hostPath", "name"],
        computed: ["configureAtLaunch"],
        blocks: { efsVolumeConfiguration: { defaults: { rootDirectory: "/" } } },
      },
    },
  },
  outputs: stable("arn", "arnWithoutRevision", "revision"),
  tagging,
  async create(aws, inputs, tags) {
    const all = { ...request(inputs), tags: toLowerTagList(tags) };
    const { taskDefinition: registered } = await client(aws).registerTaskDefinition(all);
    return registered?.family ?? inputs.family;
  },
  async read(aws, { id, inputs, outputs }) {
    const newest = inputs.trackLatest || outputs.arn === undefined;
    // The import id is the ARN; afterwards the id is the family.
    const found = await describe(aws, newest || !outputs.arn ? id : outputs.arn);
    if (!found) return undefined;
    const { definition, tags } = found;
    return { id: definition.family, found: definition, properties: stateOf(definition), tags };
  },
  // Only tags and the provider's own options change in place.
  async delete(aws, { inputs, outputs }) {
    // "Whether to retain the old revision when the resource is destroyed or replacement is necessary."
    if (inputs.skipDestroy || !outputs.arn) return;
    await client(aws).deregisterTaskDefinition({ taskDefinition: outputs.arn });
  },
});

function request(inputs: Inputs): RegisterTaskDefinitionRequest {
  const { containerDefinitions, ephemeralStorage, skipDestroy, trackLatest, ...rest } = inputs;
  return {
    ...toCamel<RegisterTaskDefinitionRequest>(rest),
    containerDefinitions: JSON.parse(containerDefinitions),
    ephemeralStorage: ephemeralStorage && { sizeInGiB: ephemeralStorage.sizeInGib },
    volumes: inputs.volumes?.map(toVolume) as RegisterTaskDefinitionRequest["volumes"],
  };
}

/** A revision by ARN, or the newest active one of a family; undefined if there is none. */
async function describe(aws: AwsContext, name: string) {
  const get = async (taskDefinition: string) => {
    const { taskDefinition: definition, tags } = await client(aws).describeTaskDefinition({
      taskDefinition,
      include: ["TAGS"],
    });
    return definition && { definition, tags: fromTags({ tags }) };
  };
  try {
    const found = await get(name);
    if (found?.definition.status !== "INACTIVE") return found;
    const newest = name.startsWith("arn:") ? undefined : await newestActive(aws, name);
    return newest ? await get(newest) : undefined;
  } catch (error) {
    // ECS has no specific error for a revision that does not exist.
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

function stateOf(found: TaskDefinition) {
  const { ephemeralStorage, taskDefinitionArn: arn } = found;
  return {
    arn,
    arnWithoutRevision: arn?.replace(/:\d+$/, ""),
    containerDefinitions: JSON.stringify(returned(found.containerDefinitions ?? [])),
    ephemeralStorage: ephemeralStorage && { sizeInGib: ephemeralStorage.sizeInGiB ?? 0 },
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

function fromVolume(volume: NonNullable<TaskDefinition["volumes"]>[number]) {
  const { name = "", host, efsVolumeConfiguration } = volume;
  return {
    name,
    ...(host?.sourcePath ? { hostPath: host.sourcePath } : {}),
    ...(volume.configuredAtLaunch ? { configureAtLaunch: true } : {}),
    ...(efsVolumeConfiguration ? { efsVolumeConfiguration } : {}),
  };
}
