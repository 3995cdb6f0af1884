import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { RunResult } from "../../sandbox/base/processes";
import { Checkout } from "./checkout";
import { tools } from "./harness";

/** All edits that the README suggests, and a name and a repository of the user's own. */
const edited = {
  "aws:region": "eu-central-1",
  "slipway:github": { repository: "me/mine", trigger: { type: "push", branch: "trunk" } },
  "slipway:services": [{ name: "web", port: 3000, strategy: "code-deploy" }],
};

describe("npm start", function () {
  this.timeout(600_000);
  let checkout: Checkout;
  let result: RunResult;

  before(async function () {
    await tools.call(this);
    checkout = await Checkout.copy();
    await writeFile(join(checkout.folder, "Pulumi.dev.yaml"), stringify({ config: edited }));
    await checkout.sandbox("up");
    result = await checkout.npm(["start", "--silent"], "docs");
  });

  after(() => checkout?.down());

  it("runs to its end in a checkout whose stack file is edited", () => {
    assert.equal(result.code, 0, `${result.stdout}\n${result.stderr}`);
    assert.match(result.stdout, /memory: 512 -> 1024/);
    assert.match(result.stdout, /^Done in /m);
  });

  it("shows the comment of a pull request", () => {
    assert.match(result.stdout, /### Preview of `dev`: 1 to replace, 2 to update/);
    assert.match(result.stdout, /- memory: "512"\n {2}\+ memory: "1024"/);
    assert.match(result.stdout, /USD 0\.49 more than before/);
  });

  it("warns before it starts that it removes the running sandbox", () => {
    const notice = result.stdout.indexOf("A sandbox is running here. The tour removes it");
    assert.ok(notice >= 0 && notice < result.stdout.indexOf("1. The sandbox"), result.stdout);
  });

  it("names the commands to try next", () => {
    for (const command of ["release --fail exits", "release --image-tag TAG", "logs", "status"]) {
      assert.ok(result.stdout.includes(`npm run sandbox -- ${command}`), command);
    }
  });

  it("fits 80 columns, without colours, with paths from where it was typed", () => {
    const [, summary = ""] = result.stdout.split("\nSummary\n");
    // What programs print is indented.
    const prose = result.stdout.split("\n").filter((line) => !line.startsWith(" "));
    for (const line of [...prose, ...summary.split("\n")]) assert.ok(line.length <= 80, line);
    assert.ok(!result.stdout.includes("\u001b"), result.stdout);
    assert.match(result.stdout, /\$ git -C \.\.\/\.sandbox\/github\/octo-org\/octo-app\.git log/);
  });
});
