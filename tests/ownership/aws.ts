/** An emulated AWS for one test, and a loaded AWS CLI. */
import { spawn } from "node:child_process";
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { assumeAccount } from "../../sandbox/aws";
import { startMoto, stopMoto } from "../../sandbox/emulator/process";
import { pythonEnvironment } from "../../sandbox/engine/python";

export const region = "eu-central-1";
/** The account in the ARNs that the mocks return. */
export const account = "123456789012";

/** The program that a step finds as `aws`; see warm_aws.py. */
const client = `#!/usr/bin/env bash
exec 3<>"/dev/tcp/127.0.0.1/$WARM_AWS_PORT"
printf '%s\\0' "$@" >&3
printf '\\0' >&3
read -r code <&3
cat <&3
exit "$code"
`;

export interface Aws {
  /** The environment for steps: the loaded CLI is first on its PATH. */
  readonly env: NodeJS.ProcessEnv;
  readonly endpoint: string;
  /** The id of a subnet for the tasks. */
  readonly subnet: string;
  stop(): Promise<void>;
}

/** Until `stop`, the AWS SDK in this process also uses it. */
export async function startAws(): Promise<Aws> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-ownership-"));
  const python = await pythonEnvironment();
  const moto = await startMoto(folder, python);
  const endpoint = `http://127.0.0.1:${moto.port}`;
  const keys = await assumeAccount(endpoint, account);
  const own: NodeJS.ProcessEnv = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const before = { ...process.env };
  Object.assign(process.env, own);
  const warm = await startCli(python, folder);
  // The name that the mocks give to the image repository.
  await new ECR({ region }).createRepository({ repositoryName: "api" });
  await new ECS({ region }).createCluster({
    clusterName: "dev",
    capacityProviders: ["FARGATE", "FARGATE_SPOT"],
  });
  return {
    endpoint,
    subnet: await createSubnet(),
    env: { ...own, WARM_AWS_PORT: warm.port, PATH: `${folder}:${process.env.PATH}` },
    async stop() {
      warm.end();
      await stopMoto(moto.pid, folder);
      for (const name of Object.keys(own)) {
        restore(name, before[name]);
      }
    },
  };
}

async function createSubnet(): Promise<string> {
  const ec2 = new EC2({ region });
  const { Vpc } = await ec2.createVpc({ CidrBlock: "10.0.0.0/16" });
  const place = { VpcId: Vpc?.VpcId, CidrBlock: "10.0.0.0/24" };
  const { Subnet } = await ec2.createSubnet(place);
  return Subnet?.SubnetId ?? "";
}

async function startCli(python: string, folder: string) {
  await writeFile(join(folder, "aws"), client);
  await chmod(join(folder, "aws"), 0o755);
  const child = spawn(join(python, "python"), ["-B", join(__dirname, "warm_aws.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the AWS CLI ended with ${code}`)));
  });
  child.unref();
  return { port, end: () => child.kill() };
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) {
    delete process.env[name];
  } else {
    process.env[name] = value;
  }
}
