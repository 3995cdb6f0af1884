import assert from "node:assert/strict";
import { exitWithError } from "../../../../components/github/lookup/exit-with-error";
import { attempt } from "../../../harness";

describe("exitWithError", () => {
  const { exit } = process;
  let code: unknown;
  beforeEach(() => {
    code = undefined;
    process.exit = ((given: unknown) => {
      code = given;
    }) as typeof process.exit;
  });
  afterEach(() => {
    process.exit = exit;
  });

  for (const [main, expected] of [
    ["/app/node_modules/@pulumi/pulumi/cmd/run/index.js", 32],
    ["C:\\app\\node_modules\\@pulumi\\pulumi\\cmd\\run\\index.js", 32],
    ["/app/deploy.js", undefined],
    ["", undefined],
  ] as const) {
    it(`${expected ? "ends" : "does not end"} the process of ${main || "nobody"}`, async () => {
      const { error } = await attempt(() => exitWithError(new Error("late"), main));
      assert.equal(error, undefined);
      assert.equal(code, expected);
    });
  }
});
