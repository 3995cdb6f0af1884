/**
 * How a resource type of the stand-in GitHub plugin is declared: as in the AWS plugin, with GitHub in place of an AWS
 * account, and without regions and tags.
 */
import type {
  AnyResource,
  Existing,
  Remote,
  Resolved,
  ResourceDefinition,
} from "../aws/definition";
import type { GitHubContext } from "./context";

export interface GitHubResource<Args, State>
  extends Pick<ResourceDefinition<Args, State>, "properties" | "outputs" | "validate"> {
  readonly type: `github:index/${string}`;
  /** Makes the object and answers its id. */
  create(github: GitHubContext, inputs: Resolved<Args>): Promise<string>;
  /** What GitHub holds now; undefined, or a 404, when the object is gone. */
  read(github: GitHubContext, existing: Existing<Args, State>): Promise<Remote<State> | undefined>;
  update?(
    github: GitHubContext,
    id: string,
    inputs: Resolved<Args>,
    old: Existing<Args, State>,
  ): Promise<void>;
  delete(github: GitHubContext, existing: Existing<Args, State>): Promise<void>;
}

type Properties = Record<string, unknown>;

/** A definition whose types have been checked; the provider sees plain properties. */
export interface Entry {
  /** What check and diff, shared with the AWS plugin, know of it. */
  readonly shape: AnyResource;
  readonly calls: GitHubResource<Properties, Properties>;
}

export function resource<Args, State>(definition: GitHubResource<Args, State>): Entry {
  return {
    shape: { ...definition, global: true } as unknown as AnyResource,
    calls: definition as unknown as GitHubResource<Properties, Properties>,
  };
}
