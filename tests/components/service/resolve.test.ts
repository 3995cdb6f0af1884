import assert from "node:assert/strict";
import type { ServiceSettings, Strategy } from "../../../components/index";
import { resolveDeployment, resolveService } from "../../../components/service/resolve";

describe("resolveService", () => {
  it("has a value for everything that is left out", async () => {
    assert.deepEqual(resolveService({ port: 8000 }), {
      port: 8000,
      cpu: 256,
      memory: 512,
      ephemeralStorage: 20,
      cpuArchitecture: "X86_64",
      desiredCount: 1,
      counts: [1, 1],
      capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1, base: 0 }],
      compatibility: "FARGATE",
      command: undefined,
      scheduledTasks: {},
      sidecars: [],
      rule: { pathPatterns: [], hostHeaders: [], priority: undefined },
      healthCheck: {
        path: "/",
        matcher: "200-399",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      healthCheckGracePeriodSeconds: 60,
      deregistrationDelay: 20,
      stopTimeout: 20,
      strategy: {
        type: "rolling",
        minimumHealthyPercent: 100,
        maximumPercent: 200,
        circuitBreaker: { enable: true, rollback: true },
        alarms: [],
      },
      guards: {
        errors: { percent: 1, minimumErrors: 3, datapointsToAlarm: 2, evaluationPeriods: 4 },
        latency: { milliseconds: 5000, datapointsToAlarm: 3, evaluationPeriods: 4 },
        unhealthyHosts: { count: 1, datapointsToAlarm: 3, evaluationPeriods: 3 },
        exits: { count: 2, datapointsToAlarm: 2, evaluationPeriods: 4 },
      },
      logGroup: undefined,
      logKmsKeyArn: undefined,
      logRetentionInDays: 30,
      enableExecuteCommand: false,
      readonlyRootFilesystem: false,
      volumes: [],
      writablePaths: [],
      user: undefined,
      capabilities: undefined,
      taskRolePolicy: [],
      executionRolePolicy: [],
      placeholderImage: "public.ecr.aws/nginx/nginx:stable-alpine",
    });
  });

  it("keeps every value that is given, zero and empty ones too", async () => {
    const given = {
      port: 1,
      cpu: 1024,
      memory: 2048,
      ephemeralStorage: 30,
      cpuArchitecture: "ARM64",
      desiredCount: 0,
      capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 0, base: 2 }],
      command: [],
      rule: { pathPatterns: ["/a"], hostHeaders: ["b.c"], priority: 7 },
      healthCheck: {
        path: "/x",
        matcher: "204",
        interval: 30,
        timeout: 2,
        healthyThreshold: 5,
        unhealthyThreshold: 2,
      },
      healthCheckGracePeriodSeconds: 0,
      deregistrationDelay: 0,
      stopTimeout: 2,
      logGroup: { existing: "/team/api" },
      logRetentionInDays: 0,
      logKmsKeyArn: "key",
      enableExecuteCommand: true,
      readonlyRootFilesystem: true,
      writablePaths: ["/tmp"],
      volumes: [
        {
          ...{ name: "uploads", mountPath: "/uploads", readOnly: true },
          efs: { backups: false, deletionProtection: false, uid: 0, gid: 0 },
        },
      ],
      signIn: {
        oidc: {
          ...{ issuer: "i", authorizationEndpoint: "a", tokenEndpoint: "t" },
          ...{ userInfoEndpoint: "u", clientId: "c", clientSecret: "s" },
        },
        openPaths: [],
        onUnauthenticatedRequest: "allow",
        scope: "openid",
        ...{ sessionCookieName: "c", sessionTimeout: 1 },
      },
      serviceConnect: { dnsName: "a", port: 2, perRequestTimeoutSeconds: 0 },
      user: "",
      capabilities: { add: [], drop: [] },
      taskRolePolicy: [{ Action: "s3:GetObject", Resource: "*" }],
      executionRolePolicy: [{ Action: "kms:Decrypt", Resource: "*" }],
      placeholderImage: "nginx",
      scheduledTasks: {},
      sidecars: [
        {
          ...{ name: "proxy", image: "p", essential: false, environment: { A: "" }, secrets: {} },
          ...{ readonlyRootFilesystem: true, writablePaths: [], user: "app" },
          capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] },
        },
      ],
    } as const;
    const computed = { counts: undefined, guards: undefined, strategy: undefined };
    assert.deepEqual(
      { ...resolveService(given), ...computed },
      { ...given, ...computed, compatibility: "FARGATE" },
    );
    assert.deepEqual(resolveService(given).counts, [0, 0]);
  });

  it("turns guards off, all of them or one, and looks longer at tasks that start slowly", () => {
    const { errors, ...others } = resolveService({ port: 1 }).guards;
    assert.ok(errors, "the guard of errors is on by default");
    assert.deepEqual(resolveService({ port: 1, guards: { errors: false } }).guards, others);
    assert.deepEqual(resolveService({ port: 1, guards: false }).guards, {});
    const datapoints = (healthCheckGracePeriodSeconds: number) =>
      resolveService({ port: 1, healthCheckGracePeriodSeconds }).guards.unhealthyHosts
        ?.datapointsToAlarm;
    assert.deepEqual([0, 60, 61, 240, 1e9].map(datapoints), [3, 3, 4, 6, 60]);
  });

  it("counts one exit more than the service has tasks, also of a worker", () => {
    const count = (settings: Partial<ServiceSettings>) =>
      resolveService({ port: 1, ...settings }).guards.exits?.count;
    assert.deepEqual(
      [0, 1, 2, 9, 500].map((desiredCount) => count({ desiredCount })),
      [2, 2, 3, 10, 10],
    );
    assert.equal(count({ autoscaling: { minCapacity: 3, maxCapacity: 20 } }), 4);
    assert.equal(count({ guards: { exits: { count: 7 } } }), 7);
    assert.equal(count({ worker: {}, port: undefined, guards: { exits: { count: 7 } } }), 7);
    assert.equal(count({ worker: {}, port: undefined, guards: { exits: false } }), undefined);
    assert.equal(count({ worker: { queue: { existing: "arn" } }, port: undefined }), 2);
  });

  const breaker = { enable: true, rollback: true };
  const sets = { minimumHealthyPercent: 100, maximumPercent: 200 };
  const shift = { ...sets, bakeTimeInMinutes: 5, hooks: {}, circuitBreaker: breaker, alarms: [] };
  const strategies: [Strategy, object][] = [
    [{ type: "blue-green" }, shift],
    [
      { type: "blue-green", testListener: {}, hooks: { POST_SCALE_UP: { type: "pause" } } },
      {
        ...shift,
        testListener: { port: 8080 },
        hooks: { POST_SCALE_UP: { type: "pause", timeoutInMinutes: 60, action: "ROLLBACK" } },
      },
    ],
    [{ type: "canary" }, { ...shift, canaryPercent: 5, canaryBakeTimeInMinutes: 10 }],
    [
      { type: "canary", bakeTimeInMinutes: 0 },
      { ...shift, bakeTimeInMinutes: 0, canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
    ],
    [{ type: "linear" }, { ...shift, stepPercent: 10, stepBakeTimeInMinutes: 6 }],
    [
      { type: "code-deploy" },
      {
        ...sets,
        deploymentConfig: "CodeDeployDefault.ECSAllAtOnce",
        terminationWaitTimeInMinutes: 60,
        approvalWaitTimeInMinutes: undefined,
        hooks: {},
        alarms: [],
        autoRollback: true,
      },
    ],
  ];
  for (const [strategy, options] of strategies) {
    it(`of ${JSON.stringify(strategy)}`, async () => {
      const resolved = resolveDeployment({ strategy }).strategy;
      assert.deepEqual(resolved, { type: strategy.type, ...options });
    });
  }
});

describe("the number of tasks", () => {
  const scheduledActions = [
    { name: "night", schedule: "rate(1 day)", minCapacity: 0 },
    { name: "day", schedule: "rate(1 day)", maxCapacity: 20 },
  ];
  for (const [settings, counts] of [
    [{}, [1, 1]],
    [{ desiredCount: 3 }, [3, 3]],
    [{ desiredCount: 3, autoscaling: { minCapacity: 2, maxCapacity: 9 } }, [2, 9]],
    [{ autoscaling: { minCapacity: 2, maxCapacity: 9, scheduledActions } }, [0, 20]],
  ] as const) {
    it(`of ${JSON.stringify(settings)}`, async () => {
      assert.deepEqual(resolveDeployment(settings).counts, counts);
    });
  }
});
