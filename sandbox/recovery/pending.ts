/**
 * Repairs a stack whose update was killed. The state has the pending operations, but not whether they were carried out. A second
 * attempt would create an object twice, or fail if AWS allows it only once. So created objects go into the state, and the refresh before
 * every update reads their properties.
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

/** The state without pending operations; undefined if it has none. */
export function resolvePending(
  exported: Deployment,
  made: readonly Made[],
): Deployment | undefined {
  const { pending_operations: pending = [], resources = [], ...rest } = exported.deployment;
  if (pending.length === 0) return undefined;
  const ids = new Map(made.map(({ urn, id }) => [urn, id]));
  const adopted = pending.flatMap(({ resource, type }) => {
    const id = ids.get(resource.urn);
    const known = resources.filter(({ urn }) => urn === resource.urn);
    if (type !== "creating" || id === undefined || known.some((one) => one.id === id)) return [];
    const found = { ...resource, id, outputs: resource.inputs };
    // The replacement of an object that still exists is marked for deletion, and the next update creates it again.
    return [known.length > 0 ? { ...found, delete: true } : found];
  });
  return { ...exported, deployment: { ...rest, resources: [...resources, ...adopted] } };
}
