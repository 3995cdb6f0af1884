/** The settings that GitHub has for a repository: one JSON file per repository. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { withLock, writeAtomically } from "../base/lock";
import type { PullRequest } from "./event";
import type { BranchProtection, Ruleset } from "./protection";

export interface EnvironmentReviewer {
  readonly teams?: readonly number[];
  readonly users?: readonly number[];
}

/** Who may deploy to an environment: every branch (null), protected branches, or those that match a policy. */
export interface DeploymentBranchPolicy {
  readonly protectedBranches: boolean;
  readonly customBranchPolicies: boolean;
}

/** Secrets and variables of a repository or an environment, by name in upper case, as GitHub stores them. */
export interface Values {
  secrets: Record<string, string>;
  variables: Record<string, string>;
  /** Times of creation and last change, by `secret:NAME` or `variable:NAME`. */
  times: Record<string, { createdAt: string; updatedAt: string }>;
}

export interface Environment extends Values {
  canAdminsBypass: boolean;
  preventSelfReview: boolean;
  waitTimer: number;
  reviewers: EnvironmentReviewer[];
  deploymentBranchPolicy: DeploymentBranchPolicy | null;
  /** Patterns of the custom policies, and the ids that GitHub gave them, by `branch:PATTERN` or `tag:PATTERN`. */
  branchPolicies: string[];
  tagPolicies: string[];
  policyIds: Record<string, number>;
}

export interface Comment {
  readonly id: number;
  /** The number of the pull request. */
  readonly issue: number;
  readonly user: { readonly login: string };
  readonly body: string;
}

export interface RepositorySettings extends Values {
  id: number;
  ownerId: number;
  ownerType: "Organization" | "User";
  private: boolean;
  defaultBranch: string;
  /** The OIDC subject contains the ids of owner and repository, as for repositories created since 15 July 2026. */
  immutableSubject: boolean;
  environments: Record<string, Environment>;
  /** Comments on pull requests. @default none */
  comments?: Comment[];
  /** The protection by branch. */
  branchProtection?: Record<string, BranchProtection>;
  rulesets?: Ruleset[];
  pullRequests?: StoredPullRequest[];
  /** The actions that workflows may use: none turns Actions off; a list has patterns of names. @default "all" */
  allowedActions?: "all" | "local_only" | "none" | string[];
  /** The ids of the teams with access. @default any */
  teams?: number[];
  /** The template of the OIDC subject; without keys, the organization's. @default GitHub's own */
  subjectTemplate?: { readonly keys?: readonly string[] };
}

export interface StoredPullRequest extends PullRequest {
  readonly body: string;
  readonly state: "open" | "closed";
  readonly openedAt: string;
  readonly updatedAt: string;
}

export function emptyValues(): Values {
  return { secrets: {}, variables: {}, times: {} };
}

export function emptyEnvironment(): Environment {
  return {
    ...emptyValues(),
    canAdminsBypass: true,
    preventSelfReview: false,
    waitTimer: 0,
    reviewers: [],
    deploymentBranchPolicy: null,
    branchPolicies: [],
    tagPolicies: [],
    policyIds: {},
  };
}

/** GitHub's ids are arbitrary numbers; here they are derived from the name, so that a new sandbox has the same ids. */
export function stableId(name: string): number {
  return createHash("sha256").update(name.toLowerCase()).digest().readUInt32BE(0) % 900_000_000;
}

const FULL_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/;

export function repositoryPath(root: string, fullName: string): string {
  if (!FULL_NAME.test(fullName)) throw new Error(`"${fullName}" is not of the form owner/name`);
  return join(root, `${fullName}.git`);
}

function settingsPath(root: string, fullName: string): string {
  return repositoryPath(root, fullName).replace(/\.git$/, ".json");
}

/** Undefined if there is no such repository. */
export async function readSettings(
  root: string,
  fullName: string,
): Promise<RepositorySettings | undefined> {
  try {
    return JSON.parse(await readFile(settingsPath(root, fullName), "utf8")) as RepositorySettings;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export async function writeSettings(
  root: string,
  fullName: string,
  settings: RepositorySettings,
): Promise<void> {
  await writeAtomically(settingsPath(root, fullName), `${JSON.stringify(settings, null, 2)}\n`);
}

/** Reads, changes and writes with a lock between processes. Nothing is written if `change` throws. */
export async function updateSettings<T>(
  root: string,
  fullName: string,
  change: (settings: RepositorySettings) => T,
): Promise<T> {
  return withLock(`${settingsPath(root, fullName)}.lock`, async () => {
    const settings = await readSettings(root, fullName);
    if (settings === undefined) throw new Error(`repository ${fullName} does not exist`);
    const result = change(settings);
    await writeSettings(root, fullName, settings);
    return result;
  });
}

export function setValue(
  values: Values,
  kind: "secret" | "variable",
  name: string,
  value: string,
): void {
  const key = `${kind}:${name}`;
  const now = new Date().toISOString();
  values[kind === "secret" ? "secrets" : "variables"][name] = value;
  values.times[key] = { createdAt: values.times[key]?.createdAt ?? now, updatedAt: now };
}

export function deleteValue(values: Values, kind: "secret" | "variable", name: string): void {
  delete values[kind === "secret" ? "secrets" : "variables"][name];
  delete values.times[`${kind}:${name}`];
}
