import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveRef } from "../../sandbox/github/commits";
import { findOrCreate } from "../../sandbox/stack";

describe("the repository of stacks", () => {
  it("is created once by commands that run at the same time", async () => {
    const githubRoot = await mkdtemp(join(tmpdir(), "slipway-stack-"));
    const calls = Array.from({ length: 4 }, () => findOrCreate({ githubRoot }, "octo-org/shop"));
    const found = await Promise.all(calls);
    assert.deepEqual(found.map(({ isNew }) => isNew).sort(), [false, false, false, true]);
    assert.ok(
      await resolveRef(found[0]?.repository.path ?? "", "refs/heads/main"),
      "the repository has no commit",
    );
  });
});
