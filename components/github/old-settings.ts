import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "../errors";
import { releasePath } from "../fargate-service/release";
import type { GitHubRepository } from "./repository";
import { constant, ofStack, type SettingsPlace } from "./settings";
import type { WorkflowNameInputs, WorkflowNames } from "./workflow-names";

/** The variables of an environment or a repository as GitHub lists them: names and values. */
export type OldVariables = ReadonlyMap<string, string>;

/**
 * Earlier workflow files read the names of AWS objects from variables. A run of an older commit still does,
 * so a stack that has these variables keeps them.
 */
const variables: Readonly<Record<string, keyof WorkflowNames>> = {
  AWS_REGION: "region",
  ECS_CLUSTER: "cluster",
  ECR_REPOSITORY: "imageRepository",
  ECS_SERVICE: "service",
  ECS_TASK_DEFINITION: "taskDefinition",
  RELEASE_POINTER: "releasePointer",
  RELEASE_RECORD: "releaseRecord",
  CODEDEPLOY_APPLICATION: "codeDeployApplication",
  APPSPEC: "appSpec",
};
const ofStackAlone = ["AWS_REGION", "ECS_CLUSTER"];

export interface OldNames {
  /** The secret with the role, if it had another name. */
  readonly secret?: string;
  /** Names of variables, each with the name of its value. */
  readonly variables: Readonly<Record<string, keyof WorkflowNames>>;
}

/** What the old workflow files of one service read. `found` says which names exist. */
export function oldServiceNames(
  service: string,
  place: SettingsPlace,
  found: OldVariables,
): OldNames {
  const path = releasePath(pulumi.getProject(), place.stack, service);
  // The name had the service in it where services shared a repository. The value says whose variable it is.
  const suffix = [ofStack(place), `_${constant(service)}${ofStack(place)}`].find(
    (end) => found.get(`RELEASE_POINTER${end}`) === `${path}/image`,
  );
  if (suffix === undefined) {
    return { variables: {} };
  }
  const names = Object.entries(variables)
    .filter(([name]) => !ofStackAlone.includes(name) && found.has(name + suffix))
    .map(([name, value]) => [name + suffix, value] as const);
  return { secret: `AWS_ROLE_TO_ASSUME${suffix}`, variables: Object.fromEntries(names) };
}

/** What the old workflow files of all services of the stack read. */
export function oldStackNames(place: SettingsPlace, found: OldVariables): OldNames["variables"] {
  const path = releasePath(pulumi.getProject(), place.stack, "");
  const ours = [...found].some(
    ([name, value]) => name.startsWith("RELEASE_POINTER") && value.startsWith(path),
  );
  const names = Object.entries(variables)
    .map(([name, value]) => [name + ofStack(place), value] as const)
    .filter(([name]) => ours && ofStackAlone.some((own) => name === own + ofStack(place)))
    .filter(([name]) => found.has(name));
  return Object.fromEntries(names);
}

/** The variables with their values; without those whose values the stack no longer has. */
export function oldVariables(
  names: OldNames["variables"],
  values: Partial<WorkflowNameInputs>,
): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, key]) => {
      const value = values[key];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

interface Page {
  readonly total_count: number;
  readonly variables: readonly { readonly name: string; readonly value: string }[];
}

/** GitHub's largest page: https://docs.github.com/en/rest/actions/variables#list-environment-variables */
const pageSize = 30;

/**
 * Reads the variables of the stack's environments, or of its repositories; the keys are the ids of the repositories.
 * Plain data, because it decides which resources the program declares.
 *
 * @throws {@link ConfigurationError} if GitHub does not answer
 */
export async function findOldVariables(
  repositories: Iterable<GitHubRepository>,
  place: SettingsPlace,
  opts?: pulumi.InvokeOptions,
): Promise<Map<number, OldVariables>> {
  const found = [...repositories].map(
    async (repository) => [repository.id, await listVariables(repository, place, opts)] as const,
  );
  return new Map(await Promise.all(found));
}

async function listVariables(
  { owner, name }: GitHubRepository,
  { scope, stack }: SettingsPlace,
  opts: pulumi.InvokeOptions | undefined,
): Promise<OldVariables> {
  const folder = scope === "environment" ? `environments/${encodeURIComponent(stack)}` : "actions";
  const found = new Map<string, string>();
  for (let page = 1; ; page++) {
    const endpoint = `repos/${owner}/${name}/${folder}/variables?per_page=${pageSize}&page=${page}`;
    const { code, body } = await github.getRestApi({ endpoint }, opts).catch(refused(endpoint));
    if (code === 404) {
      return found;
    }
    const answer: Page = JSON.parse(body);
    for (const { name: variable, value } of answer.variables) {
      found.set(variable, value);
    }
    if (answer.variables.length === 0 || found.size >= answer.total_count) {
      return found;
    }
  }
}

/** Without an answer the program cannot tell what exists, and would delete it. */
function refused(endpoint: string) {
  return (error: unknown): never => {
    throw new ConfigurationError("The access to GitHub", [
      {
        path: "GITHUB_TOKEN",
        value: `GET ${endpoint}: ${error instanceof Error ? error.message : error}`,
        allowed: "a token that may read the variables of the repository and of its environments",
        fix: "give a fine-grained token access to Environments and Variables; if GitHub is down, try again later",
      },
    ]);
  };
}
