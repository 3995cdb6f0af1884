/** Loads GitHub's own parser of workflow files. */
import { register } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

let parser: ReturnType<typeof load> | undefined;

/** GitHub's errors about a workflow file, each with its line; empty if the file is valid. */
export async function workflowErrors(path: string, content: string): Promise<string[]> {
  parser ??= load();
  const { NoOperationTraceWriter, parseWorkflow } = await parser;
  const file = { name: basename(path), content };
  const { context } = parseWorkflow(file, new NoOperationTraceWriter());
  return context.errors.getErrors().map((error) => error.message);
}

function load() {
  register(pathToFileURL(join(__dirname, "json-modules.mjs")));
  return import("@actions/workflow-parser");
}
