/** The stand-in GitHub provider: answers the engine from the declared entries. */
import { check, DEFAULTS } from "../aws/check";
import { AwsContext } from "../aws/context";
import type { Remote } from "../aws/definition";
import { changedProperties, diff } from "../aws/diff";
import { inputsOf, outputsOf, previewOutputs } from "../aws/state";
import { noted } from "../kit/journal";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  Properties,
  Provider,
  ReadRequest,
  ReadResult,
  UpdateRequest,
} from "../kit/provider";
import { GitHubContext, GitHubError } from "./context";
import type { Entry } from "./definition";
import { getRestApi } from "./rest-api";

/** What the shared framework asks for regional and tagged types; here are none. */
const NOWHERE = new AwsContext("");
const CONFIG = ["owner", "token", "version", "maxRetries", "retryDelayMs", "retryableErrors"];
/** The SDK fills it in; a GitHub Enterprise Server is not what the sandbox stands in for. */
const BASE_URL = "https://api.github.com/";

export class GitHubProvider implements Provider {
  private github: GitHubContext | undefined;
  private readonly entries: ReadonlyMap<string, Entry>;

  constructor(
    readonly version: string,
    entries: readonly Entry[],
  ) {
    this.entries = new Map(entries.map((entry) => [entry.calls.type, entry]));
  }

  async checkConfig(_: Properties, inputs: Properties): Promise<CheckResult> {
    const failures = Object.keys(inputs)
      .filter((property) => !CONFIG.includes(property))
      .filter((property) => property !== "baseUrl" || inputs.baseUrl !== BASE_URL)
      .map((property) => ({
        property,
        reason: `the sandbox's GitHub plugin does not know the provider's property '${property}'`,
      }));
    return { inputs, failures };
  }

  async diffConfig(old: Properties, inputs: Properties): Promise<DiffResult> {
    const keys = new Set([...Object.keys(old), ...Object.keys(inputs)]);
    const changed = [...keys].filter((key) => old[key] !== inputs[key] && key !== "version");
    return { changes: changed.map((path) => ({ path, kind: "update" })) };
  }

  async configure(config: Properties): Promise<void> {
    const { SLIPWAY_GITHUB_ROOT: root, GITHUB_TOKEN, GITHUB_OWNER } = process.env;
    if (!root) throw new Error("SLIPWAY_GITHUB_ROOT is not set: is this shell in a sandbox?");
    const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
    const owner = text(config.owner) ?? text(GITHUB_OWNER);
    // The SDK hands over JSON texts.
    const json = <T>(key: string, preset: T): T =>
      typeof config[key] === "string" ? (JSON.parse(config[key]) as T) : preset;
    this.github = new GitHubContext(root, owner, text(config.token) ?? text(GITHUB_TOKEN), {
      maxRetries: json("maxRetries", 3),
      retryDelayMs: json("retryDelayMs", 1000),
      retryableErrors: json("retryableErrors", [500, 502, 503, 504]),
    });
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    return check(this.entry(request.type).shape, request, NOWHERE);
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    const result = diff(this.entry(request.type).shape, request);
    const changes = result.changes.map(async (change) =>
      change.path === "repository"
        ? { ...change, replace: await this.isAnotherRepository(request) }
        : change,
    );
    return { ...result, changes: await Promise.all(changes) };
  }

  /**
   * A renamed repository has its id: that is an update in place. `diffRepository` in integrations/terraform-provider-github,
   * github/util_diff.go, which takes a repository that is not there for a renamed one too.
   */
  private async isAnotherRepository({ oldOutputs, inputs }: DiffRequest): Promise<boolean> {
    if (oldOutputs.repositoryId === undefined) return true;
    const name = this.context().fullName(String(inputs.repository));
    try {
      return (await this.context().find(name)).settings.id !== oldOutputs.repositoryId;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  async create({ urn, type, inputs: all, preview }: CreateRequest) {
    const entry = this.entry(type);
    if (preview) return { id: "", outputs: previewOutputs(entry.shape, all) };
    const id = await noted(urn, () => entry.calls.create(this.context(), given(all)));
    // The real provider then asks for the repository's id: an engine killed meanwhile does not know of the object.
    await this.context().disturb(`GET repos/${this.context().fullName(String(all.repository))}`);
    return { id, outputs: await this.outputs(entry, id, all) };
  }

  async update(request: UpdateRequest): Promise<Properties> {
    const { id, type, inputs: all, oldInputs, oldOutputs, preview } = request;
    const entry = this.entry(type);
    const changed = changedProperties(entry.shape, oldInputs, all, oldOutputs);
    if (preview) return previewOutputs(entry.shape, all, { outputs: oldOutputs, changed });
    if (changed.some((property) => !entry.shape.properties[property]?.local)) {
      if (!entry.calls.update) throw new Error(`${type} cannot be updated in place`);
      const old = { id, inputs: given(oldInputs), outputs: oldOutputs };
      await entry.calls.update(this.context(), id, given(all), old);
    }
    return this.outputs(entry, id, all);
  }

  async read({ id, type, oldInputs, oldOutputs }: ReadRequest): Promise<ReadResult> {
    const entry = this.entry(type);
    const remote = await this.find(entry, id, oldInputs, oldOutputs);
    if (!remote) return { id: undefined, inputs: {}, outputs: {} };
    const inputs = inputsOf(entry.shape, NOWHERE, remote, oldInputs, oldOutputs);
    return { id: remote.id ?? id, inputs, outputs: outputsOf(entry.shape, remote, given(inputs)) };
  }

  async delete({ id, type, oldInputs, oldOutputs }: DeleteRequest): Promise<void> {
    const existing = { id, inputs: given(oldInputs), outputs: oldOutputs };
    try {
      await this.entry(type).calls.delete(this.context(), existing);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const { endpoint, ...unknown } = args;
    if (token !== "github:index/getRestApi:getRestApi") {
      throw new Error(`the sandbox's GitHub plugin has no function ${token}`);
    }
    if (typeof endpoint !== "string" || Object.keys(unknown).length > 0) {
      throw new Error(`${token} takes the argument 'endpoint' alone`);
    }
    return { ...(await getRestApi(this.context(), { endpoint })) };
  }

  /** Outputs right after a change; old ones would pass for what somebody else did. */
  private async outputs(entry: Entry, id: string, inputs: Properties): Promise<Properties> {
    const remote = await this.find(entry, id, inputs, {});
    if (!remote) throw new Error(`${entry.calls.type} ${id} is gone right after the change`);
    return outputsOf(entry.shape, remote, given(inputs));
  }

  private async find(
    entry: Entry,
    id: string,
    inputs: Properties,
    outputs: Properties,
  ): Promise<Remote<Properties> | undefined> {
    try {
      return await entry.calls.read(this.context(), { id, inputs: given(inputs), outputs });
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  private context(): GitHubContext {
    if (!this.github) throw new Error("the GitHub provider has not been configured");
    return this.github;
  }

  private entry(type: string): Entry {
    const entry = this.entries.get(type);
    if (!entry) throw new Error(`the sandbox's GitHub plugin has no resource type ${type}`);
    return entry;
  }
}

/** The inputs without the framework's own bookkeeping. */
function given(inputs: Properties): Properties {
  const { [DEFAULTS]: _, ...rest } = inputs;
  return rest;
}

function isGone(error: unknown): boolean {
  return error instanceof GitHubError && error.status === 404;
}
