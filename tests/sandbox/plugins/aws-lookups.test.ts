import assert from "node:assert/strict";
import { AwsProvider } from "../../../sandbox/plugins/aws/provider";
import { services } from "../../../sandbox/plugins/aws/services";
import type { Properties } from "../../../sandbox/plugins/kit/provider";
import { ACCOUNT, CLUSTER, Emulator, REGION } from "../emulator/emulator";
import { environment } from "./nowhere";

describe("the AWS plugin's look-ups", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let provider: AwsProvider;

  before(async function () {
    emulator = await Emulator.start(this);
    const env = { ...environment, AWS_ENDPOINT_URL: emulator.endpoint };
    provider = new AwsProvider("7.48.0", services, env);
    await provider.configure({ region: REGION });
  });

  const ask = (token: string, args: Properties = {}) => provider.invoke(`aws:${token}`, args);

  it("return the caller, and what the account has", async () => {
    assert.equal((await ask("index/getCallerIdentity:getCallerIdentity")).accountId, ACCOUNT);
    const { arns } = await ask("lb/getLbs:getLbs");
    assert.match(String(arns), /:loadbalancer\/app\//);
    assert.deepEqual((await ask("ec2/getEips:getEips")).publicIps, []);
    const { clusterArns } = await ask("ecs/getClusters:getClusters");
    assert.match(String(clusterArns), new RegExp(`:cluster/${CLUSTER}$`));
  });

  it("describe the region of the provider, or of the arguments", async () => {
    const [here, there] = await Promise.all([
      ask("index/getRegion:getRegion"),
      ask("index/getRegion:getRegion", { region: "eu-west-1" }),
    ]);
    assert.deepEqual([here.region, here.description], [REGION, "Europe (Frankfurt)"]);
    assert.deepEqual([there.name, there.endpoint], ["eu-west-1", "ec2.eu-west-1.amazonaws.com"]);
  });

  it("read one object of each kind", async () => {
    const [id = ""] = emulator.subnets;
    const subnet = await ask("ec2/getSubnet:getSubnet", { id });
    const { ids } = await ask("ec2/getVpcs:getVpcs");
    assert.ok((ids as string[]).includes(String(subnet.vpcId)), `${subnet.vpcId} not in ${ids}`);
    const clusterName = CLUSTER;
    const cluster = await ask("ecs/getCluster:getCluster", { clusterName });
    assert.deepEqual([cluster.status, cluster.runningTasksCount], ["ACTIVE", 0]);
    const name = emulator.role.split("/").at(-1);
    assert.equal((await ask("iam/getRole:getRole", { name })).arn, emulator.role);
  });

  it("know the quotas of a new account", async () => {
    const quotas: readonly (readonly [string, string, number])[] = [
      ["vpc", "L-F678F1CE", 5],
      ["ec2", "L-0263D0A3", 5],
      ["elasticloadbalancing", "L-53DA6B97", 50],
      ["fargate", "L-3032A538", 6],
      ["fargate", "L-36FBB829", 6],
    ];
    for (const [serviceCode, quotaCode, value] of quotas) {
      const quota = await ask("servicequotas/getServiceQuota:getServiceQuota", {
        ...{ serviceCode, quotaCode },
      });
      assert.deepEqual([quota.value, quota.defaultValue], [value, value], quotaCode);
    }
  });

  for (const [token, args] of [
    ["ecr/getRepository:getRepository", { name: "lacking" }],
    ["iam/getOpenIdConnectProvider:getOpenIdConnectProvider", { url: "https://lacking.example" }],
    ["iam/getRole:getRole", { name: "lacking" }],
    ["secretsmanager/getSecret:getSecret", { name: "lacking" }],
    ["ssm/getParameter:getParameter", { name: "/lacking" }],
  ] as const) {
    it(`say in the provider's words that an object does not exist: ${token}`, async () => {
      await assert.rejects(ask(token, args), /^Error: reading .+ \(.+\): couldn't find resource$/);
    });
  }

  it("say it in other words for objects that they find with a filter", async () => {
    const subnet = ask("ec2/getSubnet:getSubnet", { id: "subnet-00000000" });
    await assert.rejects(subnet, /^Error: no matching EC2 Subnet found$/);
    const zone = ask("route53/getZone:getZone", { name: "lacking.example" });
    await assert.rejects(zone, /^Error: no matching Route 53 Hosted Zone found$/);
  });
});
