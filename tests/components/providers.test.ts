import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as github from "@pulumi/github";
import {
  Cluster,
  FargateService,
  type FargateServiceArgs,
  findLoadBalancer,
  GitHubDeployment,
  GitHubEnvironment,
  GitHubOidc,
  ImageRepository,
  LoadBalancer,
  Network,
  PreviewWorkflow,
} from "../../components/index";
import { existingListener, existingTestListener, type Run, run } from "../harness";
import { existingNetwork } from "./infrastructure";

const repository = {
  ...{ owner: "octo-org", name: "octo-app", id: 4242, ownerId: 77, defaultBranch: "main" },
};
const trigger = { type: "push", branch: "main" } as const;
const testListener = { port: 9000 };

const arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/main";

/** Everything that the library creates and looks up, with explicit providers. */
async function everything() {
  const provider = new aws.Provider("elsewhere", { region: "eu-west-1" });
  const octo = new github.Provider("octo-org", { owner: "octo-org" });
  const opts = { provider };
  const both = { providers: [provider, octo] };

  const network = new Network("made", { natGateways: "none" }, opts);
  const made = {
    network,
    cluster: new Cluster("made", {}, opts),
    imageRepository: new ImageRepository("made", { pullAccounts: ["123456789012"] }, opts),
    loadBalancer: new LoadBalancer(
      "made",
      { network, https: { domain: "app.example.com", zone: "example.com" } },
      opts,
    ),
  };
  const rule = { pathPatterns: ["/api/*"] };
  const strategy = { type: "code-deploy", testListener } as const;
  const found = {
    network: new Network("found", existingNetwork, opts),
    cluster: new Cluster("found", { existing: "main" }, opts),
    imageRepository: new ImageRepository("found", { existing: "team/api" }, opts),
    loadBalancer: new LoadBalancer(
      "found",
      {
        existing: await findLoadBalancer(
          {
            ...{ listenerArn: existingListener, testListenerArns: [existingTestListener] },
            ...{ vpcId: existingNetwork.vpcId, services: [{ name: "found", rule, strategy }] },
          },
          opts,
        ),
      },
      opts,
    ),
  };
  const oidc = new GitHubOidc("github", {}, opts);
  new GitHubOidc("adopted", { identityProvider: "adopt" }, opts);
  const environment = new GitHubEnvironment(
    "octo",
    { repository, stack: "dev", cluster: made.cluster, trigger },
    both,
  );
  const deploy = (name: string, args: Omit<FargateServiceArgs, "port" | "transform">) => {
    const service = new FargateService(name, { ...args, port: 8000 }, opts);
    new GitHubDeployment(name, { ...args, oidc, environment, service }, both);
  };
  const autoscaling = {
    ...{ minCapacity: 1, maxCapacity: 2, requestCountPerTarget: 10 },
    scheduledActions: [{ name: "night", schedule: "rate(1 day)", minCapacity: 0 }],
  };
  deploy("made", {
    ...{ ...made, strategy: { type: "canary", testListener: {} }, enableExecuteCommand: true },
    taskRolePolicy: [{ Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" }],
  });
  deploy("scaled", { ...made, rule, autoscaling });
  deploy("found", { ...found, rule, strategy, logGroup: { existing: "/team/api" } });
  const backend = {
    type: "s3",
    url: "s3://state?region=eu-west-1",
    kmsKey: "alias/pulumi",
  } as const;
  new PreviewWorkflow(
    "previews",
    { oidc, repository, backend, region: "eu-west-1", stacks: [{ name: "dev" }] },
    both,
  );
}

describe("an explicit provider", () => {
  let result: Run;

  before(async () => {
    result = await run(everything, {
      calls: { "aws:ecs/getCluster:getCluster": ({ clusterName }) => ({ clusterName, arn }) },
    });
  });

  const owned = (type: string) => /^(aws|awsx|github):/.exec(type)?.[1];
  /** The types and functions that do not use their explicit provider, with the provider that they use. */
  const strays = (all: readonly { type: string; provider: string }[]) =>
    all
      .filter(({ type, provider }) => {
        const of = owned(type);
        return of && !provider.includes(`pulumi:providers:${of === "github" ? of : "aws"}::`);
      })
      .map(({ type, provider }) => `${type} ${provider}`);

  it("is that of every resource", () => {
    const { resources } = result;
    const own = resources.filter(({ type }) => owned(type));
    assert.ok(own.length > 90, `only ${own.length} resources`);
    // A remote component gets its providers as a map, which the mocks do not show.
    assert.deepEqual(strays(own.filter(({ type }) => !type.startsWith("awsx:"))), []);
  });

  it("is that of every look-up", () => {
    const invokes = result.invokes.map(({ token, provider }) => ({ type: token, provider }));
    const kinds = new Set(invokes.map(({ type }) => type));
    assert.ok(kinds.size >= 10, [...kinds].join());
    assert.deepEqual(strays(invokes), []);
  });

  it("decides the region that a workflow uses", () => {
    const { resources } = result;
    const files = resources.filter(
      ({ type, name }) =>
        type === "github:index/repositoryFile:RepositoryFile" && name === "found-main",
    );
    assert.match(String(files[0]?.inputs.content), /AWS_REGION: eu-west-1/);
  });
});
