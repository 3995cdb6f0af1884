/**
 * The condition keys that ECS derives from a request, as strings. A key is present only if the request has its value.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_service-with-iam.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
import { type AwsCall, list, partition } from "./calls";

type Keys = Record<string, string | string[]>;

interface Network {
  readonly awsvpcConfiguration?: {
    readonly subnets?: readonly string[];
    readonly assignPublicIp?: string;
  };
}

/** The condition keys of UpdateService. */
export function serviceKeys(call: AwsCall): Keys {
  const { networkConfiguration, serviceConnectConfiguration: connect } = call.input;
  const network = (networkConfiguration as Network | undefined)?.awsvpcConfiguration;
  const { enabled, namespace } = (connect ?? {}) as { enabled?: boolean; namespace?: string };
  return {
    ...(network?.subnets && { "ecs:subnet": [...network.subnets] }),
    ...(network && { "ecs:auto-assign-public-ip": String(network.assignPublicIp === "ENABLED") }),
    ...capacityProviders(call),
    ...given(call, "enableExecuteCommand", "ecs:enable-execute-command"),
    ...given(call, "enableECSManagedTags", "ecs:enable-ecs-managed-tags"),
    ...given(call, "propagateTags", "ecs:propagate-tags"),
    ...(connect !== undefined && { "ecs:enable-service-connect": String(enabled === true) }),
    ...(namespace && { "ecs:namespace": namespace }),
    ...some(call, "vpcLatticeConfigurations", "ecs:enable-vpc-lattice"),
    ...some(call, "volumeConfigurations", "ecs:enable-ebs-volumes"),
  };
}

/** The condition keys of RunTask. It has none for the network. */
export function runTaskKeys(call: AwsCall): Keys {
  const overrides = { ...call, input: (call.input.overrides ?? {}) as AwsCall["input"] };
  return {
    ...size(overrides, "cpu", "vcpu", "ecs:task-cpu"),
    ...size(overrides, "memory", "gb", "ecs:task-memory"),
    ...capacityProviders(call),
    ...given(call, "enableExecuteCommand", "ecs:enable-execute-command"),
    ...some(call, "volumeConfigurations", "ecs:enable-ebs-volumes"),
  };
}

/** The condition keys of RegisterTaskDefinition. */
export function taskDefinitionKeys(call: AwsCall): Keys {
  const compatibilities = list(call, "requiresCompatibilities").map(String);
  const containers = list(call, "containerDefinitions") as { readonly privileged?: boolean }[];
  const privileged = containers.filter((container) => container.privileged !== undefined);
  return {
    ...size(call, "cpu", "vcpu", "ecs:task-cpu"),
    ...size(call, "memory", "gb", "ecs:task-memory"),
    ...(compatibilities.length > 0 && { "ecs:compute-compatibility": compatibilities }),
    ...(privileged.length > 0 && {
      "ecs:privileged": String(privileged.some((container) => container.privileged)),
    }),
  };
}

/** "as an integer with 1024 = 1 vCPU", for each form in a request: `1024` or `1 vCPU`, `2048` or `2 GB`. */
function size(call: AwsCall, property: string, unit: string, key: string): Keys {
  const value = call.input[property];
  if (value === undefined || value === null) return {};
  const text = String(value).toLowerCase();
  const number = Number.parseFloat(text) * (text.includes(unit) ? 1024 : 1);
  return { [key]: String(Math.round(number)) };
}

function given(call: AwsCall, property: string, key: string): Keys {
  const value = call.input[property];
  return value === undefined || value === null ? {} : { [key]: String(value) };
}

function some(call: AwsCall, property: string, key: string): Keys {
  return call.input[property] === undefined || call.input[property] === null
    ? {}
    : { [key]: String(list(call, property).length > 0) };
}

function capacityProviders(call: AwsCall): Keys {
  const strategy = list(call, "capacityProviderStrategy") as { capacityProvider?: string }[];
  const prefix = `arn:${partition(call.region)}:ecs:${call.region}:${call.account}:capacity-provider/`;
  return strategy.length > 0
    ? { "ecs:capacity-provider": strategy.map((one) => `${prefix}${one.capacityProvider}`) }
    : {};
}
