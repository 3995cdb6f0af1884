import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { trustDocument } from "../shared/policy";

const issuer = "token.actions.githubusercontent.com";

export interface GitHubOidcArgs {
  /**
   * `create` makes the account's identity provider for GitHub; an account has at most one, so every other stack of the
   * account takes `adopt`.
   * @default "create"
   */
  readonly identityProvider?: "create" | "adopt";
}

/**
 * The AWS account's trust in GitHub's tokens, without which no deploy role can be assumed. No thumbprint: IAM trusts
 * GitHub's certificate authority.
 *
 * Cost: free.
 */
export class GitHubOidc extends pulumi.ComponentResource {
  readonly identityProviderArn: pulumi.Output<string>;

  constructor(name: string, args: GitHubOidcArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:github:GitHubOidc", name, {}, opts);
    this.identityProviderArn =
      args.identityProvider === "adopt"
        ? aws.iam.getOpenIdConnectProviderOutput({ url: `https://${issuer}` }, { parent: this }).arn
        : new aws.iam.OpenIdConnectProvider(
            name,
            { url: `https://${issuer}`, clientIdLists: ["sts.amazonaws.com"] },
            { parent: this },
          ).arn;
    this.registerOutputs({ identityProviderArn: this.identityProviderArn });
  }
}

export interface TrustedJob {
  readonly owner: string;
  readonly name: string;
  readonly ownerId: number;
  readonly id: number;
  /** The job's GitHub environment; without one, the branch that it runs on. */
  readonly environment?: string | undefined;
  readonly branch: string;
  /** The workflow file that the job is in: `.github/workflows/deploy-api-dev.yml`. */
  readonly workflow: string;
}

/**
 * The subjects of the job's token: the classic form, and the immutable one of repositories that have ids in it.
 * https://docs.github.com/en/actions/reference/security/oidc
 */
export function tokenSubjects(job: TrustedJob): string[] {
  // A job with an environment has the environment's form, whatever triggered it.
  const context = job.environment
    ? `environment:${job.environment}`
    : `ref:refs/heads/${job.branch}`;
  return [
    `repo:${job.owner}/${job.name}:${context}`,
    `repo:${job.owner}@${job.ownerId}/${job.name}@${job.id}:${context}`,
  ];
}

/**
 * The claims that the job's token has to have. STS understands these of github.com's tokens since January 2026:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif. `ref` holds the
 * branch where the subject names the environment instead, `repository_id` a repository that took over a deleted one's name, and
 * `job_workflow_ref` the file and the branch it is taken from. GitHub's page speaks of it for reusable workflows, but every job's token
 * has it: PyPI demands it of each (pypi/warehouse, `warehouse/oidc/models/github.py`). `repository_owner_id` is not among the
 * keys that AWS announced; a condition on a key that STS does not know would lock CI out, and the repository's id is enough.
 */
function tokenClaims(job: TrustedJob): Record<string, string | string[]> {
  const ref = `refs/heads/${job.branch}`;
  return {
    aud: "sts.amazonaws.com",
    sub: tokenSubjects(job),
    repository_id: String(job.id),
    ref,
    job_workflow_ref: `${job.owner}/${job.name}/${job.workflow}@${ref}`,
    ...(job.environment && { environment: job.environment }),
  };
}

export function trustPolicy(identityProviderArn: string, job: TrustedJob): string {
  const claims = Object.entries(tokenClaims(job));
  return trustDocument({
    Principal: { Federated: identityProviderArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: Object.fromEntries(
        claims.map(([claim, value]) => [`${issuer}:${claim}`, value]),
      ),
    },
  });
}
