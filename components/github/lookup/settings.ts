import type { Problem } from "../../shared/errors";
import type { Wanted } from "./args";
import type { Ask } from "./ask";
import { failure } from "./token";

/** The fields that are used of https://docs.github.com/en/rest/actions/variables#list-environment-variables */
interface Page {
  readonly total_count: number;
  readonly variables: readonly {
    readonly name: string;
    readonly value: string;
    readonly created_at?: string;
  }[];
}

interface Listed {
  readonly variables: Readonly<Record<string, string>>;
  /** When each of them was created. */
  readonly createdAt: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

export const noVariables: Listed = { variables: {}, createdAt: {}, problems: [] };

/** GitHub's largest page of variables. */
const pageSize = 30;

/** The place of the settings in GitHub's API: the stack's environment or the repository. */
function placeOf({ settings, stack }: Pick<Wanted, "settings" | "stack">) {
  const repository = settings === "repository";
  return {
    repository,
    place: repository ? "actions" : `environments/${encodeURIComponent(stack)}`,
  };
}

/** Requests the key that encrypts secrets. GitHub returns it to every token that may read the secrets' names. */
export async function lookAtSecrets(
  ask: Ask,
  args: Pick<Wanted, "settings" | "stack">,
  fullName: string,
) {
  const { repository, place } = placeOf(args);
  // https://docs.github.com/en/rest/actions/secrets
  const answer = await ask(`repos/${fullName}/${place}/secrets/public-key`);
  // An environment that does not exist yet has none.
  const fine = answer.code === 200 || (answer.code === 404 && !repository);
  const permission = repository ? "Secrets" : "Environments";
  return { problems: fine ? [] : [failure(fullName, answer, permission)] };
}

/** Reads all variables of the environment or the repository. */
export async function lookAtVariables(ask: Ask, args: Wanted, fullName: string): Promise<Listed> {
  const { repository, place } = placeOf(args);
  const variables: Record<string, string> = {};
  const createdAt: Record<string, string> = {};
  for (let page = 1; ; page++) {
    const query = `per_page=${pageSize}&page=${page}`;
    const answer = await ask(`repos/${fullName}/${place}/variables?${query}`);
    // An environment that does not exist yet has none.
    if (answer.code === 404) {
      return noVariables;
    }
    // Without an answer, the program does not know which variables exist, and would delete them.
    if (answer.code !== 200) {
      const permission = repository ? "Variables" : "Environments";
      return { variables, createdAt, problems: [failure(fullName, answer, permission)] };
    }
    const { variables: found, total_count: total } = answer.body as Page;
    for (const { name, value, created_at = "" } of found) {
      variables[name] = value;
      createdAt[name] = created_at;
    }
    if (found.length === 0 || Object.keys(variables).length >= total) {
      return { variables, createdAt, problems: [] };
    }
  }
}
