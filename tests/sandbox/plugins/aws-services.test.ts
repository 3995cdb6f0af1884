import assert from "node:assert/strict";
import * as logs from "../../../sandbox/plugins/aws/cloudwatch-logs";
import type { Service } from "../../../sandbox/plugins/aws/definition";
import { sameLifecyclePolicy } from "../../../sandbox/plugins/aws/ecr";
import { deploymentRules } from "../../../sandbox/plugins/aws/ecs/service-deployment";
import { updateOf } from "../../../sandbox/plugins/aws/ecs/service-request";
import { openIdConnectProvider } from "../../../sandbox/plugins/aws/iam-oidc";
import * as lb from "../../../sandbox/plugins/aws/lb";
import {
  type ActionArgs,
  actionsRule,
  fromActions,
  toActions,
} from "../../../sandbox/plugins/aws/lb/actions";
import * as ssm from "../../../sandbox/plugins/aws/ssm";
import { sameBlocks } from "../../../sandbox/plugins/kit/blocks";
import { diff } from "../../../sandbox/plugins/kit/diff";
import type { Properties } from "../../../sandbox/plugins/kit/provider";
import { inputsOf, outputsOf } from "../../../sandbox/plugins/kit/state";

describe("the AWS plugin's services", () => {
  describe("blocks", () => {
    const same = sameBlocks<unknown>({ defaults: { enabled: true }, computed: ["timeout"] });

    it("are the same with and without defaults, zero values and values that AWS chose", () => {
      assert.equal(same({ enabled: true, timeout: 5, grace: 0 }, {}), true);
      assert.equal(same({ timeout: 5 }, { timeout: 6 }), false);
      assert.equal(same({ enabled: false }, {}), false);
    });

    it("are compared as sets unless their order matters", () => {
      const [a, b] = [{ name: "a" }, { name: "b" }];
      assert.equal(sameBlocks()([a, b], [b, a]), true);
      assert.equal(sameBlocks({ ordered: true })([a, b], [b, a]), false);
    });
  });

  describe("load balancer actions", () => {
    const same = (a: ActionArgs[], b: ActionArgs[]) => actionsRule.equal?.(a, b, {});
    const blue = { type: "forward", targetGroupArn: "blue" };
    const weighted = (green: number, stickiness?: { duration: number; enabled: boolean }) => ({
      type: "forward",
      forward: {
        targetGroups: [
          { arn: "blue", weight: 100 - green },
          { arn: "green", weight: green },
        ],
        ...(stickiness ? { stickiness } : {}),
      },
    });

    it("are read back as they were sent", () => {
      const fixed = { contentType: "text/plain", messageBody: "no", statusCode: "404" };
      const actions = [
        blue,
        weighted(20, { enabled: true, duration: 600 }),
        { type: "fixed-response", fixedResponse: fixed },
        { type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } },
      ];
      for (const action of actions) {
        assert.equal(same(fromActions(toActions([action])), [action]), true, action.type);
      }
    });

    it("differ if somebody else shifts traffic", () => {
      assert.equal(same([weighted(20)], [weighted(0)]), false);
      assert.equal(same([weighted(0)], [blue]), false);
    });

    it("mean the same in both forms of a forward to one target group", () => {
      const long = { type: "forward", forward: { targetGroups: [{ arn: "blue" }] } };
      assert.equal(same([blue], [long]), true);
    });

    it("that the sandbox does not have are refused by name", () => {
      const action = { type: "jwt-validation" } as ActionArgs;
      assert.match(actionsRule.validate?.([action]) ?? "", /no action jwt-validation/);
    });
  });

  describe("lifecycle policy", () => {
    const rule = (rulePriority: number, tags: string[]) => ({
      rulePriority,
      selection: { tagStatus: "tagged", tagPrefixList: tags, countNumber: 1 },
      action: { type: "expire" },
    });
    const policy = (...rules: unknown[]) => JSON.stringify({ rules });

    it("means the same in another order of rules and tags", () => {
      const other = policy(rule(2, ["c"]), rule(1, ["b", "a"]));
      assert.equal(sameLifecyclePolicy(policy(rule(1, ["a", "b"]), rule(2, ["c"])), other), true);
      assert.equal(sameLifecyclePolicy(policy(rule(1, ["a"])), policy(rule(1, ["b"]))), false);
    });
  });

  it("read the URL of an identity provider without its scheme, as AWS and the provider have it", () => {
    const definition = openIdConnectProvider;
    const [url, read] = ["https://token.example.com", "token.example.com"];
    const remote = { properties: { url: read } };
    assert.equal(outputsOf(definition, remote, { url }).url, read);
    assert.equal(inputsOf(definition, {}, remote, { url }, {}).url, read);
    const request = { urn: "", type: definition.type, name: "x", id: "x", ignoreChanges: [] };
    const changes = (now: string) =>
      diff(definition, {
        ...request,
        oldInputs: { url: read },
        oldOutputs: {},
        inputs: { url: now },
      }).changes;
    assert.deepEqual(changes(url), []);
    assert.equal(changes("https://other.example.com")[0]?.replace, true);
  });

  describe("a suppressed difference", () => {
    const difference = (
      { resources }: Service,
      name: string,
      ...[oldOutputs, inputs]: readonly Properties[]
    ) => {
      const [type] = (resources ?? []).map((it) => it.type).filter((it) => it.endsWith(name));
      const definition = resources?.find((it) => it.type === type);
      assert(definition, `no definition of ${type}`);
      const request = { urn: "", type: definition.type, name: "x", id: "x", ignoreChanges: [] };
      const all = { ...request, oldInputs: oldOutputs ?? {}, oldOutputs: oldOutputs ?? {} };
      const { changes } = diff(definition, { ...all, inputs: inputs ?? {} });
      return changes.map(({ path, replace }) => path + (replace ? "!" : ""));
    };

    it("is a parameter's tier that AWS chose, and neither its type nor its data type", () => {
      const parameter = (old: Properties, value: Properties) =>
        difference(ssm, ":Parameter", old, value);
      assert.deepEqual(parameter({ tier: "Standard" }, { tier: "Intelligent-Tiering" }), []);
      assert.deepEqual(parameter({}, { tier: "Intelligent-Tiering" }), ["tier"]);
      assert.deepEqual(parameter({ tier: "Advanced" }, { tier: "Standard" }), ["tier!"]);
      assert.deepEqual(parameter({ tier: "Standard" }, { tier: "Advanced" }), ["tier"]);
      assert.deepEqual(parameter({ type: "String" }, { type: "SecureString" }), ["type"]);
      assert.deepEqual(parameter({ dataType: "text" }, { dataType: "aws:ec2:image" }), [
        "dataType!",
      ]);
    });

    it("is the retention of a log group that only delivers", () => {
      const retention = (logGroupClass: string) =>
        difference(
          logs,
          ":LogGroup",
          { logGroupClass, retentionInDays: 2 },
          { logGroupClass, retentionInDays: 14 },
        );
      assert.deepEqual(retention("DELIVERY"), []);
      assert.deepEqual(retention("STANDARD"), ["retentionInDays"]);
    });

    it("sets no retention of a log group that only delivers", async () => {
      const creating = async (logGroupClass: string) => {
        const calls: string[] = [];
        const service = new Proxy({}, { get: (_, call) => async () => calls.push(String(call)) });
        const inputs = { name: "it", logGroupClass, retentionInDays: 2 };
        await logs.resources[0]?.create({ client: () => service } as never, inputs, {}, "");
        return calls;
      };
      assert.deepEqual(await creating("DELIVERY"), ["createLogGroup"]);
      assert.deepEqual(await creating("STANDARD"), ["createLogGroup", "putRetentionPolicy"]);
    });

    it("is an option of network load balancers", () => {
      const old = { dnsRecordClientRoutingPolicy: "any_availability_zone" };
      const value = { dnsRecordClientRoutingPolicy: "availability_zone_affinity" };
      const changes = difference(lb, ":LoadBalancer", old, {
        ...{ ...value, enableCrossZoneLoadBalancing: true },
      });
      assert.deepEqual(changes, []);
    });
  });

  describe("ECS service", () => {
    const inputs = {
      cluster: "c",
      taskDefinition: "t:1",
      desiredCount: 2,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    };

    it("sends only the changes in an update", () => {
      const update = updateOf("s", inputs, {
        old: { outputs: {} },
        has: (...properties) => properties.includes("taskDefinition"),
      });
      const given = Object.entries(update).filter(([, value]) => value !== undefined);
      assert.deepEqual(Object.fromEntries(given), {
        cluster: "c",
        service: "s",
        forceNewDeployment: false,
        taskDefinition: "t:1",
      });
    });

    it("sends the whole deployment configuration when a part of it changed", () => {
      const { deploymentConfiguration, desiredCount } = updateOf("s", inputs, {
        old: { outputs: { deploymentConfiguration: { bakeTimeInMinutes: "5" } } },
        has: (...properties) => properties.includes("deploymentMaximumPercent"),
      });
      // Optional and computed: it is sent again unless the program sets another one.
      assert.equal(deploymentConfiguration?.bakeTimeInMinutes, 5);
      assert.equal(desiredCount, undefined);
      assert.equal(deploymentConfiguration?.maximumPercent, 200);
      assert.deepEqual(deploymentConfiguration?.deploymentCircuitBreaker, {
        enable: true,
        rollback: true,
      });
    });

    it("has the same hooks for any JSON form of their details", () => {
      const hook = (hookDetails: string) => ({
        lifecycleHooks: [{ hookDetails, hookTargetArn: "f", lifecycleStages: ["PRE_SCALE_UP"] }],
      });
      const { equal } = deploymentRules.deploymentConfiguration;
      assert.equal(equal(hook('{"a":1}'), hook('{ "a": 1 }')), true);
      assert.equal(equal(hook('{"a":1}'), hook('{"a":2}')), false);
    });
  });
});
