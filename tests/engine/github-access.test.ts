import assert from "node:assert/strict";
import { join } from "node:path";
import { getRepository, push, writeTokens } from "../../sandbox/github";
import { readFileAt } from "../../sandbox/github/git";
import { emptyEnvironment, setValue, updateSettings } from "../../sandbox/github/settings";
import { GITHUB_TOKEN } from "../../sandbox/sandbox";
import { dev } from "./configs";
import { engine, TestStack } from "./harness";

const repository = "octo-org/access";

describe("what is on GitHub before the first update", function () {
  this.timeout(300_000);
  let stack: TestStack;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("access", dev(repository));
    await updateSettings(stack.sandbox.githubRoot, repository, ({ environments }) => {
      environments.access = { ...emptyEnvironment(), waitTimer: 30 };
      setValue(environments.access, "secret", "MINE", "x");
    });
  });

  it("stops the preview at an environment that the stack did not make", async () => {
    const started = Date.now();
    const result = await stack.run(["preview"]);
    console.log(Date.now() - started, result.code, result.stdout, result.stderr);
  });
});
