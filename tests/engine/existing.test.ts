import assert from "node:assert/strict";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { prepare } from "../../examples/existing/sandbox";
import type { Sandbox } from "../../sandbox/sandbox";
import { runExample } from "./examples";
import { engine, sandbox } from "./harness";

/** `examples/existing`: everything that a service needs exists. */
describe("a service between existing objects", function () {
  this.timeout(300_000);
  let box: Sandbox;

  before(async function () {
    await engine.call(this);
    box = await sandbox();
  });

  it("is deployed without creating any of them, and shows no change after that", async () => {
    const { stdout, stderr } = await operation("up");
    const created = [...stderr.matchAll(/^creat\w* (\S+ \S+)/gm)].map(([, label]) => label ?? "");
    assert.ok(created.length > 20, stderr);
    // The guard of exits has a log group of its own.
    const others =
      /:(?:Vpc|Subnet|Cluster|LoadBalancer|Listener|Repository|OpenIdC\w+|LogGroup) (?!\/aws\/events\/)/;
    const made = created.filter((label) => !label.startsWith("slipway:"));
    assert.ok(made.includes("aws:ecs:Service api"), made.join());
    assert.deepEqual(
      made.filter((label) => others.test(label)),
      [],
    );
    assert.match(stdout, /^create \d+$/m);
    assert.equal((await operation("preview")).stdout, "no changes\n");
  });

  it("is destroyed, and the existing objects do not change", async () => {
    const { stdout } = await operation("destroy");
    assert.match(stdout, /^delete \d+$/m);
    const credentials = await box.credentials("existing");
    const elb = new ElasticLoadBalancingV2({
      ...{ region: "eu-central-1", endpoint: box.endpoint, credentials },
    });
    // The listeners exist, with no rule but their default.
    const { listenerArn } = JSON.parse((await prepare(box)).EXISTING ?? "{}");
    const { Rules = [] } = await elb.describeRules({ ListenerArn: listenerArn });
    assert.deepEqual(
      Rules.map(({ Priority }) => Priority),
      ["default"],
    );
    // A second deployment finds everything else, too.
    assert.match((await operation("preview")).stdout, /^create \d+$/m);
  });

  async function operation(name: string) {
    const result = await runExample("existing", name);
    assert.equal(result.code, 0, result.stdout + result.stderr);
    return result;
  }
});
