/** Deployment configurations: how fast traffic moves. */
import type {
  ComputePlatform,
  MinimumHealthyHosts,
  TrafficRoutingConfig,
} from "@aws-sdk/client-codedeploy";
import type * as codedeploy from "@pulumi/aws/codedeploy";
import { sameBlocks } from "../blocks";
import { type Resolved, resource } from "../definition";
import { arn, client, computePlatforms, oneOf } from "./common";

type Routing = NonNullable<Resolved<codedeploy.DeploymentConfigArgs>["trafficRoutingConfig"]>;

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/codedeploy/deploymentconfig/: everything forces a new one, which the
 * API cannot update.
 */
export const deploymentConfig = resource<
  codedeploy.DeploymentConfigArgs,
  codedeploy.DeploymentConfigState
>({
  type: "aws:codedeploy/deploymentConfig:DeploymentConfig",
  // pulumi-aws joins this one name with an underscore.
  name: { property: "deploymentConfigName", maxLength: 100, separator: "_" },
  properties: {
    computePlatform: { default: "Server", replace: true, validate: oneOf(computePlatforms) },
    deploymentConfigName: { replace: true },
    minimumHealthyHosts: { replace: true, members: ["type", "value"], equal: sameBlocks() },
    trafficRoutingConfig: {
      replace: true,
      members: ["timeBasedCanary", "timeBasedLinear", "type"],
      equal: sameBlocks({ defaults: { type: "AllAtOnce" } }),
      validate: ({ timeBasedCanary, timeBasedLinear, type = "AllAtOnce" }) =>
        timeBasedCanary && timeBasedLinear
          ? "'timeBasedCanary' conflicts with 'timeBasedLinear'"
          : oneOf(["AllAtOnce", "TimeBasedCanary", "TimeBasedLinear"])(type),
    },
  },
  outputs: { arn: "stable", deploymentConfigId: "stable" },
  async create(aws, inputs) {
    const { deploymentConfigName, minimumHealthyHosts, trafficRoutingConfig } = inputs;
    await client(aws).createDeploymentConfig({
      deploymentConfigName,
      computePlatform: inputs.computePlatform as ComputePlatform,
      minimumHealthyHosts: minimumHealthyHosts as MinimumHealthyHosts | undefined,
      trafficRoutingConfig: trafficRoutingConfig && toRouting(trafficRoutingConfig),
    });
    return deploymentConfigName ?? "";
  },
  async read(aws, { id: deploymentConfigName }) {
    const { deploymentConfigInfo: found } = await client(aws).getDeploymentConfig({
      deploymentConfigName,
    });
    if (!found) return undefined;
    const { minimumHealthyHosts: hosts, trafficRoutingConfig: routing } = found;
    return {
      properties: {
        arn: await arn(aws, `deploymentconfig:${deploymentConfigName}`),
        computePlatform: found.computePlatform,
        deploymentConfigId: found.deploymentConfigId,
        deploymentConfigName: found.deploymentConfigName,
        minimumHealthyHosts: hosts && { type: hosts.type, value: hosts.value },
        trafficRoutingConfig: routing && fromRouting(routing),
      },
    };
  },
  async delete(aws, { id: deploymentConfigName }) {
    await client(aws).deleteDeploymentConfig({ deploymentConfigName });
  },
});

export function toRouting(routing: Routing): TrafficRoutingConfig {
  const { timeBasedCanary: canary, timeBasedLinear: linear, type = "AllAtOnce" } = routing;
  return {
    type: type as TrafficRoutingConfig["type"],
    ...(canary && {
      timeBasedCanary: { canaryInterval: canary.interval, canaryPercentage: canary.percentage },
    }),
    ...(linear && {
      timeBasedLinear: { linearInterval: linear.interval, linearPercentage: linear.percentage },
    }),
  };
}

export function fromRouting(found: TrafficRoutingConfig): Routing {
  const { timeBasedCanary: canary, timeBasedLinear: linear, type = "AllAtOnce" } = found;
  return {
    type,
    ...(canary && {
      timeBasedCanary: { interval: canary.canaryInterval, percentage: canary.canaryPercentage },
    }),
    ...(linear && {
      timeBasedLinear: { interval: linear.linearInterval, percentage: linear.linearPercentage },
    }),
  };
}
