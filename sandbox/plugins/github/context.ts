/** The sandbox's GitHub as its REST API answers a token. */

import { setTimeout } from "node:timers/promises";
import { currentName } from "../../github/renames";
import { readScopes, repositoryNames } from "../../github/repositories";
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

/** The provider's properties of these names, with its defaults. */
export interface Retries {
  readonly maxRetries: number;
  readonly retryDelayMs: number;
  readonly retryableErrors: readonly number[];
}

export class GitHubContext {
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly root: string,
    private readonly owner: string | undefined,
    private readonly token: string | undefined,
    private readonly retries: Retries,
  ) {}

  /**
   * Sends one request at a time, and again what fails with a status that is to be retried. `RateLimitTransport` and
   * `RetryTransport` in integrations/terraform-provider-github, github/transport.go.
   */
  async send<T>(request: () => Promise<T>): Promise<T> {
    const { maxRetries, retryDelayMs, retryableErrors } = this.retries;
    for (let retry = 0; ; retry++) {
      const turn = this.queue.then(request);
      this.queue = turn.catch(() => {});
      try {
        return await turn;
      } catch (error) {
        const again = error instanceof GitHubError && retryableErrors.includes(error.status);
        if (!again || retry >= maxRetries) throw error;
        await setTimeout(retryDelayMs);
      }
    }
  }

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

  /** A repository that the token may see, under its name of today: private ones need the scope `repo`. */
  async find(name: string, request = `GET repos/${name}`): Promise<Found> {
    const scopes = await this.scopes(request);
    const fullName = await currentName(this.root, name, () => repositoryNames(this.root));
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
    const found = await this.writable(fullName, request);
    return updateSettings(this.root, found.fullName, change);
  }
}

/** Parts of an id; a colon inside a part is written as `??`. */
export function buildId(...parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll(":", "??")).join(":");
}

export function parseId(id: string): string[] {
  return id.split(":").map((part) => part.replaceAll("??", ":"));
}

/**
 * The repository of an object: the provider reads and deletes under the name in the state, which an update has changed
 * where the id still has the former one. An import has the id alone.
 */
export function repositoryOf({
  id,
  inputs,
  outputs,
}: {
  readonly id: string;
  readonly inputs: { readonly repository?: string };
  readonly outputs: { readonly repository?: string };
}): string {
  return outputs.repository ?? inputs.repository ?? parseId(id)[0] ?? "";
}
