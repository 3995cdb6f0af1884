import assert from "node:assert/strict";
import { mustRun } from "../../sandbox/base/processes";
import { CHECKOUT } from "../../sandbox/sandbox";
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
    await stack.kill(/aws:ecs:Service .*creating/, /aws:ecs\/service:Service::api/);
    await recoverByHand(stack);
    await stack.up();
    assert.equal((await runningService(stack)).runningCount, 1);
    await stack.assertUnchanged();
    const { clusterArns } = await stack.aws<{ clusterArns: [string] }>("ecs", "list-clusters");
    const { serviceArns } = await stack.aws<{ serviceArns: string[] }>(
      ...(["ecs", "list-services", "--cluster", clusterArns[0]] as const),
    );
    assert.equal(serviceArns.length, 1);
    await stack.destroy();
  });
});

/** As on an account, where nothing but Pulumi's own commands helps. */
async function recoverByHand(stack: TestStack): Promise<void> {
  const env = await stack.env();
  const command = ["--import", "tsx", "tools/recover/cli.ts", "--yes"];
  await mustRun("pulumi", ["cancel", "--yes"], { cwd: CHECKOUT, env });
  const { stdout } = await mustRun(process.execPath, command, { cwd: CHECKOUT, env });
  assert.match(stdout, /^aws:ecs\/service:Service api: taken over as \S+\/api-\w+$/m);
  assert.match(stdout, /All is settled/);
}
