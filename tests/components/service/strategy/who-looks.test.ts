import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..", "..", "..", "components");
const names = "rolling|blue-green|canary|linear|code-deploy";
/** Code that distinguishes strategies reads the type, or an option that only some have. */
const looks = new RegExp(
  `strategy\\.type|case "(?:${names})"|\\btype === "(?:${names})"|" in strategy\\b`,
);

describe("a strategy", () => {
  it("is read only by its defaults, its checks, its planner and its forecast", async () => {
    const files = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .filter((file) => looks.test(readFileSync(join(root, file), "utf8")));
    assert.deepEqual(files.sort(), [
      "deployment/check-transform.ts",
      "deployment/plan.ts",
      "fargate-service/check.ts",
      "forecast/alarms.ts",
      "forecast/exposure.ts",
      "forecast/forecast.ts",
      "forecast/rollback.ts",
      "forecast/shift.ts",
      "forecast/unknowns.ts",
      "service/guards/check.ts",
      "service/service-connect.ts",
      "service/sign-in/check.ts",
      "service/strategy/check.ts",
      "service/strategy/resolve.ts",
    ]);
  });
});
