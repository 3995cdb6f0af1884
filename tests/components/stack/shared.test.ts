import assert from "node:assert/strict";
import type { ConfigurationError } from "../../../components/shared/errors";
import {
  attempt,
  existingListener as listenerArn,
  only,
  refusal,
  runStack,
  stackConfig,
  stackProgram,
  type World,
} from "../../harness";

type Config = Record<string, unknown>;

const {
  "slipway:github": github,
  "slipway:services": services,
  "slipway:network": _,
  ...base
} = { ...stackConfig("Pulumi.dev.yaml"), "aws:region": "eu-central-1" } as Config;
const [api] = services as Config[];
const { "slipway:cluster": cluster, ...common } = base;

const platform = { ...base, "slipway:network": {} };
const sharing = {
  ...common,
  "slipway:shared": { stack: "platform" },
  "slipway:github": github,
  "slipway:services": services,
};
const shared = {
  format: 1,
  network: {
    ...{ vpcId: "vpc-0a1b", publicSubnetIds: ["subnet-0a", "subnet-0b"] },
    ...{ privateSubnetIds: ["subnet-1a", "subnet-1b"], internet: true },
  },
  cluster: "main",
  loadBalancer: { listenerArn, testListenerArns: [] },
};

const answering = (outputs: object | Error): World => ({
  calls: {
    "pulumi:pulumi:readStackOutputs": ({ name }) => {
      assert.equal(name, "organization/slipway/platform");
      if (outputs instanceof Error) throw outputs;
      return { outputs };
    },
  },
});

async function problemsOf(config: Config, world?: World): Promise<string[] | undefined> {
  const { error, resources } = await attempt(stackProgram(config), world);
  assert.deepEqual(resources, [], "something was created");
  return (error as ConfigurationError | undefined)?.problems.map(
    ({ path, allowed, fix }) => `${path}: ${allowed}. ${fix}`,
  );
}

describe("a stack without services", () => {
  const https = { domain: "app.example.com", zone: "example.com" };

  it("creates what others share, without GitHub, and names it in one output", async () => {
    const { resources, outputs } = await runStack(
      { ...platform, "slipway:loadBalancer": { https, testPorts: [9000] } },
      { token: null },
    );
    const { shared: output, services: none } = outputs as { shared: Config; services: Config };
    assert.deepEqual(none, {});
    assert.deepEqual(output, {
      format: 1,
      network: {
        ...{ vpcId: "vpc-1", internet: true },
        publicSubnetIds: ["subnet-a", "subnet-b"],
        privateSubnetIds: ["subnet-c", "subnet-d"],
      },
      cluster: "dev",
      loadBalancer: {
        listenerArn:
          "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/dev-https/1",
        testListenerArns: [
          "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/dev-test-9000/1",
        ],
        domain: "app.example.com",
      },
    });
    assert.deepEqual(
      resources.filter(({ type }) => type.startsWith("github:")),
      [],
    );
    only(resources, "aws:iam/openIdConnectProvider:OpenIdConnectProvider");
  });

  it("protects the load balancer and its listeners, unless it says otherwise", async () => {
    const protectedBy = async (loadBalancer: Config) => {
      const config = { ...platform, "slipway:loadBalancer": loadBalancer };
      const { resources } = await runStack(config);
      return resources.filter(({ protect }) => protect).map(({ type }) => type.split(":")[2]);
    };
    assert.deepEqual((await protectedBy({})).sort(), ["Listener", "LoadBalancer"]);
    assert.deepEqual(await protectedBy({ deletionProtection: false }), []);
  });

  it("is never the result of an empty stack file", async () => {
    assert.deepEqual(await problemsOf(common), [
      "slipway:services: a list of services; an empty one for a stack that other stacks share. add it",
    ]);
  });
});

describe("a stack that uses another one's network, cluster and load balancer", () => {
  it("creates none of them, and adopts the identity provider", async () => {
    const { resources } = await runStack(sharing, answering({ shared }));
    const types = new Set(resources.map(({ type }) => type));
    for (const type of ["ec2/vpc", "ecs/cluster", "lb/loadB", "lb/listener:", "iam/openId"]) {
      assert.deepEqual(
        [...types].filter((one) => one.startsWith(`aws:${type}`)),
        [],
      );
    }
    const service = only(resources, "aws:ecs/service:Service").inputs;
    assert.equal(service.cluster, "arn:aws:ecs:eu-central-1:123456789012:cluster/main");
    assert.deepEqual((service.networkConfiguration as Config).subnets, ["subnet-1a", "subnet-1b"]);
    assert.equal(
      only(resources, "aws:lb/listenerRule:ListenerRule").inputs.listenerArn,
      listenerArn,
    );
  });

  it("protects the image repositories if it says so", async () => {
    const config = {
      ...sharing,
      "slipway:shared": { stack: "platform", deletionProtection: true },
    };
    const { resources } = await runStack(config, answering({ shared }));
    assert.deepEqual(
      resources.filter(({ protect }) => protect).map(({ type }) => type),
      ["aws:ecr/repository:Repository"],
    );
  });

  for (const [what, outputs, problem] of [
    [
      "does not exist",
      refusal('unknown stack "organization/slipway/platform"'),
      /^shared\.stack: a stack that this backend has: unknown stack .*create that stack first$/,
    ],
    [
      "has services of its own",
      { services: {} },
      /^shared\.stack: .*platform has no output "shared"\. .*pulumi up --stack platform$/,
    ],
    [
      "was updated by another version",
      { shared: { ...shared, format: 2 } },
      /^shared\.stack: .*another form\. run pulumi up --stack platform with this version/,
    ],
    [
      "has an update that did not finish",
      { shared: { ...shared, cluster: undefined } },
      /^shared\.stack: .*another form/,
    ],
  ] as const) {
    it(`is refused if that ${what}`, async () => {
      const problems = (await problemsOf(sharing, answering(outputs))) ?? [];
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", problem);
    });
  }

  it("is refused in another region, and where tasks cannot reach the placeholder", async () => {
    const problems = await problemsOf(
      { ...sharing, "aws:region": "us-east-1" },
      answering({ shared: { ...shared, network: { ...shared.network, internet: false } } }),
    );
    assert.deepEqual(
      problems?.map((problem) => problem.split(". ")[0]),
      [
        "shared.stack: a stack in us-east-1, this stack's region: it is in eu-central-1",
        "services[0].placeholderImage: an image in ECR: without NAT gateways tasks cannot reach public.ecr.aws",
      ],
    );
  });
});

describe("a stack that adopts what exists", () => {
  it("reports everything that is missing at once, before it creates anything", async () => {
    const missing = () => {
      throw refusal("empty result");
    };
    const problems = await problemsOf(
      {
        ...common,
        "slipway:github": github,
        "slipway:network": {
          ...{ vpcId: "vpc-0a1b", publicSubnetIds: ["subnet-0a", "subnet-0b"] },
          privateSubnetIds: ["subnet-1a", "subnet-1b"],
        },
        "slipway:cluster": { existing: "main" },
        "slipway:loadBalancer": { existing: { listenerArn } },
        "slipway:services": [
          { ...api, logRetentionInDays: undefined, logGroup: { existing: "/team/api" } },
        ],
      },
      {
        calls: {
          "aws:lb/getListener:getListener": missing,
          "aws:ecs/getCluster:getCluster": missing,
          "aws:cloudwatch/getLogGroup:getLogGroup": missing,
        },
      },
    );
    assert.deepEqual(
      problems?.map((problem) => problem.split(":")[0]),
      ["loadBalancer.existing.listenerArn", "cluster.existing", "services[0].logGroup.existing"],
    );
  });
});
