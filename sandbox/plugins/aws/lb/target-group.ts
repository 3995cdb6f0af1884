/** Target groups. */
import type {
  ProtocolEnum,
  TargetGroup,
  TargetGroupIpAddressTypeEnum,
  TargetTypeEnum,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as lb from "@pulumi/aws/lb";
import { sameBlocks } from "../blocks";
import type { AwsContext } from "../context";
import { type Resolved, resource } from "../definition";
import {
  type Attributes,
  client,
  fromAttributes,
  tagged,
  tagging,
  tagsOf,
  toAttributes,
} from "./common";

type Inputs = Resolved<lb.TargetGroupArgs>;
type Stickiness = NonNullable<Inputs["stickiness"]>;

const supported = ["instance", "ip"];

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html */
const attributes: Attributes = {
  connectionTermination: ["deregistration_delay.connection_termination.enabled", "boolean"],
  deregistrationDelay: ["deregistration_delay.timeout_seconds", "number"],
  loadBalancingAlgorithmType: ["load_balancing.algorithm.type", "string"],
  loadBalancingCrossZoneEnabled: ["load_balancing.cross_zone.enabled", "string"],
  slowStart: ["slow_start.duration_seconds", "number"],
};

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/lb/targetgroup/. What is given at creation forces a new one, except the
 * health check; attributes change in place.
 */
export const targetGroup = resource<lb.TargetGroupArgs, lb.TargetGroupState>({
  type: "aws:lb/targetGroup:TargetGroup",
  name: { property: "name", maxLength: 32 },
  properties: {
    connectionTermination: { computed: true },
    deregistrationDelay: { default: 300, validate: within(0, 3600) },
    healthCheck: {
      computed: true,
      members: [
        "enabled",
        "healthyThreshold",
        "interval",
        "matcher",
        "path",
        "port",
        "protocol",
        "timeout",
        "unhealthyThreshold",
      ],
      equal: sameBlocks({
        defaults: {
          enabled: true,
          healthyThreshold: 3,
          interval: 30,
          port: "traffic-port",
          protocol: "HTTP",
          unhealthyThreshold: 3,
        },
        computed: ["matcher", "path", "timeout"],
      }),
      validate: ({ interval = 30 }) => within(5, 300)(interval),
    },
    ipAddressType: { computed: true, replace: true },
    loadBalancingAlgorithmType: { computed: true },
    loadBalancingCrossZoneEnabled: { computed: true },
    name: { replace: true, validate: nameError },
    namePrefix: { outputOnly: true, computed: true },
    port: { replace: true, validate: within(1, 65535) },
    protocol: { replace: true },
    protocolVersion: { computed: true, replace: true },
    slowStart: { default: 0 },
    stickiness: {
      computed: true,
      members: ["cookieDuration", "cookieName", "enabled", "type"],
      equal: sameBlocks({ defaults: { cookieDuration: 86400, enabled: true } }),
    },
    targetType: {
      default: "instance",
      replace: true,
      validate: (type) =>
        supported.includes(type) ? undefined : `must be one of ${supported} in the sandbox`,
    },
    vpcId: { replace: true },
  },
  // Listener rules come and go beside it.
  outputs: { arn: "stable", arnSuffix: "stable", loadBalancerArns: "stable" },
  tagging: tagging<lb.TargetGroupState>(),
  async create(aws, inputs, tags) {
    const { TargetGroups: [created] = [] } = await client(aws).createTargetGroup({
      Name: inputs.name,
      IpAddressType: inputs.ipAddressType as TargetGroupIpAddressTypeEnum | undefined,
      Port: inputs.port,
      Protocol: inputs.protocol as ProtocolEnum | undefined,
      ProtocolVersion: inputs.protocolVersion,
      TargetType: inputs.targetType as TargetTypeEnum | undefined,
      VpcId: inputs.vpcId,
      ...healthCheckOf(inputs),
      ...tagged(tags),
    });
    const arn = created?.TargetGroupArn ?? "";
    await modify(aws, arn, [
      ...toAttributes(attributes, inputs),
      ...stickinessOf(inputs.stickiness),
    ]);
    return arn;
  },
  async read(aws, { id }) {
    const { TargetGroups: [found] = [] } = await client(aws).describeTargetGroups({
      TargetGroupArns: [id],
    });
    if (!found) return undefined;
    const { Attributes: values = [] } = await client(aws).describeTargetGroupAttributes({
      TargetGroupArn: id,
    });
    const read = fromAttributes(attributes, values);
    return {
      properties: {
        ...read,
        connectionTermination: read.connectionTermination === true,
        ...stateOf(found),
        stickiness: fromAttributes(stickinessAttributes, values) as unknown as Stickiness,
      },
      tags: await tagsOf(aws, id),
    };
  },
  async update(aws, TargetGroupArn, inputs, change) {
    if (change.has("healthCheck")) {
      await client(aws).modifyTargetGroup({ TargetGroupArn, ...healthCheckOf(inputs) });
    }
    const changed = toAttributes(attributes, inputs, (property) =>
      change.has(property as keyof lb.TargetGroupArgs),
    );
    const stickiness = change.has("stickiness") ? stickinessOf(inputs.stickiness) : [];
    await modify(aws, TargetGroupArn, [...changed, ...stickiness]);
  },
  // AWS refuses while a listener or rule forwards to it (ResourceInUse).
  async delete(aws, { id }) {
    await client(aws).deleteTargetGroup({ TargetGroupArn: id });
  },
});

function within(least: number, most: number) {
  return (value: number) =>
    value >= least && value <= most
      ? undefined
      : `expected ${value} to be in the range (${least} - ${most})`;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
function nameError(name: string): string | undefined {
  const valid = name.length <= 32 && /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name);
  return valid
    ? undefined
    : `'${name}' is no name of a target group: at most 32 letters, digits and hyphens, no hyphen at either end`;
}

/** The block's defaults are the provider's (three checks either way), not the API's. */
function healthCheckOf({ healthCheck: check }: Inputs) {
  if (!check) return {};
  return {
    HealthCheckEnabled: check.enabled ?? true,
    HealthCheckIntervalSeconds: check.interval ?? 30,
    HealthCheckPath: check.path,
    HealthCheckPort: check.port ?? "traffic-port",
    HealthCheckProtocol: (check.protocol ?? "HTTP") as ProtocolEnum,
    HealthCheckTimeoutSeconds: check.timeout,
    HealthyThresholdCount: check.healthyThreshold ?? 3,
    Matcher: check.matcher ? { HttpCode: check.matcher } : undefined,
    UnhealthyThresholdCount: check.unhealthyThreshold ?? 3,
  };
}

const stickinessAttributes: Attributes = {
  cookieDuration: ["stickiness.lb_cookie.duration_seconds", "number"],
  cookieName: ["stickiness.app_cookie.cookie_name", "string"],
  enabled: ["stickiness.enabled", "boolean"],
  type: ["stickiness.type", "string"],
};

function stickinessOf(stickiness: Stickiness | undefined) {
  if (!stickiness) return [];
  const { cookieDuration = 86400, enabled = true, ...rest } = stickiness;
  return toAttributes(stickinessAttributes, { ...rest, cookieDuration, enabled });
}

async function modify(
  aws: AwsContext,
  TargetGroupArn: string,
  Attributes: { Key: string; Value: string }[],
): Promise<void> {
  if (Attributes.length === 0) return;
  await client(aws).modifyTargetGroupAttributes({ TargetGroupArn, Attributes });
}

function stateOf(found: TargetGroup): Resolved<lb.TargetGroupState> {
  return {
    arn: found.TargetGroupArn,
    // "ARN suffix for use with CloudWatch Metrics."
    arnSuffix: found.TargetGroupArn?.replace(/^.*:(?=targetgroup\/)/, ""),
    healthCheck: {
      enabled: found.HealthCheckEnabled,
      healthyThreshold: found.HealthyThresholdCount,
      interval: found.HealthCheckIntervalSeconds,
      matcher: found.Matcher?.HttpCode,
      path: found.HealthCheckPath,
      port: found.HealthCheckPort,
      protocol: found.HealthCheckProtocol,
      timeout: found.HealthCheckTimeoutSeconds,
      unhealthyThreshold: found.UnhealthyThresholdCount,
    },
    ipAddressType: found.IpAddressType,
    loadBalancerArns: found.LoadBalancerArns ?? [],
    name: found.TargetGroupName,
    namePrefix: "",
    port: found.Port,
    protocol: found.Protocol,
    protocolVersion: found.ProtocolVersion,
    targetType: found.TargetType,
    vpcId: found.VpcId,
  };
}
