import { trustPolicy } from "../../../../components/github/oidc";
import type { GitRef } from "../../../../components/github/workflow/trigger";
import { listOf, refsOf } from "../../../../components/github/workflow/trigger";
import type { SubjectKey, Trigger } from "../../../../components/index";
import { isTrusted } from "../../../../sandbox/github/gate/authorize";
import { claimsOf, type TokenRequest } from "../../../../sandbox/github/oidc";

const issuer = "token.actions.githubusercontent.com";
const provider = `arn:aws:iam::123456789012:oidc-provider/${issuer}`;
const file = ".github/workflows/deploy-api-dev.yml";

/** How the repository's stack is configured, and which subjects GitHub sends. */
export interface Mode {
  readonly settings: "environment" | "repository";
  readonly subject: "classic" | "immutable";
  /** A customised template of the subject. @default GitHub's own */
  readonly template?: readonly SubjectKey[];
}

export const modes: readonly Mode[] = (["environment", "repository"] as const).flatMap((settings) =>
  (["classic", "immutable"] as const).map((subject) => ({ settings, subject })),
);

/** Templates that an organisation might choose. */
export const templates: readonly (readonly SubjectKey[])[] = [
  ["repo", "context", "job_workflow_ref"],
  ["repository_owner_id", "repository_id", "ref"],
  ["repository_owner", "repository", "context"],
  ["job_workflow_ref"],
];

/** A token: what differs from a push to main of octo-org/octo-app. */
export interface Token extends Partial<Omit<TokenRequest, "settings" | "workflow">> {
  /** The workflow that runs. @default the stack's own */
  readonly workflow?: string;
  readonly id?: number;
  readonly ownerId?: number;
  readonly audience?: string;
  /** The job's environment; null for none. @default as configured */
  readonly job?: string | null;
  /** Claims in place of those that GitHub would send. */
  readonly claims?: Readonly<Record<string, string>>;
}

export function claims(
  token: Token,
  { settings, subject, template }: Mode,
): Record<string, string> {
  const { id = 4242, ownerId = 77, audience, job, workflow = file, claims: changed } = token;
  const environment = job === undefined ? (settings === "environment" ? "dev" : null) : job;
  const sent = claimsOf({
    ...{ fullName: "octo-org/octo-app", event: "push", ref: "refs/heads/main", sha: "4f2a" },
    ...{ baseRef: "", headRef: "", runId: "1", ...token },
    settings: { id, ownerId, private: false, immutableSubject: subject === "immutable" },
    workflow: { name: "Deploy api to dev", file: workflow },
    environment: environment ?? undefined,
    subjectKeys: template,
  });
  const texts = Object.entries(sent).map(([claim, value]) => [claim, String(value)]);
  return { ...Object.fromEntries(texts), aud: audience ?? "sts.amazonaws.com", ...changed };
}

/** The trust policy of a stack with these triggers, in a repository whose default branch is main. */
export function policyOf(
  trigger: Trigger | readonly Trigger[],
  { settings, template }: Mode,
): string {
  const refs: readonly GitRef[] = refsOf(trigger, "main");
  return trustPolicy(provider, {
    ...{ owner: "octo-org", name: "octo-app", ownerId: 77, id: 4242, refs, workflow: file },
    pullRequests: listOf(trigger).some(({ type }) => type === "pull_request"),
    environment: settings === "environment" ? "dev" : undefined,
    subjectKeys: template,
  });
}

export function trusts(policy: string, token: Record<string, string>): Promise<boolean> {
  const roleArn = "arn:aws:iam::123456789012:role/api-deploy";
  return isTrusted({ roleArn, trustPolicy: JSON.parse(policy), provider, issuer, claims: token });
}

interface Policy {
  readonly Statement: readonly [
    { readonly Condition: Readonly<Record<string, Readonly<Record<string, unknown>>>> },
  ];
}

/** The claims whose conditions alone refuse the token. */
export async function refusing(policy: string, token: Record<string, string>): Promise<string[]> {
  const document = JSON.parse(policy) as Policy;
  const [statement] = document.Statement;
  const refused: string[] = [];
  for (const [operator, conditions] of Object.entries(statement.Condition)) {
    for (const [key, value] of Object.entries(conditions)) {
      const Condition = { [operator]: { [key]: value } };
      const alone = JSON.stringify({ ...document, Statement: [{ ...statement, Condition }] });
      if (!(await trusts(alone, token))) refused.push(key.replace(`${issuer}:`, ""));
    }
  }
  return [...new Set(refused)].sort();
}
