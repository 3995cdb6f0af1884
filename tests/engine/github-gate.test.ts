import assert from "node:assert/strict";
import { join } from "node:path";
import {
  getRepository,
  runWorkflows,
  type WorkflowEvent,
  type WorkflowResult,
} from "../../sandbox/github";
import { git } from "../../sandbox/github/git";
import { dev } from "./configs";
import { engine, TestStack } from "./harness";
import { releasedImage, runningTaskDefinition } from "./inventory";

const repository = "octo-org/gate";
const file = "deploy-api-gate.yml";

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
  after(() => stack.destroy());

  it("builds the commit's image once, and deploys it again without a build", async () => {
    const { taskDefinitionArn } = await runningTaskDefinition(stack);
    const again = await run({ name: "push", ref: "main" });
    assert.equal(again.ok, true, again.failure);
    assert.match(again.log, /is in the registry: it is deployed as it is/);
    assert.doesNotMatch(again.log, /Build and push/);
    assert.notEqual((await runningTaskDefinition(stack)).taskDefinitionArn, taskDefinitionArn);
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

  async function run(event: WorkflowEvent): Promise<WorkflowResult> {
    const { sandbox, name } = stack;
    const configFile = join(sandbox.folder, `Pulumi.${name}.yaml`);
    const [result] = await runWorkflows({
      root: sandbox.githubRoot,
      fullName: repository,
      event: { ...event, ...(event.name === "push" && { sha: released }) },
      actPath: sandbox.tools.act,
      env: await sandbox.env(name, { configFile }),
      awsEndpoint: sandbox.endpoint,
    });
    assert.ok(result, "no workflow was started");
    return result;
  }

  async function policyName(): Promise<string> {
    const { PolicyNames } = await stack.aws<{ PolicyNames: string[] }>(
      ...["iam", "list-role-policies", "--role-name", role],
    );
    assert.ok(PolicyNames[0]);
    return PolicyNames[0];
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
