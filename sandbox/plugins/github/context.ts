/** Gives access to the sandbox's GitHub with the answers that its REST API gives to a token. */

import { setTimeout } from "node:timers/promises";
import { readFault } from "../../github/faults";
import { currentName } from "../../github/renames";
import { repositoryNames } from "../../github/repositories";
import {
  type RepositorySettings,
  readSettings,
  repositoryPath,
  updateSettings,
} from "../../github/settings";
import { readToken, type Token } from "../../github/tokens";

/** An error in go-github's words, which the real provider passes on. */
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

/** The provider's properties of the same names, with its defaults. */
export interface Retries {
  readonly maxRetries: number;
  readonly retryDelayMs: number;
  readonly retryableErrors: readonly number[];
}

export class GitHubContext {
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    readonly root: string,
    private readonly owner: string | undefined,
    private readonly token: string | undefined,
    private readonly retries: Retries,
  ) {}

  /**
   * Sends one request at a time, and repeats a request whose status is one of those to retry. `RateLimitTransport` and
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

  /** The token; undefined without one. */
  async who(request: string): Promise<Token | undefined> {
    if (!this.token) return undefined;
    const known = await readToken(this.root, this.token);
    if (!known) throw new GitHubError(401, request, "Bad credentials");
    return known;
  }

  /** A repository that the token may see, under its current name: private ones need the scope `repo`, or any permission. */
  async find(name: string, request = `GET repos/${name}`): Promise<Found> {
    const token = await this.who(request);
    const fullName = await currentName(this.root, name, () => repositoryNames(this.root));
    const settings = await readSettings(this.root, fullName);
    const sees = token && (!("scopes" in token) || token.scopes.includes("repo"));
    if (!settings || (settings.private && !sees)) {
      throw new GitHubError(404, request, "Not Found");
    }
    return { fullName, path: repositoryPath(this.root, fullName), settings };
  }

  /** A repository that the token may change; GitHub answers 404 if a scope is missing. */
  async writable(fullName: string, request: string, scopes = ["repo"]): Promise<Found> {
    const token = await this.who(request);
    if (!token) throw new GitHubError(401, request, "Requires authentication");
    const found = await this.find(fullName, request);
    if (!("scopes" in token)) {
      await Promise.all(written(request).map((one) => this.allow(request, one, "write")));
    } else if (!scopes.every((scope) => token.scopes.includes(scope))) {
      throw new GitHubError(404, request, "Not Found");
    }
    return found;
  }

  /** A fine-grained token has permissions; a classic one may do everything that its owner may. */
  async allow(request: string, permission: string, access: "read" | "write"): Promise<void> {
    const token = await this.who(request);
    if (!token) throw new GitHubError(401, request, "Requires authentication");
    if ("scopes" in token || permission === "Metadata") return;
    const given = token.permissions[permission];
    if (given !== access && given !== "write") {
      throw new GitHubError(403, request, "Resource not accessible by personal access token");
    }
  }

  /** Applies the fault that a test configured for this request. */
  async disturb(request: string): Promise<void> {
    const fault = await readFault(this.root, request.replace(/^\w+ /, ""));
    if (fault?.seconds) await setTimeout(fault.seconds * 1000);
    if (fault?.status) throw new GitHubError(fault.status, request, "");
    // Without an answer the real function reads the status of a nil response, and the plugin crashes.
    if (fault?.dropped) process.exit(2);
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

/** The permissions for a change: https://docs.github.com/en/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens */
function written(request: string): string[] {
  const path = request.replace(/^\w+ repos\/[^/]+\/[^/]+\//, "");
  if (path.startsWith("contents/.github/workflows/")) return ["Contents", "Workflows"];
  if (/^(contents|git)\//.test(path)) return ["Contents"];
  if (/^environments\/[^/]+\/(secrets|variables)\//.test(path)) return ["Environments"];
  if (path.startsWith("environments/")) return ["Administration"];
  if (path.startsWith("actions/secrets/")) return ["Secrets"];
  if (path.startsWith("actions/variables/")) return ["Variables"];
  return ["Pull requests"];
}

/** The parts of an id; a colon inside a part is written as `??`. */
export function buildId(...parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll(":", "??")).join(":");
}

export function parseId(id: string): string[] {
  return id.split(":").map((part) => part.replaceAll("??", ":"));
}

/**
 * The repository of an object. The provider reads and deletes under the name in the state, which an update may have changed
 * while the id still has the former name. An import has only the id.
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
