import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  changedFiles,
  commit,
  listFilesAt,
  newestCommit,
  parentOf,
  readBlobAt,
  readFileAt,
  resolveRef,
} from "../../../sandbox/github/commits";
import { git } from "../../../sandbox/github/git";

const AUTHOR = { name: "Ännchen Ö. Tester", email: "tester@example.com" };
const MISSING = "0123456789012345678901234567890123456789";

/** The sandbox must read a repository as git does. */
describe("commits of a bare repository", () => {
  let path: string;
  let commits: string[];
  const lines = async (...args: string[]) => {
    const output = await git(path, args);
    return output.split("\n").filter((line) => line !== "");
  };
  const write = (
    branch: string,
    message: string,
    changes: Record<string, string | null>,
    executables?: ReadonlySet<string>,
  ) =>
    commit(path, { branch, message, changes, author: AUTHOR, ...(executables && { executables }) });

  before(async () => {
    path = await mkdtemp(join(tmpdir(), "slipway-commits-"));
    await git(path, ["init", "--quiet", "--bare", "--initial-branch=main"]);
    await write("main", "One\n\nWith a second paragraph.\n", {
      a: "1\n",
      "d/b": "1\n",
      "d/e/c": "1\n",
      x: "",
    });
    await write("main", "Two: a becomes executable", { a: "1\n", "d/b": "ü\n" }, new Set(["a"]));
    await git(path, ["branch", "topic"]);
    await write("topic", "Three: a file becomes a folder", { x: null, "x/y": "new\n" });
    await write("main", "Four: a file goes", { "d/e/c": null });
    const [main, topic] = [await resolveRef(path, "main"), await resolveRef(path, "topic")];
    const tree = await git(path, ["merge-tree", "--write-tree", `${main}`, `${topic}`]);
    const identity = ["-c", `user.name=${AUTHOR.name}`, "-c", `user.email=${AUTHOR.email}`];
    const parents = ["-p", `${main}`, "-p", `${topic}`];
    const merge = await git(path, [
      ...identity,
      "commit-tree",
      tree,
      ...parents,
      "-m",
      "Five: merge",
    ]);
    await git(path, ["update-ref", "refs/heads/main", merge]);
    await git(path, ["update-ref", "refs/pull/1/merge", merge]);
    await git(path, [...identity, "tag", "-a", "-m", "Annotated", "v1", `${main}`]);
    await git(path, ["tag", "plain", `${topic}`]);
    await git(path, ["pack-refs", "--all"]);
    await git(path, ["repack", "-a", "-d", "--quiet"]);
    await write("main", "Six: after the packs", { a: "2\n" });
    commits = await lines("rev-list", "--all");
    assert.equal(commits.length, 6);
  });

  it("resolves branches, tags, pull requests' refs and SHAs, packed or not", async () => {
    const refs = [
      "main",
      "topic",
      "refs/heads/main",
      "v1",
      "refs/tags/v1",
      "plain",
      "refs/pull/1/merge",
    ];
    for (const ref of [...refs, ...commits]) {
      assert.equal(
        await resolveRef(path, ref),
        await git(path, ["rev-parse", `${ref}^{commit}`]),
        ref,
      );
    }
    for (const ref of ["none", "refs/heads/none", MISSING]) {
      assert.equal(await resolveRef(path, ref), undefined, ref);
    }
  });

  it("sees a branch and a file that another process has just written", async () => {
    await git(path, ["branch", "later", "topic"]);
    assert.equal(await resolveRef(path, "refs/heads/later"), await resolveRef(path, "topic"));
    const sha = await write("later", "Later", { z: "z\n" });
    assert.equal(await readFileAt(path, "later", "z"), "z\n");
    assert.equal(await parentOf(path, sha), await resolveRef(path, "topic"));
    await git(path, ["update-ref", "-d", "refs/heads/later"]);
    assert.equal(await resolveRef(path, "refs/heads/later"), undefined);
  });

  it("reads files and folders of every commit", async () => {
    let read = 0;
    for (const sha of commits) {
      for (const file of await lines("ls-tree", "-r", "--name-only", sha)) {
        const blob = await readBlobAt(path, sha, file);
        assert.equal(blob?.sha, await git(path, ["rev-parse", `${sha}:${file}`]));
        assert.equal(blob?.content.trim(), await git(path, ["show", `${sha}:${file}`]));
        read += 1;
      }
    }
    assert.ok(read > 20, `${read} files`);
    assert.equal(await readBlobAt(path, "main", "none"), undefined);
    assert.equal(await readBlobAt(path, "none", "a"), undefined);
    assert.deepEqual(await listFilesAt(path, `${commits.at(-1)}`, "d"), ["d/b"]);
    assert.deepEqual(await listFilesAt(path, `${commits.at(-1)}`, "none"), []);
  });

  it("finds the newest commit, and the newest that changed a file, as git log does", async () => {
    const files = ["a", "d/b", "d/e/c", "x", "x/y", "none"];
    for (const sha of commits) {
      const [subject, name] = (await git(path, ["log", "-1", "--format=%B%x00%an", sha])).split(
        "\0",
      );
      const newest = await newestCommit(path, sha);
      assert.deepEqual(
        [newest?.sha, newest?.message, newest?.author.name],
        [sha, subject?.trim(), name],
      );
      for (const file of files) {
        const expected = await git(path, ["log", "-1", "--format=%H", sha, "--", file]);
        assert.equal(
          (await newestCommit(path, sha, file))?.sha ?? "",
          expected,
          `${file} at ${sha}`,
        );
      }
    }
    assert.equal(await newestCommit(path, "none"), undefined);
  });

  it("lists the files that differ between any two commits", async () => {
    for (const after of commits) {
      assert.deepEqual(
        (await changedFiles(path, undefined, after)).sort(),
        await lines("ls-tree", "-r", "--name-only", after),
      );
      for (const before of commits) {
        assert.deepEqual(
          (await changedFiles(path, before, after)).sort(),
          await lines("diff", "--name-only", "--no-renames", before, after),
          `${before} to ${after}`,
        );
      }
    }
  });
});
