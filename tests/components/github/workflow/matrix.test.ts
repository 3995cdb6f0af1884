import assert from "node:assert/strict";
import fc from "fast-check";
import { checkBuild } from "../../../../components/github/workflow/check-build";
import { checkTriggers } from "../../../../components/github/workflow/check-triggers";
import { renderWorkflow, type Trigger } from "../../../../components/index";
import { findings } from "./linters";
import { matrix } from "./matrix";
import { base } from "./workflows";

describe("the workflow of every trigger, strategy and place of settings", function () {
  this.timeout(120_000);

  it("has no finding of actionlint and of GitHub's parser", async () => {
    assert.ok(matrix().size >= 60, `only ${matrix().size} files`);
    const found: string[] = [];
    for (const [file, content] of matrix()) {
      found.push(...(await findings(content, file)));
    }
    assert.deepEqual(found, []);
  });

  it("has none with any other names, branches, tags and builds that the checks accept", async () => {
    const text = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 });
    const trigger: fc.Arbitrary<Trigger> = fc.oneof(
      fc.record({ type: fc.constant("push" as const), branch: text }),
      fc.record({ type: fc.constant("tag" as const), pattern: text }),
      fc.record({ type: fc.constant("pull_request" as const), branch: text }),
      fc.record({ type: fc.constant("workflow_call" as const), branch: text }),
      fc.record({ type: fc.constant("workflow_run" as const), workflow: text, branch: text }),
      fc.record({ type: fc.constant("schedule" as const), cron: fc.constant("*/5 * * * SUN") }),
    );
    const triggers = fc
      .uniqueArray(trigger, { minLength: 1, maxLength: 3, selector: (one) => JSON.stringify(one) })
      .filter((some) => checkTriggers(some, "trigger").length === 0);
    const build = fc
      .record({
        context: text,
        target: text,
        args: fc.dictionary(text, text),
        paths: fc.array(text),
      })
      .filter((some) => checkBuild(some, "build").length === 0);
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(triggers, build, async (some, built) => {
        const args = { ...base("dev", "environment"), trigger: some, build: built };
        assert.deepEqual(await findings(renderWorkflow(args), "random.yml"), []);
        tried += 1;
      }),
      { numRuns: 25 },
    );
    assert.equal(tried, 25);
  });
});
