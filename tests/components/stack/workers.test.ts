import assert from "node:assert/strict";
import type { Body } from "../../../components/dashboard/grid";
import {
  json,
  existingListener as listenerArn,
  only,
  type Recorded,
  runStack,
  stackConfig,
} from "../../harness";

type Config = Record<string, unknown>;

const { "slipway:services": services, ...base } = stackConfig("Pulumi.dev.yaml") as Config;
const [api] = services as Config[];
const jobs = { name: "jobs", worker: {} };
const mails = { name: "mails", worker: {} };
const workers = { ...base, "slipway:services": [jobs, mails] };

/** The load balancer with its parts, and all resources that only a load balancer needs. */
const ofRequests = (resources: readonly Recorded[]) =>
  resources.filter(({ urn }) => /:load-balancer:|aws:(?:lb|acm|route53|wafv2)\//.test(urn));

const text = ({ urn, inputs }: Recorded) => JSON.stringify([urn, inputs]);

describe("a stack whose services are all workers", () => {
  it("has no load balancer, nothing that belongs to one, and no URL", async () => {
    const { resources, outputs } = await runStack(workers);
    assert.deepEqual(ofRequests(resources), []);
    assert.deepEqual(Object.keys(outputs as Config).sort(), ["cluster", "services"]);
    const names = resources
      .filter(({ type }) => type === "aws:ecs/service:Service")
      .map(({ name }) => name);
    assert.deepEqual(names, ["jobs", "mails"]);
  });

  it("gets a load balancer with the first service that gets requests, and is otherwise the same", async () => {
    const before = await runStack(workers);
    const after = await runStack({ ...workers, "slipway:services": [jobs, mails, api] });
    only(after.resources, "aws:lb/loadBalancer:LoadBalancer");
    const made = ofRequests(after.resources).map(({ type }) => type);
    assert.ok(made.includes("aws:ec2/securityGroup:SecurityGroup"), made.join(", "));
    assert.ok("url" in (after.outputs as Config), "there is no URL");
    const now = new Set(after.resources.map(text));
    const changed = before.resources.filter((resource) => !now.has(text(resource)));
    assert.deepEqual(
      changed.map(({ urn }) => urn),
      [],
    );
  });

  it("protects its image repositories if it says so", async () => {
    const { resources } = await runStack({
      ...workers,
      "slipway:loadBalancer": { deletionProtection: true },
    });
    const types = resources.filter(({ protect }) => protect).map(({ type }) => type);
    assert.deepEqual([...new Set(types)], ["aws:ecr/repository:Repository"]);
    assert.deepEqual(ofRequests(resources), []);
  });

  it("has only the workers' alarms and messages on its dashboard", async () => {
    const existing = "arn:aws:sqs:us-east-1:123456789012:orders";
    const titles = async (service: Config) => {
      const config = { ...base, "slipway:dashboard": {}, "slipway:services": [service] };
      const { resources } = await runStack(config);
      const { widgets } = json<Body>(
        only(resources, "aws:cloudwatch/dashboard:Dashboard"),
        "dashboardBody",
      );
      return widgets.map(({ y, properties }) => `${y} ${properties.title ?? properties.markdown}`);
    };
    assert.deepEqual((await titles(jobs)).slice(0, 2), [
      "0 Alarms that end a deployment",
      "6 ## jobs",
    ]);
    // Without an alarm, the first row would be empty.
    const worker = { queue: { existing } };
    assert.equal((await titles({ ...jobs, worker, guards: false }))[0], "0 ## jobs");
  });

  it("has a load balancer for the paths of the API if it has a site", async () => {
    const { resources } = await runStack({
      ...workers,
      "slipway:cloudfront": {},
      "slipway:frontend": { buildCommand: "npm run build", outputDirectory: "dist" },
    });
    only(resources, "aws:lb/loadBalancer:LoadBalancer");
  });

  it("uses the network and the cluster of another stack, and does not look at its listener", async () => {
    const { "slipway:network": _, "slipway:cluster": __, ...others }: Config = workers;
    const network = {
      ...{ vpcId: "vpc-0a1b", publicSubnetIds: ["subnet-0a", "subnet-0b"] },
      ...{ privateSubnetIds: ["subnet-1a", "subnet-1b"], internet: true },
    };
    const loadBalancer = { listenerArn, testListenerArns: [] };
    const shared = { format: 1, network, cluster: "main", loadBalancer };
    const { resources, invokes } = await runStack(
      { ...others, "aws:region": "eu-central-1", "slipway:shared": { stack: "platform" } },
      { calls: { "pulumi:pulumi:readStackOutputs": () => ({ outputs: { shared } }) } },
    );
    assert.deepEqual(ofRequests(resources), []);
    assert.deepEqual(
      invokes.map(({ token }) => token).filter((token) => /^aws:(?:lb|alb)\//.test(token)),
      [],
    );
  });
});
