import assert from "node:assert/strict";
import type { Strategy } from "../../../components/index";
import { evaluate } from "../../../sandbox/github/gate/authorize";
import { childrenOf, json, only, type Recorded } from "../../harness";
import { runService } from "../infrastructure";

const targetGroup = "aws:lb/targetGroup:TargetGroup";
const listenerRule = "aws:lb/listenerRule:ListenerRule";
const service = "aws:ecs/service:Service";
const elb = (resource: string) =>
  `arn:aws:elasticloadbalancing:eu-central-1:123456789012:${resource}`;
const lambda = "arn:aws:lambda:eu-central-1:123456789012:function:check";

const weighted = [
  {
    type: "forward",
    forward: {
      targetGroups: [
        { arn: elb("targetgroup/api/1"), weight: 100 },
        { arn: elb("targetgroup/api-2/1"), weight: 0 },
      ],
    },
  },
];

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
}

/** The infrastructure role's policy has the same name. */
const codeDeployPolicy = (resources: readonly Recorded[]) =>
  only(
    resources.filter(({ inputs }) => String(inputs.policy).includes("CreateTaskSet")),
    "aws:iam/rolePolicy:RolePolicy",
  );
const statements = (policy: Recorded) =>
  json<{ Statement: Statement[] }>(policy, "policy").Statement;

describe("DeploymentController", () => {
  const guards = "slipway:deployment:Guards api";
  const exits = "slipway:deployment:ExitsGuard api";
  const always = [`${targetGroup} api`, `${targetGroup} api-2`];
  const role = "slipway:deployment:DeploymentRole api";
  const rules = [`${listenerRule} api`, `${listenerRule} api-test`];
  const table: [Strategy, string[]][] = [
    [{ type: "rolling" }, [`${listenerRule} api`, ...always, role, exits, guards]],
    [{ type: "blue-green" }, [`${listenerRule} api`, ...always, role, exits, guards]],
    [{ type: "canary", testListener: {} }, [...rules, ...always, role, exits, guards]],
    [{ type: "linear" }, [`${listenerRule} api`, ...always, role, exits, guards]],
    [
      { type: "code-deploy", testListener: {} },
      [...rules, ...always, "slipway:deployment:CodeDeployDeployment api", role, exits, guards],
    ],
  ];
  for (const [strategy, children] of table) {
    it(`makes exactly this for ${JSON.stringify(strategy)}`, async () => {
      const { resources } = await runService({ strategy });
      const component = only(resources, "slipway:deployment:DeploymentController");
      assert.deepEqual(childrenOf(resources, component), children);
    });
  }

  it("gives both target groups the same settings, and a port that never changes", async () => {
    const { resources } = await runService({
      healthCheck: { path: "/health", interval: 30 },
      deregistrationDelay: 0,
    });
    for (const name of ["api", "api-2"]) {
      assert.deepEqual(only(resources, targetGroup, name).inputs, {
        vpcId: "vpc-0a1b",
        targetType: "ip",
        protocol: "HTTP",
        port: 80,
        deregistrationDelay: 0,
        healthCheck: {
          path: "/health",
          matcher: "200-399",
          interval: 30,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
        },
      });
    }
  });

  it("declares a rule's traffic once, for both groups, and leaves it to deployments", async () => {
    const { resources } = await runService({
      rule: { pathPatterns: ["/api/*"], hostHeaders: ["api.example.com"], priority: 12 },
      strategy: { type: "canary", testListener: {} },
    });
    for (const [name, listener] of [
      ["api", "dev-http"],
      ["api-test", "dev-test-8080"],
    ] as const) {
      const { inputs, ignoreChanges } = only(resources, listenerRule, name);
      assert.deepEqual(inputs, {
        listenerArn: elb(`listener/app/${listener}/1`),
        priority: 12,
        conditions: [
          { hostHeader: { values: ["api.example.com"] } },
          { pathPattern: { values: ["/api/*"] } },
        ],
        actions: weighted,
      });
      assert.deepEqual(ignoreChanges, ["actions"]);
    }
  });

  describe("puts the service", () => {
    const container = { containerName: "api", containerPort: 8000 };
    for (const type of ["rolling", "code-deploy"] as const) {
      it(`under ${type} into the group that has the traffic`, async () => {
        const traffic = [
          ["api", 0],
          ["api-2", 100],
        ] as const;
        const { resources } = await runService({ strategy: { type } }, { traffic });
        assert.deepEqual(only(resources, service).inputs.loadBalancers, [
          { ...container, targetGroupArn: elb("targetgroup/api-2/1") },
        ]);
      });
    }

    for (const type of ["blue-green", "canary", "linear"] as const) {
      it(`under ${type} into a pair, whichever has the traffic`, async () => {
        const traffic = [
          ["api", 0],
          ["api-2", 100],
        ] as const;
        const { resources } = await runService({ strategy: { type } }, { traffic });
        assert.deepEqual(only(resources, service).inputs.loadBalancers, [
          {
            ...container,
            targetGroupArn: elb("targetgroup/api/1"),
            advancedConfiguration: {
              alternateTargetGroupArn: elb("targetgroup/api-2/1"),
              productionListenerRule: elb("listener-rule/app/api/1"),
              roleArn: "arn:aws:iam::123456789012:role/api-deployment",
            },
          },
        ]);
      });
    }
  });

  it("hands ECS the hooks, with the role that may call them", async () => {
    const { resources } = await runService({
      strategy: {
        type: "blue-green",
        hooks: {
          POST_TEST_TRAFFIC_SHIFT: lambda,
          POST_PRODUCTION_TRAFFIC_SHIFT: { type: "pause" },
        },
      },
    });
    const roleArn = "arn:aws:iam::123456789012:role/api-deployment";
    assert.deepEqual(only(resources, service).inputs.deploymentConfiguration, {
      strategy: "BLUE_GREEN",
      bakeTimeInMinutes: "5",
      lifecycleHooks: [
        {
          targetType: "AWS_LAMBDA",
          hookTargetArn: lambda,
          roleArn,
          lifecycleStages: ["POST_TEST_TRAFFIC_SHIFT"],
        },
        {
          targetType: "PAUSE",
          lifecycleStages: ["POST_PRODUCTION_TRAFFIC_SHIFT"],
          timeoutConfiguration: { action: "ROLLBACK", timeoutInMinutes: "60" },
        },
      ],
    });
    const policy = only(resources, "aws:iam/rolePolicy:RolePolicy", "api-deployment");
    assert.deepEqual(
      statements(policy).map(({ Action, Resource }) => [[Action].flat()[0], Resource]),
      [
        ["elasticloadbalancing:DescribeListeners", "*"],
        [
          "elasticloadbalancing:RegisterTargets",
          [elb("targetgroup/api/1"), elb("targetgroup/api-2/1")],
        ],
        ["elasticloadbalancing:ModifyRule", elb("listener-rule/app/dev/1/*")],
        ["lambda:InvokeFunction", [lambda]],
      ],
    );
  });

  it("lets ECS and CodeDeploy assume their roles for this account's deployments alone", async () => {
    const { resources } = await runService({ strategy: { type: "code-deploy" } });
    const roles = resources.filter(({ type, inputs }) => {
      return type === "aws:iam/role:Role" && /deploy|traffic/i.test(String(inputs.description));
    });
    const trusts = roles.map((role) => json<{ Statement: object[] }>(role, "assumeRolePolicy"));
    const trust = (principal: string) => ({
      Effect: "Allow",
      Principal: { Service: principal },
      Action: "sts:AssumeRole",
      Condition: { StringEqualsIfExists: { "aws:SourceAccount": "123456789012" } },
    });
    assert.deepEqual(
      trusts.map(({ Statement }) => Statement),
      [[trust("ecs.amazonaws.com")], [trust("codedeploy.amazonaws.com")]],
    );
  });

  it("opens one test listener for all services that share its port", async () => {
    const { resources } = await runService({ strategy: { type: "canary", testListener: {} } });
    const { inputs } = only(resources, "aws:lb/listener:Listener", "dev-test-8080");
    assert.deepEqual([inputs.port, inputs.protocol], [8080, "HTTP"]);
    const open = only(
      resources,
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "dev-8080-vpc",
    );
    assert.equal(open.inputs.fromPort, 8080);
  });
});

describe("a service under CodeDeploy", () => {
  const strategy = {
    type: "code-deploy",
    testListener: {},
    deploymentConfig: { type: "TimeBasedLinear", percentage: 20, interval: 2 },
    hooks: { AfterAllowTestTraffic: lambda },
    alarms: ["errors"],
  } as const;

  it("has an application, a group over both target groups, and a configuration of its own", async () => {
    const { resources } = await runService({ strategy });
    assert.deepEqual(only(resources, "aws:codedeploy/application:Application").inputs, {
      computePlatform: "ECS",
    });
    assert.deepEqual(only(resources, "aws:codedeploy/deploymentConfig:DeploymentConfig").inputs, {
      computePlatform: "ECS",
      trafficRoutingConfig: {
        type: "TimeBasedLinear",
        timeBasedLinear: { percentage: 20, interval: 2 },
      },
    });
    assert.deepEqual(only(resources, "aws:codedeploy/deploymentGroup:DeploymentGroup").inputs, {
      appName: "api",
      deploymentGroupName: "api",
      serviceRoleArn: "arn:aws:iam::123456789012:role/api-deployment",
      deploymentConfigName: "api",
      deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
      blueGreenDeploymentConfig: {
        deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT", waitTimeInMinutes: 0 },
        terminateBlueInstancesOnDeploymentSuccess: {
          action: "TERMINATE",
          terminationWaitTimeInMinutes: 60,
        },
      },
      ecsService: { clusterName: "dev", serviceName: "api" },
      loadBalancerInfo: {
        targetGroupPairInfo: {
          targetGroups: [{ name: "api" }, { name: "api-2" }],
          prodTrafficRoute: { listenerArns: [elb("listener/app/dev-http/1")] },
          testTrafficRoute: { listenerArns: [elb("listener/app/dev-test-8080/1")] },
        },
      },
      autoRollbackConfiguration: {
        enabled: true,
        events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
      },
      alarmConfiguration: {
        enabled: true,
        alarms: ["api-errors", "api-latency", "api-unhealthy-hosts", "api-exits", "errors"],
      },
    });
  });

  const taskSets = [
    "arn:aws:ecs:eu-central-1:123456789012:service/dev/api",
    "arn:aws:ecs:eu-central-1:123456789012:task-set/dev/api/*",
  ];

  it("gives CodeDeploy this service, its tasks' roles and its rules, and no other", async () => {
    const { resources } = await runService({ strategy });
    const policy = codeDeployPolicy(resources);
    assert.deepEqual(
      statements(policy).map(({ Resource }) => Resource),
      [
        "*",
        elb("listener-rule/app/dev/1/*"),
        taskSets,
        taskSets,
        ["arn:aws:iam::123456789012:role/api-execution", "arn:aws:iam::123456789012:role/api-task"],
        "*",
        [lambda],
      ],
    );
  });

  it("lets CodeDeploy make task sets of the service's family alone", async () => {
    const { resources } = await runService({ strategy });
    const policy = codeDeployPolicy(resources);
    const account = "123456789012";
    const caller = {
      account,
      arn: `arn:aws:sts::${account}:assumed-role/api-deployment/codedeploy`,
      roleArn: `arn:aws:iam::${account}:role/api-deployment`,
      policies: [{ name: "deployment", policy: json(policy, "policy") }],
    };
    const decide = (family: string) =>
      evaluate(caller, {
        action: "ecs:CreateTaskSet",
        resource: `arn:aws:ecs:eu-central-1:${account}:task-set/dev/api/ecs-svc-1`,
        context: {
          "ecs:task-definition": `arn:aws:ecs:eu-central-1:${account}:task-definition/${family}:8`,
        },
      });
    assert.equal(await decide("slipway-dev-api"), "Allowed");
    assert.equal(await decide("slipway-dev-api-placeholder"), "ImplicitlyDenied");
    assert.equal(await decide("admin"), "ImplicitlyDenied");
  });

  it("leaves revision and port to CodeDeploy, and replaces what UpdateService refuses", async () => {
    const { resources } = await runService({
      strategy,
      autoscaling: { minCapacity: 1, maxCapacity: 4 },
    });
    const { inputs, ignoreChanges, replaceOnChanges } = only(resources, service);
    assert.deepEqual(
      [inputs.deploymentController, inputs.forceNewDeployment, inputs.deploymentConfiguration],
      [{ type: "CODE_DEPLOY" }, undefined, undefined],
    );
    assert.deepEqual(ignoreChanges, [
      "capacityProviderStrategies",
      "loadBalancers[0].containerPort",
      "taskDefinition",
      "desiredCount",
    ]);
    assert.deepEqual(replaceOnChanges, [
      "deploymentController",
      "enableExecuteCommand",
      "networkConfiguration",
    ]);
    const ingress = only(
      resources,
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "api-from-load-balancer",
    );
    assert.deepEqual([ingress.inputs.fromPort, ingress.inputs.toPort], [8000, 8000]);
  });
});

describe("FargateService refuses", () => {
  const cases: [string, Parameters<typeof runService>[0], object][] = [
    [
      "a rule that authenticates, under a strategy that rewrites it",
      {
        strategy: { type: "blue-green" },
        transform: {
          listenerRule: (rule) => ({
            ...rule,
            actions: [{ type: "authenticate-oidc" }, ...(rule.actions as [])],
          }),
        },
      },
      {
        path: "args.transform.listenerRule",
        value: ["authenticate-oidc"],
        allowed:
          "a rule with only a forward action: under blue-green, each deployment rewrites the rule's actions",
        fix: "authenticate in the application, or use rolling",
      },
    ],
    [
      "the service's own alarms under CodeDeploy",
      {
        strategy: { type: "code-deploy" },
        transform: {
          service: (args) => ({
            ...args,
            alarms: { alarmNames: ["errors"], enable: true, rollback: true },
          }),
        },
      },
      {
        path: "args.transform.service",
        value: { alarmNames: ["errors"], enable: true, rollback: true },
        allowed: "no alarms of the service: with code-deploy they belong to the deployment group",
        fix: "name them in strategy.alarms",
      },
    ],
    [
      "a test listener on the production port",
      { strategy: { type: "linear", testListener: { port: 80 } } },
      {
        path: "args.strategy.testListener.port",
        value: 80,
        allowed: "a port that no production listener uses: the load balancer listens on 80",
        fix: "remove it, which means 8080, or choose another",
      },
    ],
    [
      "a shift of traffic without a load balancer",
      { strategy: { type: "canary" }, loadBalancer: undefined } as object,
      {
        path: "args.loadBalancer",
        value: undefined,
        allowed: "a LoadBalancer: canary shifts its traffic",
        fix: "create one with new LoadBalancer(...) and pass it here",
      },
    ],
  ];
  for (const [what, settings, problem] of cases) {
    it(what, async () => {
      await assert.rejects(runService(settings), { problems: [problem] });
    });
  }
});
