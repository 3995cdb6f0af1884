/** Converts a service between the program's form and the API's. */
import type {
  CreateServiceRequest,
  LoadBalancer,
  NetworkConfiguration,
  Service,
  UpdateServiceRequest,
} from "@aws-sdk/client-ecs";
import type * as ecs from "@pulumi/aws/ecs";
import { changedMembers } from "../../kit/casing";
import type { Resolved } from "../definition";
import { fromServiceConnect, toServiceConnect } from "./service-connect";
import { deploymentConfigurationOf, deploymentProperties, isDaemon } from "./service-deployment";

type Inputs = Resolved<ecs.ServiceArgs>;
type LoadBalancers = NonNullable<Inputs["loadBalancers"]>;

export function requestOf(
  inputs: Inputs,
  before?: Partial<Resolved<ecs.ServiceState>>,
): CreateServiceRequest {
  const request = {
    ...pick(inputs, ["availabilityZoneRebalancing", "cluster", "deploymentController"]),
    ...pick(inputs, ["enableExecuteCommand", "healthCheckGracePeriodSeconds", "launchType"]),
    ...pick(inputs, ["loadBalancers", "platformVersion", "propagateTags", "schedulingStrategy"]),
    ...pick(inputs, ["taskDefinition"]),
    capacityProviderStrategy: inputs.capacityProviderStrategies,
    deploymentConfiguration: deploymentConfigurationOf(inputs, before),
    desiredCount: isDaemon(inputs) ? undefined : (inputs.desiredCount ?? 0),
    enableECSManagedTags: inputs.enableEcsManagedTags,
    networkConfiguration: toNetwork(inputs.networkConfiguration),
    placementStrategy: inputs.orderedPlacementStrategies,
    serviceConnectConfiguration: toServiceConnect(inputs.serviceConnectConfiguration),
    serviceName: inputs.name,
  };
  // Enumerations of the SDK are strings in @pulumi/aws; AWS refuses a wrong one.
  return request as CreateServiceRequest;
}

function pick<Name extends keyof Inputs>(inputs: Inputs, names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, inputs[name]])) as Pick<Inputs, Name>;
}

interface Change {
  readonly old: { readonly outputs: Partial<Resolved<ecs.ServiceState>> };
  has(...properties: (keyof ecs.ServiceArgs)[]): boolean;
}

/**
 * Sends only the changes: AWS keeps absent members, and some members would start a deployment. A removed `propagateTags` is not sent, so it stays:
 * https://github.com/hashicorp/terraform-provider-aws/issues/32492
 */
export function updateOf(id: string, inputs: Inputs, { old, has }: Change): UpdateServiceRequest {
  const all = requestOf(inputs, old.outputs);
  const request = {
    ...all,
    healthCheckGracePeriodSeconds: all.healthCheckGracePeriodSeconds ?? 0,
    loadBalancers: all.loadBalancers ?? [],
    placementStrategy: all.placementStrategy ?? [],
    serviceConnectConfiguration: all.serviceConnectConfiguration ?? { enabled: false },
  };
  const changed = changedMembers(
    request,
    [
      ...(["availabilityZoneRebalancing", "capacityProviderStrategies"] as const),
      ...(["deploymentController", "desiredCount", "enableEcsManagedTags"] as const),
      ...(["enableExecuteCommand", "healthCheckGracePeriodSeconds", "loadBalancers"] as const),
      ...([
        "networkConfiguration",
        "orderedPlacementStrategies",
        "platformVersion",
        "propagateTags",
        "serviceConnectConfiguration",
        "taskDefinition",
      ] as const),
    ],
    has,
    {
      capacityProviderStrategies: "capacityProviderStrategy",
      enableEcsManagedTags: "enableECSManagedTags",
      orderedPlacementStrategies: "placementStrategy",
    },
  );
  return {
    ...changed,
    cluster: inputs.cluster,
    service: id,
    forceNewDeployment: inputs.forceNewDeployment ?? false,
    deploymentConfiguration: has(...deploymentProperties) ? all.deploymentConfiguration : undefined,
  };
}

function toNetwork(network: Inputs["networkConfiguration"]): NetworkConfiguration | undefined {
  if (!network) return undefined;
  const { assignPublicIp = false, securityGroups = [], subnets } = network;
  return {
    awsvpcConfiguration: {
      assignPublicIp: assignPublicIp ? "ENABLED" : "DISABLED",
      securityGroups,
      subnets,
    },
  };
}

/** Outputs whose form differs from the API's; some keep the form that the program gave. */
export function readable(found: Service, inputs: Partial<Inputs>): Resolved<ecs.ServiceState> {
  const network = found.networkConfiguration?.awsvpcConfiguration;
  return {
    capacityProviderStrategies: (found.capacityProviderStrategy ?? []).map(
      ({ base = 0, capacityProvider = "", weight = 0 }) => ({ base, capacityProvider, weight }),
    ),
    cluster: sameForm(found.clusterArn, inputs.cluster ?? "arn:", (arn) => arn.split("/").at(-1)),
    loadBalancers: (found.loadBalancers ?? []).map(fromLoadBalancer),
    networkConfiguration: network && {
      assignPublicIp: network.assignPublicIp === "ENABLED",
      securityGroups: network.securityGroups ?? [],
      subnets: network.subnets ?? [],
    },
    orderedPlacementStrategies: (found.placementStrategy ?? []).map(
      ({ field = "", type = "" }) => ({
        field,
        type,
      }),
    ),
    serviceConnectConfiguration: fromServiceConnect(found),
    // "Family and revision (family:revision) or full ARN": keeps the given form.
    taskDefinition: sameForm(found.taskDefinition, inputs.taskDefinition, (arn) =>
      arn.split("/").at(-1),
    ),
  };
}

function sameForm(
  arn: string | undefined,
  given: string | undefined,
  short: (arn: string) => string | undefined,
): string | undefined {
  return given?.startsWith("arn:") ? arn : arn && short(arn);
}

function fromLoadBalancer(found: LoadBalancer): LoadBalancers[number] {
  const { advancedConfiguration: advanced, containerName = "", containerPort = 0 } = found;
  const { testListenerRule, ...required } = advanced ?? {};
  const empty = { alternateTargetGroupArn: "", productionListenerRule: "", roleArn: "" };
  const own = { ...empty, ...required, ...(testListenerRule ? { testListenerRule } : {}) };
  return {
    ...{ containerName, containerPort },
    ...(found.targetGroupArn ? { targetGroupArn: found.targetGroupArn } : {}),
    ...(advanced ? { advancedConfiguration: own } : {}),
  };
}
