import assert from "node:assert/strict";
import { type Exposure, forecastDeployment, type StrategyName } from "../../components/index";
import { tagOf } from "../../components/shared/image";
import { dev } from "./configs";
import { Emulator } from "./emulator";
import { type Config, engine, TestStack } from "./harness";
import { releasedImage, runningImage, runningService, runningTaskDefinition } from "./inventory";
import { runWorkflow } from "./ownership";
import { ruleOn, weights } from "./traffic";

const service = "aws:ecs/service:Service api";

/** Switches from each strategy to the next on a new stack, and tests each strategy at its first use, except the `known` ones. */
export function alongStrategies(
  name: string,
  circuit: readonly StrategyName[],
  known: readonly StrategyName[],
): void {
  const switches = circuit.slice(1).map((to, i) => ({ from: circuit[i] as StrategyName, to }));
  const repository = `octo-org/${name}`;

  describe(`a service under one strategy after the other: ${circuit.slice(0, 4).join(", ")} and so on`, function () {
    this.timeout(600_000);
    let stack: TestStack;
    let emulator: Emulator;
    let rule: string;

    before(async function () {
      await engine.call(this);
      stack = await TestStack.create(
        name,
        dev(repository, {
          desiredCount: 2,
          capacityProviderStrategies: [{ capacityProvider: "FARGATE" }],
        }),
      );
      await stack.up();
      emulator = new Emulator(stack);
      ({ RuleArn: rule } = await ruleOn(stack, 80));
      await release();
    });
    after(() => stack.destroy());

    const [first = "rolling"] = circuit;
    const seen = new Set<StrategyName>([...known, first]);
    if (!known.includes(first)) {
      endsWrongRelease(first);
      endsCrashingRelease(first);
    }
    for (const { from, to } of switches) {
      const newService = (from === "code-deploy") !== (to === "code-deploy");
      // The preview is checked once for each strategy, and once for the switch back from CodeDeploy.
      const isFirst = !seen.has(to) || (from === "code-deploy" && to === "blue-green");
      it(`goes from ${from} to ${to} ${newService ? "through a new service that takes over" : "in place"}`, async () => {
        const before = await runningService(stack);
        const image = await runningImage(stack);
        await stack.edit("api", { strategy: to });
        if (isFirst) {
          const found = (await stack.preview()).filter(({ resource }) => resource === service);
          assert.deepEqual(
            found.map(({ op }) => op),
            [newService ? "replace" : "update"],
          );
        }
        await emulator.resetTraffic();
        await stack.up();
        await assertServed();
        const after = await runningService(stack);
        assert.deepEqual(
          [after.serviceName !== before.serviceName, after.runningCount],
          [newService, 2],
        );
        assert.equal(await runningImage(stack), image);
        if (to === "rolling") {
          assert.equal(after.deploymentConfiguration.bakeTimeInMinutes, 0);
        }
      });

      if (seen.has(to)) {
        continue;
      }
      seen.add(to);
      // Not a separate suite: mocha would run it after all tests of this suite.
      if (to === "code-deploy") {
        underCodeDeploy();
      } else {
        underEcs(to);
      }
    }

    it("shows no change at the end", () => stack.assertUnchanged());

    function underEcs(strategy: StrategyName) {
      it(`alternates the target groups with every release under ${strategy}, and shows no change`, async () => {
        const [before] = [await weights(stack), await emulator.resetTraffic()];
        await release();
        const shifted = await weights(stack);
        assert.deepEqual(Object.values(shifted), Object.values(before).reverse());
        await stack.assertUnchanged();
        await release();
        assert.deepEqual(await weights(stack), before);
        await assertServed();
      });

      it(`keeps the weights under ${strategy} through an update in the middle of a shift`, async () => {
        const { cluster, services } = await stack.outputs<Output>();
        const at = await weights(stack);
        await emulator.pace("manual", "BAKE_TIME");
        await stack.aws(
          ...["ecs", "update-service", "--cluster", cluster, "--force-new-deployment"],
          ...["--service", services.api?.service ?? ""],
        );
        const shifting = await weights(stack);
        assert.notDeepEqual(shifting, at);
        const delay = Number(api().deregistrationDelay ?? 20) + 1;
        await stack.edit("api", { deregistrationDelay: delay });
        await stack.up();
        assert.deepEqual(await weights(stack), shifting);
        await emulator.pace("instant");
        await emulator.advance(services.api?.service ?? "");
        await assertServed();
        await stack.assertUnchanged();
      });

      if (strategy === "blue-green") {
        it("shows no change if ECS exchanges target group and alternate", async () => {
          const pair = async () => (await runningService(stack)).loadBalancers[0]?.targetGroupArn;
          const pairs = new Set([await pair()]);
          await emulator.swap(true);
          for (let releases = 0; releases < 2; releases++) {
            await release();
            pairs.add(await pair());
            await stack.assertUnchanged();
          }
          await emulator.swap(false);
          assert.equal(pairs.size, 2);
          await assertServed();
        });
      }

      it(`rolls a bad release back under ${strategy}, while all tasks keep serving`, async () => {
        await assertRolledBack(/exited|Essential container/);
      });

      endsWrongRelease(strategy);
    }

    function endsWrongRelease(strategy: StrategyName) {
      it(`ends a wrong release under ${strategy} by the guards, in the time of the forecast`, async () => {
        const { exposure } = forecastDeployment({ desiredCount: 2, strategy });
        const samples = await assertGuarded("wrong", "errors", exposure);
        if (strategy !== "rolling") {
          const [live = ""] = Object.entries(samples[0]?.weights ?? {})
            .filter(([, weight]) => weight > 0)
            .map(([group]) => group);
          const shares = samples.map(({ weights: all }) => 100 - (all[live] ?? 0));
          assert.equal(Math.max(...shares), exposure.peakPercent);
        }
      });
    }

    /** The emulator starts a task in a minute; the forecast here uses the same time. */
    function endsCrashingRelease(strategy: StrategyName) {
      it(`ends a release whose tasks exit later under ${strategy} by the guard, in the time of the forecast`, async () => {
        const minute = { provisionSeconds: 25, startupSeconds: 20, imagePullSeconds: 5 };
        const settings = { desiredCount: 2, strategy };
        const { crashes } = forecastDeployment(settings, { ...minute, schedulerSeconds: 0 });
        await assertGuarded("crashes", "exits", crashes);
      });
    }

    async function assertGuarded(behaviour: "crashes" | "wrong", guard: string, ends: Exposure) {
      const { failure, samples } = await assertEnded(behaviour);
      const named = new RegExp(`(?:ended the deployment: |Activated alarms: <)api-${guard}-\\w+`);
      assert.match(failure, named);
      const whats = samples.map(({ what }) => what).join("\n");
      const [, seconds] = / begins after (\d+) s of /.exec(whats) ?? [];
      assert.equal(Number(seconds), ends.seconds - ends.rollbackSeconds, whats);
      return samples;
    }

    function underCodeDeploy() {
      it("is released by CodeDeploy, and shows no change", async () => {
        const before = await weights(stack);
        await emulator.resetTraffic();
        await release();
        assert.notDeepEqual(await weights(stack), before);
        await assertServed();
        await stack.assertUnchanged();
      });

      it("registers an edit under code-deploy, reports a pending deployment, and is deployed manually without a build", async () => {
        const running = await runningTaskDefinition(stack);
        await stack.edit("api", { memory: 1024, port: 9000 });
        const steps = await stack.preview();
        const changed = steps.map(({ resource }) => resource);
        assert.ok(changed.length > 0 && !changed.includes(service), changed.join(", "));
        await stack.up();
        assert.deepEqual(await runningTaskDefinition(stack), running);
        const { services } = await stack.outputs<Output>();
        assert.match(
          services.api?.pendingDeployment ?? "",
          /with image-tag [0-9a-f]{40}: \S+:\d+ is registered, /,
        );
        const tag = tagOf(await releasedImage(stack)) ?? "";
        const result = await runWorkflow(stack, repository, {
          name: "workflow_dispatch",
          ref: "main",
          workflow: `deploy-api-${name}.yml`,
          inputs: { "image-tag": tag },
        });
        assert.equal(result.ok, true, result.failure);
        assert.doesNotMatch(result.log, /Build and push/);
        assert.equal((await runningTaskDefinition(stack)).memory, "1024");
        assert.equal((await runningService(stack)).loadBalancers[0]?.containerPort, 9000);
        await stack.up();
        const after = await stack.outputs<Output>();
        assert.equal(after.services.api?.pendingDeployment, "");
        await stack.assertUnchanged();
      });

      it("shows a replacement for an edit that needs a new service", async () => {
        await stack.edit("api", { enableExecuteCommand: true });
        const found = (await stack.preview()).filter(({ resource }) => resource === service);
        await stack.edit("api", { enableExecuteCommand: false });
        assert.deepEqual(
          found.map(({ op, properties }) => [op, properties]),
          [["replace", ["enableExecuteCommand"]]],
        );
      });

      it("gives the reason why it cannot be updated while its traffic shifts", async () => {
        const { RuleArn, Actions } = await ruleOn(stack, 80);
        const modify = (actions: unknown) =>
          stack.aws(
            ...["elbv2", "modify-rule", "--rule-arn", RuleArn],
            ...["--actions", JSON.stringify(actions)],
          );
        const TargetGroups = Actions[0]?.ForwardConfig?.TargetGroups.map((group, i) => ({
          ...group,
          Weight: i === 0 ? 90 : 10,
        }));
        await modify([{ Type: "forward", ForwardConfig: { TargetGroups } }]);
        const { code, stdout } = await stack.run(["preview"]);
        await modify(Actions);
        assert.notEqual(code, 0);
        assert.match(
          stdout,
          /Service api: a deployment is shifting its traffic \(api-\w+: 90, api-2-\w+: 10\)/,
        );
        assert.match(stdout, /Wait until the deployment is over/);
      });

      it("fails the workflow with CodeDeploy's reason, and keeps what runs", async () => {
        await assertRolledBack(/CodeDeploy's deployment d-/);
      });

      endsWrongRelease("code-deploy");
      endsCrashingRelease("code-deploy");
    }

    /** At every moment since the start of the record, at least two tasks got requests. */
    async function assertServed() {
      const traffic = await emulator.traffic(rule);
      const fewest = traffic.reduce((a, b) => (b.receiving < a.receiving ? b : a));
      assert.ok(fewest.receiving >= 2, JSON.stringify(fewest));
    }

    async function release() {
      const { workflows } = await stack.release();
      assert.equal(workflows[0]?.ok, true, workflows[0]?.failure);
    }

    async function assertRolledBack(reason: RegExp) {
      const { failure } = await assertEnded("exits");
      assert.match(failure, reason);
      assert.match(failure, /logsV2:log-groups/);
    }

    /** A release that behaves like this fails its workflow, and leaves everything as it was. */
    async function assertEnded(behaviour: "crashes" | "exits" | "wrong") {
      const [image, pointer] = [await runningImage(stack), await releasedImage(stack)];
      const at = await weights(stack);
      await emulator.resetTraffic();
      const [repository = ""] = image.split(/[:@]/);
      const { workflows } = await stack.release("api", {
        onCommit: async ({ imageTag }) => {
          await emulator.image(`${repository}:${imageTag}`, behaviour);
        },
      });
      const samples = await emulator.traffic(rule);
      await emulator.forget();
      assert.equal(workflows[0]?.ok, false);
      assert.deepEqual(await weights(stack), at);
      assert.equal(await runningImage(stack), image);
      assert.equal(await releasedImage(stack), pointer);
      return { failure: workflows[0]?.failure ?? "", samples };
    }

    function api(): Config {
      const [found] = stack.config["slipway:services"] as Config[];
      return found ?? {};
    }
  });
}

interface Output {
  readonly cluster: string;
  readonly services: Readonly<
    Record<string, { readonly service: string; readonly pendingDeployment?: string }>
  >;
}
