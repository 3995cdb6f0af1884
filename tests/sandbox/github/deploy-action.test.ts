import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundles } from "../../../sandbox/base/bundles";
import { withTaskDefinition } from "../../../sandbox/github/actions/aws-actions/amazon-ecs-deploy-task-definition/app-spec";

import { waiterOptions } from "../../../sandbox/github/actions/aws-actions/amazon-ecs-deploy-task-definition/wait";

const ARN = "arn:aws:ecs:eu-central-1:123456789012:task-definition/api:7";

const appSpec = (key: (name: string) => string) => ({
  version: 0,
  [key("Resources")]: [
    {
      TargetService: {
        Type: "AWS::ECS::Service",
        [key("Properties")]: { [key("TaskDefinition")]: "old", PlatformVersion: "1.4.0" },
      },
    },
  ],
});

describe("the deploy action's AppSpec", () => {
  for (const [title, text] of [
    ["JSON", JSON.stringify(appSpec((name) => name))],
    ["keys in lower case", JSON.stringify(appSpec((name) => name.toLowerCase()))],
    [
      "YAML",
      "version: 0\nresources:\n  - TargetService:\n      properties:\n        taskDefinition: <TASK>\n",
    ],
  ] as const) {
    it(`gets the new revision: ${title}`, () => {
      const changed = withTaskDefinition(text, ARN);
      assert.match(changed, new RegExp(`"task_?definition":"${ARN}"`, "i"));
      assert.doesNotMatch(changed, /old|<TASK>/);
    });
  }

  it("names the missing property", () => {
    const lacks = (text: string, name: string) =>
      assert.throws(() => withTaskDefinition(text, ARN), new RegExp(`include property '${name}'`));
    lacks("version: 0", "resources");
    lacks("Resources: [{ TargetService: {} }]", "properties");
    lacks("Resources: [{ TargetService: { Properties: {} } }]", "taskDefinition");
  });
});

describe("the deploy action's wait", () => {
  const inputs = (delay: string) => ({
    get: (name: string) => (name === "wait-max-delay-seconds" ? delay : ""),
  });
  for (const [delay, longest, expected] of [
    ["15", 600, 1],
    ["", 600, 40],
    ["", 120, 8],
    ["60", 600, 4],
  ] as const) {
    it(`polls at most every ${delay || longest} s, a fifteenth of it in the sandbox`, () => {
      assert.deepEqual(waiterOptions(inputs(delay), 20, longest), {
        minDelay: 1,
        maxDelay: expected,
        maxWaitTime: 80,
      });
    });
  }
});

describe("the deploy action's replacement", function () {
  this.timeout(40_000);
  const folder = mkdtempSync(join(tmpdir(), "slipway-deploy-"));
  const output = join(folder, "output");
  const calls: { operation: string; input: Record<string, unknown> }[] = [];
  const deployments: Record<string, unknown>[] = [];
  const service = { serviceName: "api", status: "ACTIVE", deploymentController: { type: "" } };
  const group = {
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { waitTimeInMinutes: 0 },
      terminateBlueInstancesOnDeploymentSuccess: { terminationWaitTimeInMinutes: 5 },
    },
  };
  let server: Server;

  /** AWS's answers; GetDeployment goes through the states that the test gives. */
  const answers: Record<string, () => unknown> = {
    RegisterTaskDefinition: () => ({ taskDefinition: { taskDefinitionArn: ARN } }),
    DescribeServices: () => ({ services: [service] }),
    GetDeploymentGroup: () => ({ deploymentGroupInfo: group }),
    CreateDeployment: () => ({ deploymentId: "d-1" }),
    GetDeployment: () => ({
      deploymentInfo: deployments.length > 1 ? deployments.shift() : deployments[0],
    }),
  };

  before(async () => {
    writeFileSync(join(folder, "task-definition.json"), JSON.stringify({ family: "api" }));
    writeFileSync(join(folder, "appspec.json"), JSON.stringify(appSpec((name) => name)));
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
        calls.push({ operation, input: JSON.parse(body) });
        response.setHeader("content-type", "application/x-amz-json-1.1");
        response.end(JSON.stringify(answers[operation]?.() ?? {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server.close();
  });
  beforeEach(() => {
    calls.splice(0);
    deployments.splice(0);
    service.deploymentController.type = "CODE_DEPLOY";
    writeFileSync(output, "");
  });

  async function run(inputs: Record<string, string>): Promise<{ failed: boolean; stdout: string }> {
    const { port } = server.address() as AddressInfo;
    const all = {
      "task-definition": "task-definition.json",
      service: "api",
      cluster: "dev",
      ...inputs,
    };
    const env = {
      ...process.env,
      SLIPWAY_BUNDLES: await bundles(),
      INPUTS: JSON.stringify(all),
      GITHUB_WORKSPACE: folder,
      GITHUB_OUTPUT: output,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
    };
    const command = join(__dirname, "../../../sandbox/github/actions/run");
    const action = "aws-actions/amazon-ecs-deploy-task-definition";
    return new Promise((resolve) =>
      execFile(process.execPath, [command, action], { env }, (error, stdout) =>
        resolve({ failed: error !== null, stdout }),
      ),
    );
  }

  const named = {
    "codedeploy-appspec": "appspec.json",
    "codedeploy-application": "app",
    "codedeploy-deployment-group": "group",
  };

  it("deploys the new revision through CodeDeploy, and waits for it", async () => {
    deployments.push({ status: "InProgress" }, { status: "Succeeded" });
    const { failed, stdout } = await run({
      ...named,
      "codedeploy-deployment-description": "x".repeat(600),
      "codedeploy-deployment-config": "CodeDeployDefault.ECSAllAtOnce",
      "wait-for-service-stability": "true",
    });
    assert.equal(failed, false, stdout);
    const order = calls.map(({ operation }) => operation);
    assert.deepEqual(order, [
      "RegisterTaskDefinition",
      "DescribeServices",
      "GetDeploymentGroup",
      "CreateDeployment",
      "GetDeployment",
      "GetDeployment",
    ]);
    const content = withTaskDefinition(JSON.stringify(appSpec((name) => name)), ARN);
    const sha256 = createHash("sha256").update(content).digest("hex");
    assert.deepEqual(calls[3]?.input, {
      applicationName: "app",
      deploymentGroupName: "group",
      revision: { revisionType: "AppSpecContent", appSpecContent: { content, sha256 } },
      description: `${"x".repeat(511)}…`,
      deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
    });
    const outputs = readFileSync(output, "utf8");
    assert.equal(outputs, `task-definition-arn=${ARN}\ncodedeploy-deployment-id=d-1\n`);
  });

  for (const status of ["Failed", "Stopped"]) {
    it(`fails with CodeDeploy's reason when the deployment is ${status}`, async () => {
      const errorInformation = { code: "HEALTH_CONSTRAINTS", message: "the hook said no" };
      deployments.push({ status, errorInformation });
      const { failed, stdout } = await run({ ...named, "wait-for-service-stability": "true" });
      assert.equal(failed, true);
      assert.match(stdout, /^::error::.*HEALTH_CONSTRAINTS.*the hook said no/m);
    });
  }

  it("uses the default names of CodeDeploy's console, and waits only if the input asks for it", async () => {
    writeFileSync(join(folder, "appspec.yaml"), JSON.stringify(appSpec((name) => name)));
    assert.equal((await run({})).failed, false);
    const { applicationName, deploymentGroupName, description } = calls[3]?.input ?? {};
    assert.deepEqual(
      [applicationName, deploymentGroupName, description],
      ["AppECS-dev-api", "DgpECS-dev-api", undefined],
    );
    assert.equal(calls.length, 4);
  });

  describe("if ECS itself deploys,", () => {
    const settled = { desiredCount: 2, runningCount: 2 };
    const primary = (id: string, rest: object = {}) => ({
      ...settled,
      deployments: [{ id, status: "PRIMARY", ...rest }],
    });
    const failed = { rolloutState: "FAILED", rolloutStateReason: "tasks failed to start" };
    for (const [title, end, message] of [
      ["succeeds when its deployment stays", primary("ecs-svc/2"), undefined],
      ["fails when it is gone", primary("ecs-svc/1"), /ecs-svc\/2 was rolled back/],
      ["fails when it failed", primary("ecs-svc/2", failed), /failed: tasks failed to start/],
    ] as const) {
      it(title, async () => {
        service.deploymentController.type = "ECS";
        let described = 0;
        const before = { ...service, ...primary("ecs-svc/1") };
        const { DescribeServices } = answers;
        answers.DescribeServices = () => ({
          services: [described++ === 0 ? before : { ...service, ...end }],
        });
        answers.UpdateService = () => ({ service: { ...service, ...primary("ecs-svc/2") } });
        const { failed: error, stdout } = await run({ "wait-for-service-stability": "true" });
        if (DescribeServices) answers.DescribeServices = DescribeServices;
        assert.equal(error, message !== undefined, stdout);
        if (message) assert.match(stdout, message);
      });
    }
  });

  it("fails when its time is over, as the SDK's waiters do, after it writes the outputs", async () => {
    service.deploymentController.type = "ECS";
    answers.UpdateService = () => ({ service });
    const { DescribeServices } = answers;
    answers.DescribeServices = () => ({
      services: [{ ...service, desiredCount: 2, runningCount: 1, deployments: [{}, {}] }],
    });
    const looks = async (delay: string) => {
      calls.splice(0);
      const { failed, stdout } = await run({
        "wait-for-service-stability": "true",
        "wait-for-minutes": "2",
        "wait-max-delay-seconds": delay,
      });
      assert.equal(failed, true);
      assert.match(stdout, /::error::.*TIMEOUT/);
      return calls.filter(({ operation }) => operation === "DescribeServices").length;
    };
    const [often, seldom] = [await looks("15"), await looks("")];
    if (DescribeServices) answers.DescribeServices = DescribeServices;
    assert.equal(readFileSync(output, "utf8"), `task-definition-arn=${ARN}\n`.repeat(2));
    // In eight seconds: one poll a second, or polls with growing delays. The first call is the action's own.
    assert.ok(often >= 7, `${often} polls`);
    assert.ok(seldom < often, `${seldom} polls, not fewer than ${often}`);
  });

  it("deploys to no other controller", async () => {
    service.deploymentController.type = "EXTERNAL";
    const { failed, stdout } = await run(named);
    assert.equal(failed, true);
    assert.match(stdout, /::error::Unsupported deployment controller: EXTERNAL/);
  });
});
