import assert from "node:assert/strict";
import {
  type Capacity,
  type FoundService,
  liveGroup,
  openPorts,
  pairOf,
  type RecordedPorts,
  recordedIn,
  redeployment,
} from "../../../components/deployment/found-service";
import { defaultCalls, only, type World } from "../../harness";
import { runService } from "../infrastructure";

const of = (...providers: string[]): Capacity =>
  providers.map((capacityProvider) => ({ capacityProvider, weight: 1, base: 0 }));
const parameter = "aws:ssm/parameter:Parameter";
const service = "aws:ecs/service:Service";

describe("redeployment", () => {
  const wanted = { capacity: of("FARGATE", "FARGATE_SPOT"), digest: "now" };
  const cases: [string, FoundService | undefined, string | undefined, string | undefined][] = [
    ["a new service", undefined, undefined, undefined],
    ["another capacity", { capacity: of("FARGATE_SPOT") }, undefined, "now"],
    ["the same capacity", { capacity: of("FARGATE_SPOT", "FARGATE") }, undefined, undefined],
    ["the same, just redeployed for it", { capacity: wanted.capacity }, "now", "now"],
    ["the same, edited since", { capacity: wanted.capacity }, "before", undefined],
    [
      "other weights",
      { capacity: wanted.capacity.map((one) => ({ ...one, weight: 2 })) },
      "before",
      "now",
    ],
  ];
  for (const [title, found, redeployed, expected] of cases) {
    it(`of ${title}`, () => {
      assert.equal(redeployment(found, wanted, redeployed), expected);
    });
  }
});

describe("openPorts", () => {
  const running = (port: number): FoundService => ({ capacity: [], port });
  const recorded = (configured: number, ...open: [number, number]) => ({ configured, open });
  const cases: [string, FoundService | undefined, RecordedPorts | undefined, [number, number]][] = [
    ["a new service", undefined, undefined, [8000, 8000]],
    ["a service that runs on this port", running(8000), undefined, [8000, 8000]],
    ["an edit, until CodeDeploy deploys", running(9000), recorded(9000, 9000, 9000), [8000, 9000]],
    [
      "an edit before the deployment of another",
      running(7000),
      recorded(9000, 7000, 9000),
      [7000, 8000],
    ],
    [
      "the deployed edit, without a change",
      running(8000),
      recorded(8000, 8000, 9000),
      [8000, 9000],
    ],
    ["an edit that was taken back", running(8000), recorded(9000, 8000, 9000), [8000, 8000]],
  ];
  for (const [title, found, before, open] of cases) {
    it(`of ${title}`, () => {
      assert.deepEqual(openPorts(8000, found, before), { configured: 8000, open });
    });
  }
});

describe("pairOf", () => {
  const groups = ["a", "b"] as const;
  for (const [found, expected] of [
    [undefined, groups],
    [{ capacity: [] }, groups],
    [{ capacity: [], pair: ["a", "b"] }, ["a", "b"]],
    [{ capacity: [], pair: ["b", "a"] }, ["b", "a"]],
    [{ capacity: [], pair: ["c", "a"] }, groups],
  ] as const) {
    it(`of ${JSON.stringify(found)}`, () => {
      assert.deepEqual(pairOf(found, groups), expected);
    });
  }
});

describe("liveGroup", () => {
  for (const [what, found, expected] of [
    ["of a new service is the first one", undefined, "a"],
    ["is the one of its tasks", { capacity: [], targetGroup: "b" }, "b"],
    ["is unknown while deployments shift traffic", { capacity: [], pair: ["b", "a"] }, undefined],
    ["is unknown under CodeDeploy", { capacity: [] }, undefined],
  ] as const) {
    it(what, async () => {
      assert.equal(liveGroup(found, ["a", "b"]), expected);
    });
  }
});

describe("recordedIn", () => {
  for (const value of [undefined, "", "unreleased", "null", "[]", "{}"]) {
    it(`of ${value} is nothing`, () => {
      assert.equal(recordedIn(value), undefined);
    });
  }
});

describe("ServiceRecord", () => {
  /** A service that runs on Spot. Its parameter has the given value. */
  function world(recorded: object, loadBalancers: object[] = []): World {
    const byPath = "aws:ssm/getParametersByPath:getParametersByPath";
    return {
      calls: {
        [byPath]: (inputs) => {
          const answer = { names: [], values: [], ...defaultCalls({})[byPath]?.(inputs) };
          return {
            ...answer,
            names: [...answer.names, `${inputs.path}/service`],
            values: [...answer.values, JSON.stringify(recorded)],
          };
        },
        "aws:ecs/getService:getService": ({ serviceName, clusterArn }) => ({
          ...defaultCalls({})["aws:ecs/getService:getService"]?.({}),
          status: serviceName === "api-1" && clusterArn ? "ACTIVE" : "INACTIVE",
          capacityProviderStrategies: of("FARGATE_SPOT"),
          loadBalancers,
          deploymentConfigurations: [],
          deploymentControllers: [{ type: "ECS" }],
        }),
      },
    };
  }
  const redeployed = (recorded: unknown) =>
    (JSON.parse(String(recorded)) as { redeployed?: string }).redeployed;

  it("writes the service's name after the service", async () => {
    const { resources } = await runService();
    const { inputs, dependencies } = only(resources, parameter, "api-service");
    assert.equal(inputs.name, "/slipway/slipway/dev/api/service");
    assert.equal(inputs.insecureValue, '{"service":"api"}');
    assert.ok(
      dependencies.includes(only(resources, service).urn),
      `depends only on ${dependencies}`,
    );
  });

  it("forces a deployment for another capacity, until something else is edited", async () => {
    const first = await runService({}, world({ service: "api-1" }));
    assert.equal(only(first.resources, service).inputs.forceNewDeployment, true);
    const digest = redeployed(only(first.resources, parameter, "api-service").inputs.insecureValue);
    assert.match(digest ?? "", /^[0-9a-f]{12}$/);

    const capacityProviderStrategies = [{ capacityProvider: "FARGATE_SPOT" }] as const;
    const second = await runService({ capacityProviderStrategies }, world({ service: "api-1" }));
    assert.equal(only(second.resources, service).inputs.forceNewDeployment, undefined);
  });

  it("records the same for a strategy's name and for an object with only the name", async () => {
    const written = async (strategy: "canary" | { type: "canary" }) => {
      const { resources } = await runService({ strategy }, world({ service: "api-1" }));
      return redeployed(only(resources, parameter, "api-service").inputs.insecureValue);
    };
    const byName = await written("canary");
    assert.match(byName ?? "", /^[0-9a-f]{12}$/);
    assert.equal(byName, await written({ type: "canary" }));
  });

  it("has nothing to force for a service that is gone", async () => {
    const { resources } = await runService({}, world({ service: "api-0" }));
    assert.equal(only(resources, service).inputs.forceNewDeployment, undefined);
  });

  it("opens under CodeDeploy the ports from the running to the configured one, and records them", async () => {
    const { resources } = await runService(
      { strategy: "code-deploy" },
      world({ service: "api-1" }, [{ containerPort: 7000, advancedConfigurations: [] }]),
    );
    for (const rule of [
      "IngressRule api-from-load-balancer",
      "EgressRule api-load-balancer-to-tasks",
    ]) {
      const [kind, name] = rule.split(" ");
      const { inputs } = only(resources, `aws:vpc/securityGroup${kind}:SecurityGroup${kind}`, name);
      assert.deepEqual([inputs.fromPort, inputs.toPort], [7000, 8000]);
    }
    assert.deepEqual(
      JSON.parse(String(only(resources, parameter, "api-service").inputs.insecureValue)).ports,
      { configured: 8000, open: [7000, 8000] },
    );
  });

  it("leaves target group and alternate as ECS has them", async () => {
    const group = (name: string) =>
      `arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/${name}/1`;
    const swapped = {
      targetGroupArn: group("api-2"),
      advancedConfigurations: [{ alternateTargetGroupArn: group("api") }],
    };
    const { resources } = await runService(
      { strategy: { type: "blue-green" } },
      world({ service: "api-1" }, [swapped]),
    );
    const [entry] = only(resources, service).inputs.loadBalancers as {
      targetGroupArn: string;
      advancedConfiguration: { alternateTargetGroupArn: string };
    }[];
    assert.deepEqual(
      [entry?.targetGroupArn, entry?.advancedConfiguration.alternateTargetGroupArn],
      [group("api-2"), group("api")],
    );
  });
});
