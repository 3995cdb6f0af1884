import assert from "node:assert/strict";
import { join } from "node:path";
import { header } from "../../components/github/workflow/header";
import {
  type Environment,
  getRepository,
  push,
  runWorkflows,
  type WorkflowEvent,
  type WorkflowResult,
  writeTokens,
} from "../../sandbox/github";
import { commit } from "../../sandbox/github/commits";
import { writeFaults } from "../../sandbox/github/faults";
import { git } from "../../sandbox/github/git";
import type { Ruleset } from "../../sandbox/github/protection";
import { emptyEnvironment, setValue, updateSettings } from "../../sandbox/github/settings";
import { GITHUB_TOKEN } from "../../sandbox/sandbox";
import { dev } from "./configs";
import { Emulator } from "./emulator";
import { engine, TestStack } from "./harness";
import { releasedImage, runningImage, runningTaskDefinition } from "./inventory";

const repository = "octo-org/gate";
const file = "deploy-api-gate.yml";

interface Output {
  readonly services: Readonly<
    Record<string, { service: string; imageRepository: string; releasePointer: string }>
  >;
}
const reviewed: Ruleset = {
  id: 2,
  name: "reviewed",
  enforcement: "active",
  branches: ["main"],
  rules: ["pull_request"],
  current_user_can_bypass: "never",
};

interface Document {
  readonly Statement: readonly { readonly Action: string | string[] }[];
}

describe("the workflow, checked against the deploy role", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let role: string;
  let released: string;
  let looked: Awaited<ReturnType<typeof lookAround>>;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("gate", dev(repository));
    looked = await lookAround();
    await stack.up();
    const { settings } = await github();
    const arn = settings.environments.gate?.secrets.AWS_ROLE_TO_ASSUME_API ?? "";
    role = arn.split("/").at(-1) ?? "";
    const { sha, workflows } = await stack.release();
    assert.deepEqual(
      workflows.map(({ ok }) => ok),
      [true],
      workflows[0]?.failure,
    );
    released = sha;
  });

  it("was stopped by every problem on GitHub, before anything was created", () => {
    const { code, stdout } = looked.obstacles;
    assert.notEqual(code, 0);
    for (const told of [
      /The access to GitHub has 4 mistakes/,
      /a token without the permission Environments for octo-org\/gate/,
      /a token without the permission Actions for octo-org\/gate/,
      /an existing branch: octo-org\/gate has no branch with this name/,
      /this one was written by the stack gate of the project shop/,
    ]) {
      assert.match(stdout, told);
    }
    assert.doesNotMatch(stdout, /aws:\w+:\w+ /);
    assert.deepEqual(errors(stdout), ["The access to GitHub has 4 mistakes."]);
  });

  it("reported a connection that GitHub dropped, without a stack trace", () => {
    const { code, stdout } = looked.dropped;
    assert.notEqual(code, 0);
    assert.match(stdout, /allowed: an answer of GitHub about octo-org\/gate/);
    assert.doesNotMatch(stdout, /node_modules/);
  });

  it("was stopped by an environment that it did not create, with one error", () => {
    const { code, stdout } = looked.environment;
    assert.notEqual(code, 0);
    assert.match(stdout, /github\.environment: adopt/);
    assertRefused(
      stdout,
      /the environment gate of octo-org\/gate exists, and this stack did not create it/,
    );
  });

  it("builds the commit's image once, and deploys it again without a build", async () => {
    const { taskDefinitionArn } = await runningTaskDefinition(stack);
    const again = await run({ name: "push", ref: "main" });
    assert.equal(again.ok, true, again.failure);
    assert.match(again.log, /is in the registry: deploying it without a build/);
    assert.doesNotMatch(again.log, /Build and push/);
    assert.notEqual((await runningTaskDefinition(stack)).taskDefinitionArn, taskDefinitionArn);
  });

  it("marks the image as released, for the registry's lifecycle", async () => {
    const { services } = await stack.outputs<Output>();
    const name = services.api?.imageRepository.split("/").slice(1).join("/") ?? "";
    const tagged = await stack.aws<{
      imageDetails: { imageDigest: string; imageTags: string[] }[];
    }>(...["ecr", "describe-images", "--repository-name", name]);
    assert.deepEqual(
      tagged.imageDetails.map(({ imageTags }) => [...imageTags].sort()),
      tagged.imageDetails.map(({ imageDigest }) =>
        [released, imageDigest.replace("sha256:", "released-")].sort(),
      ),
    );
    assert.equal(tagged.imageDetails.length, 1);
  });

  it("moves the pointer when ECS completes a release after the deploy action has timed out", async () => {
    // One minute, which is four seconds in the sandbox's time.
    const { path } = await github();
    const workflow = `.github/workflows/${file}`;
    const whole = await git(path, ["show", `main:${workflow}`]);
    await commit(path, {
      branch: "main",
      changes: { [workflow]: `${whole.replace(/wait-for-minutes: \d+/, "wait-for-minutes: 1")}\n` },
      message: "Wait less",
      author: { name: "octo", email: "octo@example.com" },
    });
    const emulator = new Emulator(stack);
    await emulator.pace("manual");
    const { services } = await stack.outputs<Output>();
    const before = await runningTaskDefinition(stack);
    let goingOn: Promise<unknown> | undefined;
    const result = await run({ name: "workflow_dispatch", ref: "main", workflow: file }, (line) => {
      if (line.includes("The rollout of") && !goingOn) {
        goingOn = emulator
          .pace("instant")
          .then(() => emulator.advance(services.api?.service ?? ""));
      }
    });
    await emulator.pace("instant");
    await goingOn;
    assert.ok(goingOn, result.log);
    assert.equal(result.ok, true, result.failure);
    assert.match(result.log, /TimeoutError|TIMEOUT/i);
    assert.match(result.log, /The rollout of \S+ is in progress/);
    const running = await runningTaskDefinition(stack);
    assert.notEqual(running.taskDefinitionArn, before.taskDefinitionArn);
    assert.equal(await releasedImage(stack), await runningImage(stack));
    await stack.up();
  });

  it("stops an update and a preview if the pointer contains an image of another repository", async () => {
    const { services } = await stack.outputs<Output>();
    const name = services.api?.releasePointer ?? "";
    const image = await releasedImage(stack);
    const put = (value: string) =>
      stack.aws("ssm", "put-parameter", "--overwrite", "--name", name, "--value", value);
    await put("docker.io/evil/image:1");
    try {
      for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
        const { code, stdout, stderr } = await stack.run(command);
        assert.notEqual(code, 0);
        assert.ok(
          `${stdout}${stderr}`.includes(
            `The SSM parameter ${name} cannot be trusted: its value is "docker.io/evil/image:1", which is not an image of `,
          ),
          stdout,
        );
      }
    } finally {
      await put(image);
    }
    await stack.assertUnchanged();
  });

  it("deploys an image by its tag, and refuses a missing one", async () => {
    const byHand = { name: "workflow_dispatch", ref: "main", workflow: file } as const;
    const known = await run({ ...byHand, inputs: { "image-tag": released } });
    assert.equal(known.ok, true, known.failure);
    const unknown = await run({ ...byHand, inputs: { "image-tag": "none" } });
    assert.match(unknown.failure ?? "", /^Find the image: .*no image with the tag none/);
  });

  it("is refused on a branch that the environment does not allow", async () => {
    const { path } = await github();
    await git(path, ["branch", "other", "main"]);
    const other = await run({ name: "workflow_dispatch", ref: "other", workflow: file });
    assert.match(other.failure ?? "", /^Branch "other" is not allowed to deploy to gate/);
  });

  for (const action of [
    "ecs:UpdateService",
    "iam:PassRole",
    "ecs:TagResource",
    "ssm:PutParameter",
  ]) {
    it(`fails without ${action}, and the pointer does not change`, async () => {
      const before = await releasedImage(stack);
      const name = await policyName();
      const whole = await policy(name);
      await putPolicy(name, without(whole, action));
      try {
        const { ok, failure } = await run({ name: "push", ref: "main" });
        assert.equal(ok, false);
        assert.match(failure ?? "", new RegExp(`is not authorized to perform: ${action} on`));
        assert.equal(await releasedImage(stack), before);
      } finally {
        await putPolicy(name, whole);
      }
    });
  }

  it("gets no credentials if the role trusts another environment, until the next update", async () => {
    const { Role } = await stack.aws<{ Role: { AssumeRolePolicyDocument: Document } }>(
      ...["iam", "get-role", "--role-name", role],
    );
    const trust = JSON.stringify(Role.AssumeRolePolicyDocument).replaceAll(":gate", ":other");
    await stack.aws(
      ...["iam", "update-assume-role-policy", "--role-name", role, "--policy-document", trust],
    );
    const refused = await run({ name: "push", ref: "main" });
    assert.match(
      refused.failure ?? "",
      /^Assume the deploy role: .*Not authorized to perform sts:AssumeRoleWithWebIdentity/,
    );
    await stack.up();
    const { ok, failure } = await run({ name: "push", ref: "main" });
    assert.equal(ok, true, failure);
  });

  it("is stopped if a ruleset refuses the commit of the workflow file, and only then", async () => {
    const { config, sandbox } = stack;
    await updateSettings(sandbox.githubRoot, repository, (settings) => {
      settings.rulesets = [reviewed];
    });
    await stack.assertUnchanged();
    await stack.edit("api", { build: { args: { VERSION: "2" } } });
    const { code, stdout } = await stack.run(["preview"]);
    assert.notEqual(code, 0);
    assertRefused(
      stdout,
      /GitHub refuses commits to main: the ruleset reviewed: pull_request\. With github\.delivery: /,
    );
    await updateSettings(sandbox.githubRoot, repository, (settings) => {
      settings.rulesets = [];
    });
    await stack.configure(config);
  });

  it("works after the token in the configuration was revoked, if the program runs first", async () => {
    const { config, sandbox } = stack;
    const tokens = { [GITHUB_TOKEN]: ["repo", "workflow"] };
    await writeTokens(sandbox.githubRoot, { ...tokens, old: ["repo", "workflow"] });
    await stack.configure({ ...config, "github:token": "old" });
    await stack.up();
    await writeTokens(sandbox.githubRoot, tokens);
    const told = await stack.run(["preview", "--run-program"]);
    assert.match(told.stdout, /pulumi config rm github:token, then pulumi up --run-program/);
    await stack.configure(config);
    assert.match((await stack.run(["preview"])).stdout, /401 Bad credentials/);
    await stack.up("--run-program");
  });

  it("does not manage an environment any more after it adopts it", async () => {
    const { config } = stack;
    const github = config["slipway:github"] as object;
    await change((environment) => setValue(environment, "secret", "MINE", "x"));
    await stack.configure({
      ...config,
      "slipway:github": { ...github, environment: "adopt" },
    });
    await stack.up();
    await stack.assertUnchanged();
    await change((environment) => {
      environment.waitTimer = 30;
    });
    await stack.assertUnchanged();
    await change((environment) => {
      environment.policyIds = { ...environment.policyIds, "branch:hotfix/*": 7 };
    });
    const { code, stdout } = await stack.run(["preview"]);
    assert.notEqual(code, 0);
    assert.match(stdout, /the environment gate of octo-org\/gate allows main, hotfix\/\*/);
    await stack.destroy();
    const { settings } = await getRepository(stack.sandbox.githubRoot, repository);
    assert.deepEqual(Object.keys(settings.environments.gate?.secrets ?? {}), ["MINE"]);
    assert.equal(settings.environments.gate?.waitTimer, 30);
    assert.deepEqual(settings.environments.gate?.branchPolicies, ["main"]);
  });

  /** Previews of a new stack, each with a problem on GitHub; all problems are removed afterwards. */
  async function lookAround() {
    const { githubRoot: root } = stack.sandbox;
    const { config } = stack;
    const path = `.github/workflows/${file}`;
    const foreign = `#${header({ project: "shop", stack: "gate" })}\nname: x\n`;
    await push(root, repository, "main", { [path]: foreign }, "Somebody's");
    await updateSettings(root, repository, (settings) => {
      settings.environments.gate = { ...emptyEnvironment(), waitTimer: 30 };
    });
    const environment = "environments/gate/secrets";
    await writeTokens(root, {
      [GITHUB_TOKEN]: ["repo", "workflow"],
      fine: { permissions: { Administration: "write", Contents: "write", Secrets: "write" } },
    });
    await stack.configure({
      ...config,
      "slipway:github": { repository, trigger: { type: "push", branch: "release" } },
    });
    const obstacles = await stack.run(["preview"], { GITHUB_TOKEN: "fine" });
    await stack.configure(config);
    await push(root, repository, "main", { [path]: null }, "Nobody's");
    await writeFaults(root, [{ endpoint: environment, dropped: true }]);
    const dropped = await stack.run(["preview"]);
    await writeFaults(root, []);
    const taken = await stack.run(["preview"]);
    await updateSettings(root, repository, ({ environments }) => {
      assert.equal(environments.gate?.waitTimer, 30);
      delete environments.gate;
    });
    return { obstacles, dropped, environment: taken };
  }

  async function change(edit: (environment: Environment) => void): Promise<void> {
    await updateSettings(stack.sandbox.githubRoot, repository, ({ environments }) => {
      assert.ok(environments.gate, "GitHub has no environment gate");
      edit(environments.gate);
    });
  }

  function github() {
    return getRepository(stack.sandbox.githubRoot, repository);
  }

  async function run(
    event: WorkflowEvent,
    onLine?: (line: string) => void,
  ): Promise<WorkflowResult> {
    const { sandbox, name } = stack;
    const configFile = join(sandbox.folder, `Pulumi.${name}.yaml`);
    const [result] = await runWorkflows({
      root: sandbox.githubRoot,
      fullName: repository,
      event: { ...event, ...(event.name === "push" && { sha: released }) },
      actPath: sandbox.tools.act,
      env: await sandbox.env(name, { configFile }),
      awsEndpoint: sandbox.endpoint,
      ...(onLine && { onLine }),
    });
    assert.ok(result, "no workflow was started");
    return result;
  }

  async function policyName(): Promise<string> {
    const { PolicyNames } = await stack.aws<{ PolicyNames: string[] }>(
      ...["iam", "list-role-policies", "--role-name", role],
    );
    // The other policy contains what may be registered.
    const name = PolicyNames.find((one) => one.includes("-deploy"));
    assert.ok(name, `${PolicyNames}`);
    return name;
  }

  async function policy(name: string): Promise<Document> {
    const { PolicyDocument } = await stack.aws<{ PolicyDocument: Document }>(
      ...["iam", "get-role-policy", "--role-name", role, "--policy-name", name],
    );
    return PolicyDocument;
  }

  async function putPolicy(name: string, document: Document): Promise<void> {
    const text = JSON.stringify(document);
    await stack.aws(
      ...["iam", "put-role-policy", "--role-name", role],
      ...["--policy-name", name, "--policy-document", text],
    );
  }
});

/** The first line of each error at the end of the output. */
function errors(stdout: string): string[] {
  const diagnostics = stdout.slice(stdout.indexOf("\nDiagnostics:"));
  return [...diagnostics.matchAll(/^ *error: (.*)$/gm)].map(([, text = ""]) => text);
}

/** Apart from the refusal, there is only the engine's own message that the preview failed. */
function assertRefused(stdout: string, refusal: RegExp): void {
  const [refused = "", ...others] = errors(stdout).filter((text) => text !== "preview failed");
  assert.match(refused, refusal);
  assert.deepEqual(others, [], stdout);
}

function without(document: Document, action: string): Document {
  const statements = document.Statement.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((one) => one !== action),
  }));
  return { ...document, Statement: statements.filter(({ Action }) => Action.length > 0) };
}
