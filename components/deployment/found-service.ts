import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { ifExists } from "../shared/if-exists";

/** The capacity providers of a service, with their shares. */
export type Capacity = readonly {
  /** `FARGATE` or `FARGATE_SPOT`. */
  readonly capacityProvider: string;
  /** The relative share of the tasks beyond all bases. */
  readonly weight: number;
  /** How many tasks run on it before weights apply. */
  readonly base: number;
}[];

/** The current state of a service in ECS. */
export interface FoundService {
  /** The capacity that its tasks run on. */
  readonly capacity: Capacity;
  /** Target group and alternate target group, if ECS shifts traffic between them. */
  readonly pair?: readonly [string, string];
  /** The target group of its tasks, if no deployment shifts traffic to another one. */
  readonly targetGroup?: string;
  /** Names of the alarms that ECS watches, or that are switched off. @default none */
  readonly alarmNames?: readonly string[];
  /** The port on which its tasks listen. */
  readonly port?: number;
}

/** The value of the service's SSM parameter. */
export interface Recorded {
  /** The service's name, which autonaming chose. */
  readonly service: string;
  /** A digest of the settings for which the last deployment was forced, because the capacity changed. */
  readonly redeployed?: string;
  /** Under CodeDeploy: the configured port, and what was opened for it. */
  readonly ports?: RecordedPorts;
}

/** The ports of the last update that changed the port. */
export interface RecordedPorts {
  /** The port in the configuration. */
  readonly configured: number;
  /** The first and the last port that the load balancer may reach. */
  readonly open: readonly [first: number, last: number];
}

/** Parses the parameter's value; undefined if it cannot be parsed. The next update then writes it again. */
export function recordedIn(value: string | undefined): Recorded | undefined {
  try {
    const found: unknown = JSON.parse(value ?? "null");
    const isRecord = typeof found === "object" && found !== null && "service" in found;
    return isRecord ? (found as Recorded) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the service from ECS; undefined if it does not exist or is no longer active. */
export async function foundService(
  args: aws.ecs.GetServiceArgs,
  parent: pulumi.Resource,
): Promise<FoundService | undefined> {
  const service = await ifExists(aws.ecs.getService(args, { parent }));
  if (service?.status !== "ACTIVE") {
    return undefined;
  }
  const [entry] = service.loadBalancers;
  const [advanced] = entry?.advancedConfigurations ?? [];
  const [alarms] = service.deploymentConfigurations[0]?.alarms ?? [];
  const shifts = advanced ?? service.deploymentControllers[0]?.type === "CODE_DEPLOY";
  return {
    capacity: service.capacityProviderStrategies,
    ...(alarms && alarms.alarmNames.length > 0 && { alarmNames: alarms.alarmNames }),
    ...(entry && { port: entry.containerPort }),
    ...(entry && !shifts && { targetGroup: entry.targetGroupArn }),
    ...(entry && advanced && { pair: [entry.targetGroupArn, advanced.alternateTargetGroupArn] }),
  };
}

/** A capacity provider that the service uses and that the cluster will not have; undefined if there is none. */
export function removedCapacity(
  found: FoundService | undefined,
  clusterCapacity: readonly string[] | undefined,
): string | undefined {
  return found?.capacity.find(
    ({ capacityProvider }) => clusterCapacity && !clusterCapacity.includes(capacityProvider),
  )?.capacityProvider;
}

/**
 * The digest of the settings if this update must force a deployment: because the capacity changes, or because the last update
 * forced one with the same settings. Otherwise undefined.
 */
export function redeployment(
  found: FoundService | undefined,
  wanted: { readonly capacity: Capacity; readonly digest: string },
  redeployed: string | undefined,
): string | undefined {
  if (!found) {
    return undefined;
  }
  const differs = canonical(found.capacity) !== canonical(wanted.capacity);
  return differs || redeployed === wanted.digest ? wanted.digest : undefined;
}

/**
 * The range from the running tasks' port to the configured one. CodeDeploy's next deployment applies a new port. Until then, and for a
 * rollback, the load balancer must reach the old tasks. The range stays the same until somebody edits the port again, so a preview after
 * the deployment shows no change.
 */
export function openPorts(
  configured: number,
  found: FoundService | undefined,
  recorded: RecordedPorts | undefined,
): RecordedPorts {
  if (recorded?.configured === configured) {
    return recorded;
  }
  const running = found?.port ?? configured;
  return { configured, open: [Math.min(running, configured), Math.max(running, configured)] };
}

/**
 * Target group and alternate target group in the order that ECS has, so that a swap by ECS after a deployment is no change for
 * Pulumi. Sources disagree whether ECS swaps them: https://github.com/hashicorp/terraform-provider-aws/issues/45678
 */
export function pairOf(
  found: FoundService | undefined,
  groups: readonly [string, string],
): readonly [string, string] {
  const pair = found?.pair;
  return pair && groups.every((group) => pair.includes(group)) ? pair : groups;
}

/**
 * The target group that has the tasks: the first one for a new service; undefined if deployments shift the traffic, because then only the
 * rule shows it.
 */
export function liveGroup(
  found: FoundService | undefined,
  groups: readonly [string, string],
): string | undefined {
  return found ? groups.find((group) => group === found.targetGroup) : groups[0];
}

function canonical(capacity: Capacity): string {
  const entries = capacity.map(({ capacityProvider, weight, base }) =>
    [capacityProvider, weight, base].join(" "),
  );
  return entries.sort().join();
}
