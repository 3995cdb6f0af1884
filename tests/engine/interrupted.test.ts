import assert from "node:assert/strict";
import { dev } from "./configs";
import { engine, TestStack } from "./harness";
import { runningService } from "./inventory";

describe("an update that is killed half-way, twice", function () {
  this.timeout(300_000);
  before(engine);

  it("is resumed by the next one", async () => {
    const stack = await TestStack.create("interrupted", dev("octo-org/interrupted"));
    // A range is one subnet's in a VPC, and the service is waited for long after it is made.
    await stack.kill(/aws:ec2:Subnet .*creating/);
    await stack.kill(/aws:ecs:Service .*creating/);
    await stack.up();
    assert.equal((await runningService(stack)).runningCount, 1);
    await stack.assertUnchanged();
    await stack.destroy();
  });
});
