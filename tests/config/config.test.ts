import assert from "node:assert/strict";
import type { ConfigurationError, Problem } from "../../components/index";
import { attempt, restApi, stackConfig, stackProgram, type World } from "../harness";

const dev = stackConfig("Pulumi.dev.yaml");
const [api = {}] = dev["slipway:services"] as Record<string, unknown>[];

type Values = Readonly<Record<string, unknown>>;
const withKey = (key: string, value: unknown): Values => ({ ...dev, [`slipway:${key}`]: value });
const withService = (values: Values) => withKey("services", [{ ...api, ...values }]);
const withServices = (...services: Values[]) =>
  withKey(
    "services",
    services.map((values, i) => ({ ...api, name: `service-${i}`, ...values })),
  );
const github = (values: Values) =>
  withKey("github", { repository: "o/r", trigger: { type: "push", branch: "main" }, ...values });
const without = (key: string): Values =>
  Object.fromEntries(Object.entries(dev).filter(([name]) => name !== key));

/** What the whole program throws, once it is sure that nothing was registered. */
async function mistakes(
  config: Values,
  { world, stack, encrypted }: { world?: World; stack?: string; encrypted?: string[] } = {},
): Promise<ConfigurationError | undefined> {
  const { error, resources } = await attempt(stackProgram(config, encrypted), world, stack);
  if (error) {
    assert.deepEqual(resources, []);
  }
  return error as ConfigurationError | undefined;
}

const keysOfService =
  "name, port, repository, build, imageRepository, cpu, memory, ephemeralStorage, cpuArchitecture, desiredCount, autoscaling, capacityProviderStrategies, command, environment, secrets, sidecars, rule, healthCheck, healthCheckGracePeriodSeconds, deregistrationDelay, stopTimeout, strategy, logRetentionInDays, enableExecuteCommand, taskRolePolicy, executionRolePolicy, placeholderImage";
const strategies = "rolling, blue-green, canary, linear, code-deploy";

type Row = readonly [
  title: string,
  config: Values,
  path: string,
  value: unknown,
  allowed: string,
  fix: string,
];

/** Each line of what a user may get wrong, with all that the error says of it. */
const table: readonly Row[] = [
  [
    "CPU and memory that do not fit",
    withService({ cpu: 256, memory: 4096 }),
    "services[0].memory",
    4096,
    "512, 1024, 2048 MiB with 256 CPU units",
    "set memory to 2048, or cpu to 512 or 1024 or 2048, which 4096 MiB fits",
  ],
  [
    "a name too long for a target group",
    withService({ name: "the-name-of-a-service" }),
    "services[0].name",
    "the-name-of-a-service",
    "a letter, then at most 19 lower-case letters, digits and hyphens, no hyphen at the end: it names the target group, the image repository and the workflow",
    'choose a shorter or plainer name, for example "the-name-of-a-servic"',
  ],
  [
    "two services of one name",
    withServices({ name: "api", rule: { pathPatterns: ["/a"] } }, { name: "api" }),
    "services[1].name",
    "api",
    "a name that no other service of the stack has: services[0] has it too",
    "rename one of them",
  ],
  [
    "two services on the same rule",
    withServices({ rule: { pathPatterns: ["/a"] } }, { rule: { pathPatterns: ["/a"] } }),
    "services[1].rule",
    { hostHeaders: undefined, pathPatterns: ["/a"] },
    "a rule for other requests: service service-0 gets the same ones",
    "give each service different pathPatterns or hostHeaders",
  ],
  [
    "a port out of range",
    withService({ port: 70000 }),
    "services[0].port",
    70000,
    "a whole number from 1 to 65535 (TCP ports)",
    "the nearest is 65535",
  ],
  [
    "a minimum above the maximum",
    withService({ autoscaling: { minCapacity: 5, maxCapacity: 2 } }),
    "services[0].autoscaling.minCapacity",
    5,
    "at most maxCapacity, which is 2",
    "lower minCapacity or raise maxCapacity to 5",
  ],
  [
    "percents that can never deploy",
    withService({
      strategy: { type: "rolling", minimumHealthyPercent: 100, maximumPercent: 100 },
    }),
    "services[0].strategy",
    { minimumHealthyPercent: 100, maximumPercent: 100 },
    "percentages that let a task start or stop: with 1 task, 1 must stay healthy and 1 may run, so a deployment could never start",
    "raise maximumPercent to 200 or lower minimumHealthyPercent to 0",
  ],
  [
    "an unknown key at the top",
    withKey("loadbalancer", {}),
    "loadbalancer",
    {},
    "network, cluster, loadBalancer, github, services, keepNames",
    "did you mean loadBalancer?",
  ],
  [
    "an unknown key below",
    withService({ memmory: 512 }),
    "services[0].memmory",
    512,
    keysOfService,
    "did you mean memory?",
  ],
  [
    "an unknown key further below",
    withService({ healthCheck: { pth: "/health" } }),
    "services[0].healthCheck.pth",
    "/health",
    "path, matcher, interval, timeout, healthyThreshold, unhealthyThreshold",
    "did you mean path?",
  ],
  [
    "an unknown key that is near none",
    withService({ volumes: [] }),
    "services[0].volumes",
    [],
    keysOfService,
    "remove it",
  ],
  [
    "an unknown key of a new network",
    withKey("network", { natGateway: "none" }),
    "network.natGateway",
    "none",
    "cidrBlock, availabilityZones, natGateways, vpcEndpoints",
    "did you mean natGateways?",
  ],
  [
    "a key of a new repository beside an existing one",
    withService({ imageRepository: { existing: "team/api", keepReleases: 3 } }),
    "services[0].imageRepository.keepReleases",
    3,
    "existing",
    "remove it",
  ],
  [
    "an existing network without its tasks' subnets",
    withKey("network", { vpcId: "vpc-1", publicSubnetIds: ["subnet-1", "subnet-2"] }),
    "network.privateSubnetIds",
    undefined,
    "a list",
    "add it",
  ],
  [
    "a domain without its zone",
    withKey("loadBalancer", { https: { domain: "app.example.com" } }),
    "loadBalancer.https.zone",
    undefined,
    "a string",
    "add it",
  ],
  [
    "an unknown strategy as a word",
    withService({ strategy: "rollin" }),
    "services[0].strategy",
    "rollin",
    strategies,
    "did you mean rolling?",
  ],
  [
    "an unknown strategy as an object",
    withService({ strategy: { type: "bluegreen" } }),
    "services[0].strategy",
    "bluegreen",
    strategies,
    "did you mean blue-green?",
  ],
  [
    "a strategy without a type",
    withService({ strategy: { maximumPercent: 150 } }),
    "services[0].strategy",
    { maximumPercent: 150 },
    strategies,
    "set type to one of these; rolling is the default",
  ],
  [
    "a strategy that is neither",
    withService({ strategy: 5 }),
    "services[0].strategy",
    5,
    strategies,
    "set type to one of these; rolling is the default",
  ],
  [
    "alarms beside the strategy",
    withService({ alarms: ["errors"] }),
    "services[0].alarms",
    ["errors"],
    keysOfService,
    "move it under strategy",
  ],
  [
    "a test listener on the production port",
    withService({ strategy: { type: "canary", testListener: { port: 80 } } }),
    "services[0].strategy.testListener.port",
    80,
    "a port that no production listener uses: the load balancer listens on 80",
    "remove it, which means 8080, or choose another",
  ],
  [
    "a lifecycle stage that ECS does not know",
    withService({ strategy: { type: "canary", hooks: { POST_SCALE: { type: "pause" } } } }),
    "services[0].strategy.hooks.POST_SCALE",
    "POST_SCALE",
    "RECONCILE_SERVICE, PRE_SCALE_UP, POST_SCALE_UP, TEST_TRAFFIC_SHIFT, POST_TEST_TRAFFIC_SHIFT, PRE_PRODUCTION_TRAFFIC_SHIFT, PRODUCTION_TRAFFIC_SHIFT, POST_PRODUCTION_TRAFFIC_SHIFT",
    "did you mean POST_SCALE_UP?",
  ],
  [
    "another strategy's option",
    withService({ strategy: { type: "rolling", bakeTime: 5 } }),
    "services[0].strategy.bakeTime",
    5,
    "type, minimumHealthyPercent, maximumPercent, circuitBreaker, alarms",
    "remove it",
  ],
  [
    "a repository that is not owner/name",
    github({ repository: "https://github.com/octo-org/octo-app" }),
    "github.repository",
    "https://github.com/octo-org/octo-app",
    "owner/name, as in the address of the repository on GitHub",
    "write octo-org/octo-app",
  ],
  [
    "a service's repository that is not owner/name",
    withService({ repository: "octo-app" }),
    "services[0].repository",
    "octo-app",
    "owner/name, as in the address of the repository on GitHub",
    "for example octo-org/octo-app",
  ],
  [
    "a secret's value where its reference belongs, which is not printed",
    withService({ secrets: { DB_PASSWORD: "hunter2-hunter2" } }),
    "services[0].secrets.DB_PASSWORD",
    "hun… (15 characters)",
    "a reference without wildcards: the ARN of a Secrets Manager secret or SSM parameter, or a parameter's path (/team/key)",
    "store the value in Secrets Manager or SSM and give its ARN or path here",
  ],
  [
    "a reviewer by name",
    github({ environment: { reviewers: { users: ["octocat"] } } }),
    "github.environment.reviewers.users[0]",
    "octocat",
    "a number",
    "write a number",
  ],
  [
    "a wait that GitHub does not allow",
    github({ environment: { waitTimer: 50000 } }),
    "github.environment.waitTimer",
    50000,
    "a whole number from 0 to 43200 (minutes)",
    "the nearest is 43200",
  ],
  [
    "rules for an environment that the stack does not use",
    github({ settings: "repository", environment: { waitTimer: 5 } }),
    "github.environment",
    "waitTimer",
    "nothing: with settings: repository, there is no environment",
    "remove it, or set settings: environment",
  ],
  [
    "a command with an empty text",
    withService({ command: ["app", ""] }),
    "services[0].command[1]",
    "",
    "a string that is not empty: the deploy action removes empty strings",
    "remove it, or pass it through a shell: [sh, -c, \"app --name ''\"]",
  ],
  [
    "a branch with a wildcard",
    github({ trigger: { type: "push", branch: "release/*" } }),
    "github.trigger.branch",
    "release/*",
    "the name of one branch; a wildcard would let any branch of that kind deploy",
    "for example main",
  ],
  [
    "an unknown trigger",
    github({ trigger: { type: "tag", branch: "main" } }),
    "github.trigger.type",
    "tag",
    "push",
    "write push",
  ],
  [
    "a trigger that is a word",
    github({ trigger: "push" }),
    "github.trigger",
    "push",
    "keys and values",
    "write keys below it: type, branch",
  ],
  [
    "one Availability Zone",
    withKey("network", { availabilityZones: 1 }),
    "network.availabilityZones",
    1,
    "2 to 6: an Application Load Balancer needs subnets in at least two Availability Zones",
    "set availabilityZones to 2. To save money, set natGateways: single: zones are free, NAT gateways are not",
  ],
  [
    "a CIDR too small",
    withKey("network", { cidrBlock: "10.0.0.0/28" }),
    "network.cidrBlock",
    "10.0.0.0/28",
    "/16 to /24: each zone has two subnets, and a load balancer needs at least a /27",
    "use 10.0.0.0/24 or larger",
  ],
  [
    "no NAT gateway, and a placeholder from the internet",
    withKey("network", { natGateways: "none" }),
    "services[0].placeholderImage",
    undefined,
    "an image in ECR: without NAT gateways tasks cannot reach public.ecr.aws",
    "copy public.ecr.aws/nginx/nginx:stable-alpine into a repository of yours and name it here",
  ],
  [
    "a number in quotes",
    withService({ port: "8000" }),
    "services[0].port",
    "8000",
    "a number",
    "remove the quotes: 8000",
  ],
  [
    "a word for a number",
    withService({ port: "http" }),
    "services[0].port",
    "http",
    "a number",
    "write a number",
  ],
  [
    "a key with nothing behind it",
    withService({ cpu: null }),
    "services[0].cpu",
    null,
    "a number",
    "write a number, or remove the key",
  ],
  [
    "a variable that YAML takes for a number",
    withService({ environment: { PORT: 8000 } }),
    "services[0].environment.PORT",
    8000,
    "a string",
    'put it in quotes: "8000"',
  ],
  [
    "a value that is none of those known",
    withKey("network", { natGateways: "singel" }),
    "network.natGateways",
    "singel",
    "none, single, one-per-az",
    "did you mean single?",
  ],
  [
    "services by name instead of a list",
    withKey("services", { api: { port: 8000 } }),
    "services",
    { api: { port: 8000 } },
    "a list",
    "write a list",
  ],
  [
    "no service",
    withKey("services", []),
    "services",
    [],
    "a list with at least 1 entry",
    "add one",
  ],
  [
    "a service without a port",
    withKey("services", [{ name: "api" }]),
    "services[0].port",
    undefined,
    "a number",
    "add it",
  ],
  [
    "a build argument that begins another one",
    withService({ build: { args: { VERSION: "1\nTOKEN=2" } } }),
    "services[0].build.args.VERSION",
    "1\nTOKEN=2",
    `one line without ${"$"}{{, which GitHub would evaluate in the workflow file`,
    "write the value itself. For longer values, let the build read a file of the repository",
  ],
  [
    "no repository",
    without("slipway:github"),
    "github",
    undefined,
    "keys and values",
    "add it, with repository, trigger, settings, workflow, identityProvider, environment, oldSettings",
  ],
];

describe("a configuration with", () => {
  for (const [title, config, path, value, allowed, fix] of table) {
    it(`${title} is refused`, async () => {
      const error = await mistakes(config);
      assert.deepEqual(
        error?.problems.map(({ path, value, allowed, fix }) => ({ path, value, allowed, fix })),
        [{ path, value, allowed, fix }],
      );
      assert.match(error?.message ?? "", /^Pulumi\.dev\.yaml has 1 mistake; nothing was created\./);
    });
  }

  it("no region is refused", async () => {
    const [problem, ...others] = (await mistakes(without("aws:region")))?.problems ?? [];
    assert.deepEqual(others, []);
    assert.equal(problem?.path, "aws:region");
    assert.match(problem?.fix ?? "", /^pulumi config set aws:region [\w-]+, or export AWS_REGION$/);
  });

  it("a stack's name too long for a load balancer is refused", async () => {
    const stack = "a-stack-name-of-25-letter";
    const error = await mistakes(dev, { stack });
    assert.deepEqual(error?.problems, [
      {
        path: "the stack's name",
        value: stack,
        allowed:
          "at most 24 letters, digits and hyphens, no hyphen at either end, not starting with internal-: it names the load balancer",
        fix: 'choose a shorter or plainer name, for example "a-stack-name-of-25-lette"',
      },
    ]);
  });

  it("an encrypted value is refused, and none of it is printed", async () => {
    const config = withService({ environment: { PASSWORD: 12345678 } });
    const error = await mistakes(config, { encrypted: ["slipway:services"] });
    assert.deepEqual(error?.problems, [
      {
        path: "services",
        value: "[secret]",
        allowed: "plain values: an encrypted value would be readable in the task definition",
        fix: "store it in Secrets Manager or SSM and name it under secrets",
      },
    ]);
  });

  it("many mistakes, of shape and of meaning, is refused with all of them at once", async () => {
    const error = await mistakes({
      ...withServices(
        { port: "8000", memory: 4096, stratgy: "rolling", healthCheck: { interval: "3" } },
        { rule: { pathPatterns: ["/x"] }, secrets: { KEY: "secret" }, stopTimeout: 200 },
        { autoscaling: { maxCapacity: 0 }, rule: { pathPatterns: ["/x"] } },
      ),
      "slipway:network": { availabilityZones: 1, natGateways: "one-per-zone" },
      "slipway:github": { repository: "octo-app", trigger: { type: "push", branch: "v*" } },
      "slipway:loadBalancer": { https: { domain: "app.example.com" } },
    });
    assert.deepEqual(
      error?.problems.map(({ path }: Problem) => path),
      [
        "network.natGateways",
        "loadBalancer.https.zone",
        "services[0].port",
        "services[0].healthCheck.interval",
        "services[0].stratgy",
        "services[2].autoscaling.minCapacity",
        "network.availabilityZones",
        "github.repository",
        "github.trigger.branch",
        "services[0].memory",
        "services[0].healthCheck.timeout",
        "services[1].stopTimeout",
        "services[1].secrets.KEY",
        "services[2].autoscaling.maxCapacity",
        "services[2].rule",
      ],
    );
    assert.match(error?.message ?? "", /^Pulumi\.dev\.yaml has 15 mistakes; nothing was created\./);
  });

  it("no mistake is accepted, the strategy as a word or as an object", async () => {
    for (const strategy of [
      "rolling",
      { type: "rolling", maximumPercent: 150, minimumHealthyPercent: 0 },
    ]) {
      assert.equal(await mistakes(withService({ strategy })), undefined);
    }
  });
});

describe("GitHub's answer", () => {
  const answer = (response: object, token?: string | null): World => ({
    token,
    calls: { "github:index/getRestApi:getRestApi": () => response },
  });
  for (const [title, world, path] of [
    ["no token", answer(restApi({}, { code: 404, scopes: "" }), null), "GITHUB_TOKEN"],
    ["a token that is refused", answer(restApi({}, { code: 401 })), "GITHUB_TOKEN"],
    ["a token without the scope workflow", answer(restApi({}, { scopes: "repo" })), "GITHUB_TOKEN"],
    ["no such repository", answer(restApi({}, { code: 404 })), "repository"],
  ] as const) {
    it(`${title} ends the program before anything is registered`, async () => {
      const error = await mistakes(dev, { world });
      assert.deepEqual(
        error?.problems.map((problem) => problem.path),
        [path],
      );
    });
  }

  it("is told of two repositories at once", async () => {
    const config = withServices({ rule: { pathPatterns: ["/a"] } }, { repository: "o/other" });
    const error = await mistakes(config, { world: answer(restApi({}, { code: 404 })) });
    assert.deepEqual(
      error?.problems.map(({ value }) => value),
      ["octo-org/octo-app", "o/other"],
    );
  });
});
