/** Types of the AWS plugin's entries. */
import type * as kit from "../kit/definition";
import { type Kept, keptDefinition } from "../kit/kept";
import type { AwsContext } from "./context";

export * from "../kit/definition";
export type AnyResource = kit.AnyResource<AwsContext>;
export type Service = kit.Service<AwsContext>;
export type Tagging = kit.Tagging<AwsContext>;

export function resource<Args, State>(
  definition: kit.ResourceDefinition<AwsContext, Args, State>,
): kit.AnyResource<AwsContext> {
  return definition as unknown as kit.AnyResource<AwsContext>;
}

/** A kept type: see kit/kept.ts. */
export function kept<Args, State>(entry: Kept<AwsContext, Args, State>): AnyResource {
  return resource<Args, State>(keptDefinition(entry));
}

export function invoke<Args, Result>(
  definition: kit.FunctionDefinition<AwsContext, Args, Result>,
): kit.AnyFunction<AwsContext> {
  return definition as unknown as kit.AnyFunction<AwsContext>;
}
