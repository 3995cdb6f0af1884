import assert from "node:assert/strict";
import { devWithNetwork } from "./configs";
import { type Config, engine, sandbox, TestStack } from "./harness";

const services = {
  orders: { rule: { pathPatterns: ["/orders/*"] } },
  returns: {
    rule: { pathPatterns: ["/orders/returns/*"] },
    strategy: { type: "blue-green", testListener: { port: 9000 } },
  },
  web: {},
} as const;

/** One stack with what services share, and three stacks with one service each. */
describe("stacks that share a load balancer", function () {
  this.timeout(300_000);
  let platform: TestStack;
  let orders: TestStack;
  let returns: TestStack;
  let web: TestStack;

  const create = async (name: string, config: Config) => {
    await (await sandbox()).useAccount(name, "platform");
    return TestStack.create(name, config);
  };
  const sharing = (name: keyof typeof services): Config => {
    const {
      "slipway:network": _,
      "slipway:cluster": __,
      ...config
    } = devWithNetwork(`octo-org/${name}`);
    const [api] = config["slipway:services"] as Config[];
    return {
      ...config,
      "slipway:shared": { stack: "platform" },
      "slipway:services": [{ ...api, name, ...services[name] }],
    };
  };

  before(async function () {
    await engine.call(this);
    platform = await create("platform", platformConfig());
    [orders, returns, web] = await Promise.all([
      create("orders", sharing("orders")),
      create("returns", sharing("returns")),
      create("web", sharing("web")),
    ]);
  });

  it("are refused before the shared stack has what they use", async () => {
    assert.match(
      await refusal(web),
      /shared\.stack: "platform"\n +allowed: .*: platform has no output "shared"\n.*pulumi up --stack platform/s,
    );
  });

  it("have their own rules, and a specific rule comes before a general one", async () => {
    await platform.up();
    await Promise.all([orders, returns, web].map((stack) => stack.up()));
    assert.deepEqual(await owners(), [
      ["/orders/returns/*", "slipway/returns/returns"],
      ["/orders/*", "slipway/orders/orders"],
      ["/*", "slipway/web/web"],
    ]);
    await returns.assertUnchanged();
  });

  it("cannot take the requests of another stack", async () => {
    await web.edit("web", services.orders);
    assert.match(
      await refusal(web),
      /services\[0\]\.rule: .*\n +allowed: a rule for other requests: the service slipway\/orders\/orders gets the same ones/,
    );
    await web.configure(sharing("web"));
  });

  it("follow a change of the shared stack with their next update, and serve until then", async () => {
    const { CertificateArn: certificateArn } = await platform.aws<{ CertificateArn: string }>(
      ...["acm", "request-certificate", "--domain-name", "app.example.com"],
    );
    const { "slipway:loadBalancer": before, ...rest } = platformConfig();
    await platform.configure({
      ...rest,
      "slipway:loadBalancer": { ...(before as Config), https: { certificateArn } },
    });
    await platform.up();
    // No service has moved yet: the old listener keeps the rules.
    assert.equal((await owners("http")).length, 3);
    assert.deepEqual(
      (await orders.preview()).map(({ op, resource }) => `${op} ${resource}`).sort(),
      [
        "replace aws:lb/listenerRule:ListenerRule orders",
        // The URL that a release reports.
        "update github:index/repositoryFile:RepositoryFile orders-main",
      ],
    );
    await orders.up();
    assert.deepEqual(await owners(), [["/orders/*", "slipway/orders/orders"]]);
    await orders.assertUnchanged();
  });

  it("cannot lose the shared stack: its destroy fails in the preview", async () => {
    const { code, stdout, stderr } = await platform.run(["destroy", "--yes"]);
    assert.notEqual(code, 0, stdout);
    assert.match(stdout + stderr, /protect/);
    assert.equal((await owners()).length, 1);
  });

  /** The path and the owner of each rule, in the order in which the load balancer tries them. */
  async function owners(listener?: string): Promise<[path: string, owner: string][]> {
    const outputs = await platform.outputs<{ shared: { loadBalancer: { listenerArn: string } } }>();
    const { listenerArn } = outputs.shared.loadBalancer;
    const { Listeners } = await platform.aws<{
      Listeners: { ListenerArn: string; Protocol: string }[];
    }>("elbv2", "describe-listeners", "--load-balancer-arn", loadBalancerOf(listenerArn));
    const arn = listener
      ? Listeners.find(({ Protocol }) => Protocol === listener.toUpperCase())?.ListenerArn
      : listenerArn;
    const { Rules } = await platform.aws<{ Rules: Rule[] }>(
      ...["elbv2", "describe-rules", "--listener-arn", arn ?? ""],
    );
    const own = Rules.filter(({ Priority }) => Priority !== "default").sort(
      (a, b) => Number(a.Priority) - Number(b.Priority),
    );
    return Promise.all(
      own.map(async ({ RuleArn, Conditions }): Promise<[string, string]> => {
        const { TagDescriptions } = await platform.aws<Tags>(
          ...["elbv2", "describe-tags", "--resource-arns", RuleArn],
        );
        const tag = TagDescriptions[0]?.Tags.find(({ Key }) => Key === "slipway:rule");
        return [Conditions[0]?.PathPatternConfig.Values[0] ?? "", tag?.Value ?? ""];
      }),
    );
  }
});

interface Rule {
  readonly RuleArn: string;
  readonly Priority: string;
  readonly Conditions: readonly {
    readonly PathPatternConfig: { readonly Values: readonly string[] };
  }[];
}

interface Tags {
  readonly TagDescriptions: readonly {
    readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
  }[];
}

function platformConfig(): Config {
  const {
    "slipway:github": _,
    "slipway:services": __,
    ...config
  } = devWithNetwork("octo-org/platform");
  return { ...config, "slipway:loadBalancer": { testPorts: [9000] } };
}

function loadBalancerOf(listenerArn: string): string {
  return listenerArn.replace(":listener/", ":loadbalancer/").replace(/\/[^/]*$/, "");
}

async function refusal(stack: TestStack): Promise<string> {
  const { code, stdout } = await stack.run(["preview"]);
  assert.notEqual(code, 0, stdout);
  return stdout;
}
