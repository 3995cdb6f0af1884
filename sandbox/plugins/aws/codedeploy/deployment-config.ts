/** Deployment configurations, which define how fast traffic moves. */
import type { TrafficRoutingConfig } from "@aws-sdk/client-codedeploy";
import type * as codedeploy from "@pulumi/aws/codedeploy";
import { toCamel } from "../../kit/casing";
import { type Resolved, replacing, resource, stable } from "../definition";
import { arn, client, computePlatforms, oneOf } from "./common";

type Routing = NonNullable<Resolved<codedeploy.DeploymentConfigArgs>["trafficRoutingConfig"]>;

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/codedeploy/deploymentconfig/: every change forces a new one, because the
 * API has no update.
 */
export const deploymentConfig = resource<
  codedeploy.DeploymentConfigArgs,
  codedeploy.DeploymentConfigState
>({
  type: "aws:codedeploy/deploymentConfig:DeploymentConfig",
  // Not `AutoName` in pulumi/pulumi-aws, provider/resource_overrides.go, but a plain default from the logical name.
  name: {
    property: "deploymentConfigName",
    ...{ maxLength: 100, separator: "_", createsFirst: true },
  },
  properties: {
    ...replacing("deploymentConfigName"),
    computePlatform: { default: "Server", replace: true, validate: oneOf(computePlatforms) },
    minimumHealthyHosts: { replace: true, block: { members: ["type", "value"] } },
    trafficRoutingConfig: {
      replace: true,
      block: {
        members: ["timeBasedCanary", "timeBasedLinear", "type"],
        defaults: { type: "AllAtOnce" },
      },
      validate: ({ timeBasedCanary, timeBasedLinear, type = "AllAtOnce" }) =>
        timeBasedCanary && timeBasedLinear
          ? "'timeBasedCanary' conflicts with 'timeBasedLinear'"
          : oneOf(["AllAtOnce", "TimeBasedCanary", "TimeBasedLinear"])(type),
    },
  },
  outputs: stable("arn", "deploymentConfigId"),
  async create(aws, { trafficRoutingConfig: routing, ...inputs }) {
    await client(aws).createDeploymentConfig({
      ...toCamel<{ deploymentConfigName: string }>(inputs),
      trafficRoutingConfig: routing && toRouting(routing),
    });
    return inputs.deploymentConfigName;
  },
  async read(aws, { id: deploymentConfigName }) {
    const request = { deploymentConfigName };
    const { deploymentConfigInfo: found } = await client(aws).getDeploymentConfig(request);
    if (!found) return undefined;
    const { trafficRoutingConfig: routing } = found;
    const own = await arn(aws, `deploymentconfig:${deploymentConfigName}`);
    const trafficRoutingConfig = routing && fromRouting(routing);
    return { found, properties: { arn: own, trafficRoutingConfig } };
  },
  delete: (aws, { id: deploymentConfigName }) =>
    client(aws).deleteDeploymentConfig({ deploymentConfigName }),
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
