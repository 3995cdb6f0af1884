import assert from "node:assert/strict";
import { stackConfig } from "../harness";
import { type Config, engine, TestStack } from "./harness";
import { inventory, runningService } from "./inventory";

describe("the prod stack", function () {
  this.timeout(300_000);
  let stack: TestStack;

  before(async function () {
    await engine.call(this);
    const config = stackConfig("Pulumi.prod.yaml");
    stack = await TestStack.create("production", {
      ...config,
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
    await stack.edit("api", { imageRepository: { forceDelete: true } });
    await stack.up();
    const destroyed = await stack.run(["destroy", "--yes"]);
    assert.equal(destroyed.code, 0, destroyed.stdout + destroyed.stderr);
  });

  async function configureLoadBalancer(change: Config): Promise<void> {
    const loadBalancer = { ...(stack.config["slipway:loadBalancer"] as Config), ...change };
    await stack.configure({ ...stack.config, "slipway:loadBalancer": loadBalancer });
  }
});
