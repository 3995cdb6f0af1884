import { checkString } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { MergedProposal } from "../delivery";
import type { SubjectKey } from "../subject";
import type { Answer } from "./ask";
import { failure, hasToken, missingScopes, missingToken, notAdmin } from "./token";

/** A repository on GitHub. Its ids stay the same after a rename. */
export interface GitHubRepository {
  /** The user or organization that owns it. */
  readonly owner: string;
  /** Its name, without the owner. */
  readonly name: string;
  /** Its numeric id. */
  readonly id: number;
  /** The owner's numeric id. */
  readonly ownerId: number;
  /** The branch from which GitHub takes workflows that are started by hand. */
  readonly defaultBranch: string;
  /** The claims in the subject of the repository's OIDC tokens. @default repo, context */
  readonly subjectKeys?: readonly SubjectKey[];
  /** Objects that exist already and that affect the stack. @default none */
  readonly found?: Found;
}

/** What exists on GitHub before an update. */
export interface Found {
  /** Whether the stack's environment exists. */
  readonly environment: boolean;
  /** The ids of its policies for branches and tags, by `main` and `tag v*`. */
  readonly policies: Readonly<Record<string, number>>;
  /** Variables of the environment, or of the repository, with their values. */
  readonly variables: Readonly<Record<string, string>>;
  /** Branches for which GitHub refuses direct commits, each with the rule that does. */
  readonly closedBranches: Readonly<Record<string, string>>;
  /** The environments of updates that exist already. @default none */
  readonly updateEnvironments?: readonly string[];
  /** The stack's files by branch and path, if they are delivered in pull requests. @default none */
  readonly files?: Readonly<Record<string, Readonly<Record<string, FoundFile>>>>;
}

/** A file on a branch. */
export interface FoundFile {
  /** Undefined for a missing file. */
  readonly content: string | undefined;
  /** The newest merged pull request of the file. @default none */
  readonly proposal?: MergedProposal | undefined;
}

/** The fields that are used of https://docs.github.com/en/rest/repos/repos#get-a-repository */
interface Body {
  readonly id: number;
  readonly name: string;
  readonly owner: { readonly login: string; readonly id: number };
  readonly default_branch: string;
  readonly permissions?: { readonly admin?: boolean };
}

export function checkRepositoryName(fullName: string | undefined, path: string): Problem[] {
  return checkString(path, fullName, {
    valid: /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\/(?!.*\.git$)[A-Za-z0-9._-]+$/,
    allowed: "owner/name, as in the address of the repository on GitHub",
    fix: (text) => {
      const found = /([A-Za-z0-9-]+)\/([A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(text);
      return found ? `write ${found[1]}/${found[2]}` : "for example octo-org/octo-app";
    },
  });
}

/** Whether the token may see and administer the repository, and write workflow files. */
export function judgeRepository(fullName: string, answer: Answer): GitHubRepository | Problem {
  const { code, scopes } = answer;
  if (code === 404) {
    return hasToken() ? unknownRepository(fullName, code) : missingToken;
  }
  if (code !== 200) {
    return failure(fullName, answer, "Metadata");
  }
  const missing = ["repo", "workflow"].filter((scope) => scopes && !scopes.includes(scope));
  if (scopes && missing.length > 0) {
    return missingScopes(scopes, missing);
  }
  const body = answer.body as Body;
  if (!scopes && body.permissions === undefined && !hasToken()) {
    return missingToken;
  }
  if (body.permissions?.admin === false) {
    return notAdmin(fullName);
  }
  return {
    owner: body.owner.login,
    name: body.name,
    id: body.id,
    ownerId: body.owner.id,
    defaultBranch: body.default_branch,
  };
}

function unknownRepository(fullName: string, code: number): Problem {
  return {
    path: "repository",
    value: fullName,
    allowed: `an existing repository that the token can read: GitHub answered ${code}`,
    fix: `correct the name, create it (gh repo create ${fullName}), or use a token of someone who has access`,
  };
}
