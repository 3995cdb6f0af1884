import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRepository } from "../../../sandbox/github";
import { createComment, listComments, updateComment } from "../../../sandbox/github/comments";

const seed = join(__dirname, "../../../examples/api");
const repository = "acme/api";

describe("comments on pull requests", () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "slipway-comments-"));
    await createRepository(root, repository, { seed });
  });

  it("belong to one pull request, and have an author and a body that can change", async () => {
    const { id } = await createComment(root, repository, 1, "first");
    await createComment(root, repository, 1, "second", "octocat");
    await createComment(root, repository, 2, "other");
    await updateComment(root, repository, id, "changed");
    const found = await listComments(root, repository, 1);
    assert.deepEqual(
      found.map(({ user, body }) => `${user.login}: ${body}`),
      ["github-actions[bot]: changed", "octocat: second"],
    );
  });

  it("are refused as GitHub refuses them", async () => {
    const long = "x".repeat(65_537);
    await assert.rejects(createComment(root, repository, 1, long), /maximum is 65536 characters/);
    await assert.rejects(updateComment(root, repository, 1, long), /maximum is 65536 characters/);
    await assert.rejects(updateComment(root, repository, 99, "x"), /Not Found/);
  });
});
