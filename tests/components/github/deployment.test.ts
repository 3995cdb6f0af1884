import assert from "node:assert/strict";
import {
  FargateService,
  GitHubDeployment,
  GitHubEnvironment,
  GitHubOidc,
  type GitHubRepository,
  type SettingsScope,
} from "../../../components/index";
import { attempt, childrenOf, only, type Recorded, run } from "../../harness";
import { infrastructure } from "../infrastructure";

const repository: GitHubRepository = {
  owner: "octo-org",
  name: "octo-app",
  id: 4242,
  ownerId: 77,
  defaultBranch: "trunk",
};
const nothing = { environment: false, policies: {}, closedBranches: {} };
const environmentType = "github:index/repositoryEnvironment:RepositoryEnvironment";
const policyType =
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
const files = "github:index/repositoryFile:RepositoryFile";

const runDeployment = (settings?: SettingsScope, variables?: Readonly<Record<string, string>>) =>
  run(() => {
    const { cluster, imageRepository, ...rest } = infrastructure();
    const service = new FargateService("api", { ...rest, cluster, imageRepository, port: 80 });
    const trigger = { type: "push", branch: "main" } as const;
    const environment = new GitHubEnvironment("octo", {
      repository: { ...repository, ...(variables && { found: { ...nothing, variables } }) },
      stack: "dev",
      cluster,
      trigger,
      settings,
    });
    const oidc = new GitHubOidc("github");
    const args = { oidc, environment, cluster, imageRepository, service };
    return new GitHubDeployment("api", args).workflow;
  });

/** `type name=value` of each setting that one component writes. Checks that all of them go to one repository. */
function settings(resources: readonly Recorded[], name: string) {
  const component = only(resources, "slipway:github:ActionsSettings", name);
  return resources
    .filter(({ parent }) => parent === component.urn)
    .map(({ type, inputs: { secretName, variableName, value, repository, environment } }) => {
      assert.equal(repository, "octo-app");
      assert.equal(environment, type.includes("Environment") ? "dev" : undefined);
      return `${type.split(":").at(-1)} ${secretName ?? variableName}=${value}`;
    })
    .sort();
}

const roleArn = "arn:aws:iam::123456789012:role/api-deploy";
const subjects = (resources: readonly Recorded[]) =>
  JSON.parse(String(only(resources, "aws:iam/role:Role", "api-deploy").inputs.assumeRolePolicy))
    .Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"];

describe("GitHubEnvironment and GitHubDeployment", () => {
  it("adopts an environment: it reads the environment, and creates nothing of it", async () => {
    const { resources, outputs } = await run(() => {
      const { cluster } = infrastructure();
      const trigger = { type: "push", branch: "main" } as const;
      const args = { repository, stack: "dev", cluster, trigger, environment: "adopt" } as const;
      return new GitHubEnvironment("octo", args).environment;
    });
    const types = resources.map(({ type }) => type);
    assert.equal(types.includes(environmentType) || types.includes(policyType), false);
    assert.equal(outputs, "dev");
  });

  it("use an environment into which one branch deploys", async () => {
    const { resources, outputs } = await runDeployment();
    const environment = only(resources, "slipway:github:GitHubEnvironment");
    assert.deepEqual(childrenOf(resources, environment), [
      `${environmentType} octo`,
      `${policyType} octo`,
      "slipway:github:ReleaseScript octo",
    ]);
    assert.deepEqual(only(resources, environmentType).inputs, {
      repository: "octo-app",
      environment: "dev",
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    });
    assert.deepEqual(only(resources, environmentType).ignoreChanges, [
      ...["reviewers", "waitTimer", "preventSelfReview", "canAdminsBypass"],
    ]);
    assert.deepEqual(only(resources, policyType).inputs, {
      repository: "octo-app",
      environment: "dev",
      branchPattern: "main",
    });
    assert.deepEqual(settings(resources, "api"), [
      `ActionsEnvironmentSecret AWS_ROLE_TO_ASSUME_API=${roleArn}`,
    ]);
    const content = String(only(resources, files, "api-main").inputs.content);
    assert.match(content, /^ {6}ECS_CLUSTER: dev$/m);
    assert.match(content, /secrets\.AWS_ROLE_TO_ASSUME_API }}/);
    assert.deepEqual(subjects(resources), [
      "repo:octo-org/octo-app:environment:dev",
      "repo:octo-org@77/octo-app@4242:environment:dev",
    ]);
    assert.equal(outputs, ".github/workflows/deploy-api-dev.yml");
  });

  it("write the file to its trigger's branch and to the default branch, after everything that a run needs", async () => {
    const { resources } = await runDeployment();
    const component = only(resources, "slipway:github:GitHubDeployment");
    assert.deepEqual(childrenOf(resources, component), [
      "slipway:github:ActionsSettings api",
      "slipway:github:DeployRole api",
      "slipway:github:DeployWorkflow api",
    ]);
    const workflow = only(resources, "slipway:github:DeployWorkflow");
    assert.deepEqual(childrenOf(resources, workflow), [`${files} api-main`, `${files} api-trunk`]);
    // The files are its children: the SDK registers them after it, and the engine deletes them before it.
    const awaited = resources.filter(({ urn }) => workflow.dependencies.includes(urn));
    const types = new Set(awaited.map(({ type }) => type.split(":").at(-1)));
    for (const type of [
      "ActionsEnvironmentSecret",
      "RepositoryEnvironmentDeploymentPolicy",
      "Service",
    ]) {
      assert.ok(types.has(type), `the workflow does not wait for ${type}`);
    }
    assert.equal(
      only(resources, files, "api-trunk").inputs.file,
      ".github/workflows/deploy-api-dev.yml",
    );
  });

  it("use the repository if there are no environments, with the stack in the secret's name", async () => {
    const { resources } = await runDeployment("repository");
    const environment = only(resources, "slipway:github:GitHubEnvironment");
    assert.deepEqual(childrenOf(resources, environment), ["slipway:github:ReleaseScript octo"]);
    assert.deepEqual(settings(resources, "api"), [
      `ActionsSecret AWS_ROLE_TO_ASSUME_API_DEV=${roleArn}`,
    ]);
    assert.deepEqual(subjects(resources), [
      "repo:octo-org/octo-app:ref:refs/heads/main",
      "repo:octo-org@77/octo-app@4242:ref:refs/heads/main",
    ]);
    const content = String(only(resources, files, "api-main").inputs.content);
    assert.match(content, /secrets\.AWS_ROLE_TO_ASSUME_API_DEV }}/);
    assert.doesNotMatch(content, /^ {4}environment:/m);
  });

  const values = {
    AWS_REGION: "eu-central-1",
    ECS_CLUSTER: "dev",
    ECR_REPOSITORY: "api",
    ECS_SERVICE: "api",
    ECS_TASK_DEFINITION: "slipway-dev-api",
    RELEASE_POINTER: "/slipway/slipway/dev/api/image",
    RELEASE_RECORD: "/slipway/slipway/dev/api/release",
  };
  const ofStack = ["AWS_REGION", "ECS_CLUSTER"];
  for (const [title, scope, stackEnd, serviceEnd] of [
    ["alone in its environment", "environment", "", ""],
    ["one of several in an environment", "environment", "", "_API"],
    ["alone in its repository", "repository", "_DEV", "_DEV"],
    ["one of several in a repository", "repository", "_DEV", "_API_DEV"],
  ] as const) {
    it(`keep the variables that earlier workflow files read for a service ${title}`, async () => {
      const old = Object.entries(values).map(
        ([name, value]) =>
          [name + (ofStack.includes(name) ? stackEnd : serviceEnd), value] as const,
      );
      // What somebody else wrote is left alone.
      const { resources } = await runDeployment(scope, {
        ...Object.fromEntries(old),
        APPSPEC: "theirs",
      });
      const type = scope === "environment" ? "ActionsEnvironment" : "Actions";
      const written = old.map(([name, value]) => `${type}Variable ${name}=${value}`);
      const secrets = [`AWS_ROLE_TO_ASSUME${serviceEnd}`, `AWS_ROLE_TO_ASSUME_API${stackEnd}`];
      assert.deepEqual(settings(resources, "octo"), written.slice(0, 2));
      assert.deepEqual(settings(resources, "api"), [
        ...[...new Set(secrets)].sort().map((name) => `${type}Secret ${name}=${roleArn}`),
        ...written.slice(2),
      ]);
    });
  }

  it("leave variables of the same names alone if their values are of something else", async () => {
    const old = { ...values, RELEASE_POINTER: "/slipway/other/dev/api/image" };
    const { resources } = await runDeployment("environment", old);
    assert.deepEqual(settings(resources, "api"), [
      `ActionsEnvironmentSecret AWS_ROLE_TO_ASSUME_API=${roleArn}`,
    ]);
    assert.ok(!resources.some(({ type }) => type.includes("Variable")), "a variable was created");
  });

  it("are refused a branch with a wildcard", async () => {
    const { error, resources } = await attempt(
      () =>
        new GitHubEnvironment("octo", {
          repository,
          stack: "dev",
          cluster: {} as never,
          trigger: { type: "push", branch: "release/*" },
        }),
    );
    assert.match(String(error?.message), /args\.trigger\.branch: "release\/\*"/);
    assert.deepEqual(resources, []);
  });
});
