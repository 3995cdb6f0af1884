import assert from "node:assert/strict";
import type { CreateServiceCommandInput, DeploymentConfiguration } from "@aws-sdk/client-ecs";
import { ACCOUNT, CLUSTER, Emulator, type Route } from "./emulator";

/** Tests refusals from the developer guide's page on troubleshooting blue/green deployments, and the API reference. */
describe("what the emulated ECS refuses", function () {
  this.timeout(10_000);
  let aws: Emulator;
  let route: Route;
  let count = 0;

  before(async function () {
    aws = await Emulator.start(this);
    route = await aws.makeRoute("shared");
  });

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

  it("Service Connect without the named port, or with CodeDeploy; what it accepts is in the deployment", async () => {
    const services = [{ portName: "http", clientAliases: [{ dnsName: "app", port: 80 }] }];
    const connected = { enabled: true, namespace: "ns", services };
    const serviceConnectConfiguration = connected;
    const nameless = /no port mapping with the name http/;
    await assert.rejects(aws.create("connected", { serviceConnectConfiguration }), nameless);
    await assert.rejects(
      aws.create("connected", {
        serviceConnectConfiguration: { enabled: true },
        deploymentController: { type: "CODE_DEPLOY" },
      }),
      /Service Connect is not supported with the CODE_DEPLOY deployment controller/,
    );
    await aws.create("connected", { serviceConnectConfiguration: { enabled: true } });
    const found = async () => (await aws.describe("connected")).deployments?.[0];
    assert.deepEqual((await found())?.serviceConnectConfiguration, { enabled: true });
    await assert.rejects(aws.update("connected", { serviceConnectConfiguration }), nameless);
    await aws.update("connected", { serviceConnectConfiguration: { enabled: false } });
    assert.equal((await found())?.serviceConnectConfiguration, undefined);
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
    [
      {
        strategy: "CANARY",
        lifecycleHooks: [{ targetType: "PAUSE", lifecycleStages: ["PRODUCTION_TRAFFIC_SHIFT"] }],
      },
      /PAUSE hooks cannot be configured at PRODUCTION_TRAFFIC_SHIFT/,
    ],
  ] as const) {
    it(JSON.stringify(config), async () => {
      await assert.rejects(create(config as unknown as DeploymentConfiguration), message);
    });
  }

  it("ECS Exec without a task role, for a new and for an existing service", async () => {
    const refused = (what: string) =>
      new RegExp(`The service couldn't be ${what} because a valid taskRoleArn is not being used`);
    await assert.rejects(aws.create("exec", { enableExecuteCommand: true }), refused("created"));
    const taskDefinition = await aws.register("exec", "good:1", aws.role);
    await aws.create("exec", { enableExecuteCommand: true, taskDefinition });
    await assert.rejects(aws.deploy("exec", "good:2"), refused("updated"));
    await aws.create("plain");
    await assert.rejects(aws.update("plain", { enableExecuteCommand: true }), refused("updated"));
  });

  it("rebalancing of zones if no task may start before another stops", async () => {
    const deploymentConfiguration = { maximumPercent: 100, minimumHealthyPercent: 50 };
    const refused = /Availability Zone rebalancing does not support a maximumPercent of 100/;
    await assert.rejects(
      aws.create("zones", { availabilityZoneRebalancing: "ENABLED", deploymentConfiguration }),
      refused,
    );
    await aws.create("zones");
    assert.equal((await aws.describe("zones")).availabilityZoneRebalancing, "ENABLED");
    await assert.rejects(aws.update("zones", { deploymentConfiguration }), refused);
    await aws.update("zones", { availabilityZoneRebalancing: "DISABLED", deploymentConfiguration });
  });

  it("a capacity provider that the cluster lacks, the removal of one in use, and a change without a deployment", async () => {
    const cluster = CLUSTER;
    const put = (capacityProviders: string[]) =>
      aws.ecs.putClusterCapacityProviders({
        cluster,
        capacityProviders,
        defaultCapacityProviderStrategy: [],
      });
    const on = (capacityProvider: string) => ({
      capacityProviderStrategy: [{ capacityProvider, weight: 1, base: 0 }],
    });
    const service = { ...on("FARGATE_SPOT"), launchType: undefined };
    await assert.rejects(aws.create("spot", service), /is not associated with cluster/);
    await put(["FARGATE", "FARGATE_SPOT"]);
    await aws.create("spot", service);
    await assert.rejects(put([]), /capacity provider is in use/);
    await assert.rejects(aws.update("spot", on("FARGATE")), /you must force a new deployment/);
    await aws.update("spot", { ...on("FARGATE"), forceNewDeployment: true });
    await aws.ecs.deleteService({ cluster, service: "spot", force: true });
    await put([]);
  });

  it("allows blue/green without a bake time", async () => {
    await create({ strategy: "BLUE_GREEN" });
  });

  it("fails a deployment whose target group is in no rule, or whose role ECS may not assume", async () => {
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
      assert.ok(second, "the table has no second value");
    }
  });

  it("fails a deployment whose role lacks its policy, or trusts another account", async () => {
    const elb = (resource: string) => `arn:aws:elasticloadbalancing:*:*:${resource}`;
    const trust = (account: string) => ({ StringEquals: { "aws:SourceAccount": account } });
    const ecs = "ecs.amazonaws.com";
    const bare = await aws.makeRole("bare-role", ecs);
    const narrow = await aws.makeRole("narrow-role", ecs);
    await aws.allow("narrow-role", "elasticloadbalancing:*", elb("targetgroup/*"));
    const foreign = await aws.makeRole("foreign-role", ecs, trust("999999999999"));
    const own = await aws.makeRole("own-role", ecs, trust(ACCOUNT));
    for (const role of ["foreign-role", "own-role"]) {
      await aws.allow(role, "elasticloadbalancing:*");
    }
    for (const [roleArn, expected] of [
      [bare, "ROLLBACK_FAILED"],
      [narrow, "ROLLBACK_FAILED"],
      [foreign, "ROLLBACK_FAILED"],
      [own, "SUCCESSFUL"],
    ] as const) {
      const name = `refused-${count}`;
      await create({ strategy: "BLUE_GREEN" }, { roleArn });
      const { status, statusReason = "" } = await aws.latest(name);
      assert.equal(status, expected, roleArn);
      if (expected !== "SUCCESSFUL") {
        assert.ok(
          statusReason.includes(`missing permissions on ECS Infrastructure Role '${roleArn}'`),
          statusReason,
        );
      }
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
