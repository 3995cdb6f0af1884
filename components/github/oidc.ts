import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../shared/errors";
import { type Trust, trustDocument } from "../shared/policy";
import { defaultSubject, type SubjectKey } from "./subject";
import { fullRef, type GitRef, listOf, refsOf, type Triggers } from "./workflow/trigger";

export const issuer = "token.actions.githubusercontent.com";

/** The arguments of {@link GitHubOidc}. */
export interface GitHubOidcArgs {
  /**
   * `create` creates the account's identity provider for GitHub. An account can have only one, so all other stacks of the
   * account need `adopt`.
   * @default "create"
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
   */
  readonly identityProvider?: "create" | "adopt";
}

/**
 * The IAM identity provider for GitHub's tokens. Deploy roles need it. It has no thumbprint, because IAM trusts GitHub's
 * certificate authority.
 *
 * Cost: free.
 */
export class GitHubOidc extends pulumi.ComponentResource {
  /** The identity provider's ARN. */
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

interface Job {
  readonly owner: string;
  readonly name: string;
  readonly ownerId: number;
  readonly id: number;
  /** The job's GitHub environment. @default none: the token then contains the branch */
  readonly environment?: string | undefined;
  /** The workflow file of the job: `.github/workflows/deploy-api-dev.yml`. */
  readonly workflow: string;
  /** The claims in the token's subject, in their order. @default repo, context */
  readonly subjectKeys?: readonly SubjectKey[] | undefined;
}

export interface TrustedJob extends Job {
  /** The branches and tags on which the job may run. */
  readonly refs: readonly GitRef[];
  /** Whether merged pull requests start the job. Without an environment, the token's subject then has no ref. @default false */
  readonly pullRequests?: boolean | undefined;
}

/** The job of a workflow with these triggers. */
export function trustedJob(
  repository: Omit<TrustedJob, "environment" | "refs" | "workflow"> & {
    readonly defaultBranch: string;
  },
  trigger: Triggers,
  place: Pick<TrustedJob, "environment" | "workflow">,
): TrustedJob {
  return {
    ...{ ...repository, ...place },
    refs: refsOf(trigger, repository.defaultBranch),
    pullRequests: listOf(trigger).some(({ type }) => type === "pull_request"),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length */
const longestPolicy = 2048;

/** Checks that IAM accepts the trust policy. Each trigger and each claim of the subject's template makes it longer. */
export function checkTrust(job: TrustedJob, path: string): Problem[] {
  const { length } = trustPolicy(`arn:aws-us-gov:iam::123456789012:oidc-provider/${issuer}`, job);
  return length <= longestPolicy
    ? []
    : [
        {
          path,
          value: `${job.refs.length} branches and tags`,
          allowed: `fewer: the deploy role's trust policy would have ${length} characters, and IAM accepts ${longestPolicy}`,
          fix: "remove triggers, or move some to another stack; a customised template of the OIDC subject without job_workflow_ref needs less",
        },
      ];
}

/**
 * The possible subjects of the job's token: the classic form, and the immutable form with ids, which some repositories use.
 * https://docs.github.com/en/actions/reference/security/oidc
 */
export function tokenSubjects(job: TrustedJob): string[] {
  return subjectsOf(job, runsOf(job));
}

/** The claims of a run that show what started it. */
interface TrustedRun {
  readonly ref: string;
  /** In a subject without an environment. */
  readonly context: string;
  /** The refs of the workflow file. */
  readonly workflowRefs: readonly string[];
}

const openPullRequest = "refs/pull/*/merge";

function runsOf({ refs, pullRequests }: TrustedJob): TrustedRun[] {
  return refs.map(fullRef).flatMap((ref) => [
    { ref, context: `ref:${ref}`, workflowRefs: [ref] },
    // GitHub documents a merged pull request's ref, but not the ref of its workflow file.
    ...(pullRequests
      ? [{ ref, context: "pull_request", workflowRefs: [ref, openPullRequest] }]
      : []),
  ]);
}

function subjectsOf(job: Job, runs: readonly TrustedRun[]): string[] {
  const { owner, name, ownerId, id, environment, subjectKeys = defaultSubject } = job;
  const repositories = [`${owner}/${name}`, `${owner}@${ownerId}/${name}@${id}`];
  const subjects = runs.flatMap(({ ref, context, workflowRefs }) =>
    workflowRefs.flatMap((workflowRef) =>
      repositories.map((repository) => {
        const parts: Readonly<Record<SubjectKey, string>> = {
          repo: `repo:${repository}`,
          // If a job has an environment, the subject contains the environment, whatever triggered the job.
          context: environment ? `environment:${environment}` : context,
          repository: `repository:${owner}/${name}`,
          repository_id: `repository_id:${id}`,
          repository_owner: `repository_owner:${owner}`,
          repository_owner_id: `repository_owner_id:${ownerId}`,
          environment: `environment:${environment}`,
          ref: `ref:${ref}`,
          job_workflow_ref: `job_workflow_ref:${fileAt(job, workflowRef)}`,
        };
        return subjectKeys.map((key) => parts[key]).join(":");
      }),
    ),
  );
  return [...new Set(subjects)];
}

function fileAt({ owner, name, workflow }: Job, ref: string): string {
  return `${owner}/${name}/${workflow}@${ref}`;
}

/**
 * The claims that the job's token must have. STS supports these claims of github.com's tokens since January 2026:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 *
 * - `ref` restricts the branch or tag when the subject contains the environment instead. After a merge, it is the branch into which
 *   the pull request was merged; an open pull request has another one.
 * - `repository_id` excludes a new repository with the name of a deleted one.
 * - `job_workflow_ref` restricts the workflow file and its branch. GitHub documents it for reusable workflows, but every job's
 *   token has it: PyPI requires it from every job (pypi/warehouse, `warehouse/oidc/models/github.py`).
 * - `repository_owner_id` is missing: it is not among the keys that AWS announced. A condition on a key that STS does not know
 *   would lock CI out, and the repository's id is enough.
 */
function tokenClaims(job: Job, runs: readonly TrustedRun[]): Record<string, readonly string[]> {
  const files = runs.flatMap(({ workflowRefs }) => workflowRefs.map((ref) => fileAt(job, ref)));
  return {
    aud: ["sts.amazonaws.com"],
    sub: subjectsOf(job, runs),
    repository_id: [String(job.id)],
    ref: [...new Set(runs.map(({ ref }) => ref))],
    job_workflow_ref: [...new Set(files)],
    ...(job.environment && { environment: [job.environment] }),
  };
}

/**
 * Claims with a pattern of tags need `StringLike`. All other claims must be equal. IAM's `*` also matches `/`, GitHub's does not:
 * rules that protect the tags `v*` do not protect `v1/x`.
 */
export function trustPolicy(identityProviderArn: string, job: TrustedJob): string {
  const tags = job.refs.some(({ type }) => type === "tag");
  return trustOf(
    identityProviderArn,
    job,
    runsOf(job),
    tags && { StringNotLike: conditionOf([["ref", ["refs/tags/*/*"]]]) },
  );
}

/** Trusts the jobs of a workflow file in open pull requests of the repository's own branches. */
export function pullRequestTrust(
  identityProviderArn: string,
  job: Omit<Job, "environment">,
): string {
  const ref = openPullRequest;
  return trustOf(identityProviderArn, job, [{ ref, context: "pull_request", workflowRefs: [ref] }]);
}

function trustOf(
  identityProviderArn: string,
  job: Job,
  runs: readonly TrustedRun[],
  more: Trust["Condition"] | false = false,
): string {
  const claims = Object.entries(tokenClaims(job, runs));
  const like = claims.filter(([, values]) => values.some((value) => value.includes("*")));
  const equal = claims.filter((claim) => !like.includes(claim));
  return trustDocument({
    Principal: { Federated: identityProviderArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: conditionOf(equal),
      ...(like.length > 0 && { StringLike: conditionOf(like) }),
      // A subject without the context does not show whether the job has an environment.
      ...(!job.environment &&
        !(job.subjectKeys ?? defaultSubject).includes("context") && {
          Null: { [`${issuer}:environment`]: "true" },
        }),
      ...more,
    },
  });
}

function conditionOf(
  claims: readonly (readonly [string, readonly string[]])[],
): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    claims.map(([claim, values]) => [
      `${issuer}:${claim}`,
      values.length === 1 ? String(values[0]) : values,
    ]),
  );
}
