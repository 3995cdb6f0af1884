import assert from "node:assert/strict";
import { type SettingNames, settingNames } from "../../../components";
import { checkSettingsLimit, type SettingNamesArgs } from "../../../components/github/settings";

describe("settingNames", () => {
  const plain: SettingNames = {
    roleToAssume: "AWS_ROLE_TO_ASSUME",
    region: "AWS_REGION",
    cluster: "ECS_CLUSTER",
    imageRepository: "ECR_REPOSITORY",
    service: "ECS_SERVICE",
    taskDefinition: "ECS_TASK_DEFINITION",
    releasePointer: "RELEASE_POINTER",
    releaseRecord: "RELEASE_RECORD",
    codeDeployApplication: "CODEDEPLOY_APPLICATION",
    appSpec: "APPSPEC",
  };
  const args: SettingNamesArgs = {
    service: "my-api",
    stack: "eu-dev",
    scope: "environment",
    shared: false,
  };
  const suffixed = (ofService: string, ofStack: string) =>
    Object.fromEntries(
      Object.entries(plain).map(([key, name]) => [
        key,
        name + (key === "region" || key === "cluster" ? ofStack : ofService),
      ]),
    );
  for (const [title, given, names] of [
    ["of an environment are plain", {}, plain],
    ["of services that share it have the service", { shared: true }, suffixed("_MY_API", "")],
    ["of a repository have the stack", { scope: "repository" }, suffixed("_EU_DEV", "_EU_DEV")],
    [
      "of a repository that services share have both",
      { scope: "repository", shared: true },
      suffixed("_MY_API_EU_DEV", "_EU_DEV"),
    ],
  ] as const) {
    it(title, async () => {
      assert.deepEqual(settingNames({ ...args, ...given }), names);
    });
  }
});

describe("checkSettingsLimit", () => {
  const many = (count: number, codeDeploy = 0) =>
    Array.from({ length: count }, (_, i) => ({ codeDeploy: i < codeDeploy }));
  for (const [services, scope, variables] of [
    [many(19), "environment", undefined],
    [many(20), "environment", 102],
    [many(18, 4), "environment", undefined],
    [many(18, 5), "environment", 102],
    [many(99), "repository", undefined],
    [many(100), "repository", 502],
  ] as const) {
    const { length } = services;
    const ofCodeDeploy = services.filter(({ codeDeploy }) => codeDeploy).length;
    it(`${variables ? "refuses" : "accepts"} ${length} services, ${ofCodeDeploy} of CodeDeploy's, in one ${scope}`, async () => {
      const problems = checkSettingsLimit(services, scope, "octo-org/octo-app", "services");
      const room =
        scope === "environment"
          ? "100 variables in an environment"
          : "500 variables in a repository with 100 secrets";
      assert.deepEqual(
        problems,
        variables
          ? [
              {
                path: "services",
                value: `${length} services of octo-org/octo-app`,
                allowed: `as many as GitHub has room for: ${room}, of which these take ${variables} (5 a service, 2 more under code-deploy)`,
                fix: "give services repositories of their own (repository), or split the stack",
              },
            ]
          : [],
      );
    });
  }
});
