/** A service between the program's form and the API's. */
import type {
  CreateServiceRequest,
  LoadBalancer,
  NetworkConfiguration,
  PropagateTags,
  Service,
  UpdateServiceRequest,
} from "@aws-sdk/client-ecs";
import type * as ecs from "@pulumi/aws/ecs";
import type { Resolved } from "../definition";
import { deploymentConfigurationOf, deploymentProperties } from "./service-deployment";

type Inputs = Resolved<ecs.ServiceArgs>;
type LoadBalancers = NonNullable<Inputs["loadBalancers"]>;

export function requestOf(
  inputs: Inputs,
  before?: Partial<Resolved<ecs.ServiceState>>,
): CreateServiceRequest {
  const daemon = inputs.schedulingStrategy === "DAEMON";
  const request = {
    availabilityZoneRebalancing: inputs.availabilityZoneRebalancing,
    capacityProviderStrategy: inputs.capacityProviderStrategies,
    cluster: inputs.cluster,
    deploymentConfiguration: deploymentConfigurationOf(inputs, before),
    deploymentController: inputs.deploymentController,
    desiredCount: daemon ? undefined : (inputs.desiredCount ?? 0),
    enableECSManagedTags: inputs.enableEcsManagedTags,
    enableExecuteCommand: inputs.enableExecuteCommand,
    healthCheckGracePeriodSeconds: inputs.healthCheckGracePeriodSeconds,
    launchType: inputs.launchType,
    loadBalancers: toLoadBalancers(inputs.loadBalancers),
    networkConfiguration: toNetwork(inputs.networkConfiguration),
    platformVersion: inputs.platformVersion,
    propagateTags: inputs.propagateTags,
    schedulingStrategy: inputs.schedulingStrategy,
    serviceName: inputs.name,
    taskDefinition: inputs.taskDefinition,
  };
  // What the SDK has as enumerations is plain text in @pulumi/aws; AWS refuses a wrong one.
  return request as CreateServiceRequest;
}

interface Change {
  readonly old: { readonly outputs: Partial<Resolved<ecs.ServiceState>> };
  has(...properties: (keyof ecs.ServiceArgs)[]): boolean;
}

/** Only what changed: what is not said stays as it is, and some of it starts a deployment. */
export function updateOf(id: string, inputs: Inputs, { old, has }: Change): UpdateServiceRequest {
  const all = requestOf(inputs, old.outputs);
  const changed = <Value>(property: keyof ecs.ServiceArgs, value: Value) =>
    has(property) ? value : undefined;
  return {
    cluster: inputs.cluster,
    service: id,
    forceNewDeployment: inputs.forceNewDeployment ?? false,
    availabilityZoneRebalancing: changed(
      "availabilityZoneRebalancing",
      all.availabilityZoneRebalancing,
    ),
    capacityProviderStrategy: changed("capacityProviderStrategies", all.capacityProviderStrategy),
    deploymentConfiguration: has(...deploymentProperties) ? all.deploymentConfiguration : undefined,
    deploymentController: changed("deploymentController", all.deploymentController),
    desiredCount: changed("desiredCount", all.desiredCount),
    enableECSManagedTags: changed("enableEcsManagedTags", all.enableECSManagedTags),
    enableExecuteCommand: changed("enableExecuteCommand", all.enableExecuteCommand),
    healthCheckGracePeriodSeconds: changed(
      "healthCheckGracePeriodSeconds",
      all.healthCheckGracePeriodSeconds ?? 0,
    ),
    loadBalancers: changed("loadBalancers", all.loadBalancers ?? []),
    networkConfiguration: changed("networkConfiguration", all.networkConfiguration),
    platformVersion: changed("platformVersion", all.platformVersion),
    propagateTags: changed("propagateTags", all.propagateTags ?? ("NONE" as PropagateTags)),
    taskDefinition: changed("taskDefinition", all.taskDefinition),
  };
}

function toLoadBalancers(loadBalancers: LoadBalancers | undefined): LoadBalancer[] | undefined {
  return loadBalancers?.map(({ advancedConfiguration, ...rest }) => ({
    ...rest,
    ...(advancedConfiguration ? { advancedConfiguration: { ...advancedConfiguration } } : {}),
  }));
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

/** What is read back in another form than the API's, some of it in the one that the program gave. */
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
    // "Family and revision (family:revision) or full ARN", as it was given.
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
  return {
    containerName,
    containerPort,
    ...(found.targetGroupArn ? { targetGroupArn: found.targetGroupArn } : {}),
    ...(advanced
      ? {
          advancedConfiguration: {
            alternateTargetGroupArn: advanced.alternateTargetGroupArn ?? "",
            productionListenerRule: advanced.productionListenerRule ?? "",
            roleArn: advanced.roleArn ?? "",
            ...(advanced.testListenerRule ? { testListenerRule: advanced.testListenerRule } : {}),
          },
        }
      : {}),
  };
}
