import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { ConfigurationError } from "../../../components/index";
import { UsageError } from "../../../tools/command";
import { run } from "../../../tools/from-copilot/run";

const files: Readonly<Record<string, string>> = {
  "infra/copilot/.workspace": "application: shop\n",
  "infra/copilot/api/manifest.yml": `name: api
type: Load Balanced Web Service
image:
  build: ../api/Dockerfile
  port: 8000
http:
  path: /
  stickiness: true
`,
  "infra/copilot/api/addons/db.yml": "Resources: {}\n",
  "infra/copilot/mailer/manifest.yml": "name: mailer\ntype: Worker Service\n",
  "infra/copilot/environments/dev/manifest.yml": "name: dev\ntype: Environment\n",
  "infra/copilot/environments/overrides/cfn.patches.yml": "[]\n",
};

describe("npm run from:copilot", () => {
  let source = "";
  let project = "";
  beforeEach(() => {
    source = mkdtempSync(join(tmpdir(), "copilot-source-"));
    project = mkdtempSync(join(tmpdir(), "copilot-project-"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(source, path)), { recursive: true });
      writeFileSync(join(source, path), text);
    }
    execFileSync("git", ["init"], { cwd: source, stdio: "pipe" });
    const remote = "https://github.com/octo-org/octo-shop";
    execFileSync("git", ["remote", "add", "origin", remote], { cwd: source, stdio: "pipe" });
  });

  const convert = (args: readonly string[], env = { AWS_REGION: "eu-west-1" }) =>
    run(args, project, { cwd: source, env });

  it("refuses an existing cluster or listener without its environment, or of another one", async () => {
    await assert.rejects(convert(["infra", "--cluster", "main"]), UsageError);
    await assert.rejects(convert(["infra", "--cluster", "test=main", "--listener", "prod=arn"]), {
      problems: ["--cluster", "--listener"].map((path) => ({
        ...{ path, value: path === "--cluster" ? "test" : "prod" },
        allowed: "an environment that becomes a stack: dev",
        fix: "correct the name",
      })),
    });
    assert.deepEqual(readdirSync(project), []);
  });

  it("writes a file for each environment, and lists the rest by file and line", async () => {
    const report = await convert(["infra"]);
    const { config } = parse(readFileSync(join(project, "Pulumi.dev.yaml"), "utf8"));
    assert.equal(config["slipway:github"].repository, "octo-org/octo-shop");
    // The workspace is a folder of the repository.
    assert.deepEqual(config["slipway:services"][0].build, { context: "api" });
    assert.equal(
      report,
      `Pulumi.dev.yaml is new.
  dev: api

4 keys have no counterpart, or only in part:

copilot/api/addons
  1: addons
      Slipway makes no resources from CloudFormation templates.
      Instead: keep the data where it is: take these resources out of Copilot's stack before you delete it; give the service their names and taskRolePolicy

copilot/api/manifest.yml
  8: http.stickiness (dev)
      Target groups have no stickiness.
      Instead: keep sessions outside the task, for example in DynamoDB or Redis

copilot/environments/overrides
  1: overrides
      Slipway has no CloudFormation templates that these could change.
      Instead: set the same properties in your own program, with transform

copilot/mailer/manifest.yml
  2: type (dev)
      This command writes services behind a load balancer, and this one reads a queue.
      Instead: add a service with worker: docs/parts-tasks.md#all-the-time-a-worker
`,
    );
  });

  it("takes the environments and the names that flags give", async () => {
    const names = ["--environment=qa", "--environment=prod", "--repository=octo-org/other"];
    await convert(["infra/copilot", ...names, "--application=store", "--domain=example.com"]);
    assert.deepEqual(readdirSync(project).sort(), ["Pulumi.prod.yaml", "Pulumi.qa.yaml"]);
    const { config } = parse(readFileSync(join(project, "Pulumi.qa.yaml"), "utf8"));
    assert.deepEqual(config["slipway:services"][0].rule, {
      hostHeaders: ["api.qa.store.example.com"],
    });
  });

  it("names all that is missing, and writes nothing", async () => {
    execFileSync("git", ["remote", "remove", "origin"], { cwd: source, stdio: "pipe" });
    const none = { AWS_REGION: "", AWS_CONFIG_FILE: join(source, "none") };
    await assert.rejects(convert(["infra"], none), (error) => {
      assert.ok(error instanceof ConfigurationError, String(error));
      assert.deepEqual(
        error.problems.map(({ path }) => path),
        ["--region", "--repository"],
      );
      return true;
    });
    await assert.rejects(convert(["none"]), UsageError);
    await assert.rejects(convert([]), UsageError);
    writeFileSync(join(source, "infra/copilot/api/manifest.yml"), "a: [\n");
    await assert.rejects(convert(["infra"]), /copilot\/api\/manifest\.yml: /);
    assert.deepEqual(readdirSync(project), []);
  });
});
