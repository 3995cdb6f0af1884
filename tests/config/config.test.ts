import assert from "node:assert/strict";
import type { ConfigurationError, Problem } from "../../components/index";
import { attempt, only, restApi, run, stackConfig, stackProgram, type World } from "../harness";

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
const without = (key: string): Values =>
  Object.fromEntries(Object.entries(dev).filter(([name]) => name !== key));

/** The error that the whole program throws. Checks that nothing was registered. */
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

describe("a configuration with", () => {
  it("one mistake is refused with one problem", async () => {
    const error = await mistakes(withService({ cpu: 256, memory: 4096 }));
    assert.equal(
      error?.message,
      `Pulumi.dev.yaml has 1 mistake; nothing was created or changed.

  slipway:services[0].memory: 4096
    allowed: 512, 1024, 2048 MiB with 256 CPU units
    fix:     set memory to 2048, or cpu to 512 or 1024 or 2048, which 4096 MiB fits
`,
    );
  });

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
        path: "slipway:services",
        value: "[secret]",
        allowed: "plain values: an encrypted value would be readable in the task definition",
        fix: "store it in Secrets Manager or SSM and name it under secrets",
      },
    ]);
  });

  describe("notify", () => {
    const webhook = "https://hooks.slack.com/services/T0/B0/hunter2";
    const notify = (more: Values, value: unknown = webhook): Values => ({
      ...dev,
      "slipway:github": {
        ...(dev["slipway:github"] as Values),
        notify: { type: "slack", ...more },
      },
      ...(value !== null && { "slipway:slackWebhook": value }),
    });
    const encrypted = ["slipway:slackWebhook"];

    it("becomes a secret on GitHub, and stays out of every other place", async () => {
      const { resources, outputs } = await run(stackProgram(notify({}), encrypted));
      const secret = only(
        resources,
        "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
        "github-4242-slack-SLIPWAY_SLACK_WEBHOOK",
      );
      assert.deepEqual(secret.inputs.value, webhook);
      const others = resources.filter(({ urn }) => urn !== secret.urn);
      assert.doesNotMatch(JSON.stringify([others, outputs]), /hunter2/);
    });

    it("uses a secret that exists", async () => {
      const { resources } = await run(stackProgram(notify({ secret: "SLACK" }, null)));
      const file = only(resources, "github:index/repositoryFile:RepositoryFile", "api-main");
      assert.match(String(file.inputs.content), /webhook: \$\{\{ secrets\.SLACK \}\}/);
      assert.equal(resources.filter(({ name }) => name.includes("slack")).length, 0);
    });

    for (const [title, config, keys, expected] of [
      [
        "a webhook that is not https",
        notify({}, "http://hooks.slack.com/hunter2"),
        encrypted,
        /https:\/\//,
      ],
      ["a webhook that is not encrypted", notify({}), [], /an encrypted value/],
      ["no webhook", notify({}, null), [], /the incoming webhook for github\.notify/],
      ["a webhook in two places", notify({ secret: "SLACK" }), encrypted, /github\.notify\.secret/],
      [
        "a webhook for nothing",
        { ...dev, "slipway:slackWebhook": webhook },
        encrypted,
        /nothing without/,
      ],
    ] as const) {
      it(`and ${title} is refused, and the webhook is not printed`, async () => {
        const error = await mistakes(config, { encrypted: [...keys] });
        assert.equal(error?.problems.length, 1);
        const [problem] = error?.problems ?? [];
        assert.equal(problem?.path, "slipway:slackWebhook");
        assert.match(problem?.allowed ?? "", expected);
        assert.doesNotMatch(error?.message ?? "", /hunter2/);
      });
    }
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
      error?.problems.map(({ path }: Problem) => path.replace("slipway:", "")),
      [
        "network.natGateways",
        "loadBalancer.https.zone",
        "services[0].stratgy",
        "services[0].port",
        "services[0].healthCheck.interval",
        "services[2].autoscaling.minCapacity",
        "network.availabilityZones",
        "github.repository",
        "github.trigger.branch",
        "services[0].memory",
        "services[0].healthCheck.interval",
        "services[0].healthCheck.timeout",
        "services[1].stopTimeout",
        "services[1].secrets.KEY",
        "services[2].autoscaling.maxCapacity",
        "services[2].rule",
      ],
    );
    assert.match(
      error?.message ?? "",
      /^Pulumi\.dev\.yaml has 16 mistakes; nothing was created or changed\./,
    );
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

  it("is reported for two repositories at once", async () => {
    const config = withServices({ rule: { pathPatterns: ["/a"] } }, { repository: "o/other" });
    const error = await mistakes(config, { world: answer(restApi({}, { code: 404 })) });
    assert.deepEqual(
      error?.problems.map(({ value }) => value),
      ["octo-org/octo-app", "o/other"],
    );
  });
});
