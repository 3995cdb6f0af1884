/**
 * Mends a stack whose update was killed. The engine notes what it was about to create, and not whether it came to that; a
 * second try then fails where AWS allows a name only once. Where the id follows from the inputs, the resource goes into
 * the state as if it were there: the refresh before every update finds out, and drops it if it is not.
 */

interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
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

const NAMED = [
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:ecr/repository:Repository",
  "aws:iam/role:Role",
  "aws:ssm/parameter:Parameter",
];

/** The ids that these types have by the provider's documentation ("Import"). */
function idOf({ type, inputs = {} }: ResourceState, account: string): string | undefined {
  const { name, url } = inputs;
  if (NAMED.includes(type) && typeof name === "string") return name;
  if (type === "aws:iam/openIdConnectProvider:OpenIdConnectProvider" && typeof url === "string") {
    return `arn:aws:iam::${account}:oidc-provider/${url.replace(/^https:\/\//, "")}`;
  }
  return undefined;
}

/** The state without pending operations; undefined when it has none. */
export function mendPending(exported: Deployment, account: string): Deployment | undefined {
  const { pending_operations: pending = [], resources = [], ...rest } = exported.deployment;
  if (pending.length === 0) return undefined;
  // What was to replace something has its predecessor's name: that one stays.
  const known = new Set(resources.map(({ urn }) => urn));
  const adopted = pending.flatMap(({ resource, type }) => {
    const id = idOf(resource, account);
    if (type !== "creating" || id === undefined || known.has(resource.urn)) return [];
    return [{ ...resource, id, outputs: resource.inputs }];
  });
  return { ...exported, deployment: { ...rest, resources: [...resources, ...adopted] } };
}
