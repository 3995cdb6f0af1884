/** What an update that was killed has left in the state: operations whose end Pulumi did not see. */

export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly protect?: boolean;
  readonly custom?: boolean;
  readonly parent?: string;
  /** `<urn>::<id>` */
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface Operation {
  readonly resource: ResourceState;
  readonly type: string;
}

/** `pulumi stack export` */
export interface Exported {
  readonly deployment: {
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly Operation[];
  };
}

/** Creates alone need an answer: the refresh before the next update settles all others. */
export function pendingCreates({ deployment }: Exported): ResourceState[] {
  const creates = (deployment.pending_operations ?? []).filter(({ type }) => type === "creating");
  // A second killed update repeats what the first one left.
  return [...new Map(creates.map(({ resource }) => [resource.urn, resource])).values()];
}

/** `<type> <name>`, as Pulumi's own output has it. */
export function label({ urn, type }: Pick<ResourceState, "urn" | "type">): string {
  return `${type} ${urn.split("::").slice(3).join("::")}`;
}

/**
 * The state without pending operations: `pulumi stack import` drops them all. What `pulumi import` took over gets the program's
 * inputs back: it has those of the object, in which a name that Pulumi chose looks like one that was asked for, and the next
 * update would replace the object.
 */
export function settle(exported: Exported, imported: readonly ResourceState[]): Exported {
  const { resources = [], pending_operations: _, ...rest } = exported.deployment;
  const wanted = new Map(imported.map((resource) => [resource.urn, resource]));
  return {
    ...exported,
    deployment: {
      ...rest,
      resources: resources.map((resource) => {
        const { inputs } = wanted.get(resource.urn) ?? {};
        return inputs ? { ...wanted.get(resource.urn), ...own(resource), inputs } : resource;
      }),
    },
  };
}

/** What an import knows better than the program. */
function own({ id, outputs, urn, type, custom, parent, provider }: ResourceState): ResourceState {
  return { id, outputs, urn, type, custom, parent, provider };
}

/** An object that `pulumi import` is to take over. */
export interface Found {
  readonly resource: ResourceState;
  readonly id: string;
}

/** A list for `pulumi import --file`. */
export function importFile(found: readonly Found[]): object {
  const nameTable: Record<string, string> = {};
  const resources = found.map(({ resource, id }, i) => {
    const { urn, type, parent = "", provider = "" } = resource;
    const names = { parent: `parent${i}`, provider: `provider${i}` };
    nameTable[names.parent] = parent;
    nameTable[names.provider] = provider.split("::").slice(0, -1).join("::");
    return { type, name: urn.split("::").slice(3).join("::"), id, ...names };
  });
  return { nameTable, resources };
}
