/** The claims that a customised subject may contain: the deploy role knows their values for each run. */
export const subjectKeys = [
  ...(["repo", "context", "repository", "repository_id"] as const),
  ...(["repository_owner", "repository_owner_id"] as const),
  ...(["environment", "ref", "job_workflow_ref"] as const),
];

/**
 * A claim in the subject of GitHub's OIDC tokens.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export type SubjectKey = (typeof subjectKeys)[number];

/** GitHub's own template. */
export const defaultSubject: readonly SubjectKey[] = ["repo", "context"];
