import assert from "node:assert/strict";
import { join } from "node:path";
import {
  getRepository,
  runWorkflows,
  type WorkflowEvent,
  type WorkflowResult,
} from "../../sandbox/github";
import { commit, git } from "../../sandbox/github/git";
import { dev } from "./configs";
import { Emulator } from "./emulator";
import { engine, TestStack } from "./harness";
import { releasedImage, runningTaskDefinition } from "./inventory";

const repository = "octo-org/gate";
const file = "deploy-api-gate.yml";

interface Output {
  readonly services: Readonly<
    Record<string, { service: string; imageRepository: string; releasePointer: string }>
  >;
}

interface Document {
  readonly Statement: readonly { readonly Action: string | string[] }[];
}

describe("the workflow, held against the deploy role", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let role: string;
  let released: string;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("gate", dev(repository));
    await stack.up();
    const { settings } = await github();
    const arn = settings.environments.gate?.secrets.AWS_ROLE_TO_ASSUME ?? "";
    role = arn.split("/").at(-1) ?? "";
    const { sha, workflows } = await stack.release();
    assert.deepEqual(
      workflows.map(({ ok }) => ok),
      [true],
      workflows[0]?.failure,
    );
    released = sha;
  });
  after(() => stack.destroy());

  it("builds the commit's image once, and deploys it again without a build", async () => {
    const { taskDefinitionArn } = await runningTaskDefinition(stack);
    const again = await run({ name: "push", ref: "main" });
    assert.equal(again.ok, true, again.failure);
    assert.match(again.log, /is in the registry: it is deployed as it is/);
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

  it("moves the pointer when ECS completes a release whose wait was lost", async () => {
    // A minute, in the stand-in's time four seconds.
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
    assert.equal(await releasedImage(stack), running.containerDefinitions[0]?.image);
    await stack.up();
  });

  it("stops an update and a preview where the pointer holds a foreign image", async () => {
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
            `The SSM parameter ${name} cannot be trusted: it holds "docker.io/evil/image:1", which is no image of `,
          ),
          stdout,
        );
      }
    } finally {
      await put(image);
    }
    await stack.assertUnchanged();
  });

  it("deploys an image by its tag, and none that is not there", async () => {
    const byHand = { name: "workflow_dispatch", ref: "main", workflow: file } as const;
    const known = await run({ ...byHand, inputs: { "image-tag": released } });
    assert.equal(known.ok, true, known.failure);
    const unknown = await run({ ...byHand, inputs: { "image-tag": "none" } });
    assert.match(unknown.failure ?? "", /^Look for the image: .*no image with the tag none/);
  });

  it("is refused on a branch that the environment does not let in", async () => {
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
    it(`fails without ${action}, and the pointer stays`, async () => {
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

  it("gets no credentials where the role trusts another environment, until the next update", async () => {
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
    // The other one holds what may be registered.
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

function without(document: Document, action: string): Document {
  const statements = document.Statement.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((one) => one !== action),
  }));
  return { ...document, Statement: statements.filter(({ Action }) => Action.length > 0) };
}
