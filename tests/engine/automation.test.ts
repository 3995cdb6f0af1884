import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { automation } from "@pulumi/pulumi";
import {
  deploy,
  openStack,
  outputs,
  type Progress,
  type StackArgs,
} from "../../components/automation";
import { createIdentityProvider, programEnvironment } from "../../examples/run";
import type { Sandbox } from "../../sandbox/sandbox";
import { findOrCreate } from "../../sandbox/stack";
import { failure } from "../components/automation/failure";
import { runExample } from "./examples";
import { engine, LESS_WORK, sandbox } from "./harness";

const args: StackArgs = {
  stack: "dev",
  project: "shop",
  config: {
    "aws:region": "eu-central-1",
    github: {
      repository: "octo-org/shop",
      trigger: { type: "push", branch: "main" },
      identityProvider: "adopt",
    },
    services: [{ name: "api", port: 8080 }],
  },
};

describe("stacks from a program", function () {
  this.timeout(300_000);
  let box: Sandbox;
  let original: NodeJS.ProcessEnv;
  let stack: automation.Stack;

  before(async function () {
    await engine.call(this);
    box = await sandbox();
    await findOrCreate(box, "octo-org/shop");
    original = { ...process.env };
    // The program runs in this process, and reads these variables.
    setEnvironment({ ...(await programEnvironment(box, "automation")), ...LESS_WORK });
  });

  after(() => setEnvironment(original));

  it("fail with an error that the program does not handle, and leave no lock", async () => {
    // The account has no identity provider that could be adopted.
    const error = await failure(deploy(await openStack(args)));
    assert.match(error.message, /getOpenIdConnectProvider returned an error: /);
    assert.deepEqual(await locks(box), []);
    await createIdentityProvider(process.env);
  });

  it("are cancelled in the middle, and go on with the next deployment", async () => {
    stack = await openStack(args);
    const abort = new AbortController();
    const onProgress = (progress: Progress) => {
      const starts = progress.type === "resource" && progress.status === "started";
      if (starts && progress.label.startsWith("aws:ec2:Subnet")) abort.abort();
    };
    const error = await failure(deploy(stack, { signal: abort.signal, onProgress }));
    assert.equal(error.reason, "cancelled");
    assert.deepEqual(await locks(box), []);
    const { deployment } = await stack.exportStack();
    assert.equal(deployment.pending_operations, undefined);

    const { changes, outputs: own } = await deploy(stack);
    assert.ok((changes.create ?? 0) > 10 && (changes.same ?? 0) > 10, JSON.stringify(changes));
    assert.match(own.url ?? "", /^http:\/\/dev-/);
    assert.equal(own.services.api?.workflow, ".github/workflows/deploy-api-dev.yml");
    assert.deepEqual(await outputs(stack), own);
  });

  it("say who holds the lock", async () => {
    const folder = join(box.folder, "state", ".pulumi", "locks", "organization", "shop", "dev");
    const lock = { pid: 4711, username: "ada", hostname: "build-7", timestamp: new Date(0) };
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "other.json"), JSON.stringify(lock));
    const error = await failure(deploy(stack));
    assert.match(
      error.message,
      /^dev: The stack is locked by ada@build-7 \(process 4711\) since 1970/,
    );
    await stack.cancel();
    assert.deepEqual(await locks(box), []);
  });

  const variables: readonly (readonly [string, Record<string, string>, string])[] = [
    ["a wrong passphrase", { PULUMI_CONFIG_PASSPHRASE: "wrong" }, "passphrase"],
    ["a backend that does not exist", { PULUMI_BACKEND_URL: "file:///nowhere" }, "backend"],
    [
      "a backend that does not answer",
      { PULUMI_BACKEND_URL: "http://127.0.0.1:9", PULUMI_ACCESS_TOKEN: "x" },
      "backend",
    ],
    ["a missing plugin", { PULUMI_HOME: "" }, "plugin"],
    ["no credentials", { AWS_ACCESS_KEY_ID: "" }, "credentials"],
  ];
  for (const [title, changed, reason] of variables) {
    it(`explain ${title}`, async () => {
      const home = await mkdtemp(join(box.folder, "home-"));
      const envVars = { ...changed, ...(changed.PULUMI_HOME === "" && { PULUMI_HOME: home }) };
      const open = () => openStack(args, { envVars });
      const error = await failure(open().then((opened) => deploy(opened)));
      assert.equal(error.reason, reason, error.message);
      assert.ok(error.cause instanceof Error, "no cause");
      await rm(home, { recursive: true });
    });
  }

  it("explain the wrong account", async () => {
    const config = { ...args.config, "aws:allowedAccountIds": ["999999999999"] };
    const wrong = await openStack({ ...args, stack: "wrong", config });
    const error = await failure(deploy(wrong));
    const { account } = await box.credentials("automation");
    assert.match(error.message, new RegExp(`belong to account ${account}, which aws:allowed`));
  });

  it("are updated by the example fleet, each in a process of its own, with a report", async () => {
    const flags = ["--stacks", "accounts,media", "--json"];
    const result = await runExample("fleet", ...flags);
    const report = JSON.parse(result.stdout) as Record<string, unknown>[];
    assert.equal(result.code, 1, result.stderr);
    assert.deepEqual(
      report.map(({ stack: name, result: what }) => [name, what]),
      [
        ["accounts", "changed"],
        ["media", "failed"],
      ],
    );
    assert.deepEqual(report[0]?.changed, report[0]?.services);
    assert.match(String(report[1]?.error), /octo-org\/media/);
    assert.match(result.stderr, /^accounts: succeeded in \d+ s, create \d+$/m);
  });
});

function setEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) {
    if (!(name in env)) delete process.env[name];
  }
  Object.assign(process.env, env);
}

/** The files of locks. */
async function locks(box: Sandbox): Promise<string[]> {
  const folder = join(box.folder, "state", ".pulumi", "locks");
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith(".json"));
}
