import assert from "node:assert/strict";
import { join } from "node:path";
import { type RunResult, run } from "../../sandbox/base/processes";
import { writeTokens } from "../../sandbox/github";
import { updateSettings } from "../../sandbox/github/settings";
import { CHECKOUT, GITHUB_TOKEN } from "../../sandbox/sandbox";
import type { Line } from "../../tools/doctor/check";
import { attachedPlugins } from "./attached";
import { devWithNetwork } from "./configs";
import { type Config, engine, TestStack } from "./harness";

const repository = "octo-org/doctored";
const lacking = "arn:aws:secretsmanager:us-east-1:100000000001:secret:lacking-AbCdEf";

describe("npm run doctor", function () {
  this.timeout(120_000);
  let stack: TestStack;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("doctored", devWithNetwork(repository));
  });

  /** As package.json starts it. */
  async function doctor(env: NodeJS.ProcessEnv = {}): Promise<RunResult & { lines: Line[] }> {
    const own = { ...(await stack.env()), ...env };
    const file = join(stack.sandbox.folder, "Pulumi.doctored.yaml");
    const args = ["tools/doctor/cli.ts", "--stack", stack.name, "--config-file", file, "--json"];
    const result = await run("node", ["--require", "ts-node/register/transpile-only", ...args], {
      cwd: CHECKOUT,
      env: { ...own, ...(await attachedPlugins(own)) },
    });
    assert.equal(result.stderr, "");
    return { ...result, lines: JSON.parse(result.stdout).lines };
  }

  const withState = (lines: readonly Line[], wanted: string) =>
    lines.filter(({ state }) => state === wanted).map(({ id }) => id);

  it("finds no problem before the first update of a new account", async () => {
    const secret = await stack.aws<{ ARN: string }>(
      ...["secretsmanager", "create-secret", "--name", "shop/db", "--secret-string", "hidden"],
    );
    await stack.edit("api", { secrets: { DB: `${secret.ARN}:password::` } });
    const { code, lines, stdout } = await doctor();
    assert.equal(code, 0, stdout);
    assert.deepEqual(withState(lines, "bad"), []);
    assert.deepEqual(withState(lines, "unknown"), [
      "roles AWSServiceRoleForECS",
      "roles AWSServiceRoleForElasticLoadBalancing",
    ]);
    assert.equal(lines.length, 21, stdout);
    assert.doesNotMatch(stdout, /hidden/);
  });

  it("shows all of many problems at once, with what to do", async () => {
    await stack.configure({
      ...stack.config,
      "slipway:github": {
        ...{ ...(stack.config["slipway:github"] as Config), identityProvider: "adopt" },
        promote: { from: "elsewhere" },
      },
      "slipway:cluster": { existing: "lacking" },
      "slipway:loadBalancer": { https: { domain: "a.lacking.example", zone: "lacking.example" } },
    });
    await stack.edit("api", {
      secrets: { DB: lacking, KEY: "/lacking/key" },
      imageRepository: { existing: "lacking" },
      cpu: 4096,
      memory: 8192,
    });
    // The default VPC is the first of five.
    const create = ["ec2", "create-vpc", "--cidr-block", "10.9.0.0/16"];
    await Promise.all([1, 2, 3, 4].map(() => stack.aws(...create)));
    await updateSettings(stack.sandbox.githubRoot, repository, (settings) => {
      settings.allowedActions = ["actions/*"];
    });
    await writeTokens(stack.sandbox.githubRoot, {
      [GITHUB_TOKEN]: ["repo", "workflow"],
      "weak-token": ["repo"],
    });
    const { code, lines, stdout } = await doctor({ GITHUB_TOKEN: "weak-token" });
    assert.equal(code, 1, stdout);
    assert.deepEqual(withState(lines, "bad"), [
      "images promote",
      "quotas vpcs",
      "quotas FARGATE_SPOT",
      "identity-provider",
      "domain zone",
      "secrets services[0].secrets.DB",
      "secrets services[0].secrets.KEY",
      "images lacking",
      "existing",
      "github token",
      `actions ${repository}`,
    ]);
    assert.ok(
      lines.every(({ state, fix }) => state !== "bad" || fix),
      `a bad line does not say what to do:\n${stdout}`,
    );
    const branch = lines.find(({ id }) => id === "github branch");
    assert.deepEqual([branch?.state, branch?.says], ["unknown", "not checked: see Token"]);
  });

  it("names the wrong account once, and still asks GitHub", async () => {
    await stack.configure({
      ...devWithNetwork(repository),
      "aws:allowedAccountIds": ["999999999999"],
    });
    const { code, lines, stdout } = await doctor();
    assert.equal(code, 1, stdout);
    assert.deepEqual(withState(lines, "bad"), ["account", `actions ${repository}`]);
    const region = lines.find(({ id }) => id === "region");
    assert.equal(region?.says, "not checked: see Credentials");
    assert.equal(lines.find(({ id }) => id === "github token")?.state, "good");
  });

  it("asks GitHub also if the AWS plugin does not start", async () => {
    await stack.configure({ ...devWithNetwork(repository), "aws:lacking": "option" });
    const { lines, stdout } = await doctor();
    assert.deepEqual(withState(lines, "bad"), ["account", `actions ${repository}`], stdout);
    const account = lines.find(({ id }) => id === "account");
    assert.match(account?.says ?? "", /does not know the provider's option 'lacking'/);
  });
});
