import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

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

export function trustPolicy(identityProviderArn: string, job: TrustedJob): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: identityProviderArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: "sts.amazonaws.com",
            [`${issuer}:sub`]: tokenSubjects(job),
          },
        },
      },
    ],
  });
}
