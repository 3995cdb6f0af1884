/** The sandbox's GitHub as its REST API answers a token. */

import { readScopes } from "../../github/repositories";
import {
  type RepositorySettings,
  readSettings,
  repositoryPath,
  updateSettings,
} from "../../github/settings";

/** As go-github words an answer that is not a success: the real provider passes it on. */
export class GitHubError extends Error {
  constructor(
    readonly status: number,
    request: string,
    reason: string,
  ) {
    const [method, path] = request.split(" ");
    super(`${method} https://api.github.com/${path}: ${status} ${reason} []`);
    this.name = "GitHubError";
  }
}

export interface Found {
  readonly fullName: string;
  /** The bare git repository. */
  readonly path: string;
  readonly settings: RepositorySettings;
}

export class GitHubContext {
  constructor(
    private readonly root: string,
    private readonly owner: string | undefined,
    private readonly token: string | undefined,
  ) {}

  fullName(repository: string, owner = this.owner): string {
    if (!owner) {
      throw new Error("the sandbox's GitHub plugin needs the provider's 'owner', or GITHUB_OWNER");
    }
    return `${owner}/${repository}`;
  }

  /** Scopes of the token; undefined without a token. */
  async scopes(request: string): Promise<string[] | undefined> {
    if (!this.token) return undefined;
    const scopes = await readScopes(this.root, this.token);
    if (!scopes) throw new GitHubError(401, request, "Bad credentials");
    return scopes;
  }

  /** A repository that the token may see: private ones need the scope `repo`. */
  async find(fullName: string, request = `GET repos/${fullName}`): Promise<Found> {
    const scopes = await this.scopes(request);
    const settings = await readSettings(this.root, fullName);
    if (!settings || (settings.private && !scopes?.includes("repo"))) {
      throw new GitHubError(404, request, "Not Found");
    }
    return { fullName, path: repositoryPath(this.root, fullName), settings };
  }

  /** A repository that the token may change; GitHub hides what a scope is missing for behind a 404. */
  async writable(fullName: string, request: string, scopes = ["repo"]): Promise<Found> {
    const own = await this.scopes(request);
    if (!own) throw new GitHubError(401, request, "Requires authentication");
    const found = await this.find(fullName, request);
    if (scopes.every((scope) => own.includes(scope))) return found;
    throw new GitHubError(404, request, "Not Found");
  }

  async change<T>(
    fullName: string,
    request: string,
    change: (settings: RepositorySettings) => T,
  ): Promise<T> {
    await this.writable(fullName, request);
    return updateSettings(this.root, fullName, change);
  }
}

/** Parts of an id; a colon inside a part is written as `??`. */
export function buildId(...parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll(":", "??")).join(":");
}

export function parseId(id: string): string[] {
  return id.split(":").map((part) => part.replaceAll("??", ":"));
}
