/** Decides whether IAM allows a call, or grants a role to a GitHub token. */
import { runSimulation } from "@cloud-copilot/iam-simulate";
import type { Permission } from "./calls";

export interface NamedPolicy {
  readonly name: string;
  readonly policy: unknown;
}

export interface Caller {
  /** ARN of the session: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  readonly arn: string;
  readonly roleArn: string;
  readonly account: string;
  readonly policies: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** The resource's own policy: a KMS key needs one that admits the account. @default none */
  readonly resourcePolicy?: unknown;
}

export type Decision = "Allowed" | "ImplicitlyDenied" | "ExplicitlyDenied";

/** Evaluates one permission against the role's identity policies and permission boundary. */
export async function evaluate(caller: Caller, permission: Permission): Promise<Decision> {
  const result = await runSimulation(
    {
      request: {
        principal: caller.arn,
        action: permission.action,
        resource: { resource: concrete(permission.resource), accountId: caller.account },
        contextVariables: {
          "aws:PrincipalArn": caller.roleArn,
          "aws:PrincipalAccount": caller.account,
          "aws:SecureTransport": "true",
          ...permission.context,
        },
      },
      identityPolicies: [...caller.policies],
      ...(caller.boundary && { permissionBoundaryPolicies: [caller.boundary] }),
      ...(caller.resourcePolicy !== undefined && { resourcePolicy: caller.resourcePolicy }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === "error") {
    throw new Error(`${permission.action} cannot be simulated: ${JSON.stringify(result.errors)}`);
  }
  return result.overallResult;
}

/**
 * IAM compares a request's `family:*` literally with the policy's pattern, but the simulator treats it as
 * a wildcard that matches any policy for one revision.
 */
function concrete(resource: string): string {
  return resource === "*" ? resource : resource.replace(/\*$/, "new");
}

/** AWS's message for the first missing permission; undefined if the call is allowed. */
export async function denial(
  caller: Caller,
  permissions: readonly Permission[],
): Promise<string | undefined> {
  for (const permission of permissions) {
    const decision = await evaluate(caller, permission);
    if (decision === "Allowed") continue;
    const because =
      decision === "ExplicitlyDenied"
        ? `with an explicit deny in ${await denying(caller, permission)} policy`
        : `because no identity-based policy allows the ${permission.action} action`;
    return `User: ${caller.arn} is not authorized to perform: ${permission.action} on resource: ${permission.resource} ${because}`;
  }
  return undefined;
}

async function denying(caller: Caller, permission: Permission): Promise<string> {
  const own = await evaluate({ ...caller, resourcePolicy: undefined }, permission);
  return own === "ExplicitlyDenied" ? "an identity-based" : "a resource-based";
}

/** Claims of GitHub's tokens that trust policies may use, in addition to `aud` and `sub` (AWS, January 2026). */
const CLAIM_KEYS = [
  ...["aud", "sub", "actor", "actor_id", "job_workflow_ref", "repository", "repository_id"],
  ...["workflow", "ref", "environment", "enterprise_id"],
];

export interface TrustRequest {
  readonly roleArn: string;
  readonly trustPolicy: unknown;
  /** ARN of the account's identity provider. */
  readonly provider: string;
  /** The issuer without its scheme, which is the prefix of the condition keys. */
  readonly issuer: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Does a trust policy allow an AWS service that works for one object of the role's account? */
export async function isTrustedService(
  roleArn: string,
  trustPolicy: unknown,
  service: string,
  sourceArn: string,
): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: service,
        action: "sts:AssumeRole",
        resource: { resource: roleArn, accountId: roleArn.split(":")[4] ?? "" },
        contextVariables: {
          "aws:SourceArn": sourceArn,
          "aws:SourceAccount": sourceArn.split(":")[4] ?? "",
        },
      },
      identityPolicies: [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: trustPolicy,
    },
    {},
  );
  return result.resultType !== "error" && result.overallResult === "Allowed";
}

export async function isTrusted(request: TrustRequest): Promise<boolean> {
  const keys = CLAIM_KEYS.filter((claim) => typeof request.claims[claim] === "string");
  const context = keys.map((claim) => [
    `${TAG}${request.issuer}:${claim}`,
    String(request.claims[claim]),
  ]);
  const result = await runSimulation(
    {
      request: {
        principal: request.provider,
        action: "sts:AssumeRoleWithWebIdentity",
        resource: { resource: request.roleArn, accountId: request.roleArn.split(":")[4] ?? "" },
        contextVariables: Object.fromEntries(context) as Record<string, string>,
      },
      identityPolicies: [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: claimsAsTags(request.trustPolicy, request.issuer),
    },
    {},
  );
  return result.resultType !== "error" && result.overallResult === "Allowed";
}

/**
 * The simulator drops condition keys that are not AWS's own, also those of identity providers, but accepts any
 * request tag. So each claim becomes a request tag, both in the policy and in the request.
 */
const TAG = "aws:RequestTag/";

function claimsAsTags(policy: unknown, issuer: string): unknown {
  return JSON.parse(JSON.stringify(policy), (_, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value).map(([key, member]) => [
      key.startsWith(`${issuer}:`) ? `${TAG}${key}` : key,
      member,
    ]);
    return Object.fromEntries(entries);
  });
}
