/** Types of the GitHub plugin's entries, without regions and tags. */
import type * as kit from "../kit/definition";
import type { GitHubContext } from "./context";

export function invoke<Args, Result>(
  definition: kit.FunctionDefinition<GitHubContext, Args, Result>,
): kit.AnyFunction<GitHubContext> {
  return definition as unknown as kit.AnyFunction<GitHubContext>;
}

export function resource<Args, State>(
  definition: kit.ResourceDefinition<GitHubContext, Args, State>,
): kit.AnyResource<GitHubContext> {
  return { ...definition, global: true } as unknown as kit.AnyResource<GitHubContext>;
}
