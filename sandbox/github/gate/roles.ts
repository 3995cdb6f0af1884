/** Reads roles from the emulator, with an administrator's credentials of their account. */
import { IAM } from "@aws-sdk/client-iam";
import { administrator } from "./account";
import type { NamedPolicy } from "./authorize";

export interface RolePolicies {
  readonly policies: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
}

/**
 * A release makes thirty calls, and a role's policies take five requests. On AWS, too, a change of them takes effect later:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency
 */
const VISIBLE_MS = 1000;

export class Roles {
  private readonly clients = new Map<string, Promise<IAM>>();
  private readonly known = new Map<string, { at: number; policies: Promise<RolePolicies> }>();

  constructor(private readonly endpoint: string) {}

  /** The trust policy of a role; undefined if there is no such role. */
  async trustPolicy(
    roleArn: string,
  ): Promise<{ document: unknown; maxSeconds: number } | undefined> {
    const iam = await this.client(accountOf(roleArn));
    try {
      const { Role } = await iam.getRole({ RoleName: nameOf(roleArn) });
      if (Role?.Arn !== roleArn) return undefined;
      return {
        document: parsePolicy(Role.AssumeRolePolicyDocument),
        maxSeconds: Role.MaxSessionDuration ?? 3600,
      };
    } catch (error) {
      if ((error as Error).name.startsWith("NoSuchEntity")) return undefined;
      throw error;
    }
  }

  /** The account's identity provider for an issuer, with the audiences that it accepts. */
  async provider(account: string, issuer: string) {
    const iam = await this.client(account);
    const { OpenIDConnectProviderList } = await iam.listOpenIDConnectProviders({});
    const arn = OpenIDConnectProviderList?.find((entry) =>
      entry.Arn?.endsWith(`:oidc-provider/${issuer}`),
    )?.Arn;
    if (arn === undefined) return undefined;
    const provider = await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn });
    return { arn, audiences: provider.ClientIDList ?? [] };
  }

  /** The role's policies; a change is visible after a second at the latest. */
  policies(roleArn: string): Promise<RolePolicies> {
    const known = this.known.get(roleArn);
    if (known && performance.now() - known.at < VISIBLE_MS) return known.policies;
    const policies = this.readPolicies(roleArn);
    this.known.set(roleArn, { at: performance.now(), policies });
    return policies;
  }

  private async readPolicies(roleArn: string): Promise<RolePolicies> {
    const iam = await this.client(accountOf(roleArn));
    const RoleName = nameOf(roleArn);
    const [role, inline, attached] = await Promise.all([
      iam.getRole({ RoleName }),
      iam.listRolePolicies({ RoleName }),
      iam.listAttachedRolePolicies({ RoleName }),
    ]);
    const boundary = role.Role?.PermissionsBoundary?.PermissionsBoundaryArn;
    const policies = await Promise.all([
      ...(inline.PolicyNames ?? []).map(async (PolicyName) => {
        const policy = await iam.getRolePolicy({ RoleName, PolicyName });
        return { name: PolicyName, policy: parsePolicy(policy.PolicyDocument) };
      }),
      ...(attached.AttachedPolicies ?? []).map(({ PolicyArn }) => managedPolicy(iam, PolicyArn)),
    ]);
    return { policies, ...(boundary && { boundary: await managedPolicy(iam, boundary) }) };
  }

  private client(account: string): Promise<IAM> {
    const known = this.clients.get(account) ?? this.connect(account);
    this.clients.set(account, known);
    return known;
  }

  private async connect(account: string): Promise<IAM> {
    return new IAM(await administrator(this.endpoint, account));
  }
}

async function managedPolicy(iam: IAM, arn: string | undefined): Promise<NamedPolicy> {
  const { Policy } = await iam.getPolicy({ PolicyArn: arn });
  const { PolicyVersion } = await iam.getPolicyVersion({
    PolicyArn: arn,
    VersionId: Policy?.DefaultVersionId,
  });
  return { name: Policy?.PolicyName ?? "", policy: parsePolicy(PolicyVersion?.Document) };
}

/** IAM returns policies URL-encoded; the emulator does so only for some calls. */
function parsePolicy(document: string | undefined): unknown {
  const plain = document?.trimStart().startsWith("{")
    ? document
    : decodeURIComponent(document ?? "{}");
  return JSON.parse(plain);
}

export function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

function nameOf(roleArn: string): string {
  return roleArn.split("/").at(-1) ?? roleArn;
}
