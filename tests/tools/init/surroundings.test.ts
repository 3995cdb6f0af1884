import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGit, repositoryOf } from "../../../tools/init/git";
import { findRegion, regionOf } from "../../../tools/init/region";

describe("the repository behind a git remote", () => {
  for (const [url, expected] of [
    ["https://github.com/octo-org/octo-app.git", "octo-org/octo-app"],
    ["https://x-access-token:abc@github.com/octo-org/octo.app/", "octo-org/octo.app"],
    ["git@github.com:octo-org/octo-app.git", "octo-org/octo-app"],
    ["ssh://git@github.com/octo-org/octo-app", "octo-org/octo-app"],
    ["ssh://git@ssh.github.com:443/octo-org/octo-app.git", "octo-org/octo-app"],
    ["https://gitlab.com/octo-org/octo-app.git", undefined],
    ["https://github.com.example.org/octo-org/octo-app", undefined],
    ["/srv/git/octo-app.git", undefined],
  ] as const) {
    it(`${url} is ${expected ?? "not on GitHub"}`, () => {
      assert.equal(repositoryOf(url), expected);
    });
  }

  describe("of a folder", () => {
    let folder = "";
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "pipe" });
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "init-git-"));
    });

    it("is unknown outside git, and without a remote", async () => {
      assert.deepEqual(await readGit(folder), {});
      git("init", "--initial-branch", "topic");
      assert.deepEqual(Object.keys(await readGit(folder)), ["root"]);
    });

    it("comes from origin before others, with its default branch", async () => {
      git("remote", "add", "fork", "git@github.com:me/octo-app.git");
      assert.equal((await readGit(folder)).repository, "me/octo-app");
      git("remote", "add", "origin", "https://github.com/octo-org/octo-app");
      git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release/next");
      const { repository, defaultBranch } = await readGit(folder);
      assert.deepEqual([repository, defaultBranch], ["octo-org/octo-app", "release/next"]);
    });
  });
});

describe("the AWS region in use", () => {
  const text = [
    "[default]",
    "region = eu-west-1 # home",
    "[profile work]",
    "sso_session = region",
    "s3 =",
    "  region = us-east-2",
    "region=ap-south-1",
    "[sso-session region]",
    "region = us-west-1",
  ].join("\n");

  it("comes from the profile's section", () => {
    assert.equal(regionOf(text, "default"), "eu-west-1");
    assert.equal(regionOf(text, "work"), "ap-south-1");
    assert.equal(regionOf(text, "other"), undefined);
  });

  it("comes from the environment first, as in the AWS CLI", async () => {
    const folder = mkdtempSync(join(tmpdir(), "init-aws-"));
    try {
      const file = join(folder, "config");
      writeFileSync(file, text);
      const env = { AWS_CONFIG_FILE: file };
      assert.deepEqual(await findRegion({ ...env, AWS_REGION: "a", AWS_DEFAULT_REGION: "b" }), {
        region: "a",
        source: "AWS_REGION",
      });
      assert.equal((await findRegion({ ...env, AWS_DEFAULT_REGION: "b" }))?.region, "b");
      assert.equal((await findRegion(env))?.region, "eu-west-1");
      assert.deepEqual(await findRegion({ ...env, AWS_PROFILE: "work" }), {
        region: "ap-south-1",
        source: "the AWS profile work",
      });
      assert.equal(await findRegion({ AWS_CONFIG_FILE: join(folder, "none") }), undefined);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
