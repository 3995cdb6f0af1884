import assert from "node:assert/strict";
import { Checkout } from "./checkout";
import { tools } from "./harness";

describe("the stack file of npm run init", function () {
  this.timeout(180_000);
  let checkout: Checkout | undefined;

  before(async function () {
    await tools.call(this);
    checkout = await Checkout.copy();
  });
  after(() => checkout?.down());

  it("previews as it is", async () => {
    assert.ok(checkout, "no checkout");
    const app = ["--app", "examples/api", "--repository", "octo-org/octo-app", "--branch", "main"];
    const rest = ["--region", "us-east-1", "--stack", "dev"];
    const written = await checkout.npm(["run", "-s", "init", "--", ...app, ...rest]);
    assert.equal(written.code, 0, written.stderr);
    const { stdout } = await checkout.sandbox("preview");
    assert.match(stdout, /\+ \d\d to create/);
  });
});
