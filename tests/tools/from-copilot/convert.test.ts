import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { ConfigurationError } from "../../../components/index";
import { checkStackFile } from "../../../tools/stack-file/read";
import { renderStackFile } from "../../../tools/stack-file/render";
import { configOf, converted, listed, options, serviceOf, withKey } from "./application";
import { environmentKeys, serviceKeys, sidecarKeys } from "./documented";

const lines = (...text: string[]) => text.join("\n");
const api = lines(
  "name: api",
  "type: Load Balanced Web Service",
  "image: { build: Dockerfile, port: 8000 }",
  "http: { path: / }",
  "",
);

const importedVpc = lines(
  "network:",
  "  vpc:",
  "    id: vpc-1",
  "    subnets:",
  "      public: [{ id: subnet-1 }, { id: subnet-2 }]",
  "      private: [{ id: subnet-3 }, { id: subnet-4 }]",
);

describe("existing infrastructure of a Copilot environment", () => {
  const listener =
    "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/shop/50dc6c49/f2f7dc8e";
  const flags = {
    clusters: new Map([["dev", "shop-dev-Cluster-1"]]),
    listeners: new Map([["dev", listener]]),
  };
  const vpc = lines("name: dev", "type: Environment", importedVpc);
  const imported = withKey(withKey(api, "http.alb", "shop"), "http.path", "/shop");

  it("is used as the flags name it, in the VPC of the manifest", () => {
    const conversion = converted({ services: [imported], environments: [vpc] }, flags);
    const config = configOf(conversion);
    assert.deepEqual(listed(conversion), []);
    assert.deepEqual(config["slipway:cluster"], { existing: "shop-dev-Cluster-1" });
    assert.deepEqual(config["slipway:loadBalancer"], { existing: { listenerArn: listener } });
    assert.equal((config["slipway:network"] as { vpcId: string }).vpcId, "vpc-1");
  });

  it("is listed without the flags", () => {
    const { findings } = converted({ services: [imported], environments: [vpc] });
    assert.deepEqual(
      findings.map(({ key, instead }) => [key, /--listener/.test(instead)]),
      [["http.alb", true]],
    );
  });

  it("replaces the settings that only a new load balancer or cluster has", () => {
    const text = lines(
      vpc,
      "http:",
      "  public:",
      "    certificates: ['arn:aws:acm:us-east-1:111122223333:certificate/1']",
      "observability: { container_insights: true }",
      "",
    );
    const conversion = converted({ services: [imported], environments: [text] }, flags);
    assert.deepEqual(configOf(conversion)["slipway:loadBalancer"], {
      existing: { listenerArn: listener },
    });
    assert.deepEqual(
      listed(conversion)
        .map((one) => one.replace(/^\d+ /, ""))
        .sort(),
      ["http.public.certificates", "observability.container_insights"],
    );
  });

  it("is listed with the reason if the manifest names no VPC", () => {
    const conversion = converted({ services: [imported] }, flags);
    assert.deepEqual(listed(conversion), ["1 http.alb"]);
    assert.match(conversion.findings[0]?.reason ?? "", /vpc/i);
    assert.equal(configOf(conversion)["slipway:loadBalancer"], undefined);
  });
});

describe("a Copilot service in a stack file", () => {
  it("has its values, with an environment's overrides", () => {
    const text = lines(
      api,
      "count: { range: 1-4, cpu_percentage: 70 }",
      "variables: { LOG_LEVEL: info, FLAG: False, RATE: 1.10 }",
      "environments:",
      "  prod:",
      "    count: { spot: 2 }",
      "    variables: { LOG_LEVEL: warn }",
      "    image: { port: 9000 }",
      "  dev:",
      "    variables:",
    );
    const conversion = converted({ services: [text] });
    assert.deepEqual(listed(conversion), []);
    assert.deepEqual(serviceOf(conversion), {
      ...{ name: "api", port: 8000 },
      autoscaling: { minCapacity: 1, maxCapacity: 4, cpuUtilization: 70 },
      environment: { LOG_LEVEL: "info", FLAG: "False", RATE: "1.10" },
    });
    assert.deepEqual(serviceOf(conversion, "prod"), {
      ...{ name: "api", port: 9000, desiredCount: 2 },
      capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT" }],
      environment: { LOG_LEVEL: "warn", FLAG: "False", RATE: "1.10" },
    });
  });

  for (const [key, value, expected] of [
    ["image.build", "./api/Dockerfile", { build: { context: "api" } }],
    [
      "image.build",
      "api/web.dockerfile",
      { build: { context: "api", dockerfile: "api/web.dockerfile" } },
    ],
    [
      "image.build",
      { context: ".", dockerfile: "a/Dockerfile" },
      { build: { dockerfile: "a/Dockerfile" } },
    ],
    ["image.build", { context: "api" }, { build: { context: "api" } }],
    [
      "image.build",
      { args: { A: 1 }, target: "run" },
      { build: { args: { A: "1" }, target: "run" } },
    ],
    ["http.path", "shop/", { rule: { pathPatterns: ["/shop", "/shop/*"] } }],
    ["http.alias", [{ name: "a.example.com" }], { rule: { hostHeaders: ["a.example.com"] } }],
    ["http.healthcheck", "/up", { healthCheck: { path: "/up" } }],
    ["http.healthcheck.timeout", "20s", { healthCheck: { timeout: 20, interval: 30 } }],
    ["http.target_port", 8001, { port: 8001 }],
    ["http.target_container", "api", {}],
    ["http.stickiness", false, {}],
    ["platform", "linux/amd64", {}],
    ["platform", { osfamily: "linux", architecture: "arm64" }, { cpuArchitecture: "ARM64" }],
    [
      "count",
      { range: { min: 1, max: 9, spot_from: 3 } },
      {
        autoscaling: { minCapacity: 1, maxCapacity: 9 },
        capacityProviderStrategies: [
          { capacityProvider: "FARGATE", base: 2, weight: 0 },
          { capacityProvider: "FARGATE_SPOT", weight: 1 },
        ],
      },
    ],
    [
      "count",
      { range: "1-2", requests: { value: 9, cooldown: { in: "1m" } } },
      {
        autoscaling: {
          minCapacity: 1,
          maxCapacity: 2,
          requestCountPerTarget: 9,
          scaleInCooldown: 60,
        },
      },
    ],
    ["exec", "yes", { enableExecuteCommand: true }],
    ["deployment.rolling", "default", {}],
    [
      "deployment.rolling",
      "recreate",
      {
        strategy: { type: "rolling", minimumHealthyPercent: 0, maximumPercent: 100 },
      },
    ],
    ["command", 'sh -c \'a  b\' "c\\"d"', { command: ["sh", "-c", "a  b", 'c"d'] }],
    ["storage.ephemeral", 20, {}],
    ["network.vpc.placement", "private", {}],
    [
      "variables.PLAIN",
      `\\$${"{NAME}"} of $${"{COPILOT_APPLICATION_NAME}"}-$${"{COPILOT_ENVIRONMENT_NAME}"}`,
      {
        environment: { PLAIN: `$${"{NAME}"} of shop-dev` },
      },
    ],
    [
      "secrets.ARN",
      "'arn:aws:ssm:us-east-1:111122223333:parameter/a'",
      {
        secrets: { ARN: "arn:aws:ssm:us-east-1:111122223333:parameter/a" },
      },
    ],
  ] as const) {
    it(`reads ${key}: ${JSON.stringify(value)}`, () => {
      const conversion = converted({ services: [withKey(api, key, value)] });
      assert.deepEqual(listed(conversion), []);
      assert.deepEqual(serviceOf(conversion), { name: "api", port: 8000, ...expected });
    });
  }

  it("has more paths of the same hosts, as many as a rule can have, and lists rules for others", () => {
    const rules = [
      ...[{ path: "a" }, { path: "b", stickiness: true }, { path: "c" }],
      { path: "d", alias: "x.example.com" },
    ];
    const text = withKey(withKey(api, "http.path", "main"), "http.additional_rules", rules);
    const conversion = converted({ services: [text] });
    const pathPatterns = ["/main", "/main/*", "/a", "/a/*"];
    assert.deepEqual(serviceOf(conversion).rule, { pathPatterns });
    assert.deepEqual(
      conversion.findings.map(({ reason }) => reason),
      [
        ...["a rule has at most 5 hosts and paths together"],
        ...["a rule has at most 5 hosts and paths together"],
        "a service has one rule, and this one is for other hosts",
      ],
    );
    const [, second] = rules;
    const whole = withKey(api, "http.additional_rules", [second]);
    assert.deepEqual(
      converted({ services: [whole] }).findings.map(({ key }) => key),
      ["http.additional_rules.stickiness"],
    );
  });

  it("gets the host that it has in an application with a domain", () => {
    const other = api.replace("name: api", "name: web");
    const services = [api, other];
    // Both want all requests: the second is left out, with the reason.
    const [finding, ...more] = converted({ services }).findings;
    assert.deepEqual([finding?.at.file, more.length], ["copilot/web/manifest.yml", 0]);
    assert.match(finding?.reason ?? "", /web is left out.*api gets the same ones/);
    const conversion = converted({ services }, { domain: "example.com" });
    assert.deepEqual(listed(conversion), []);
    assert.deepEqual(serviceOf(conversion).rule, { hostHeaders: ["api.dev.shop.example.com"] });
  });

  it("lists a value that Slipway refuses, a typing error and a shell's variable, each with its line", () => {
    const text = lines(
      api,
      "cpu: 300",
      "memory: 512",
      "cuont: 2",
      "variables:",
      `  TAG: $${"{TAG}"}`,
      '  "A B": c',
      "sidecars:",
      "  broken: { image: 'a b' }",
      "  agent: { image: 'registry/agent:1', depends_on: { broken: start } }",
    );
    const conversion = converted({ services: [text] });
    const file = text.split("\n");
    const line = (start: string) => file.findIndex((one) => one.trim().startsWith(start)) + 1;
    assert.deepEqual(listed(conversion), [
      `${line("cpu")} cpu`,
      `${line("cuont")} cuont`,
      `${line("TAG")} variables.TAG`,
      `${line('"A B"')} variables.A B`,
      `${line("broken")} sidecars.broken.image`,
      `${line("agent")} sidecars.agent.depends_on`,
    ]);
    assert.deepEqual(serviceOf(conversion), {
      ...{ name: "api", port: 8000, memory: 512 },
      sidecars: [{ name: "agent", image: "registry/agent:1" }],
    });
  });

  it("keeps YAML's anchors and merged maps", () => {
    const text = lines(
      "name: api",
      "type: Load Balanced Web Service",
      "image: { build: Dockerfile, port: 8000 }",
      "variables: &common { A: a, B: b }",
      "environments:",
      "  dev: { variables: { <<: *common, B: c } }",
    );
    const { environment } = serviceOf(converted({ services: [text] }));
    assert.deepEqual(environment, { A: "a", B: "c" });
  });
});

describe("a Copilot environment in a stack file", () => {
  it("brings the network, the load balancer and the cluster", () => {
    const environment = lines(
      "name: prod",
      "type: Environment",
      importedVpc,
      "http: { public: { ingress: { source_ips: [192.0.2.0/24] } } }",
      "observability: { container_insights: true }",
    );
    const conversion = converted({ services: [api], environments: [environment] });
    const { "slipway:services": _, ...config } = configOf(conversion, "prod");
    assert.deepEqual(config, {
      "aws:region": "us-east-1",
      "aws:defaultTags": { tags: { Project: "shop", Stack: "prod" } },
      "slipway:network": {
        vpcId: "vpc-1",
        publicSubnetIds: ["subnet-1", "subnet-2"],
        privateSubnetIds: ["subnet-3", "subnet-4"],
      },
      "slipway:cluster": { containerInsights: "enabled" },
      "slipway:loadBalancer": { allowedCidrBlocks: ["192.0.2.0/24"] },
      "slipway:github": {
        repository: "octo-org/octo-shop",
        trigger: { type: "tag", pattern: "v*" },
        identityProvider: "create",
      },
    });
    assert.deepEqual(listed(conversion), []);
  });

  it("has an internal load balancer for backend services with http, where no service is public", () => {
    const backend = api.replace("Load Balanced Web Service", "Backend Service");
    const internal = converted({ services: [backend] });
    assert.deepEqual(configOf(internal)["slipway:loadBalancer"], { internal: true });
    const web = api.replace("name: api", "name: web");
    const mixed = converted({ services: [backend, web] });
    assert.deepEqual(serviceOf(mixed).name, "web");
    assert.match(mixed.findings[0]?.reason ?? "", /needs an internal load balancer/);
  });

  it("deploys the pipeline's branch first, and then tags", () => {
    const pipeline = lines(
      "name: main",
      "source: { provider: GitHub, properties: { branch: trunk } }",
      "stages: [{ name: beta }, { name: live }]",
    );
    const conversion = converted({ services: [api], pipelines: [pipeline] });
    const trigger = (stack: string) =>
      (configOf(conversion, stack)["slipway:github"] as { trigger: object }).trigger;
    assert.deepEqual(trigger("beta"), { type: "push", branch: "trunk" });
    assert.deepEqual(trigger("live"), { type: "tag", pattern: "v*" });
  });

  it("refuses a wrong flag instead of listing it", () => {
    assert.throws(() => converted({ services: [api] }, { repository: "octo" }), ConfigurationError);
  });
});

describe("the stack files of npm run from:copilot", function () {
  this.timeout(60_000);
  it("pass the checks of an update, whatever the manifests contain", () => {
    const wrong = fc.constantFrom<unknown>(-1, "", "a b", "/", true, [], {}, ["", 1], "10s", 99999);
    const some = (samples: object) =>
      fc
        .subarray(Object.entries(samples), { maxLength: 12 })
        .chain((chosen) =>
          fc.tuple(
            ...chosen.map(([key, value]) =>
              fc.tuple(
                fc.constant(key),
                fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, wrong),
              ),
            ),
          ),
        );
    const add = (text: string, entries: readonly (readonly [string, unknown])[], prefix = "") =>
      entries.reduce((all, [key, value]) => withKey(all, `${prefix}${key}`, value), text);
    fc.assert(
      fc.property(
        some(serviceKeys),
        some(sidecarKeys),
        some(environmentKeys),
        (own, sidecar, env) => {
          const service = add(add(api, own), sidecar, "sidecars.agent.");
          const environments = [add("name: dev\n", env)];
          const { files } = converted({ services: [service], environments });
          for (const [stack, file] of files) {
            const { config } = parse(renderStackFile(file));
            assert.equal(
              checkStackFile(config, stack, "the file").github?.repository,
              options.repository,
            );
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
