import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRepository, listRepositories, push, runWorkflows } from "../../../sandbox/github";
import { changedFiles, newestCommit, parentOf, readFileAt } from "../../../sandbox/github/commits";
import { claimsOf, startIssuer, subject } from "../../../sandbox/github/oidc";
import { permissionOf } from "../../../sandbox/github/permissions";
import {
  emptyEnvironment,
  readSettings,
  setValue,
  updateSettings,
} from "../../../sandbox/github/settings";
import { unsupported } from "../../../sandbox/github/supported";
import { parseWorkflowFile } from "../../../sandbox/github/workflow-file";

const SEED = join(__dirname, "../../../examples/api");
const REPOSITORY = "acme/api";

describe("the sandbox's GitHub", () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "slipway-github-"));
    await createRepository(root, REPOSITORY, { seed: SEED, branches: ["release"] });
  });

  it("starts a repository from a folder", async () => {
    const [repository] = await listRepositories(root);
    assert.equal(repository?.fullName, REPOSITORY);
    assert.equal(repository?.settings.defaultBranch, "main");
    assert.match(
      (await readFileAt(repository?.path ?? "", "release", "Dockerfile")) ?? "",
      /^FROM/,
    );
  });

  it("gives a repository the same ids in every sandbox", async () => {
    const other = await mkdtemp(join(tmpdir(), "slipway-github-"));
    const { settings } = await createRepository(other, REPOSITORY, { seed: SEED });
    await rm(other, { recursive: true });
    const here = await readSettings(root, REPOSITORY);
    assert.deepEqual([settings.id, settings.ownerId], [here?.id, here?.ownerId]);
  });

  it("refuses a name that is not owner/name, and a second repository with the same name", async () => {
    await assert.rejects(createRepository(root, "api", { seed: SEED }), /not of the form owner/);
    await assert.rejects(createRepository(root, REPOSITORY, { seed: SEED }), /exists/);
  });

  it("keeps every commit of several parallel ones", async () => {
    const files = ["a.txt", 'b "quoted".txt', "c.txt", "d/e.txt"];
    const shas = await Promise.all(
      files.map((file) =>
        push(root, REPOSITORY, "release", { [file]: `${file}\n` }, `Add ${file}`),
      ),
    );
    assert.equal(new Set(shas).size, files.length);
    const path = join(root, `${REPOSITORY}.git`);
    for (const file of files) {
      assert.equal(await readFileAt(path, "release", file), `${file}\n`);
    }
    const last = await push(root, REPOSITORY, "release", { "a.txt": null }, "Remove a.txt");
    assert.equal(await readFileAt(path, last, "a.txt"), undefined);
    assert.deepEqual(await changedFiles(path, await parentOf(path, last), last), ["a.txt"]);
    assert.equal((await newestCommit(path, last, "d/e.txt"))?.message, "Add d/e.txt");
  });

  it("keeps every setting of several parallel changes, and leaves no lock", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `NAME_${index}`);
    await Promise.all(
      names.map((name) =>
        updateSettings(root, REPOSITORY, (settings) => setValue(settings, "variable", name, "x")),
      ),
    );
    const settings = await readSettings(root, REPOSITORY);
    assert.deepEqual(Object.keys(settings?.variables ?? {}).sort(), names.sort());
    const left = await readdir(join(root, "acme"));
    assert.deepEqual(left.sort(), ["api.git", "api.json"]);
  });

  it("changes nothing when a change fails", async () => {
    const before = await readSettings(root, REPOSITORY);
    const failing = updateSettings(root, REPOSITORY, (settings) => {
      settings.private = true;
      throw new Error("no");
    });
    await assert.rejects(failing, /^Error: no$/);
    assert.deepEqual(await readSettings(root, REPOSITORY), before);
  });
});

describe("tokens", () => {
  const settings = { id: 7, ownerId: 9, private: false, immutableSubject: false };
  const request = {
    fullName: REPOSITORY,
    settings,
    event: "push",
    ref: "refs/heads/main",
    sha: "0".repeat(40),
    baseRef: "",
    headRef: "",
    workflow: { name: "Deploy", file: ".github/workflows/deploy.yml" },
    runId: "1",
  };

  it("have the ref in their subject, or the job's environment", () => {
    assert.equal(subject(request), "repo:acme/api:ref:refs/heads/main");
    assert.equal(subject({ ...request, ref: "refs/tags/v1" }), "repo:acme/api:ref:refs/tags/v1");
    assert.equal(subject({ ...request, environment: "dev" }), "repo:acme/api:environment:dev");
  });

  it("have the ids and the names in the immutable form", () => {
    const immutable = { ...request, settings: { ...settings, immutableSubject: true } };
    assert.equal(subject(immutable), "repo:acme@9/api@7:ref:refs/heads/main");
    assert.equal(
      subject({ ...immutable, environment: "dev" }),
      "repo:acme@9/api@7:environment:dev",
    );
  });

  it("carry GitHub's claims", () => {
    const claims = claimsOf({ ...request, environment: "dev" });
    assert.equal(claims.iss, "https://token.actions.githubusercontent.com");
    assert.equal(claims.repository_id, "7");
    assert.equal(claims.environment, "dev");
    assert.equal(claims.job_workflow_ref, "acme/api/.github/workflows/deploy.yml@refs/heads/main");
  });

  it("are given only with the bearer token, and tokens of other issuers are not accepted", async () => {
    const issuer = await startIssuer(request);
    try {
      const url = `${issuer.requestUrl}&audience=sts.amazonaws.com`;
      assert.equal((await fetch(url)).status, 401);
      const authorization = `bearer ${issuer.requestToken}`;
      const answer = await fetch(url, { headers: { authorization } });
      const { value } = (await answer.json()) as { value: string };
      assert.equal(issuer.verify(value)?.aud, "sts.amazonaws.com");
      const [header, payload, signature] = value.split(".");
      const claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString());
      const forged = Buffer.from(JSON.stringify({ ...claims, sub: "x" })).toString("base64url");
      assert.equal(issuer.verify(`${header}.${forged}.${signature}`), undefined);
    } finally {
      await issuer.close();
    }
  });
});

describe("workflow files", () => {
  const PATH = ".github/workflows/test.yml";
  const file = (job: string, head = "on: push\n") =>
    parseWorkflowFile(PATH, `${head}jobs:\n  test:\n    runs-on: ubuntu-24.04\n${job}`);
  const step = (uses: string) => `    steps:\n      - uses: ${uses}\n`;
  const CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1";

  it("are refused as GitHub refuses them", async () => {
    await assert.rejects(parseWorkflowFile(PATH, "on: push\n"), /Invalid workflow file.*jobs/);
  });

  it("may use the actions that the sandbox replaces, at their commits", async () => {
    assert.deepEqual(unsupported(await file(step(CHECKOUT))), []);
    assert.deepEqual(unsupported(await file(step("actions/checkout@v7"))), [
      "job test, step actions/checkout@v7: the sandbox replaces actions/checkout at 3d3c42e5aac5ba805825da76410c181273ba90b1 (v7.0.1), not at v7",
    ]);
    assert.deepEqual(unsupported(await file(step("actions/cache@v4"))), [
      "job test, step actions/cache@v4: the sandbox has no replacement for the action actions/cache",
    ]);
    const input = `${step(CHECKOUT)}        with: { lfs: true }\n`;
    assert.deepEqual(unsupported(await file(input)), [
      `job test, step ${CHECKOUT}: the sandbox's replacement for actions/checkout does not know the input lfs`,
    ]);
  });

  it("give the token the permissions of the job, the workflow, or the default", async () => {
    const steps = "    steps: [{ run: 'true' }]\n";
    const read = async (job: string, head?: string) => {
      const parsed = await file(job + steps, head);
      const test = parsed.jobs.test;
      return test && ["id-token", "contents"].map((kind) => permissionOf(parsed, test, kind));
    };
    assert.deepEqual(await read(""), ["none", "read"]);
    const own = "    permissions: { id-token: write }\n";
    assert.deepEqual(await read(own, "on: push\npermissions: {}\n"), ["write", "none"]);
    assert.deepEqual(await read("", "on: push\npermissions: {}\n"), ["none", "none"]);
    assert.deepEqual(await read("", "on: push\npermissions: write-all\n"), ["write", "write"]);
    assert.deepEqual(await read("", "on: push\npermissions: read-all\n"), ["none", "read"]);
  });
});

describe("runs", () => {
  const WORKFLOW = ".github/workflows/deploy.yml";
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "slipway-github-"));
    await createRepository(root, REPOSITORY, { seed: SEED, branches: ["other"] });
    await updateSettings(root, REPOSITORY, ({ environments }) => {
      environments.dev = {
        ...emptyEnvironment(),
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
        branchPolicies: ["main"],
      };
    });
  });

  // None of these runs starts act.
  const run = (event: Parameters<typeof runWorkflows>[0]["event"]) =>
    runWorkflows({
      root,
      fullName: REPOSITORY,
      event,
      actPath: "/nonexistent/act",
      env: {},
      awsEndpoint: "http://127.0.0.1:1",
    });
  const write = (branch: string, content: string, message = "Write it") =>
    push(root, REPOSITORY, branch, { [WORKFLOW]: content }, message);
  const deploy = (on: string) =>
    `on: ${on}\njobs: { deploy: { runs-on: x, environment: dev, steps: [{ run: "true" }] } }\n`;

  it("do not exist if no workflow has the trigger", async () => {
    await write("main", deploy("{ push: { branches: [release] } }"));
    assert.deepEqual(await run({ name: "push", ref: "refs/heads/main" }), []);
    await write("main", deploy("push"), "Write it [skip ci]");
    assert.deepEqual(await run({ name: "push", ref: "refs/heads/main" }), []);
  });

  it("fail if the environment does not allow the branch to deploy", async () => {
    await write("other", deploy("push"));
    const [result] = await run({ name: "push", ref: "refs/heads/other" });
    assert.equal(result?.ok, false);
    assert.match(result?.failure ?? "", /^Branch "other" is not allowed to deploy to dev/);
  });

  it("fail with the name of an action that the sandbox does not replace", async () => {
    const job = "{ runs-on: x, steps: [{ uses: actions/cache@v4 }] }";
    await write("main", `on: push\njobs: { cache: ${job} }\n`);
    const [result] = await run({ name: "push", ref: "main" });
    assert.match(result?.failure ?? "", /no replacement for the action actions\/cache/);
  });

  it("need, if started manually, the trigger and its declared inputs", async () => {
    const dispatch = { name: "workflow_dispatch", ref: "main", workflow: "deploy.yml" } as const;
    await write("main", deploy("push"));
    await assert.rejects(run(dispatch), /does not have 'workflow_dispatch' trigger/);
    await write("main", deploy("{ workflow_dispatch: { inputs: { tag: { required: true } } } }"));
    await assert.rejects(run(dispatch), /Required input 'tag' not provided/);
    await assert.rejects(
      run({ ...dispatch, inputs: { tag: "1", other: "2" } }),
      /Unexpected inputs provided: \["other"\]/,
    );
    await assert.rejects(run({ ...dispatch, workflow: "none.yml" }), /none.yml does not exist/);
  });
});
