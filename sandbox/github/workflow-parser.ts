/** Loads GitHub's own parser of workflow files, and its evaluator of expressions. */
import { register } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Returns a file of the repository at the same commit; undefined if there is none. */
export type ReadFile = (path: string) => Promise<string | undefined>;

let parser: ReturnType<typeof load> | undefined;

/**
 * GitHub's errors about a workflow file, each with its line; empty if the file is valid. With `read`, also the errors of its calls
 * of other workflows: a missing file, input or secret.
 */
export async function workflowErrors(
  path: string,
  content: string,
  read?: ReadFile,
): Promise<string[]> {
  parser ??= load();
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await parser;
  const file = { name: basename(path), content };
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
  if (read && value) {
    const getFileContent = async (reference: { readonly path: string }) => {
      const called = "repository" in reference ? undefined : await read(reference.path);
      if (called === undefined) throw new Error(`${reference.path} does not exist`);
      return { name: reference.path, content: called };
    };
    const options = { fetchReusableWorkflowDepth: 1 };
    await convertWorkflowTemplate(context, value, { getFileContent }, options);
  }
  return context.errors.getErrors().map((error) => error.message);
}

function load() {
  register(pathToFileURL(join(__dirname, "json-modules.mjs")));
  return import("@actions/workflow-parser");
}
