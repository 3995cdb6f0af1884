import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { type RunResult, run } from "../../sandbox/base/processes";
import { push } from "../../sandbox/github";
import { readStatus } from "../../sandbox/status";
import { Checkout } from "./checkout";
import { tools } from "./harness";

const service = (name: string) => ({ name, port: 8000, healthCheck: { path: "/health" } });
const dev = {
  "aws:region": "eu-central-1",
  "slipway:github": { repository: "octo-org/two", trigger: { type: "push", branch: "main" } },
  "slipway:services": [
    service("api"),
    { ...service("worker"), rule: { pathPatterns: ["/jobs/*"], priority: 10 } },
  ],
};

describe("the commands of the sandbox", function () {
  this.timeout(180_000);
  let checkout: Checkout;

  const configure = (stack: string, config: unknown) =>
    writeFile(join(checkout.folder, `Pulumi.${stack}.yaml`), stringify({ config }));
  const status = () => readStatus(join(checkout.folder, ".sandbox"));
  const running = async (name: string, stack = "dev") => {
    const found = (await status()).stacks?.[stack]?.running.find((one) => one.name === name);
    assert.ok(found, `no service ${name}`);
    return found;
  };

  before(async function () {
    await tools.call(this);
    checkout = await Checkout.copy();
    await configure("dev", dev);
    await checkout.sandbox("up");
  });

  after(() => checkout?.down());

  it("label the output of the workflows that one push starts", async () => {
    const { stdout, stderr } = await checkout.sandbox("release");
    for (const name of ["api", "worker"]) {
      assert.match(
        stdout,
        new RegExp(`^\\[Deploy ${name} to dev\\] Move the release pointer$`, "m"),
      );
      assert.match(stderr, new RegExp(`deploy-${name}-dev.yml: succeeded$`, "m"));
    }
    const lines = stdout.split("\n").filter((line) => line !== "");
    assert.deepEqual(
      lines.filter((line) => !line.startsWith("[Deploy ")),
      [],
    );
    assert.ok(lines.length > 2, `only ${lines.length} lines`);
  });

  it("make a release of one service fail, print its log once, and keep its reason", async () => {
    const before = await running("worker");
    const { stdout, stderr } = await checkout.sandbox("release --service worker --fail exits", 1);
    assert.equal((stdout + stderr).split("Report why the deployment failed").length, 2);
    assert.match(stderr, /deploy-worker-dev\.yml: failed$/m);
    assert.match(stderr, /deploy-api-dev\.yml: succeeded$/m);
    assert.match(stderr, /npm run sandbox -- logs --service worker$/m);
    const after = await running("worker");
    assert.equal(after.image, before.image);
    assert.equal(after.release?.ok, false);
    const forPrograms = JSON.parse((await checkout.sandbox("status --json")).stdout);
    assert.deepEqual(forPrograms, JSON.parse(JSON.stringify(await status())));
    const text = (await checkout.sandbox("status")).stdout;
    assert.match(text, /release {6}failed at /);
    assert.match(
      text,
      /^ {2}ECS {10}\(service worker-\w+\) \(deployment \S+\)\n {15}deployment failed: tasks failed/m,
    );
    assert.match(text, /Essential container in task exited; worker exit code 1/);
  });

  it("print the log of the last release", async () => {
    const { stdout } = await checkout.sandbox("logs --service worker");
    assert.match(stdout, /^Check out$/m);
    assert.match(stdout, /^ {4}error: Why the deployment failed: /m);
    assert.doesNotMatch((await checkout.sandbox("logs")).stdout, /error:/);
  });

  for (const [how, reason] of [
    ["unhealthy", /Task failed ELB health checks/],
    ["pull-fails", /CannotPullContainerError/],
  ] as const) {
    it(`make a release fail: ${how}`, async () => {
      await checkout.sandbox(`release --fail ${how}`, 1);
      assert.match((await running("api")).release?.failure ?? "", reason);
    });
  }

  it("roll back a wrong release by the guards, and name the guard", async () => {
    const before = await running("api");
    await checkout.sandbox("release --fail wrong", 1);
    const after = await running("api");
    assert.equal(after.image, before.image);
    assert.match(after.release?.failure ?? "", /An alarm ended the deployment: api-errors-\w+/);
  });

  it("go back from a wrong release with the command that they print, after an update has removed the guards", async () => {
    const unguarded = { ...service("api"), guards: false };
    await configure("dev", { ...dev, "slipway:services": [unguarded, dev["slipway:services"][1]] });
    const { stdout: update } = await checkout.sandbox("up");
    assert.match(update, /- 11 deleted/);
    const { stdout: preview } = await checkout.sandbox("preview");
    assert.doesNotMatch(preview, /to (?:create|update|delete|replace)/);
    const before = await running("api");
    const { stderr } = await checkout.sandbox("release --fail wrong");
    assert.notEqual((await running("api")).image, before.image);
    assert.match(stderr, /its answers are wrong\. No alarm stopped it,/);
    const [, command = ""] = /npm run sandbox -- (release .*--image-tag \S+)$/m.exec(stderr) ?? [];
    const { stdout } = await checkout.sandbox(command);
    assert.doesNotMatch(stdout, /Build and push/);
    assert.equal((await running("api")).image, before.image);
  });

  it("say what is wrong with their options", async () => {
    const cases: readonly (readonly [string, number, RegExp])[] = [
      ["release --fail badly", 2, /'badly' is none of exits, unhealthy, pull-fails, wrong/],
      ["release --fail exits --image-tag x", 2, /--fail makes a new release/],
      ["release --commit x", 2, /only a site has --commit: add --service frontend/],
      ["release --service nope", 2, /has no service 'nope': it has api, worker/],
      ["logs --service nope", 2, /has no service nope/],
      [
        "release --stack prod",
        1,
        /Stack prod is not up with api[\s\S]*First: npm run sandbox -- up --stack prod$/m,
      ],
    ];
    for (const [command, code, message] of cases) {
      assert.match((await checkout.sandbox(command, code)).stderr, message);
    }
    const { stdout } = await checkout.sandbox("--help");
    for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
  });

  it("show paths relative to the folder where they were typed", async () => {
    const { stdout } = await checkout.npm(["run", "-s", "sandbox", "--", "status"], "docs");
    assert.match(stdout, /^Folder {2}\.\.\/\.sandbox$/m);
  });

  it("put two stacks into one AWS account, which has one identity provider", async () => {
    await configure("test", dev);
    const refused = await checkout.sandbox("up --stack test --account dev", 1);
    assert.match(refused.stdout, /Provider with url \S+ already exists\./);
    assert.match(refused.stderr, /set identityProvider: adopt under slipway:github/);
    const github = { ...dev["slipway:github"], identityProvider: "adopt" };
    await configure("test", { ...dev, "slipway:github": github });
    await checkout.sandbox("up --stack test");
    const { stacks } = await status();
    assert.equal(stacks?.test?.account, stacks?.dev?.account);
    const other = await checkout.sandbox("up --stack test --account other", 1);
    assert.match(other.stderr, /the stack test is in AWS account 100000000001/);
  });

  describe("another project, in the shell of `env`", () => {
    let folder: string;
    let shell: NodeJS.ProcessEnv;

    before(async () => {
      folder = join(checkout.folder, "examples", "other");
      await mkdir(folder);
      await writeFile(join(folder, "Pulumi.yaml"), "name: other # not slipway\nruntime: nodejs\n");
      await writeFile(join(folder, "package.json"), JSON.stringify({ main: "index.js" }));
      const { stdout } = await checkout.sandbox("env");
      const script = `${stdout}\nnode -p 'JSON.stringify(process.env)'`;
      shell = JSON.parse((await run("bash", ["-c", script])).stdout) as NodeJS.ProcessEnv;
    });

    const program = (source: string) =>
      writeFile(
        join(folder, "index.js"),
        `const aws = require("@pulumi/aws");\n${source}\nexports.name = "shop";\n`,
      );
    const pulumi = (...args: string[]): Promise<RunResult> =>
      run("pulumi", [...args, "--color", "never", "--non-interactive"], {
        cwd: folder,
        env: shell,
      });

    it("is updated under any stack name, and status shows it", async () => {
      await program(
        'new aws.s3.Bucket("b"); new aws.ssm.Parameter("p", { type: "String", value: "v" });',
      );
      for (const stack of ["staging", "dev"]) {
        assert.equal((await pulumi("stack", "init", stack)).code, 0);
        const result = await pulumi("up", "--yes", "--skip-preview");
        assert.equal(result.code, 0, `${result.stdout}\n${result.stderr}`);
      }
      assert.match(await readFile(join(folder, "Pulumi.dev.yaml"), "utf8"), /^encryptionsalt:/m);
      const text = (await checkout.sandbox("status")).stdout;
      assert.match(text, /^Stack other\/dev, of another project\n {2}name {9}shop$/m);
      assert.match(text, /^Stack other\/staging, of another project$/m);
      assert.equal((await running("api")).name, "api");
    });

    it("has repositories of its own, whose workflows a push starts", async () => {
      const to = "push --repository octo-org/other";
      assert.match((await checkout.sandbox(to)).stderr, /^Created octo-org\/other/m);
      assert.match((await checkout.sandbox(to, 1)).stderr, /^The push started no workflow/m);
      const steps = [{ run: 'echo "deployed by $GITHUB_REPOSITORY"' }];
      const workflow = { on: { push: {} }, jobs: { test: { "runs-on": "ubuntu-latest", steps } } };
      const files = { ".github/workflows/test.yml": stringify(workflow) };
      await push(
        join(checkout.folder, ".sandbox", "github"),
        "octo-org/other",
        "main",
        files,
        "CI",
      );
      const { stdout, stderr } = await checkout.sandbox(to);
      assert.match(stdout, /^ {4}deployed by octo-org\/other$/m);
      assert.match(stderr, /test\.yml: succeeded$/m);
    });

    it("gets advice about a type that the sandbox does not have", async () => {
      await program('new aws.kinesis.Stream("s", { shardCount: 1 });');
      const { code, stdout } = await pulumi("preview");
      assert.notEqual(code, 0);
      assert.match(stdout, /the sandbox has no resource type aws:kinesis\/stream:Stream\. /);
      assert.match(stdout, /Leave this out while the environment variable SLIPWAY_SANDBOX is set/);
    });
  });
});
