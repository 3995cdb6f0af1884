import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { ownVariables, shellLines } from "../../sandbox/environment";

const USER = {
  PATH: "/usr/bin:/bin",
  AWS_PROFILE: "production",
  AWS_ENDPOINT_URL: "https://example.com",
  AWS_ENDPOINT_URL_ECS: "https://ecs.example.com",
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
  PULUMI_ACCESS_TOKEN: "token",
  GH_TOKEN: "token",
  EDITOR: "vi",
};

describe("the environment of a sandbox", () => {
  it("has none of the user's accounts, endpoints and tokens", () => {
    assert.deepEqual(ownVariables(USER), { PATH: USER.PATH, EDITOR: "vi" });
  });

  it("sets its variables in a shell, and unsets those that lead out of it", () => {
    const variables = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", GITHUB_TOKEN: "it's\n$HOME" };
    const lines = shellLines(variables, USER);
    assert.ok(lines.includes("unset AWS_PROFILE"), lines.join("\n"));
    const shell = `${lines.join("\n")}\n'${process.execPath}' -p 'JSON.stringify(process.env)'`;
    const { stdout } = spawnSync("sh", ["-c", shell], { env: USER, encoding: "utf8" });
    const { PWD: _, OLDPWD: __, SHLVL: ___, _: ____, ...after } = JSON.parse(stdout);
    assert.deepEqual(after, { PATH: USER.PATH, EDITOR: "vi", ...variables });
  });
});
