import assert from "node:assert/strict";
import {
  type Approval,
  confirmConnections,
  type RecordedExecution,
  runChange,
  runPipeline,
} from "../../../sandbox/codepipeline";
import { newestExecution } from "../../../sandbox/codepipeline/run-log";
import { push } from "../../../sandbox/github";
import { ACCOUNT } from "./emulator";
import { arn, BUCKET, CONNECTION, Fixture, REGISTRY } from "./pipelines";

const noImage = { IMAGE_TAG: "no-image" };

describe("a pipeline on the emulator", function () {
  this.timeout(60_000);
  let fixture: Fixture;

  before(async function () {
    fixture = await Fixture.start(this);
    await fixture.emulator.create("api");
    await fixture.makeBlueGreen();
  });
  after(() => fixture?.stop());
  beforeEach(() => fixture.define());

  async function pushed(repository: string): Promise<RecordedExecution> {
    const files = { "x.txt": String(Math.random()) };
    const { repositories } = fixture.place;
    const sha = await push(repositories, repository, "main", files, "Change x");
    const change = { kind: "branch", repository, branch: "main", files: ["x.txt"], sha } as const;
    const [execution, ...others] = await runChange(fixture.place, change);
    assert.ok(execution && others.length === 0, "not one pipeline has run");
    assert.equal(execution.commit, sha);
    return execution;
  }

  async function started(variables = {}, approval?: Approval): Promise<RecordedExecution> {
    const options = approval ? { approval } : {};
    const [execution] = await runPipeline(fixture.place, { pipeline: "api", variables }, options);
    assert.ok(execution, "no execution");
    return execution;
  }

  async function runningImage(service: string): Promise<string | undefined> {
    const { taskDefinition } = await fixture.emulator.describe(service);
    const found = await fixture.emulator.ecs.describeTaskDefinition({ taskDefinition });
    return found.taskDefinition?.containerDefinitions?.[0]?.image;
  }

  async function released(): Promise<string | undefined> {
    return (await fixture.ssm.getParameter({ Name: "/released" })).Parameter?.Value;
  }

  /** Runs with an additional deny statement in a role's policy. */
  async function without(role: string, Action: string, run: () => Promise<RecordedExecution>) {
    const { iam } = fixture.emulator;
    const deny = { Effect: "Deny", Action, Resource: "*" };
    const policy = { RoleName: role, PolicyName: "deny" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [deny] });
    await iam.putRolePolicy({ ...policy, PolicyDocument });
    try {
      return await run();
    } finally {
      await iam.deleteRolePolicy(policy);
    }
  }

  it("builds the pushed commit, deploys it to ECS, and starts the build of its rule", async () => {
    const execution = await pushed("octo/app");
    assert.equal(execution.failure, undefined, execution.log);
    assert.equal(await runningImage("api"), `${REGISTRY}/app:${execution.commit}`);
    assert.equal(await released(), "api was SUCCEEDED");
    assert.deepEqual(
      execution.stages.map(({ name, actions }) => [name, ...actions.map((it) => it.name)]),
      [
        ["Source", "Source"],
        ["Build", "Build"],
        ["Deploy", "Approve", "Deploy"],
      ],
    );
    const [source, build] = execution.stages.flatMap(({ actions }) => actions);
    assert.equal(source?.outputVariables.CommitMessage, "Change x");
    assert.deepEqual(build?.outputVariables, { IMAGE_TAG: execution.commit });
    assert.match(execution.log, /^\[Build\] pushed \d+\.dkr\.ecr/m);
    const { Contents = [] } = await fixture.s3.listObjectsV2({ Bucket: BUCKET });
    const keys = Contents.map(({ Key = "" }) => Key.replace(/\w+$/, "")).sort();
    assert.deepEqual(keys, ["api/ImageDefin/", "api/Source/"]);
    const newest = await newestExecution(fixture.place.folder, "api");
    assert.equal(newest?.executionId, execution.executionId);
  });

  it("deploys with CodeDeploy what an EventBridge rule of CodeCommit started", async () => {
    const execution = await pushed("codecommit/app");
    assert.equal(execution.failure, undefined, execution.log);
    assert.equal(execution.pipeline, "commits");
    assert.match(execution.log, /CodeDeploy deployment d-\w+ succeeded/);
    const { taskSets = [] } = await fixture.emulator.describe("blue");
    const taskDefinition = taskSets.find(({ status }) => status === "PRIMARY")?.taskDefinition;
    const found = await fixture.emulator.ecs.describeTaskDefinition({ taskDefinition });
    const image = found.taskDefinition?.containerDefinitions?.[0]?.image;
    assert.equal(image, `${REGISTRY}/app:${execution.commit}`);
  });

  it("takes a variable, and asks for approval with the values of variables", async () => {
    await fixture.define({ told: "FAILED" });
    const before = await runningImage("api");
    const asked: unknown[] = [];
    const execution = await started({ IMAGE_TAG: "in-parts" }, (request) => {
      asked.push(request.customData);
      return false;
    });
    assert.deepEqual(asked, [`in-parts of ${execution.commit}`]);
    assert.match(execution.failure ?? "", /^Deploy\/Approve: Approve was rejected$/);
    assert.match(execution.log, /Published to \S+:notices: approval needed: in-parts of/);
    assert.equal(await runningImage("api"), before);
    assert.equal(await released(), "api was FAILED");
    assert.deepEqual(execution.given, { IMAGE_TAG: "in-parts" });
    const { imageDetails = [] } = await fixture.ecr.describeImages({
      ...{ repositoryName: "app", imageIds: [{ imageTag: "in-parts" }] },
    });
    assert.equal(imageDetails.length, 1, "the image has not been pushed");
  });

  it("starts the pipeline of another stack in the account, and records it there", async () => {
    const other = await fixture.defineOther();
    const [first, second] = await runPipeline(fixture.place, {
      pipeline: "api",
      variables: noImage,
    });
    assert.equal(first?.status, "Succeeded", first?.log);
    assert.equal(second?.pipeline, "next", first?.log);
    assert.equal(second?.status, "Succeeded", second?.log);
    assert.equal((await newestExecution(other, "next"))?.executionId, second?.executionId);
    assert.equal(await newestExecution(fixture.place.folder, "next"), undefined);
  });

  it("needs a connection that a person has confirmed", async () => {
    await fixture.define({ status: "PENDING" });
    const waiting = await started();
    assert.match(waiting.failure ?? "", /connection\/1 is not available.*confirm-connection/s);
    assert.deepEqual(await confirmConnections(fixture.place.folder), [CONNECTION]);
    const { stages } = await started(noImage, () => false);
    assert.equal(stages[0]?.status, "Succeeded");
  });

  it("fails for a container that the task definition does not have", async () => {
    await fixture.define({ container: "other" });
    const before = await runningImage("api");
    const { failure } = await started(noImage);
    assert.match(failure ?? "", /The AWS ECS container other does not exist/);
    assert.equal(await runningImage("api"), before);
  });

  it("fails when the deployment fails", async () => {
    await fixture.emulator.update("api", {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    const before = await runningImage("api");
    await fixture.emulator.image(`${REGISTRY}/app:no-image`, "exits");
    const { failure } = await started(noImage);
    assert.match(
      failure ?? "",
      /^Deploy\/Deploy: The deployment of .*:task-definition\/api:\d+ failed: .*deployment failed: tasks failed to start/,
    );
    assert.equal(await runningImage("api"), before);
  });

  it("has Docker only in privileged mode", async () => {
    await fixture.define({ privileged: false });
    const { log, failure } = await started();
    assert.match(log, /Cannot connect to the Docker daemon/);
    assert.match(failure ?? "", /Build terminated with state: FAILED. Phase: BUILD/);
  });

  for (const [role, action, message] of [
    ["pipeline", "codeconnections:UseConnection", /Unable to use Connection.*UseConnection/],
    ["pipeline", "s3:PutObjectAcl", /s3:PutObjectAcl/],
    ["pipeline", "codebuild:StartBuild", /codebuild:StartBuild on resource: .*project\/build/],
    ["pipeline", "sns:Publish", /sns:Publish on resource: .*:notices/],
    ["pipeline", "sts:AssumeRole", /sts:AssumeRole on resource: .*role\/deploy/],
    ["pipeline", "kms:GenerateDataKey", /kms:GenerateDataKey on resource: .*key\/1/],
    ["build", "kms:Decrypt", /kms:Decrypt/],
    ["build", "s3:GetObject", /s3:GetObject/],
    ["build", "logs:CreateLogStream", /does not allow AWS CodeBuild to create.*log streams/],
    ["build", "ecr:PutImage", /Phase: BUILD/],
    ["deploy", "ecs:UpdateService", /ecs:UpdateService/],
  ] as const) {
    it(`needs ${action} for the role of the ${role}`, async () => {
      // Only the refused push needs an image.
      const variables = action === "ecr:PutImage" ? { IMAGE_TAG: "two" } : noImage;
      const { failure } = await without(role, action, () => started(variables));
      assert.match(failure ?? "", message);
    });
  }

  it("runs no build for a role that trusts CodeBuild only for another project", async () => {
    const { iam } = fixture.emulator;
    const trust = (SourceArn: string) =>
      iam.updateAssumeRolePolicy({
        RoleName: "build",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              ...{ Effect: "Allow", Action: "sts:AssumeRole" },
              Principal: { Service: "codebuild.amazonaws.com" },
              Condition: { StringLike: { "aws:SourceArn": SourceArn } },
            },
          ],
        }),
      });
    await trust(arn("codebuild", "project/other"));
    const { failure } = await started();
    assert.match(
      failure ?? "",
      new RegExp(
        `not authorized to perform: sts:AssumeRole on role arn:aws:iam::${ACCOUNT}:role/build`,
      ),
    );
    await trust(arn("codebuild", "project/*"));
  });
});
