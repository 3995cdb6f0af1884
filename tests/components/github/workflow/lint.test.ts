import assert from "node:assert/strict";
import { workflowErrors } from "../../../../sandbox/github/workflow-parser";
import { actionlint } from "./linters";
import { rendered, sites } from "./workflows";

const broken =
  "on: push\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - runs: echo x\n";

/** The jobs, with the number of their steps; false for a job that runs another workflow. */
function expectedJobs(file: string): [id: string, steps: number | false][] {
  switch (file) {
    case "deploy-api-prod-code-deploy.yml":
      return [["deploy", 22]];
    case "deploy-api-dev-several.yml":
    case "deploy-api-dev-notify.yml":
      return [["deploy", 16]];
    case "deploy-api-dev-tested.yml":
      return [
        ["test", 2],
        ["deploy", 17],
      ];
    case "deploy-api-prod-promoted.yml":
      return [
        ["test", false],
        ["deploy", 15],
      ];
    case "deploy-frontend-dev.yml":
      return [
        ["build", 3],
        ["deploy", 6],
      ];
    case "deploy-frontend-dev-several.yml":
      return [
        ["build", 5],
        ["deploy", 6],
      ];
    default:
      return [["deploy", 15]];
  }
}

describe("the deploy workflow, checked by", () => {
  it("linters that do find mistakes", async () => {
    assert.match((await actionlint(broken, "broken.yml")).join(), /unexpected key "runs"/);
    assert.match((await workflowErrors("broken.yml", broken)).join(), /Unexpected value 'runs'/);
  });

  for (const [file, content] of [...rendered, ...sites]) {
    it(`actionlint: ${file}`, async () => {
      assert.deepEqual(await actionlint(content, file), []);
    });

    it(`GitHub's own parser: ${file}`, async () => {
      assert.deepEqual(await workflowErrors(file, content), []);
      // The parser's second step finds mistakes that need all parts of the file.
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
        expectedJobs(file),
      );
    });
  }
});
