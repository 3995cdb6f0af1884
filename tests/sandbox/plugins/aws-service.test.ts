import assert from "node:assert/strict";
import type { Deployment, Service, ServiceDeployment } from "@aws-sdk/client-ecs";
import { AwsContext } from "../../../sandbox/plugins/aws/context";
import { service } from "../../../sandbox/plugins/aws/ecs/service";
import {
  deploymentConfigurationOf,
  deploymentState,
} from "../../../sandbox/plugins/aws/ecs/service-deployment";
import { readable, requestOf, updateOf } from "../../../sandbox/plugins/aws/ecs/service-request";
import { untilService } from "../../../sandbox/plugins/aws/ecs/service-wait";
import { check } from "../../../sandbox/plugins/kit/check";
import { diff } from "../../../sandbox/plugins/kit/diff";
import { type Properties, UNKNOWN } from "../../../sandbox/plugins/kit/provider";
import { inputsOf } from "../../../sandbox/plugins/kit/state";
import { nowhere } from "./nowhere";

const { type } = service;
const resource = { urn: `urn:pulumi:dev::slipway::${type}::api`, type, name: "api" };
const aws = new AwsContext("eu-central-1", nowhere);

function checked(inputs: Properties) {
  return check(service, { ...resource, oldInputs: {}, inputs, randomSeed: new Uint8Array() }, aws);
}

function changes(oldInputs: Properties, inputs: Properties) {
  const request = { ...resource, id: "x", oldOutputs: {}, ignoreChanges: [] };
  return diff(service, { ...request, oldInputs, inputs });
}

/** Each changed path, with `!` if the provider itself replaces the service. */
function paths(oldInputs: Properties, inputs: Properties): string[] {
  return changes(oldInputs, inputs).changes.map(({ path, replace }) => path + (replace ? "!" : ""));
}

describe("the AWS plugin's ECS service", () => {
  describe("reports changed paths for the engine's replaceOnChanges:", () => {
    const network = (subnets: string[], assignPublicIp = false) => ({
      networkConfiguration: { subnets, securityGroups: ["sg"], assignPublicIp },
    });
    const shifted = (targetGroupArn: string, containerPort = 80) => ({
      loadBalancers: [{ containerName: "api", containerPort, targetGroupArn }],
    });
    const advanced = (testListenerRule?: string) => ({
      loadBalancers: [
        {
          containerName: "api",
          containerPort: 80,
          targetGroupArn: "blue",
          advancedConfiguration: {
            alternateTargetGroupArn: "green",
            productionListenerRule: "rule",
            roleArn: "role",
            ...(testListenerRule ? { testListenerRule } : {}),
          },
        },
      ],
    });
    const controller = (name: string) => ({ deploymentController: { type: name } });
    const strategies = (capacityProvider: string) => ({
      capacityProviderStrategies: [{ capacityProvider, weight: 1 }],
      forceNewDeployment: true,
    });
    const table: readonly [string, Properties, Properties, string[]][] = [
      [
        "another controller",
        controller("ECS"),
        controller("CODE_DEPLOY"),
        ["deploymentController.type"],
      ],
      [
        "another subnet",
        network(["a", "b"]),
        network(["a", "c"]),
        ["networkConfiguration.subnets"],
      ],
      ["subnets in another order", network(["a", "b"]), network(["b", "a"]), []],
      ["an address", network(["a"]), network(["a"], true), ["networkConfiguration.assignPublicIp"]],
      [
        "a subnet not known yet",
        network(["a"]),
        network([UNKNOWN]),
        ["networkConfiguration.subnets"],
      ],
      [
        "another target group",
        shifted("blue"),
        shifted("green"),
        ["loadBalancers[0].targetGroupArn"],
      ],
      ["another port", shifted("blue"), shifted("blue", 81), ["loadBalancers[0].containerPort"]],
      ["no load balancer", shifted("blue"), {}, ["loadBalancers"]],
      [
        "native strategies",
        shifted("blue"),
        advanced(),
        ["loadBalancers[0].advancedConfiguration"],
      ],
      [
        "a test listener",
        advanced(),
        advanced("test"),
        ["loadBalancers[0].advancedConfiguration.testListenerRule"],
      ],
      [
        "other capacity",
        strategies("FARGATE"),
        strategies("FARGATE_SPOT"),
        ["capacityProviderStrategies[0].capacityProvider"],
      ],
      ["execute command", {}, { enableExecuteCommand: true }, ["enableExecuteCommand"]],
      ["another launch type", { launchType: "EC2" }, { launchType: "FARGATE" }, ["launchType!"]],
    ];
    for (const [title, before, after, expected] of table) {
      it(title, () => assert.deepEqual(paths(before, after), expected));
    }

    it("not if the program now sets the value that AWS chose before", () => {
      const request = { ...resource, id: "x", ignoreChanges: [], oldInputs: {} };
      const oldOutputs = controller("ECS");
      const said = (inputs: Properties) => diff(service, { ...request, oldOutputs, inputs });
      assert.deepEqual(said(controller("ECS")).changes, []);
      assert.equal(said(controller("CODE_DEPLOY")).changes.length, 1);
    });

    it("and lets the engine create the new one first", () => {
      const { deleteBeforeReplace } = changes(controller("ECS"), controller("CODE_DEPLOY"));
      assert.equal(deleteBeforeReplace, false);
    });

    it("refuses other capacity providers without a new deployment, like the provider", () => {
      const { forceNewDeployment: _, ...spot } = strategies("FARGATE_SPOT");
      assert.throws(
        () => changes(strategies("FARGATE"), spot),
        /force_new_deployment should be true when capacity_provider_strategy is being updated/,
      );
    });
  });

  it("cannot wait for a steady state under CodeDeploy", () => {
    const inputs = { deploymentController: { type: "CODE_DEPLOY" }, waitForSteadyState: true };
    const reasons = checked(inputs).failures?.map(({ reason }) => reason);
    assert.match(reasons?.join() ?? "", /CODE_DEPLOY has no deployments to count/);
    assert.deepEqual(checked({ ...inputs, waitForSteadyState: false }).failures, []);
  });

  describe("between the program and the API", () => {
    const loadBalancers = [
      {
        containerName: "api",
        containerPort: 80,
        targetGroupArn: "blue",
        advancedConfiguration: {
          alternateTargetGroupArn: "green",
          productionListenerRule: "rule",
          roleArn: "role",
          testListenerRule: "test",
        },
      },
    ];

    it("keeps the pair of target groups", () => {
      const sent = requestOf({ loadBalancers }).loadBalancers;
      assert.deepEqual(sent, loadBalancers);
      assert.deepEqual(readable({ loadBalancers: sent }, {}).loadBalancers, loadBalancers);
    });

    const timeout = { idleTimeoutSeconds: 300, perRequestTimeoutSeconds: 15 };
    const serviceConnectConfiguration = {
      ...{ enabled: true, namespace: "ns" },
      logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "api" } },
      services: [
        {
          ...{ portName: "api", discoveryName: "api", timeout },
          clientAlias: [{ dnsName: "api", port: 8000 }],
        },
      ],
    };

    it("keeps Service Connect, which is read from the deployment that runs", () => {
      const sent = requestOf({ serviceConnectConfiguration }).serviceConnectConfiguration;
      assert.deepEqual(sent?.services, [
        {
          ...{ portName: "api", discoveryName: "api", timeout },
          clientAliases: [{ dnsName: "api", port: 8000 }],
        },
      ]);
      const deployments = [
        { status: "ACTIVE" },
        { status: "PRIMARY", serviceConnectConfiguration: sent },
      ];
      const read = readable({ deployments }, {});
      assert.deepEqual(read.serviceConnectConfiguration, serviceConnectConfiguration);
      assert.equal(
        readable({ deployments: [{ status: "PRIMARY" }] }, {}).serviceConnectConfiguration,
        undefined,
      );
    });

    it("turns Service Connect off where the program no longer has it", () => {
      const has = (...names: readonly string[]) => names.includes("serviceConnectConfiguration");
      const sent = updateOf("s", {}, { old: { outputs: { serviceConnectConfiguration } }, has });
      assert.deepEqual(sent.serviceConnectConfiguration, { enabled: false });
    });

    it("sends only the steps of the chosen strategy, and hooks only if there are some", () => {
      const deploymentConfiguration = {
        strategy: "CANARY",
        bakeTimeInMinutes: "0",
        canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: "10" },
        linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: "6" },
        lifecycleHooks: [],
      };
      assert.deepEqual(deploymentConfigurationOf({ deploymentConfiguration }), {
        minimumHealthyPercent: undefined,
        maximumPercent: undefined,
        strategy: "CANARY",
        bakeTimeInMinutes: 0,
        canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
        lifecycleHooks: undefined,
      });
    });

    it("requests another controller and another strategy in place", () => {
      const inputs = {
        deploymentController: { type: "ECS" },
        deploymentConfiguration: { strategy: "BLUE_GREEN", bakeTimeInMinutes: "5" },
        loadBalancers,
      };
      const changed = ["deploymentController", "deploymentConfiguration", "loadBalancers"];
      const sent = updateOf("s", inputs, {
        old: { outputs: {} },
        has: (...names) => names.some((it) => changed.includes(it)),
      });
      assert.deepEqual(sent.deploymentController, { type: "ECS" });
      assert.equal(sent.deploymentConfiguration?.strategy, "BLUE_GREEN");
      assert.deepEqual(sent.loadBalancers, loadBalancers);
    });

    it("keeps the steps that AWS has, unless the program sets others", () => {
      const strategy = (inputs: object = {}) => ({
        deploymentConfiguration: { strategy: "CANARY", ...inputs },
      });
      const steps = (canaryPercent: number) => ({
        canaryConfiguration: { canaryPercent, canaryBakeTimeInMinutes: "10" },
      });
      const before = strategy(steps(5));
      assert.deepEqual(paths(before, strategy()), []);
      assert.deepEqual(paths(before, strategy({ canaryConfiguration: { canaryPercent: 5 } })), []);
      assert.deepEqual(paths(before, strategy(steps(20))), [
        "deploymentConfiguration.canaryConfiguration.canaryPercent",
      ]);
      const sent = (inputs: object) =>
        deploymentConfigurationOf(strategy(inputs), before).canaryConfiguration;
      assert.deepEqual(sent({}), { canaryPercent: 5, canaryBakeTimeInMinutes: 10 });
      assert.deepEqual(sent({ canaryConfiguration: { canaryPercent: 20 } }), {
        ...{ canaryPercent: 20, canaryBakeTimeInMinutes: 10 },
      });
    });

    it("treats NONE and no propagation of tags as the same, and cannot remove one", () => {
      const from = (state: string, inputs: Properties) => {
        const request = { ...resource, id: "x", oldInputs: {}, ignoreChanges: [], inputs };
        const { changes } = diff(service, { ...request, oldOutputs: { propagateTags: state } });
        return changes.map(({ path }) => path);
      };
      assert.deepEqual(from("NONE", {}), []);
      assert.deepEqual(from("NONE", { propagateTags: "NONE" }), []);
      assert.deepEqual(from("NONE", { propagateTags: "SERVICE" }), ["propagateTags"]);
      assert.deepEqual(from("SERVICE", {}), ["propagateTags"]);
      const change = { old: { outputs: {} }, has: (...names: string[]) => names.length > 0 };
      assert.equal(updateOf("s", {}, change).propagateTags, undefined);
    });

    it("sends no task count for a daemon, and treats the default percentages as unset", () => {
      const daemon = { schedulingStrategy: "DAEMON" };
      const percentages = (deploymentMaximumPercent: number, least: number) => ({
        ...{ deploymentMaximumPercent, deploymentMinimumHealthyPercent: least },
      });
      const changedPaths = (inputs: Properties) => {
        const request = { ...resource, id: "x", oldInputs: daemon, ignoreChanges: [] };
        const oldOutputs = { ...percentages(100, 0), desiredCount: 3 };
        const result = diff(service, { ...request, oldOutputs, inputs: { ...daemon, ...inputs } });
        return result.changes.map(({ path }) => path);
      };
      assert.deepEqual(changedPaths(percentages(200, 100)), []);
      assert.deepEqual(changedPaths({ ...percentages(200, 50), desiredCount: 1 }), [
        "deploymentMinimumHealthyPercent",
      ]);
      const sent = (inputs: object) => {
        const { deploymentConfiguration, desiredCount } = requestOf({ ...inputs, desiredCount: 2 });
        const { maximumPercent, minimumHealthyPercent } = deploymentConfiguration ?? {};
        return [maximumPercent, minimumHealthyPercent, desiredCount];
      };
      assert.deepEqual(sent({ ...daemon, ...percentages(200, 100) }), Array(3).fill(undefined));
      assert.deepEqual(sent({ ...daemon, ...percentages(150, 50) }), [undefined, 50, undefined]);
      assert.deepEqual(sent(percentages(150, 100)), [150, 100, 2]);
    });

    it("shows no change for alarms that are switched off and that AWS does not store", () => {
      const off = { alarms: { alarmNames: [], enable: false, rollback: false } };
      for (const kept of [undefined, off.alarms]) {
        const properties = deploymentState({ deploymentConfiguration: kept && { alarms: kept } });
        const read = inputsOf(service, aws, { properties: properties as Properties }, off, {});
        assert.deepEqual(paths(read, { ...read, ...off }), []);
        assert.deepEqual(read.alarms, off.alarms);
      }
    });
  });

  describe("is waited for", () => {
    const since = new Date("2026-01-01T00:00:10.500Z");
    const primary = {
      id: "ecs-svc/7",
      status: "PRIMARY",
      createdAt: new Date("2026-01-01T00:00:10Z"),
    };
    const found = (overrides: Partial<Service> = {}): Service => ({
      serviceName: "api",
      status: "ACTIVE",
      desiredCount: 2,
      runningCount: 2,
      deployments: [{ ...primary, createdAt: new Date("2025-12-31T00:00:00Z") }],
      ...overrides,
    });
    const events = [{ message: "(service api) was unable to place a task" }];
    const asked: string[] = [];
    const wait = (state: Service | undefined, rollout?: ServiceDeployment, seconds = 1200) =>
      untilService(
        {
          describe: async () => state,
          serviceDeployment: async ({ id = "" }: Deployment) => {
            asked.push(id);
            return rollout;
          },
        },
        { steady: true, since, seconds },
      );
    beforeEach(() => asked.splice(0));

    it("by its tasks if there was no deployment", async () => {
      await wait(found());
      assert.deepEqual(asked, []);
    });

    it("by the service deployment that the change started", async () => {
      await wait(found({ deployments: [primary, {}], runningCount: 4 }), { status: "SUCCESSFUL" });
      assert.deepEqual(asked, ["ecs-svc/7"]);
    });

    for (const status of ["STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"] as const) {
      it(`which fails with its reason when it is ${status}`, async () => {
        const rollout = { status, statusReason: "circuit breaker triggered." };
        await assert.rejects(
          wait(found({ deployments: [primary], events }), rollout),
          new RegExp(`^Error: circuit breaker triggered\\. \\(${status}\\); its last events:`),
        );
      });
    }

    for (const rollout of [undefined, { status: "IN_PROGRESS" as const }]) {
      it(`until its time limit: ${rollout?.status ?? "not created yet"}`, async () => {
        const state = found({ deployments: [primary], runningCount: 1, events });
        await assert.rejects(
          wait(state, rollout, -1),
          /api is not stable after -1 s: 1 of 2 tasks run; its last events:\n {2}\(service api\) was unable to place/,
        );
      });
    }

    it("and fails at once if its tasks cannot become steady", async () => {
      const failed = { rolloutState: "FAILED" as const, rolloutStateReason: "tasks failed" };
      const deployments = [{ status: "PRIMARY", ...failed }];
      await assert.rejects(wait(found({ deployments })), /the deployment failed: tasks failed/);
    });

    it("and fails if it is deleted", async () => {
      await assert.rejects(wait(undefined), /the service is gone/);
    });
  });
});
