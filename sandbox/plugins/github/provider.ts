/** The sandbox's GitHub provider. */
import { DeclaredProvider } from "../kit/declared";
import type { AnyResource, Service } from "../kit/definition";
import type {
  CheckResult,
  CreateRequest,
  DiffRequest,
  DiffResult,
  Properties,
} from "../kit/provider";
import { isGone } from "../kit/values";
import { GitHubContext } from "./context";
import { getRestApi } from "./rest-api";

/** The SDK fills it in; the sandbox does not emulate a GitHub Enterprise Server. */
const BASE_URL = "https://api.github.com/";

export class GitHubProvider extends DeclaredProvider<GitHubContext> {
  protected readonly plugin = "GitHub";
  protected readonly options = [
    ...["owner", "token", "version"],
    ...["maxRetries", "retryDelayMs", "retryableErrors"],
  ];
  private github: GitHubContext | undefined;

  constructor(
    version: string,
    private readonly resources: readonly AnyResource<GitHubContext>[],
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {
    super(version);
  }

  override async checkConfig(old: Properties, inputs: Properties): Promise<CheckResult> {
    const { baseUrl, ...others } = inputs;
    const result = await super.checkConfig(old, baseUrl === BASE_URL ? others : inputs);
    return { ...result, inputs };
  }

  async configure(config: Properties): Promise<void> {
    const { SLIPWAY_GITHUB_ROOT: root, GITHUB_TOKEN, GITHUB_OWNER } = this.env;
    if (!root) throw new Error("SLIPWAY_GITHUB_ROOT is not set: is this shell in a sandbox?");
    const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
    const owner = text(config.owner) ?? text(GITHUB_OWNER);
    // The SDK passes JSON strings.
    const json = <T>(key: string, preset: T): T =>
      typeof config[key] === "string" ? (JSON.parse(config[key]) as T) : preset;
    this.github = new GitHubContext(root, owner, text(config.token) ?? text(GITHUB_TOKEN), {
      maxRetries: json("maxRetries", 3),
      retryDelayMs: json("retryDelayMs", 1000),
      retryableErrors: json("retryableErrors", [500, 502, 503, 504]),
    });
  }

  override async create(request: CreateRequest) {
    const created = await super.create(request);
    if (!request.preview) {
      // The real provider then reads the repository's id: an engine that is killed in the meantime does not know the object.
      const name = this.context().fullName(String(request.inputs.repository));
      await this.context().disturb(`GET repos/${name}`);
    }
    return created;
  }

  override async diff(request: DiffRequest): Promise<DiffResult> {
    const result = await super.diff(request);
    const changes = result.changes.map(async (change) =>
      change.path === "repository"
        ? { ...change, replace: await this.isAnotherRepository(request) }
        : change,
    );
    return { ...result, changes: await Promise.all(changes) };
  }

  /**
   * A renamed repository keeps its id, so this is an update in place. `diffRepository` in integrations/terraform-provider-github,
   * github/util_diff.go, also treats a missing repository as a renamed one.
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

  /** Returns none: the engine would show old outputs as changes by somebody else. */
  protected override remembered(): Properties {
    return {};
  }

  protected service(): Service<GitHubContext> {
    return { resources: this.resources, functions: [getRestApi] };
  }

  protected context(): GitHubContext {
    if (!this.github) throw new Error("the GitHub provider has not been configured");
    return this.github;
  }

  protected scope() {
    return {};
  }
}
