import assert from "node:assert/strict";
import { stackConfig } from "../harness";
import { type Config, engine, TestStack } from "./harness";
import { runningService } from "./inventory";

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

  it("refuses to be destroyed until its protection is lifted", async () => {
    const refused = await stack.run(["destroy", "--yes", "--skip-preview"]);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stdout + refused.stderr, /deletion protection/i);
    await stack.configure({
      ...stack.config,
      "slipway:loadBalancer": {
        ...(stack.config["slipway:loadBalancer"] as Config),
        deletionProtection: false,
      },
    });
    await stack.up();
    await stack.destroy();
  });
});
