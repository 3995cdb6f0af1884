/** Creates what the program finds on an account: a VPC, GitHub's identity provider, a repository. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EC2 } from "@aws-sdk/client-ec2";
import { stringify } from "yaml";
import { mustRun } from "../../sandbox/base/processes";
import { CHECKOUT, type Sandbox } from "../../sandbox/sandbox";
import { findOrCreate } from "../../sandbox/stack";
import { createIdentityProvider } from "../run";
import type { StackExample } from "../stack-example";

const region = "eu-central-1";
const stack = "own-program";

export async function open(sandbox: Sandbox): Promise<StackExample> {
  // The package slipway, which the program imports.
  await mustRun("npm", ["run", "build"], { cwd: CHECKOUT });
  return openProject(sandbox, __dirname);
}

/** The stack of the program in the folder `cwd`, where the package slipway is installed. */
export async function openProject(sandbox: Sandbox, cwd: string): Promise<StackExample> {
  const repository = "octo-org/shop";
  await findOrCreate(sandbox, repository);
  const options = { cwd, configFile: join(sandbox.folder, `Pulumi.${stack}.yaml`) };
  const config = {
    "aws:region": region,
    "shop:repository": repository,
    ...(await network(sandbox)),
  };
  await writeFile(options.configFile, stringify({ config }));
  await createIdentityProvider(await sandbox.env(stack, options));
  await sandbox.initStack(stack, options);
  return { stack, options, service: { name: "api", repository, context: "." } };
}

/** The account's VPC, and its subnets: a second run finds those of the first. */
async function network(sandbox: Sandbox): Promise<Record<string, string>> {
  const credentials = await sandbox.credentials(stack);
  const ec2 = new EC2({ region, endpoint: sandbox.endpoint, credentials });
  const own = [{ Name: "tag:Name", Values: ["shop"] }];
  const { Vpcs = [] } = await ec2.describeVpcs({ Filters: own });
  const vpcId = Vpcs[0]?.VpcId ?? (await createVpc(ec2));
  const { Subnets = [] } = await ec2.describeSubnets({
    Filters: [{ Name: "vpc-id", Values: [vpcId] }],
  });
  const ids = Subnets.sort((a, b) => ((a.CidrBlock ?? "") < (b.CidrBlock ?? "") ? -1 : 1)).map(
    ({ SubnetId }) => SubnetId,
  );
  return {
    "shop:vpcId": vpcId,
    "shop:publicSubnetIds": JSON.stringify(ids.slice(0, 2)),
    "shop:privateSubnetIds": JSON.stringify(ids.slice(2)),
  };
}

async function createVpc(ec2: EC2): Promise<string> {
  const { Vpc } = await ec2.createVpc({
    CidrBlock: "10.0.0.0/16",
    TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "Name", Value: "shop" }] }],
  });
  const VpcId = Vpc?.VpcId ?? "";
  for (const [i, zone] of ["a", "b", "a", "b"].entries()) {
    const AvailabilityZone = `${region}${zone}`;
    await ec2.createSubnet({ VpcId, CidrBlock: `10.0.${i}.0/24`, AvailabilityZone });
  }
  return VpcId;
}
