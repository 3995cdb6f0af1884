import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export type Capacity = readonly {
  readonly capacityProvider: string;
  readonly weight: number;
  readonly base: number;
}[];

/** A service as ECS has it. */
export interface FoundService {
  readonly capacity: Capacity;
  /** Target group and alternate, where ECS shifts traffic between them. */
  readonly pair?: readonly [string, string];
}

/** What the service's parameter holds. */
export interface Recorded {
  /** The service's name, which autonaming chose. */
  readonly service: string;
  /** A digest of the settings with which ECS had to redeploy the service for another capacity. */
  readonly redeployed?: string;
}

/** What nobody can read is as good as nothing: the next update writes it again. */
export function recordedIn(value: string | undefined): Recorded | undefined {
  try {
    const found: unknown = JSON.parse(value ?? "null");
    const isRecord = typeof found === "object" && found !== null && "service" in found;
    return isRecord ? (found as Recorded) : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined where there is none, or no longer. */
export async function foundService(
  args: aws.ecs.GetServiceArgs,
  parent: pulumi.Resource,
): Promise<FoundService | undefined> {
  const service = await aws.ecs.getService(args, { parent }).catch((error: Error) => {
    if (/no matching ECS Service|not found/i.test(error.message)) {
      return undefined;
    }
    throw error;
  });
  if (service?.status !== "ACTIVE") {
    return undefined;
  }
  const [entry] = service.loadBalancers;
  const [advanced] = entry?.advancedConfigurations ?? [];
  return {
    capacity: service.capacityProviderStrategies,
    ...(entry && advanced && { pair: [entry.targetGroupArn, advanced.alternateTargetGroupArn] }),
  };
}

/**
 * The digest of the settings with which ECS must redeploy the service, as its capacity differs, or did so last; undefined
 * where an update goes without a deployment.
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
 * Target group and alternate, as ECS has them: a swap after a deployment is ECS's own and no edit. Sources disagree
 * whether there is one: https://github.com/hashicorp/terraform-provider-aws/issues/45678
 */
export function pairOf(
  found: FoundService | undefined,
  groups: readonly [string, string],
): readonly [string, string] {
  const pair = found?.pair;
  return pair && groups.every((group) => pair.includes(group)) ? pair : groups;
}

function canonical(capacity: Capacity): string {
  const entries = capacity.map(({ capacityProvider, weight, base }) =>
    [capacityProvider, weight, base].join(" "),
  );
  return entries.sort().join();
}
