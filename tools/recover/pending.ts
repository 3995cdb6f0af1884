/** Pending operations: a killed update leaves them in the state, because Pulumi did not see their end. */

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

/** The output of `pulumi stack export`. */
export interface Exported {
  readonly deployment: {
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly Operation[];
  };
}

/** The pending creates. The refresh before the next update handles all other pending operations. */
export function pendingCreates({ deployment }: Exported): ResourceState[] {
  const creates = (deployment.pending_operations ?? []).filter(({ type }) => type === "creating");
  // A second killed update repeats what the first one left.
  return [...new Map(creates.map(({ resource }) => [resource.urn, resource])).values()];
}

/** `<type> <name>`, as in Pulumi's output. */
export function label({ urn, type }: Pick<ResourceState, "urn" | "type">): string {
  return `${type} ${urn.split("::").slice(3).join("::")}`;
}

/**
 * The state without pending operations. Imported objects get the program's inputs back: `pulumi import` writes the object's
 * values as inputs, so a name that autonaming chose looks like one that the program set, and the next update would replace
 * the object.
 */
export function withoutPending(exported: Exported, imported: readonly ResourceState[]): Exported {
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

/** The fields that come from the import, not from the program. */
function own({ id, outputs, urn, type, custom, parent, provider }: ResourceState): ResourceState {
  return { id, outputs, urn, type, custom, parent, provider };
}

/** An object to import. */
export interface Found {
  readonly resource: ResourceState;
  readonly id: string;
}

/** The content of the file for `pulumi import --file`. */
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
