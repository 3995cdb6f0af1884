/**
 * Mends a stack whose update was killed. The engine notes what it was about to create, and not whether it came to that: a second
 * try would make it twice, or fail where AWS allows it only once. What was made goes into the state, and the refresh before
 * every update reads the rest of it.
 */
import type { Made } from "../plugins/kit/journal";

interface ResourceState {
  readonly urn: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly id?: string;
}

/** `pulumi stack export` */
export interface Deployment {
  readonly deployment: {
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly {
      readonly resource: ResourceState;
      readonly type: string;
    }[];
  };
}

/** The state without pending operations; undefined when it has none. */
export function mendPending(exported: Deployment, made: readonly Made[]): Deployment | undefined {
  const { pending_operations: pending = [], resources = [], ...rest } = exported.deployment;
  if (pending.length === 0) return undefined;
  const ids = new Map(made.map(({ urn, id }) => [urn, id]));
  const adopted = pending.flatMap(({ resource, type }) => {
    const id = ids.get(resource.urn);
    const known = resources.filter(({ urn }) => urn === resource.urn);
    if (type !== "creating" || id === undefined || known.some((one) => one.id === id)) return [];
    const found = { ...resource, id, outputs: resource.inputs };
    // What was to replace an object that is still there goes, and the next update makes it anew.
    return [known.length > 0 ? { ...found, delete: true } : found];
  });
  return { ...exported, deployment: { ...rest, resources: [...resources, ...adopted] } };
}
