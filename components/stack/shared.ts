import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { Cluster } from "../cluster";
import type { StackConfig } from "../config";
import type { LoadBalancer } from "../load-balancer";
import type { Network } from "../network";
import type { Problem } from "../shared/errors";
import { unreadable } from "../shared/stack-outputs";

/** The version of the output. A new form gets a new number, so that a stack of another version gets a clear error. */
const format = 1;

/** What a stack without services shares: the output `shared`. Other stacks read it as plain data, so their previews are complete. */
const sharedOutput = z.object({
  format: z.literal(format),
  network: z.object({
    vpcId: z.string(),
    publicSubnetIds: z.array(z.string()),
    privateSubnetIds: z.array(z.string()),
    /** Whether tasks reach the internet. */
    internet: z.boolean(),
  }),
  /** The cluster's name. */
  cluster: z.string(),
  loadBalancer: z.object({
    listenerArn: z.string(),
    testListenerArns: z.array(z.string()),
    domain: z.string().optional(),
  }),
});

export type Shared = z.infer<typeof sharedOutput>;

/** The output `shared` in the program that creates it. */
export interface SharedOutput {
  /** The version of this output. */
  readonly format: typeof format;
  /** The VPC and its subnets. */
  readonly network: {
    /** The VPC's id. */
    readonly vpcId: pulumi.Output<string>;
    /** The load balancer's subnets. */
    readonly publicSubnetIds: pulumi.Output<string[]>;
    /** The tasks' subnets. */
    readonly privateSubnetIds: pulumi.Output<string[]>;
    /** Whether tasks reach the internet. */
    readonly internet: boolean;
  };
  /** The cluster's name. */
  readonly cluster: pulumi.Output<string>;
  /** The load balancer, by its listeners. */
  readonly loadBalancer: {
    /** The listener that serves users. */
    readonly listenerArn: pulumi.Output<string>;
    /** The listeners for test traffic. */
    readonly testListenerArns: readonly pulumi.Output<string>[];
    /**
     * The domain name that users open.
     * @default the load balancer's DNS name
     */
    readonly domain?: string;
  };
}

interface Parts {
  readonly network: Network;
  readonly cluster: Cluster;
  readonly loadBalancer: LoadBalancer;
}

export function sharedOutputOf(
  config: Pick<StackConfig, "network" | "loadBalancer">,
  { network, cluster, loadBalancer }: Parts,
): SharedOutput {
  const { vpcId, publicSubnetIds, privateSubnetIds } = network;
  return {
    format,
    network: { vpcId, publicSubnetIds, privateSubnetIds, internet: reachesInternet(config) },
    cluster: cluster.clusterName,
    loadBalancer: {
      listenerArn: loadBalancer.listenerArn,
      testListenerArns: testPortsOf(config, loadBalancer).map(
        (port) => loadBalancer.testListener(port).arn,
      ),
      ...domainOf(config),
    },
  };
}

function reachesInternet({ network = {} }: Pick<StackConfig, "network">): boolean {
  return !("natGateways" in network) || network.natGateways !== "none";
}

function testPortsOf(
  { loadBalancer: settings = {} }: Pick<StackConfig, "loadBalancer">,
  { existing }: LoadBalancer,
): readonly number[] {
  return existing
    ? Object.keys(existing.testListenerArns).map(Number)
    : "testPorts" in settings
      ? (settings.testPorts ?? [])
      : [];
}

function domainOf({ loadBalancer = {} }: Pick<StackConfig, "loadBalancer">): { domain?: string } {
  if ("existing" in loadBalancer) {
    const { domain } = loadBalancer.existing;
    return domain === undefined ? {} : { domain };
  }
  const { https } = loadBalancer;
  return https && "domain" in https ? { domain: https.domain } : {};
}

const path = "shared.stack";

/** The part of a stack's outputs that is read, or why they cannot be read. */
export type SharedOutputs = { readonly shared?: unknown } | Error;

/** What another stack shares; or the reason why that is not possible. */
export function judgeShared(stack: string, outputs: SharedOutputs): Shared | Problem {
  if (outputs instanceof Error) return unreadable(path, stack, outputs);
  if (outputs.shared === undefined) {
    return {
      ...{ path, value: stack },
      allowed: `a stack that shares its network, its cluster and its load balancer: ${stack} has no output "shared"`,
      fix: `remove its services (only a stack without services shares), then run pulumi up --stack ${stack}`,
    };
  }
  const read = sharedOutput.safeParse(outputs.shared);
  return read.success
    ? read.data
    : {
        ...{ path, value: stack },
        allowed: `a stack that was updated with this version: the output "shared" of ${stack} has another form`,
        fix: `run pulumi up --stack ${stack} with this version, then this again`,
      };
}
