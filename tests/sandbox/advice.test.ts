import assert from "node:assert/strict";
import { advice } from "../../sandbox/advice";

const result = (stdout: string) => ({ code: 1, stdout, stderr: "" });

describe("advice after a failed engine", () => {
  it("explains how to destroy a protected stack, and how to remove the sandbox", async () => {
    const refused = 'resource "urn" cannot be deleted\nbecause it is protected. To unprotect';
    assert.equal(
      advice("destroy", "prod", result(refused)),
      `The stack prod is protected, and nothing was deleted. To destroy it:
  1. Pulumi.prod.yaml: set deletionProtection: false under slipway:loadBalancer
  2. npm run sandbox -- up --stack prod
  3. npm run sandbox -- down --stack prod
\`npm run sandbox -- down\`, without --stack, removes the whole sandbox, protected stacks too.`,
    );
  });

  it("explains how to delete the images too", async () => {
    const refused = "ECR Repository (api-1) not empty, consider using forceDelete: x";
    assert.match(
      advice("destroy", "dev", result(refused)),
      /1\. Pulumi\.dev\.yaml: set forceDelete/,
    );
  });

  it("does not point to errors if the engine was killed", async () => {
    const killed = advice("up", "dev", { ...result(""), signal: "SIGKILL" });
    assert.match(killed, /was ended by SIGKILL.*\n {2}npm run sandbox -- up --stack dev\n/);
  });

  it("points to the errors otherwise", async () => {
    assert.match(
      advice("preview", "dev", result("error: x")),
      /^pulumi preview failed\. The lines/,
    );
  });
});
