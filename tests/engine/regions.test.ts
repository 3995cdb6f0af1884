import assert from "node:assert/strict";
import { join } from "node:path";
import { ECS } from "@aws-sdk/client-ecs";
import { readFileAt } from "../../sandbox/github/commits";
import type { Sandbox } from "../../sandbox/sandbox";
import { runExample } from "./examples";
import { engine, sandbox } from "./harness";

/** `examples/regions`: explicit providers. */
describe("one program for two regions", function () {
  this.timeout(300_000);
  let box: Sandbox;
  const operation = async (name: string) => {
    const result = await runExample("regions", name);
    assert.equal(result.code, 0, result.stdout + result.stderr);
    return result.stdout;
  };

  before(async function () {
    await engine.call(this);
    box = await sandbox();
  });

  it("creates each service in its region, and shows no change after that", async () => {
    assert.match(await operation("up"), /^create \d+$/m);
    const credentials = await box.credentials("regions");
    for (const [place, region] of [
      ["eu", "eu-central-1"],
      ["us", "us-west-2"],
    ] as const) {
      const ecs = new ECS({ region, endpoint: box.endpoint, credentials });
      const { clusterArns = [] } = await ecs.listClusters({});
      assert.equal(clusterArns.length, 1, `${region}: ${clusterArns}`);
      const { serviceArns = [] } = await ecs.listServices({ cluster: clusterArns[0] });
      assert.equal(serviceArns.length, 1, `${region}: ${serviceArns}`);
      assert.match(serviceArns[0] ?? "", new RegExp(`${region}.*/api-${place}-`));
      const file = `.github/workflows/deploy-api-${place}-dev.yml`;
      const path = join(box.githubRoot, "octo-org", "regions.git");
      assert.match(
        (await readFileAt(path, "main", file)) ?? "",
        new RegExp(`AWS_REGION: ${region}`),
      );
    }
    assert.equal(await operation("preview"), "no changes\n");
  });
});
