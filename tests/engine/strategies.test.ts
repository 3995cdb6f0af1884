import assert from "node:assert/strict";
import type { StrategyName } from "../../components";
import { dev } from "./configs";
import { Emulator } from "./emulator";
import { type Config, engine, TestStack } from "./harness";
import { runningImage, runningService } from "./inventory";
import { ruleOn, weights } from "./traffic";

/** Each strategy follows each other one once. */
const circuit: readonly StrategyName[] = [
  ...(["rolling", "blue-green", "rolling", "canary", "rolling", "linear"] as const),
  ...(["rolling", "code-deploy", "blue-green", "canary", "blue-green", "linear"] as const),
  ...(["blue-green", "code-deploy", "canary", "linear", "canary", "code-deploy"] as const),
  ...(["linear", "code-deploy", "rolling"] as const),
];

describe("a service that changes its strategy", function () {
  this.timeout(600_000);
  let stack: TestStack;
  let emulator: Emulator;
  let rule: string;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create(
      "switching",
      dev("octo-org/switching", {
        desiredCount: 2,
        capacityProviderStrategies: [{ capacityProvider: "FARGATE" }],
      }),
    );
    await stack.up();
    emulator = new Emulator(stack);
    ({ RuleArn: rule } = await ruleOn(stack, 80));
    await stack.release();
  });
  after(() => stack.destroy());

  it("goes over each of the twenty pairs once", async () => {
    const pairs = circuit.slice(1).map((to, i) => `${circuit[i]} ${to}`);
    assert.equal(new Set(pairs).size, 20);
  });

  for (const [i, to] of circuit.slice(1).entries()) {
    const from = circuit[i];
    const anew = (from === "code-deploy") !== (to === "code-deploy");
    it(`from ${from} to ${to}, ${anew ? "through a new service that takes over" : "in place"}`, async () => {
      const image = await runningImage(stack);
      const { serviceName } = await runningService(stack);
      await stack.edit("api", { strategy: to });
      const steps = await stack.preview();
      assert.deepEqual(
        steps
          .filter(({ resource }) => resource === "aws:ecs/service:Service api")
          .map(({ op }) => op),
        [anew ? "replace" : "update"],
      );
      await emulator.resetTraffic();
      await stack.up();
      assert.ok(
        (await emulator.leastReceiving(rule)) >= 2,
        JSON.stringify(await emulator.traffic(rule)),
      );
      const after = await runningService(stack);
      assert.equal(after.serviceName !== serviceName, anew);
      assert.equal(after.runningCount, 2);
      assert.equal(await runningImage(stack), image);
      await stack.assertUnchanged();
    });
  }
});

for (const strategy of ["blue-green", "canary", "linear"] as const) {
  describe(`a service under ${strategy}`, function () {
    this.timeout(600_000);
    let stack: TestStack;
    let emulator: Emulator;
    let rule: string;

    before(async function () {
      await engine.call(this);
      const service: Config = {
        desiredCount: 2,
        strategy: { type: strategy, testListener: {} },
        capacityProviderStrategies: [{ capacityProvider: "FARGATE" }],
      };
      stack = await TestStack.create(strategy, dev(`octo-org/${strategy}`, service));
      await stack.up();
      emulator = new Emulator(stack);
      ({ RuleArn: rule } = await ruleOn(stack, 80));
      await emulator.resetTraffic();
    });
    after(() => stack.destroy());

    it("alternates its target groups with every release, and shows no change", async () => {
      const seen = [await weights(stack)];
      for (const _ of [1, 2]) {
        const { workflows } = await stack.release();
        assert.equal(workflows[0]?.ok, true, workflows[0]?.failure);
        seen.push(await weights(stack));
        await stack.assertUnchanged();
      }
      const [first, second] = [
        { api: 100, "api-2": 0 },
        { api: 0, "api-2": 100 },
      ];
      assert.deepEqual(seen, [first, second, first]);
      assert.deepEqual(await weights(stack, 8080), first);
      assert.equal(await emulator.leastReceiving(rule), 2);
    });

    it("keeps the weights through an update that changes something else", async () => {
      const before = await weights(stack);
      await stack.edit("api", { logRetentionInDays: 14, deregistrationDelay: 30 });
      await stack.up();
      assert.deepEqual(await weights(stack), before);
      await stack.assertUnchanged();
    });
  });
}
