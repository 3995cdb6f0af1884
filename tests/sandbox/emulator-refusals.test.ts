import assert from "node:assert/strict";
import type { CreateServiceCommandInput, DeploymentConfiguration } from "@aws-sdk/client-ecs";
import { Emulator, type Route } from "./emulator";

/** By the developer guide's page on troubleshooting blue/green deployments, and the API reference. */
describe("what the emulated ECS refuses", function () {
  this.timeout(10_000);
  let aws: Emulator;
  let route: Route;
  let count = 0;

  before(async function () {
    aws = await Emulator.start(this);
    route = await aws.makeRoute("shared");
  });
  after(() => aws?.stop());

  function balancer(advanced: Record<string, unknown> = {}) {
    const { advancedConfiguration, ...place } = aws.shifted(route);
    return { ...place, advancedConfiguration: { ...advancedConfiguration, ...advanced } };
  }

  function create(
    deploymentConfiguration: DeploymentConfiguration,
    advanced: Record<string, unknown> = {},
    input: Partial<CreateServiceCommandInput> = {},
  ) {
    const loadBalancers = [balancer(advanced)];
    return aws.create(`refused-${count++}`, { loadBalancers, deploymentConfiguration, ...input });
  }

  it("a native strategy without its load balancer's settings", async () => {
    const { advancedConfiguration: _, ...plain } = balancer();
    await assert.rejects(
      create({ strategy: "CANARY" }, {}, { loadBalancers: [plain] }),
      /advancedConfiguration field is required for all loadBalancers when using the canary/,
    );
  });

  it("one rule for production and test, and a listener in place of a rule", async () => {
    await assert.rejects(
      create({ strategy: "BLUE_GREEN" }, { testListenerRule: route.rule }),
      /The following rules cannot be used as both production and test listener rules/,
    );
    await assert.rejects(
      create({ strategy: "BLUE_GREEN" }, { productionListenerRule: route.listener }),
      /productionListenerRule has an invalid ARN format/,
    );
  });

  for (const [config, message] of [
    [
      { strategy: "CANARY", canaryConfiguration: { canaryPercent: 0.05 } },
      /canaryPercent must be between 0.1 and 100/,
    ],
    [
      { strategy: "LINEAR", linearConfiguration: { stepPercent: 2 } },
      /stepPercent must be between 3.0 and 100/,
    ],
    [
      { strategy: "BLUE_GREEN", bakeTimeInMinutes: 1441 },
      /bakeTimeInMinutes must be between 0 and 1440/,
    ],
    [
      { strategy: "BLUE_GREEN", linearConfiguration: { stepPercent: 10 } },
      /linearConfiguration is only valid/,
    ],
    [
      {
        strategy: "BLUE_GREEN",
        lifecycleHooks: [{ targetType: "PAUSE", lifecycleStages: ["TEST_TRAFFIC_SHIFT"] }],
      },
      /PAUSE hooks cannot be configured at TEST_TRAFFIC_SHIFT/,
    ],
  ] as const) {
    it(JSON.stringify(config), async () => {
      await assert.rejects(create(config as unknown as DeploymentConfiguration), message);
    });
  }

  it("allows blue/green without a bake time", async () => {
    await create({ strategy: "BLUE_GREEN" });
  });

  it("fails a deployment whose target group no rule knows, or whose role ECS may not assume", async () => {
    const stray = await aws.makeTargetGroup("stray");
    const other = await aws.makeRoute("other");
    const role = await aws.makeRole("lambda-role", "lambda.amazonaws.com");
    const [first, second] = route.groups;
    for (const [advanced, reason] of [
      [{ alternateTargetGroupArn: stray }, `Target group ${stray} is not associated with either`],
      [{ roleArn: role }, `missing permissions on ECS Infrastructure Role '${role}'`],
      [
        { productionListenerRule: other.rule },
        `Target group ${first} is not associated with either productionListenerRule`,
      ],
    ] as const) {
      const name = `refused-${count}`;
      const loadBalancers = [balancer({ ...advanced, testListenerRule: other.testRule })];
      if (!("productionListenerRule" in advanced)) {
        loadBalancers[0] = balancer(advanced);
      }
      await create({ strategy: "BLUE_GREEN" }, {}, { loadBalancers });
      const { status, statusReason } = await aws.latest(name);
      assert.equal(status, "ROLLBACK_FAILED");
      assert.ok(statusReason?.includes(reason), statusReason);
      assert.ok(second);
    }
  });

  it("what only CodeDeploy may change, and another controller", async () => {
    await aws.create("deployed", {
      deploymentController: { type: "CODE_DEPLOY" },
      loadBalancers: [
        { targetGroupArn: route.groups[0], containerName: "app", containerPort: 8000 },
      ],
    });
    const tail =
      "on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.";
    const taskDefinition = await aws.register("deployed", "good:2");
    for (const [input, what] of [
      [{ taskDefinition }, "Unable to update task definition"],
      [{ networkConfiguration: aws.network() }, "Unable to update network parameters"],
      [{ platformVersion: "1.4.0" }, "Unable to update platform version"],
      [{ forceNewDeployment: true }, "Cannot force a new deployment"],
    ] as const) {
      await assert.rejects(aws.update("deployed", input), { message: `${what} ${tail}` });
    }
    await assert.rejects(
      aws.update("deployed", { deploymentController: { type: "ECS" } }),
      /Unable to update the deployment controller/,
    );
    await aws.update("deployed", { desiredCount: 3, healthCheckGracePeriodSeconds: 30 });
    const { taskSets, deployments, runningCount } = await aws.describe("deployed");
    assert.deepEqual(deployments, []);
    assert.equal(runningCount, 3);
    assert.deepEqual(
      taskSets?.map(({ status, stabilityStatus, runningCount }) => [
        status,
        stabilityStatus,
        runningCount,
      ]),
      [["PRIMARY", "STEADY_STATE", 3]],
    );
  });
});
