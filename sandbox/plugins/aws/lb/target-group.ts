/** Load balancer target groups. */
import type { TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as lb from "@pulumi/aws/lb";
import { toPascal } from "../../kit/casing";
import { toTagList } from "../../kit/tags";
import type { AwsContext } from "../context";
import { absent, outputOnly, type Resolved, replacing, resource, stable } from "../definition";
import { type Attributes, client, fromAttributes, tagging, tagsOf, toAttributes } from "./common";

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

/** The members of the block, and their names in the API. */
const HEALTH_CHECK = {
  ...{ enabled: "HealthCheckEnabled", interval: "HealthCheckIntervalSeconds" },
  ...{ path: "HealthCheckPath", port: "HealthCheckPort", protocol: "HealthCheckProtocol" },
  timeout: "HealthCheckTimeoutSeconds",
  ...{ healthyThreshold: "HealthyThresholdCount", unhealthyThreshold: "UnhealthyThresholdCount" },
} as const;

/** The block's defaults are the provider's (three checks in each direction), not the API's. */
const CHECK_DEFAULTS = {
  ...{ enabled: true, interval: 30, port: "traffic-port", protocol: "HTTP" },
  ...{ healthyThreshold: 3, unhealthyThreshold: 3 },
};

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/lb/targetgroup/. Properties that are set at creation force a new one, except the
 * health check; attributes change in place.
 */
export const targetGroup = resource<lb.TargetGroupArgs, lb.TargetGroupState>({
  type: "aws:lb/targetGroup:TargetGroup",
  name: { property: "name", maxLength: 32 },
  properties: {
    ...replacing("protocol", "vpcId"),
    connectionTermination: { computed: true, absent: false },
    deregistrationDelay: { default: 300, validate: within(0, 3600) },
    healthCheck: {
      computed: true,
      block: {
        members: [
          ...(["enabled", "healthyThreshold", "interval", "matcher", "path", "port"] as const),
          ...(["protocol", "timeout", "unhealthyThreshold"] as const),
        ],
        defaults: CHECK_DEFAULTS,
        computed: ["matcher", "path", "timeout"],
      },
      validate: ({ interval = 30 }) => within(5, 300)(interval),
    },
    ipAddressType: { computed: true, replace: true },
    loadBalancingAlgorithmType: { computed: true },
    loadBalancingCrossZoneEnabled: { computed: true },
    name: { replace: true, validate: nameError },
    port: { replace: true, validate: within(1, 65535) },
    protocolVersion: { computed: true, replace: true },
    slowStart: { default: 0 },
    stickiness: {
      computed: true,
      block: {
        members: ["cookieDuration", "cookieName", "enabled", "type"],
        defaults: { cookieDuration: 86400, enabled: true },
      },
    },
    targetType: {
      default: "instance",
      replace: true,
      validate: (type) =>
        supported.includes(type) ? undefined : `must be one of ${supported} in the sandbox`,
    },
    ...outputOnly("", "namePrefix"),
    ...outputOnly(false, "lambdaMultiValueHeadersEnabled", "proxyProtocolV2"),
  },
  // Listener rules change independently of the target group.
  outputs: { ...stable("arn", "arnSuffix"), ...absent([], "loadBalancerArns") },
  tagging,
  async create(aws, inputs, tags) {
    const { ipAddressType, name, port, protocol, protocolVersion, targetType, vpcId } = inputs;
    const chosen = { ipAddressType, name, port, protocol, protocolVersion, targetType, vpcId };
    const { TargetGroups: [created] = [] } = await client(aws).createTargetGroup({
      ...toPascal<{ Name: string }>(chosen),
      ...healthCheckOf(inputs),
      Tags: toTagList(tags),
    });
    const arn = created?.TargetGroupArn ?? "";
    const stickiness = stickinessOf(inputs.stickiness);
    await modify(aws, arn, [...toAttributes(attributes, inputs), ...stickiness]);
    return arn;
  },
  async read(aws, { id }) {
    const request = { TargetGroupArns: [id] };
    const { TargetGroups: [found] = [] } = await client(aws).describeTargetGroups(request);
    if (!found) return undefined;
    const { Attributes: values = [] } = await client(aws).describeTargetGroupAttributes({
      TargetGroupArn: id,
    });
    const stickiness = fromAttributes(stickinessAttributes, values);
    const properties = { ...fromAttributes(attributes, values), ...stateOf(found), stickiness };
    return { found, properties, tags: await tagsOf(aws, id) };
  },
  async update(aws, TargetGroupArn, inputs, change) {
    if (change.has("healthCheck")) {
      await client(aws).modifyTargetGroup({ TargetGroupArn, ...healthCheckOf(inputs) });
    }
    const changed = toAttributes(attributes, inputs, change.has);
    const stickiness = change.has("stickiness") ? stickinessOf(inputs.stickiness) : [];
    await modify(aws, TargetGroupArn, [...changed, ...stickiness]);
  },
  // AWS refuses while a listener or rule forwards to it (ResourceInUse).
  delete: (aws, { id }) => client(aws).deleteTargetGroup({ TargetGroupArn: id }),
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
    : `'${name}' is not a valid target group name: at most 32 letters, digits and hyphens, no hyphen at either end`;
}

function healthCheckOf({ healthCheck }: Inputs): object {
  if (!healthCheck) return {};
  const { matcher, ...check } = healthCheck;
  const request = toPascal<object>({ ...CHECK_DEFAULTS, ...check }, HEALTH_CHECK);
  return { ...request, ...(matcher ? { Matcher: { HttpCode: matcher } } : {}) };
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

function stateOf(found: TargetGroup) {
  const check = Object.entries(HEALTH_CHECK).map(([name, member]) => [
    name,
    found[member as keyof TargetGroup],
  ]);
  return {
    arn: found.TargetGroupArn,
    // "ARN suffix for use with CloudWatch Metrics."
    arnSuffix: found.TargetGroupArn?.replace(/^.*:(?=targetgroup\/)/, ""),
    healthCheck: { ...Object.fromEntries(check), matcher: found.Matcher?.HttpCode },
    name: found.TargetGroupName,
  };
}
