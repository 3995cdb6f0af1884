/** Application load balancers. */

import { setTimeout } from "node:timers/promises";
import type { IpAddressType, LoadBalancer } from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as lb from "@pulumi/aws/lb";
import { toPascal } from "../../kit/casing";
import { toTagList } from "../../kit/tags";
import type { AwsContext } from "../context";
import { outputOnly, type Resolved, resource, stable } from "../definition";
import { type Attributes, client, fromAttributes, tagging, tagsOf, toAttributes } from "./common";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
export const attributes: Attributes = {
  clientKeepAlive: ["client_keep_alive.seconds", "number"],
  desyncMitigationMode: ["routing.http.desync_mitigation_mode", "string"],
  dropInvalidHeaderFields: ["routing.http.drop_invalid_header_fields.enabled", "boolean"],
  enableDeletionProtection: ["deletion_protection.enabled", "boolean"],
  enableHttp2: ["routing.http2.enabled", "boolean"],
  enableTlsVersionAndCipherSuiteHeaders: [
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
    "boolean",
  ],
  enableWafFailOpen: ["waf.fail_open.enabled", "boolean"],
  enableXffClientPort: ["routing.http.xff_client_port.enabled", "boolean"],
  enableZonalShift: ["zonal_shift.config.enabled", "boolean"],
  idleTimeout: ["idle_timeout.timeout_seconds", "number"],
  preserveHostHeader: ["routing.http.preserve_host_header.enabled", "boolean"],
  xffHeaderProcessingMode: ["routing.http.xff_header_processing.mode", "string"],
};

const accessLogs: Attributes = {
  bucket: ["access_logs.s3.bucket", "string"],
  enabled: ["access_logs.s3.enabled", "boolean"],
  prefix: ["access_logs.s3.prefix", "string"],
};

const ofNetworkLoadBalancers = { local: true, suppress: () => true } as const;

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/lb/loadbalancer/. Name, scheme and type force a new one; subnets and
 * security groups of an application load balancer change in place.
 */
export const loadBalancer = resource<lb.LoadBalancerArgs, lb.LoadBalancerState>({
  type: "aws:lb/loadBalancer:LoadBalancer",
  name: { property: "name" },
  properties: {
    // The diff is suppressed while the block is missing, and inside while the logs are off.
    accessLogs: {
      computed: true,
      block: { members: ["bucket", "enabled", "prefix"], defaults: { enabled: false } },
      equal: (a, b) => (a.enabled || b.enabled ? sameLogs(a, b) : true),
    },
    clientKeepAlive: { default: 3600 },
    // The provider suppresses both for application load balancers, and sends neither.
    dnsRecordClientRoutingPolicy: { ...ofNetworkLoadBalancers, default: "any_availability_zone" },
    enableCrossZoneLoadBalancing: { ...ofNetworkLoadBalancers, default: false },
    desyncMitigationMode: { default: "defensive" },
    dropInvalidHeaderFields: { default: false },
    enableDeletionProtection: { default: false },
    enableHttp2: { default: true },
    enableTlsVersionAndCipherSuiteHeaders: { default: false },
    enableWafFailOpen: { default: false },
    enableXffClientPort: { default: false },
    enableZonalShift: { default: false },
    idleTimeout: { default: 60 },
    internal: { computed: true, replace: true },
    ipAddressType: { computed: true },
    loadBalancerType: {
      default: "application",
      replace: true,
      validate: (type) =>
        type === "application" ? undefined : "must be application: the sandbox has no other type",
    },
    name: { replace: true, validate: nameError },
    preserveHostHeader: { default: false },
    securityGroups: { computed: true, set: true, absent: [] },
    subnets: { computed: true, set: true },
    xffHeaderProcessingMode: { default: "append" },
    ...outputOnly("", "namePrefix"),
    ...outputOnly([], "subnetMappings"),
  },
  outputs: stable("arn", "arnSuffix", "dnsName", "vpcId", "zoneId"),
  tagging,
  async create(aws, inputs, tags) {
    const { internal, ipAddressType, name, securityGroups, subnets } = inputs;
    const { LoadBalancers: [created] = [] } = await client(aws).createLoadBalancer({
      ...toPascal<{ Name: string }>({ ipAddressType, name, securityGroups, subnets }),
      Type: "application",
      Scheme: internal ? "internal" : "internet-facing",
      Tags: toTagList(tags),
    });
    const arn = created?.LoadBalancerArn ?? "";
    await modify(aws, arn, [...toAttributes(attributes, inputs), ...logAttributes(inputs)]);
    return arn;
  },
  async ready(aws, id, _, { timeout = 600 }) {
    for (const end = Date.now() + timeout * 1000; ; await setTimeout(1000)) {
      const state = (await describe(aws, id))?.State;
      if (state?.Code === "active" || state?.Code === "active_impaired") return;
      if (Date.now() > end) {
        throw new Error(`the load balancer is still ${state?.Code}: ${state?.Reason ?? ""}`);
      }
    }
  },
  async read(aws, { id }) {
    const found = await describe(aws, id);
    if (!found) return undefined;
    const request = { LoadBalancerArn: id };
    const { Attributes: values } = await client(aws).describeLoadBalancerAttributes(request);
    const logs = { bucket: "", prefix: "", enabled: false, ...fromAttributes(accessLogs, values) };
    const own = { ...fromAttributes(attributes, values), accessLogs: logs };
    return { found, properties: { ...own, ...stateOf(found) }, tags: await tagsOf(aws, id) };
  },
  async update(aws, LoadBalancerArn, inputs, change) {
    const logs = change.has("accessLogs") ? logAttributes(inputs) : [];
    await modify(aws, LoadBalancerArn, [...toAttributes(attributes, inputs, change.has), ...logs]);
    const { subnets: Subnets, securityGroups: SecurityGroups } = inputs;
    if (change.has("securityGroups")) {
      await client(aws).setSecurityGroups({ LoadBalancerArn, SecurityGroups });
    }
    if (change.has("subnets")) {
      await client(aws).setSubnets({ LoadBalancerArn, Subnets });
    }
    if (change.has("ipAddressType")) {
      const IpAddressType = inputs.ipAddressType as IpAddressType | undefined;
      await client(aws).setIpAddressType({ LoadBalancerArn, IpAddressType });
    }
  },
  // AWS refuses while deletion protection is on (OperationNotPermitted).
  delete: (aws, { id }) => client(aws).deleteLoadBalancer({ LoadBalancerArn: id }),
});

type Logs = NonNullable<Resolved<lb.LoadBalancerArgs>["accessLogs"]>;

function sameLogs(a: Logs, b: Logs): boolean {
  return a.bucket === b.bucket && a.enabled === b.enabled && (a.prefix ?? "") === (b.prefix ?? "");
}

/** Bucket and prefix are sent only if the logs are on (`expandLoadBalancerAccessLogsAttributes`). */
function logAttributes({ accessLogs: logs }: Resolved<lb.LoadBalancerArgs>) {
  const { enabled = false } = logs ?? {};
  return toAttributes(accessLogs, enabled ? { prefix: "", ...logs } : { enabled });
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
function nameError(name: string): string | undefined {
  if (name.length <= 32 && /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name)) {
    return undefined;
  }
  return `'${name}' is not a valid load balancer name: at most 32 letters, digits and hyphens, no hyphen at either end, not starting with internal-`;
}

async function describe(aws: AwsContext, arn: string): Promise<LoadBalancer | undefined> {
  const { LoadBalancers: [found] = [] } = await client(aws).describeLoadBalancers({
    LoadBalancerArns: [arn],
  });
  return found;
}

async function modify(
  aws: AwsContext,
  LoadBalancerArn: string,
  Attributes: { Key: string; Value: string }[],
): Promise<void> {
  if (Attributes.length === 0) return;
  await client(aws).modifyLoadBalancerAttributes({ LoadBalancerArn, Attributes });
}

export function stateOf(found: LoadBalancer) {
  const subnets = (found.AvailabilityZones ?? []).map(({ SubnetId = "" }) => SubnetId);
  return {
    arn: found.LoadBalancerArn,
    // "The ARN suffix for use with CloudWatch Metrics."
    arnSuffix: found.LoadBalancerArn?.replace(/^.*:loadbalancer\//, ""),
    internal: found.Scheme === "internal",
    loadBalancerType: found.Type,
    name: found.LoadBalancerName,
    subnetMappings: subnets.map((subnetId) => ({ subnetId })),
    subnets,
    zoneId: found.CanonicalHostedZoneId,
  };
}
