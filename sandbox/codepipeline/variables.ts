/** Variables in the configurations of actions: https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html */
import type { Pipeline } from "./definitions";

/** The variables of each namespace. `variables` has the pipeline's own, `codepipeline` the execution's. */
export type Namespaces = Readonly<Record<string, Readonly<Record<string, string>>>>;

const REFERENCE = /#\{([\w@-]+)\.([\w@-]+)\}/g;

/** Replaces `#{namespace.variable}`, and refuses a reference to nothing. */
export function resolve(text: string, namespaces: Namespaces): string {
  return text.replace(REFERENCE, (reference, namespace: string, name: string) => {
    const value = namespaces[namespace]?.[name];
    if (value !== undefined) return value;
    const missing = namespaces[namespace] ? "variable" : "namespace";
    throw new Error(
      "Valid format for a pipeline execution variable reference is a namespace and a key separated by a period (.). " +
        `The following pipeline execution variables are referencing a ${missing} that does not exist: ${reference}`,
    );
  });
}

export function resolveAll(
  configuration: Readonly<Record<string, string>> = {},
  namespaces: Namespaces,
): Record<string, string> {
  const entries = Object.entries(configuration).map(([key, value]) => [
    key,
    resolve(value, namespaces),
  ]);
  return Object.fromEntries(entries);
}

/** The values of the pipeline's variables for one execution: a variable without a default needs one from the start. */
export function pipelineVariables(
  { name: pipeline, variables = [] }: Pick<Pipeline, "name" | "variables">,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => !variables.some((it) => it.name === name));
  if (unknown.length > 0) {
    throw new Error(`the pipeline ${pipeline} has no variable ${unknown.join(", ")}`);
  }
  const entries = variables.map(({ name, defaultValue }) => {
    const value = given[name] ?? defaultValue;
    if (value === undefined || value === "") {
      throw new Error(`the pipeline's variable ${name} has no default, so a start needs its value`);
    }
    return [name, value];
  });
  return Object.fromEntries(entries);
}
