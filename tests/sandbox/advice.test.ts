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
\`npm run sandbox -- down\`, without --stack, removes the whole sandbox, protected
stacks too.`,
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
    assert.match(killed, /was ended by SIGKILL[\s\S]*\n {2}npm run sandbox -- up --stack dev\n/);
  });

  it("explains how two stacks share an AWS account", async () => {
    const url = "https://token.actions.githubusercontent.com";
    const refused = advice("up", "prod", result(`error: Provider with url ${url} already exists.`));
    assert.match(
      refused,
      /1\. Pulumi\.prod\.yaml: set identityProvider: adopt under slipway:github/,
    );
    assert.match(refused, /2\. npm run sandbox -- up --stack prod/);
  });

  it("explains how to rename a service", async () => {
    const refused = advice("up", "dev", result("error: The specified priority is in use."));
    assert.match(refused, /1\. Pulumi\.dev\.yaml: set another rule\.priority/);
  });

  it("fits 80 columns", async () => {
    const outputs = [
      "because it is protected",
      "RepositoryNotEmpty",
      "Provider with url x already exists",
      "The specified priority is in use",
      "",
    ];
    for (const command of ["up", "destroy"]) {
      for (const output of outputs) {
        for (const line of advice(command, "prod", result(output)).split("\n")) {
          assert.ok(line.length <= 80, line);
        }
      }
    }
  });

  it("points to the errors otherwise", async () => {
    assert.match(
      advice("preview", "dev", result("error: x")),
      /^pulumi preview failed\. The lines/,
    );
  });
});
