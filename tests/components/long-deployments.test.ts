import assert from "node:assert/strict";
import { log } from "@pulumi/pulumi";
import { runStack, stackConfig } from "../harness";

type Config = Readonly<Record<string, unknown>>;

const { "slipway:github": github, ...rest } = stackConfig("Pulumi.dev.yaml");
const pipeline = {
  pipeline: "codepipeline",
  source: { type: "github", repository: "octo-org/octo-app" },
};

/** The warnings of the stack `dev` about the duration of a deployment. */
async function warningsOf(release: Config, bakeTimeInMinutes: number): Promise<string[]> {
  const warn = log.warn;
  const warnings: string[] = [];
  const recorder = (message: string) => {
    warnings.push(message);
    return Promise.resolve();
  };
  Object.assign(log, { warn: recorder });
  try {
    const strategy = { type: "blue-green", bakeTimeInMinutes };
    const services = [{ name: "api", port: 8000, strategy }];
    await runStack({ ...rest, ...release, "slipway:services": services });
  } finally {
    Object.assign(log, { warn });
  }
  return warnings.filter((text) => text.includes(" may take "));
}

describe("a deployment that may take longer than its release allows", () => {
  const releases = [
    ["GitHub's workflow", { "slipway:github": github }, /a GitHub job ends after 360/],
    ["CodePipeline", { "slipway:release": pipeline }, /ECS action waits 60 at most/],
  ] as const;
  for (const [by, release, warning] of releases) {
    it(`by ${by} gets one warning, with the limit of ${by}`, async () => {
      const warnings = await warningsOf(release, 1440);
      assert.equal(warnings.length, 1, warnings.join("\n"));
      assert.match(warnings[0] ?? "", warning);
    });

    it(`by ${by} gets none with a short bake`, async () => {
      assert.deepEqual(await warningsOf(release, 5), []);
    });
  }
});
