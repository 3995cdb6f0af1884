import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceConfig, StackConfig } from "../../../components/config";
import type { PipelineSource } from "../../../components/index";
import { check, good } from "../../../tools/doctor/check";
import { actionsChecks, usedActions } from "../../../tools/doctor/checks/actions";
import { existingChecks } from "../../../tools/doctor/checks/existing";
import { repositoryChecks } from "../../../tools/doctor/checks/github";
import { promotionChecks } from "../../../tools/doctor/checks/images";
import { identityProviderChecks, serviceRoles } from "../../../tools/doctor/checks/roles";
import { placeOf, referencesOf } from "../../../tools/doctor/checks/secrets";
import { sourceChecks } from "../../../tools/doctor/checks/source";
import { needsOf } from "../../../tools/doctor/needs";
import { renderJson, renderTable } from "../../../tools/doctor/render";
import type { Report } from "../../../tools/doctor/run";

const api: ServiceConfig = { name: "api", port: 8000 };
const stack = (change: Partial<StackConfig> = {}, service: Partial<ServiceConfig> = {}) => ({
  github: { repository: "o/r", trigger: { type: "push", branch: "main" } } as const,
  services: [{ ...api, ...service }],
  ...change,
});

describe("what the doctor asks", () => {
  it("counts what a new network and its load balancer need", () => {
    const { vcpus: _, ...needs } = needsOf(stack());
    assert.deepEqual(needs, { vpcs: 1, addresses: 1, loadBalancers: 1, zones: 2 });
    const three = { availabilityZones: 3, natGateways: "one-per-az" } as const;
    assert.deepEqual(needsOf(stack({ network: three })).addresses, 3);
    assert.deepEqual(needsOf(stack({ network: { natGateways: "none" } })).addresses, 0);
  });

  it("counts nothing of an adopted network", () => {
    const network = { vpcId: "vpc-1", publicSubnetIds: [], privateSubnetIds: [] };
    const { vpcs, addresses, loadBalancers } = needsOf(stack({ network }));
    assert.deepEqual([vpcs, addresses, loadBalancers], [0, 0, 1]);
  });

  it("counts nothing of an existing load balancer, and nothing of a shared stack", () => {
    const loadBalancer = { existing: { listenerArn: "arn" } };
    assert.equal(needsOf(stack({ loadBalancer })).loadBalancers, 0);
    assert.equal(needsOf(stack({}, { worker: {} })).loadBalancers, 0);
    const { vpcs, addresses, loadBalancers } = needsOf(stack({ shared: { stack: "platform" } }));
    assert.deepEqual([vpcs, addresses, loadBalancers], [0, 0, 0]);
  });

  it("asks GitHub only for stacks with services", () => {
    const lines = (config: StackConfig) =>
      [...repositoryChecks(config), ...actionsChecks(config)].map(({ id }) => id);
    assert.deepEqual(lines({ services: [] }), []);
    assert.deepEqual(lines(stack()).slice(-2), ["actions o/r", "minutes o/r"]);
  });

  it("asks for the source of a pipeline, and then nothing of GitHub or its identity provider", async () => {
    const repository = "o/r";
    const pipeline = (source: PipelineSource): StackConfig => ({
      release: { pipeline: "codepipeline", source },
      services: [api],
    });
    const created = pipeline({ type: "gitlab", repository });
    assert.deepEqual(
      [...repositoryChecks(created), ...actionsChecks(created)].map(({ id }) => id),
      [],
    );
    assert.deepEqual(identityProviderChecks(created, false), []);
    assert.equal(identityProviderChecks(stack(), false).length, 1);
    const state = async (config: StackConfig, deployed: boolean) =>
      (await sourceChecks(config, deployed)[0]?.run())?.state;
    assert.deepEqual(
      [await state(created, false), await state(created, true)],
      ["good", "unknown"],
    );
    const ids = (config: StackConfig) => sourceChecks(config, true).map(({ id }) => id);
    assert.deepEqual(ids(stack()), []);
    assert.deepEqual(ids(pipeline({ type: "github", repository, connectionArn: "arn" })), [
      "source connection",
    ]);
    assert.deepEqual(ids(pipeline({ type: "codecommit", repository: "r" })), ["source repository"]);
  });

  it("asks for another stack's images, also for a pipeline that promotes them", async () => {
    const [line] = promotionChecks(
      {
        release: {
          ...{ pipeline: "codepipeline", promote: { from: "dev" } },
          source: { type: "codecommit", repository: "r" },
        },
        services: [api],
      },
      new Error("no stack named 'dev' found"),
    );
    assert.match((await line?.run())?.fix ?? "", /correct release\.promote\.from/);
  });

  it("asks for what exists only if the stack uses it", () => {
    const ids = (config: StackConfig) => existingChecks(config, {}).map(({ id }) => id);
    assert.deepEqual(ids(stack()), []);
    assert.deepEqual(ids(stack({ cluster: { existing: "main" } })), ["existing"]);
    assert.deepEqual(ids(stack({ shared: { stack: "platform" } })), ["existing"]);
    assert.deepEqual(ids(stack({}, { logGroup: { existing: "/api" } })), ["existing"]);
  });

  it("counts the vCPUs at the peak of a deployment, for each kind of capacity", () => {
    const autoscaling = { minCapacity: 2, maxCapacity: 10 };
    assert.deepEqual(needsOf(stack({}, { cpu: 512, autoscaling })).vcpus, {
      // Twice the tasks, of half a vCPU.
      FARGATE: { least: 2, most: 10 },
      FARGATE_SPOT: { least: 0, most: 0 },
    });
    const capacityProviderStrategies = [
      { capacityProvider: "FARGATE", base: 1, weight: 1 },
      { capacityProvider: "FARGATE_SPOT", weight: 3 },
    ] as const;
    const mixed = {
      cpu: 1024,
      desiredCount: 4,
      capacityProviderStrategies: [...capacityProviderStrategies],
    };
    // Eight tasks: one is the base, and a quarter of the other seven is on-demand.
    assert.deepEqual(needsOf(stack({}, mixed)).vcpus, {
      FARGATE: { least: 3, most: 3 },
      FARGATE_SPOT: { least: 6, most: 6 },
    });
  });

  it("needs autoscaling's role only with autoscaling", () => {
    assert.equal(serviceRoles(stack()).length, 2);
    assert.equal(serviceRoles(stack({}, { worker: {} })).length, 1);
    const autoscaling = { minCapacity: 1, maxCapacity: 2 };
    const [, , [service] = []] = serviceRoles(stack({}, { autoscaling }));
    assert.equal(service, "ecs.application-autoscaling.amazonaws.com");
  });

  it("finds each secret once, also a sidecar's", () => {
    const secrets = { KEY: "/shop/key" };
    const sidecars = [
      { name: "proxy", image: "proxy:1", secrets: { KEY: "/shop/key", TLS: "/tls" } },
    ];
    assert.deepEqual(
      [...referencesOf(stack({}, { secrets, sidecars }))],
      [
        ["/shop/key", "services[0].secrets.KEY"],
        ["/tls", "services[0].sidecars[0].secrets.TLS"],
      ],
    );
  });

  it("asks for a secret without the key and the version of its reference", () => {
    const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf";
    assert.deepEqual(placeOf(`${arn}:password:AWSCURRENT:`), {
      kind: "secret",
      arn,
      region: "eu-west-1",
    });
    const name = "arn:aws:ssm:us-east-1:123456789012:parameter/shop/key";
    assert.deepEqual(placeOf(name), { kind: "parameter", name, region: "us-east-1" });
  });

  describe("knows the actions of the workflow files", () => {
    const s3 = { type: "s3", url: "s3://states", kmsKey: "alias/pulumi" } as const;
    const cloud = { type: "pulumi-cloud", organization: "octo" } as const;
    const previews = (backend: typeof s3 | typeof cloud) =>
      stack({ previews: { backend, stacks: [{ name: "dev" }] } });
    const github = stack().github;
    const files: [readonly string[], ReturnType<typeof stack>][] = [
      [["deploy-api-dev"], stack()],
      [["deploy-api-dev-notify"], stack({ github: { ...github, notify: { type: "slack" } } })],
      [
        ["deploy-api-dev-tested"],
        stack({}, { build: { platforms: ["linux/amd64", "linux/arm64"] } }),
      ],
      [["deploy-api-prod-promoted"], stack({ github: { ...github, promote: { from: "dev" } } })],
      [["deploy-api-dev", "preview-slipway-s3", "update-slipway-s3"], previews(s3)],
      [["deploy-api-dev", "preview-slipway-pulumi-cloud"], previews(cloud)],
    ];
    const site = { buildCommand: "npm run build", outputDirectory: "dist" };
    files.push(
      [["deploy-api-dev", "deploy-frontend-dev"], stack({ frontend: site })],
      [
        ["deploy-frontend-dev-several"],
        { ...stack({ frontend: { ...site, nodeVersion: "24" } }), services: [] },
      ],
    );
    for (const [names, config] of files) {
      it(names.join(", "), () => {
        const texts = names.map((name) =>
          readFileSync(join(__dirname, "..", "..", "snapshots", `${name}.yml`), "utf8"),
        );
        const found = texts.flatMap((text) =>
          [...text.matchAll(/uses: ([\w-]+\/[\w-]+@\w+)/g)].map(([, uses]) => uses),
        );
        const used = usedActions(config).map(({ uses }) => uses);
        assert.deepEqual([...new Set(used)].sort(), [...new Set(found)].sort());
      });
    }
  });
});

describe("a failing question", () => {
  const asked = (error: Error) =>
    check({
      ...{ id: "x", title: "X", area: "AWS" },
      ask: () => Promise.reject(error),
      judge: () => good("never"),
    }).run();

  it("names the action that the credentials may not call", async () => {
    const denied = new Error(
      "invocation of aws:ec2/getVpcs:getVpcs returned an error: invoking aws:ec2/getVpcs:getVpcs: 1 error occurred:\n\t* reading EC2 VPCs: operation error EC2: DescribeVpcs, https response error StatusCode: 403, api error UnauthorizedOperation: You are not authorized to perform this operation.",
    );
    const { state, says } = await asked(denied);
    assert.deepEqual([state, says], ["unknown", "the credentials may not call DescribeVpcs"]);
    const named = new Error(
      "api error AccessDenied: User: arn:aws:iam::1:user/u is not authorized to perform: iam:GetRole on resource: r",
    );
    assert.equal((await asked(named)).says, "the credentials may not call iam:GetRole");
  });

  it("is unknown, with the last sentence of the error", async () => {
    const { state, says } = await asked(
      new Error("invocation of a:b/c:d returned an error: invoking a:b/c:d: dial tcp: i/o timeout"),
    );
    assert.deepEqual([state, says], ["unknown", "no answer: dial tcp: i/o timeout"]);
  });
});

describe("the doctor's report", () => {
  const report: Report = {
    Pulumi: [{ id: "pulumi version", title: "Version", state: "good", says: "v3.250.0" }],
    AWS: [{ id: "region", title: "Region", state: "bad", says: "it is off", fix: "enable it" }],
    GitHub: [{ id: "github token", title: "Token", state: "unknown", says: "no answer" }],
  };

  it("is a table with the advice below each line", () => {
    assert.equal(
      renderTable(report, { colour: false }),
      [
        "Pulumi\n  good     Version  v3.250.0\n",
        "AWS\n  BAD      Region   it is off\n                    -> enable it\n",
        "GitHub\n  unknown  Token    no answer\n",
        "1 good, 1 bad, 1 unknown. Correct the bad lines before the first pulumi up.",
      ].join("\n"),
    );
    assert.doesNotMatch(renderTable({ ...report, GitHub: [] }, { colour: false }), /GitHub/);
    const coloured = renderTable(report, { colour: true });
    assert.ok(coloured.includes("\u001b[31mBAD    \u001b[0m"), coloured);
  });

  it("is JSON for programs", () => {
    const { bad, lines } = JSON.parse(renderJson(report));
    assert.equal(bad, true);
    assert.deepEqual(lines[1], { area: "AWS", ...report.AWS[0] });
    assert.equal(JSON.parse(renderJson({ ...report, AWS: [] })).bad, false);
  });
});
