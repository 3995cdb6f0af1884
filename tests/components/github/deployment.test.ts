import assert from "node:assert/strict";
import {
  FargateService,
  GitHubDeployment,
  GitHubEnvironment,
  GitHubOidc,
  type GitHubRepository,
  type SettingsScope,
} from "../../../components";
import { attempt, childrenOf, only, type Recorded, run } from "../../harness";
import { infrastructure } from "../infrastructure";

const repository: GitHubRepository = {
  owner: "octo-org",
  name: "octo-app",
  id: 4242,
  ownerId: 77,
  defaultBranch: "trunk",
};
const environmentType = "github:index/repositoryEnvironment:RepositoryEnvironment";
const policyType =
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
const files = "github:index/repositoryFile:RepositoryFile";

const runDeployment = (settings?: SettingsScope, shared?: boolean) =>
  run(() => {
    const { cluster, imageRepository, ...rest } = infrastructure();
    const service = new FargateService("api", { ...rest, cluster, imageRepository, port: 80 });
    const trigger = { type: "push", branch: "main" } as const;
    const environment = new GitHubEnvironment("octo", {
      repository,
      stack: "dev",
      cluster,
      trigger,
      settings,
    });
    const oidc = new GitHubOidc("github");
    const args = { oidc, environment, cluster, imageRepository, service, shared };
    return new GitHubDeployment("api", args).workflow;
  });

/** `type name=value` of each setting that one component writes, and that they all go to one repository. */
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
  it("adopts an environment: it is read, and nothing of it made", async () => {
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
      "slipway:github:ActionsSettings octo",
    ]);
    assert.deepEqual(only(resources, environmentType).inputs, {
      repository: "octo-app",
      environment: "dev",
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    });
    assert.deepEqual(only(resources, policyType).inputs, {
      repository: "octo-app",
      environment: "dev",
      branchPattern: "main",
    });
    assert.deepEqual(settings(resources, "octo"), [
      "ActionsEnvironmentVariable AWS_REGION=eu-central-1",
      "ActionsEnvironmentVariable ECS_CLUSTER=dev",
    ]);
    assert.deepEqual(settings(resources, "api"), [
      `ActionsEnvironmentSecret AWS_ROLE_TO_ASSUME=${roleArn}`,
      "ActionsEnvironmentVariable ECR_REPOSITORY=api",
      "ActionsEnvironmentVariable ECS_SERVICE=api",
      "ActionsEnvironmentVariable ECS_TASK_DEFINITION=slipway-dev-api",
      "ActionsEnvironmentVariable RELEASE_POINTER=/slipway/slipway/dev/api/image",
      "ActionsEnvironmentVariable RELEASE_RECORD=/slipway/slipway/dev/api/release",
    ]);
    assert.deepEqual(subjects(resources), [
      "repo:octo-org/octo-app:environment:dev",
      "repo:octo-org@77/octo-app@4242:environment:dev",
    ]);
    assert.equal(outputs, ".github/workflows/deploy-api-dev.yml");
  });

  it("write the file to the branch that starts it and to the default one, once a run finds all it needs", async () => {
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
      "ActionsEnvironmentVariable",
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

  it("use the repository where there are no environments, with the stack in each name", async () => {
    const { resources } = await runDeployment("repository");
    const environment = only(resources, "slipway:github:GitHubEnvironment");
    assert.deepEqual(childrenOf(resources, environment), ["slipway:github:ActionsSettings octo"]);
    assert.deepEqual(settings(resources, "octo"), [
      "ActionsVariable AWS_REGION_DEV=eu-central-1",
      "ActionsVariable ECS_CLUSTER_DEV=dev",
    ]);
    assert.deepEqual(settings(resources, "api"), [
      `ActionsSecret AWS_ROLE_TO_ASSUME_DEV=${roleArn}`,
      "ActionsVariable ECR_REPOSITORY_DEV=api",
      "ActionsVariable ECS_SERVICE_DEV=api",
      "ActionsVariable ECS_TASK_DEFINITION_DEV=slipway-dev-api",
      "ActionsVariable RELEASE_POINTER_DEV=/slipway/slipway/dev/api/image",
      "ActionsVariable RELEASE_RECORD_DEV=/slipway/slipway/dev/api/release",
    ]);
    assert.deepEqual(subjects(resources), [
      "repo:octo-org/octo-app:ref:refs/heads/main",
      "repo:octo-org@77/octo-app@4242:ref:refs/heads/main",
    ]);
    const content = String(only(resources, files, "api-main").inputs.content);
    assert.match(content, /vars\.ECS_CLUSTER_DEV/);
    assert.doesNotMatch(content, /^ {4}environment:/m);
  });

  it("name a shared repository's settings after the service", async () => {
    const { resources } = await runDeployment("environment", true);
    assert.equal(
      settings(resources, "api")[0],
      `ActionsEnvironmentSecret AWS_ROLE_TO_ASSUME_API=${roleArn}`,
    );
    const content = String(only(resources, files, "api-main").inputs.content);
    assert.match(content, /secrets\.AWS_ROLE_TO_ASSUME_API }}/);
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
