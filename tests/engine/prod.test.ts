import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stackConfig } from "../harness";
import { type Config, engine, TestStack } from "./harness";
import { inventory, runningService } from "./inventory";

const kmsKey = "arn:aws:kms:us-east-1:100000000001:key/1234abcd-12ab-34cd-56ef-1234567890ab";

const boundary = "arn:aws:iam::aws:policy/PowerUserAccess";

/** The settings that Pulumi.prod.yaml leaves to the user. */
const hardened: Config = {
  ...{ readonlyRootFilesystem: true, writablePaths: ["/tmp"], user: "1000:1000" },
  capabilities: { drop: ["ALL"] },
  logKmsKeyArn: kmsKey,
};

describe("the prod stack", function () {
  this.timeout(300_000);
  let stack: TestStack;

  before(async function () {
    await engine.call(this);
    const config = stackConfig("Pulumi.prod.yaml");
    const [api] = config["slipway:services"] as [Config];
    stack = await TestStack.create("production", {
      ...config,
      "slipway:permissionsBoundary": boundary,
      "slipway:services": [{ ...api, ...hardened, imageRepository: { kmsKeyArn: kmsKey } }],
      "slipway:github": { ...(config["slipway:github"] as Config), repository: "octo-org/prod" },
    });
    await stack.up();
  });

  it("serves HTTPS under its domain, with two tasks", async () => {
    assert.equal((await stack.outputs<{ url: string }>()).url, "https://app.example.com");
    assert.equal((await runningService(stack)).runningCount, 2);
    await stack.assertUnchanged();
  });

  it("keeps the number of tasks that autoscaling chose", async () => {
    const { cluster, services } = await stack.outputs<{
      cluster: string;
      services: { api: { service: string } };
    }>();
    await stack.aws(
      ...["ecs", "update-service", "--cluster", cluster, "--service", services.api.service],
      ...["--desired-count", "5"],
    );
    await stack.assertUnchanged();
    await stack.edit("api", { memory: 2048 });
    await stack.up();
    assert.equal((await runningService(stack)).desiredCount, 5);
  });

  it("refuses a destroy or a replacement in the preview, before anything is deleted, until its protection is removed", async () => {
    const before = await inventory(stack);
    const refused = await stack.run(["destroy", "--yes"]);
    assert.notEqual(refused.code, 0);
    for (const type of ["lb/loadBalancer:LoadBalancer", "ecr/repository:Repository"]) {
      assert.match(
        refused.stdout + refused.stderr,
        new RegExp(`aws:${type}::\\w+" cannot be deleted\\s+because it is protected`),
      );
    }
    assert.doesNotMatch(refused.stdout, /^Destroying/m);
    assert.deepEqual(await inventory(stack), before);
    await stack.assertUnchanged();

    await configureLoadBalancer({ internal: true });
    const replaced = await stack.run(["preview"]);
    assert.notEqual(replaced.code, 0);
    assert.match(replaced.stdout + replaced.stderr, /unable to replace resource .*LoadBalancer/);

    await configureLoadBalancer({ internal: undefined, deletionProtection: false });
    await stack.edit("api", { imageRepository: { forceDelete: true, kmsKeyArn: kmsKey } });
    await stack.up();
  });

  it("removes its hardening completely, and leaves nothing after a destroy", async () => {
    assert.deepEqual(await hardening(), {
      flowLogs: ["REJECT"],
      keys: [kmsKey, kmsKey, kmsKey],
      ...{ kept: 4, buckets: 1 },
      logs: "true",
      boundaries: Array(5).fill(boundary),
    });
    const network = { ...(stack.config["slipway:network"] as Config), flowLogs: undefined };
    await stack.configure({
      ...{ ...stack.config, "slipway:permissionsBoundary": undefined },
      "slipway:network": network,
    });
    await configureLoadBalancer({ accessLogs: undefined });
    const off = Object.fromEntries(Object.keys(hardened).map((key) => [key, undefined]));
    await stack.edit("api", off);
    await stack.up();
    assert.deepEqual(await hardening(), {
      flowLogs: [],
      keys: [kmsKey],
      ...{ kept: 1, buckets: 0 },
      logs: "false",
      boundaries: Array(4).fill(""),
    });
    const destroyed = await stack.run(["destroy", "--yes"]);
    assert.equal(destroyed.code, 0, destroyed.stdout + destroyed.stderr);
  });

  /** The hardening that AWS has. The keys are those of log groups and image repositories. */
  async function hardening() {
    const [flowLogs, logKeys, imageKeys, [arn], buckets] = await Promise.all([
      stack.aws<string[]>(...["ec2", "describe-flow-logs", "--query", "FlowLogs[].TrafficType"]),
      stack.aws<string[]>(...["logs", "describe-log-groups", "--query", "logGroups[].kmsKeyId"]),
      stack.aws<string[]>(
        ...["ecr", "describe-repositories", "--query"],
        "repositories[].encryptionConfiguration.kmsKey",
      ),
      stack.aws<string[]>(
        ...["elbv2", "describe-load-balancers", "--query", "LoadBalancers[].LoadBalancerArn"],
      ),
      stack.aws<number>(...["s3api", "list-buckets", "--query", "length(Buckets || `[]`)"]),
    ]);
    const [logs] = await stack.aws<string[]>(
      ...[
        "elbv2",
        "describe-load-balancer-attributes",
        "--load-balancer-arn",
        arn ?? "",
        "--query",
      ],
      "Attributes[?Key=='access_logs.s3.enabled'].Value",
    );
    const file = join(stack.sandbox.folder, "stacks", stack.name, "kept.json");
    const kept = JSON.parse(await readFile(file, "utf8")) as object;
    return {
      flowLogs,
      keys: [...logKeys, ...imageKeys],
      kept: Object.keys(kept).length,
      ...{ buckets, logs },
      boundaries: await boundaries(),
    };
  }

  /** The boundaries of all roles, from the state, because AWS's list of roles does not contain them. */
  async function boundaries(): Promise<unknown[]> {
    const { stdout } = await stack.sandbox.pulumi(["stack", "export"], { stack: stack.name });
    const { resources } = JSON.parse(stdout).deployment as {
      resources: { type: string; outputs?: { permissionsBoundary?: string } }[];
    };
    const roles = resources.filter(({ type }) => type === "aws:iam/role:Role");
    return roles.map(({ outputs }) => outputs?.permissionsBoundary ?? "");
  }

  async function configureLoadBalancer(change: Config): Promise<void> {
    const loadBalancer = { ...(stack.config["slipway:loadBalancer"] as Config), ...change };
    await stack.configure({ ...stack.config, "slipway:loadBalancer": loadBalancer });
  }
});
