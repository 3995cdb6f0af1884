import assert from "node:assert/strict";
import { checkSettingsLimit } from "../../../components/github/settings";
import { roleSecretName } from "../../../components/index";

describe("roleSecretName", () => {
  for (const [scope, name] of [
    ["environment", "AWS_ROLE_TO_ASSUME_MY_API"],
    ["repository", "AWS_ROLE_TO_ASSUME_MY_API_EU_DEV"],
  ] as const) {
    it(`is ${name} in one ${scope}`, async () => {
      assert.equal(roleSecretName("my-api", { stack: "eu-dev", scope }), name);
    });
  }
});

describe("checkSettingsLimit", () => {
  for (const [scope, place] of [
    ["environment", "an environment"],
    ["repository", "a repository"],
  ] as const) {
    it(`allows 100 services in one ${scope}`, async () => {
      assert.deepEqual(checkSettingsLimit(100, scope, "octo-org/octo-app", "services"), []);
      assert.deepEqual(checkSettingsLimit(101, scope, "octo-org/octo-app", "services"), [
        {
          path: "services",
          value: "101 services of octo-org/octo-app",
          allowed: `at most 100: GitHub allows 100 secrets in ${place}, and each service needs one`,
          fix: "move services to other repositories (repository), or split the stack",
        },
      ]);
    });
  }
});
