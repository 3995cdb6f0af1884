import assert from "node:assert/strict";
import { tagOf } from "../../components/shared/image";
import { getRepository, renameRepository } from "../../sandbox/github";
import { readFileAt } from "../../sandbox/github/commits";
import { setValue, updateSettings } from "../../sandbox/github/settings";
import { devWithNetwork } from "./configs";
import { asEarlier } from "./earlier";
import { type Config, engine, type Step, TestStack } from "./harness";
import { inventory, runningImage, runningService } from "./inventory";

const repository = "octo-org/lifecycle";
const renamed = "octo-org/renamed";

describe("the dev stack, from its first update to its end", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let empty: Awaited<ReturnType<typeof inventory>>;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create(
      "lifecycle",
      devWithNetwork(repository, { enableExecuteCommand: true }),
    );
    empty = await inventory(stack);
  });

  it("is created in one update, and is healthy with the placeholder at the end", async () => {
    await stack.up();
    const service = await runningService(stack);
    assert.equal(service.runningCount, 1);
    assert.match(service.taskDefinition, /task-definition\/slipway-lifecycle-api-placeholder:1$/);
    assert.equal(await runningImage(stack), "public.ecr.aws/nginx/nginx:stable-alpine");
  });

  it("has written the GitHub side in the same update", async () => {
    const { settings, path } = await getRepository(stack.sandbox.githubRoot, repository);
    const environment = settings.environments.lifecycle;
    assert.ok(environment, "GitHub has no environment lifecycle");
    assert.deepEqual(Object.keys(environment.secrets), ["AWS_ROLE_TO_ASSUME_API"]);
    assert.deepEqual(environment.variables, {});
    const workflow = await readFileAt(path, "main", ".github/workflows/deploy-api-lifecycle.yml");
    assert.match(workflow ?? "", /^name: Deploy api to lifecycle$/m);
  });

  it("shows no change in the second update", async () => {
    await stack.assertUnchanged();
    await stack.up("--expect-no-changes");
  });

  it("changes properties in place where AWS allows it", async () => {
    await stack.edit("api", { logRetentionInDays: 14, deregistrationDelay: 15 });
    assert.deepEqual(byResource(await stack.preview()), [
      {
        op: "update",
        resource: "aws:cloudwatch/logGroup:LogGroup /aws/events/api-stopped-tasks",
        properties: ["retentionInDays"],
      },
      {
        op: "update",
        resource: "aws:cloudwatch/logGroup:LogGroup api",
        properties: ["retentionInDays"],
      },
      {
        op: "update",
        resource: "aws:lb/targetGroup:TargetGroup api",
        properties: ["deregistrationDelay"],
      },
      {
        op: "update",
        resource: "aws:lb/targetGroup:TargetGroup api-2",
        properties: ["deregistrationDelay"],
      },
      // A drain that is a few seconds shorter does not change the workflow file.
    ]);
    await stack.up();
    await stack.assertUnchanged();
  });

  it("is released by the workflow, and shows no change afterwards", async () => {
    const { sha, workflows } = await stack.release();
    assert.deepEqual(
      workflows.map(({ file, ok }) => ({ file, ok })),
      [{ file: ".github/workflows/deploy-api-lifecycle.yml", ok: true }],
      workflows[0]?.log,
    );
    assert.equal(tagOf(await runningImage(stack)), sha);
    await stack.assertUnchanged();
  });

  it("deploys for other capacity providers, and not for another desired count", async () => {
    const first = await deployments();
    await stack.edit("api", { capacityProviderStrategies: [{ capacityProvider: "FARGATE" }] });
    await stack.up();
    assert.equal(await deployments(), first + 1);
    const { capacityProviderStrategy } = await runningService(stack);
    assert.equal(capacityProviderStrategy[0]?.capacityProvider, "FARGATE");
    await stack.assertUnchanged();
    await stack.edit("api", { desiredCount: 2 });
    await stack.up();
    assert.equal(await deployments(), first + 1);
    assert.equal((await runningService(stack)).runningCount, 2);
    await stack.assertUnchanged();
  });

  it("replaces resources that cannot change in place, and keeps CI's image", async () => {
    const image = await runningImage(stack);
    await stack.edit("api", { port: 9000 });
    const replaced = (resource: string, ...properties: string[]) => ({
      op: "replace",
      resource,
      properties,
    });
    assert.deepEqual(byResource(await stack.preview()), [
      {
        op: "update",
        resource: "aws:ecs/service:Service api",
        properties: ["loadBalancers[0].containerPort", "taskDefinition"],
      },
      replaced("aws:ecs/taskDefinition:TaskDefinition api", "containerDefinitions"),
      replaced("aws:ecs/taskDefinition:TaskDefinition api-placeholder", "containerDefinitions"),
      // Old tasks get requests on their port until they stop.
      replaced(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule api-load-balancer-to-tasks",
        ...["fromPort", "toPort"],
      ),
      replaced(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule api-from-load-balancer",
        ...["fromPort", "toPort"],
      ),
    ]);
    await stack.up();
    const service = await runningService(stack);
    assert.equal(service.loadBalancers[0]?.containerPort, 9000);
    assert.equal(await runningImage(stack), image);
    await stack.assertUnchanged();
  });

  /** The number of deployments that the service has had. */
  async function deployments(): Promise<number> {
    const { serviceName, clusterArn } = await runningService(stack);
    const { serviceDeployments } = await stack.aws<{ serviceDeployments: unknown[] }>(
      ...["ecs", "list-service-deployments", "--cluster", clusterArn, "--service", serviceName],
    );
    return serviceDeployments.length;
  }
  it("keeps the GitHub objects if the repository is renamed, first on GitHub and then in the stack file", async () => {
    const root = stack.sandbox.githubRoot;
    const byHand = {
      reviewers: [{ users: [7], teams: [8] }],
      ...{ waitTimer: 30, preventSelfReview: true, canAdminsBypass: false },
    };
    await updateSettings(root, repository, ({ environments: { lifecycle } }) => {
      assert.ok(lifecycle, "GitHub has no environment lifecycle");
      Object.assign(lifecycle, byHand);
      setValue(lifecycle, "secret", "THEIRS", "kept");
    });
    await renameRepository(root, repository, renamed);
    const before = stack.config;
    await stack.up();
    const { trigger } = before["slipway:github"] as Config;
    await stack.configure({ ...before, "slipway:github": { repository: renamed, trigger } });
    await stack.assertUnchanged();

    await renameRepository(root, renamed, repository);
    await stack.configure(before);
    const inPlace = (resource: string, ...properties: string[]) => ({
      op: "update",
      resource,
      properties: properties.length > 0 ? properties : ["repository"],
    });
    const id = (await getRepository(root, repository)).settings.id;
    assert.deepEqual(byResource(await stack.preview()), [
      inPlace("aws:iam/role:Role api-deploy", "assumeRolePolicy", "description"),
      inPlace(
        "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret api-AWS_ROLE_TO_ASSUME_API",
      ),
      inPlace(`github:index/repositoryEnvironment:RepositoryEnvironment github-${id}`),
      inPlace(
        `github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy github-${id}`,
      ),
      inPlace("github:index/repositoryFile:RepositoryFile api-main"),
      inPlace(`github:index/repositoryFile:RepositoryFile github-${id}-release-script-main`),
    ]);
    await stack.up();
    const { settings } = await getRepository(root, repository);
    const { lifecycle } = settings.environments;
    assert.ok(lifecycle, "GitHub has no environment lifecycle");
    const { reviewers, waitTimer, preventSelfReview, canAdminsBypass } = lifecycle;
    assert.deepEqual({ reviewers, waitTimer, preventSelfReview, canAdminsBypass }, byHand);
    assert.equal(lifecycle.secrets.THEIRS, "kept");
  });

  it("keeps the variables of an earlier version until the stack file removes them", async () => {
    const { cluster } = await stack.outputs<{ cluster: string }>();
    const { serviceName } = await runningService(stack);
    const path = `/slipway/slipway/${stack.name}/api`;
    const ofService = {
      ...{ ECS_SERVICE: serviceName, ECS_TASK_DEFINITION: `slipway-${stack.name}-api` },
      ...{ RELEASE_POINTER: `${path}/image`, RELEASE_RECORD: `${path}/release` },
    };
    const ofStack = { AWS_REGION: stack.region, ECS_CLUSTER: cluster };
    await asEarlier(stack, repository, { stack: ofStack, service: ofService });
    assert.deepEqual(byResource(await stack.preview()), [
      {
        op: "create",
        resource:
          "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret api-AWS_ROLE_TO_ASSUME_API",
        properties: [],
      },
    ]);
    await stack.up();
    const github = async () =>
      (await getRepository(stack.sandbox.githubRoot, repository)).settings.environments.lifecycle;
    const kept = await github();
    assert.deepEqual(kept?.variables, { ...ofStack, ...ofService });
    assert.deepEqual(Object.keys(kept?.secrets ?? {}).sort(), [
      ...["AWS_ROLE_TO_ASSUME", "AWS_ROLE_TO_ASSUME_API", "THEIRS"],
    ]);
    assert.equal(kept?.secrets.AWS_ROLE_TO_ASSUME, kept?.secrets.AWS_ROLE_TO_ASSUME_API);

    const onGitHub = stack.config["slipway:github"] as Config;
    await stack.configure({
      ...stack.config,
      "slipway:github": { ...onGitHub, oldSettings: "remove" },
    });
    await stack.up();
    const left = await github();
    assert.deepEqual(left?.variables, {});
    assert.deepEqual(Object.keys(left?.secrets ?? {}).sort(), ["AWS_ROLE_TO_ASSUME_API", "THEIRS"]);
    await stack.assertUnchanged();
  });

  it("leaves nothing after a destroy", async () => {
    await stack.destroy();
    assert.deepEqual(await inventory(stack), empty);
    const { settings, path } = await getRepository(stack.sandbox.githubRoot, repository);
    assert.deepEqual(settings.environments, {});
    assert.equal(
      await readFileAt(path, "main", ".github/workflows/deploy-api-lifecycle.yml"),
      undefined,
    );
  });
});

/** The engine's order changes from run to run. */
function byResource(steps: readonly Step[]): Step[] {
  return [...steps].sort((a, b) => a.resource.localeCompare(b.resource));
}
