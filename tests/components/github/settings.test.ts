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
  for (const [services, scope, most] of [
    [19, "environment", undefined],
    [20, "environment", 19],
    [99, "repository", undefined],
    [100, "repository", 99],
  ] as const) {
    it(`${most ? "refuses" : "accepts"} ${services} services in one ${scope}`, async () => {
      const problems = checkSettingsLimit(services, scope, "octo-org/octo-app", "services");
      assert.deepEqual(
        problems.map(({ path, value, fix }) => ({ path, value, fix })),
        most
          ? [
              {
                path: "services",
                value: `${services} services of octo-org/octo-app`,
                fix: "give services repositories of their own (repository), or split the stack",
              },
            ]
          : [],
      );
      assert.ok(problems.every(({ allowed }) => allowed.startsWith(`at most ${most}: GitHub `)));
    });
  }
});
