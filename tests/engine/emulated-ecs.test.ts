import assert from "node:assert/strict";
import { ECS } from "@aws-sdk/client-ecs";
import { engine, sandbox } from "./harness";

const STRATEGY = [{ capacityProvider: "FARGATE_SPOT", weight: 1, base: 0 }];

/** Tests the extensions of moto, by the ECS API reference. */
describe("the emulated ECS", function () {
  this.timeout(60_000);
  let ecs: ECS;

  before(async function () {
    await engine.call(this);
    const box = await sandbox();
    const credentials = await box.credentials("emulated-ecs");
    ecs = new ECS({ endpoint: box.endpoint, region: "eu-central-1", credentials });
    const capacityProviders = ["FARGATE", "FARGATE_SPOT"];
    await ecs.createCluster({ clusterName: "cluster", capacityProviders });
    await ecs.createService({
      cluster: "cluster",
      serviceName: "api",
      taskDefinition: await register("first"),
      desiredCount: 2,
      capacityProviderStrategy: STRATEGY,
      healthCheckGracePeriodSeconds: 30,
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
    });
  });

  async function register(image: string): Promise<string> {
    const containerDefinitions = [{ name: "api", image, portMappings: [{ containerPort: 8000 }] }];
    const tags = [{ key: "image", value: image }];
    const input = { family: "api", memory: "512", networkMode: "awsvpc" as const, tags };
    const answer = await ecs.registerTaskDefinition({ ...input, containerDefinitions });
    return answer.taskDefinition?.taskDefinitionArn ?? "";
  }

  async function describeService() {
    const input = { cluster: "cluster", services: ["api"] };
    const { services } = await ecs.describeServices(input);
    assert.ok(services?.[0], "ECS describes no such service");
    return services[0];
  }

  it("stores a service's arguments, and runs the desired number of tasks", async () => {
    const service = await describeService();
    assert.deepEqual(service.capacityProviderStrategy, STRATEGY);
    assert.equal(service.launchType, undefined);
    assert.equal(service.healthCheckGracePeriodSeconds, 30);
    assert.equal(service.deploymentConfiguration?.maximumPercent, 200);
    assert.equal(service.runningCount, 2);
  });

  it("replaces the deployment when the task definition changes, and only then", async () => {
    const before = (await describeService()).deployments?.[0]?.id;
    await ecs.updateService({ cluster: "cluster", service: "api", desiredCount: 3 });
    assert.equal((await describeService()).deployments?.[0]?.id, before);

    const taskDefinition = await register("second");
    const input = { cluster: "cluster", service: "api", taskDefinition };
    await ecs.updateService(input);
    const { deployments = [] } = await describeService();
    assert.equal(deployments.length, 1);
    assert.notEqual(deployments[0]?.id, before);
    assert.equal(deployments[0]?.taskDefinition, taskDefinition);
    assert.equal(deployments[0]?.rolloutState, "COMPLETED");
    assert.equal(deployments[0]?.runningCount, 3);
    const { serviceDeployments = [] } = await ecs.listServiceDeployments({
      cluster: "cluster",
      service: "api",
    });
    assert.deepEqual(
      serviceDeployments.map(({ status }) => status),
      ["SUCCESSFUL", "SUCCESSFUL"],
    );
  });

  it("returns the newest ACTIVE revision of a family, with its tags", async () => {
    const third = await register("third");
    await ecs.deregisterTaskDefinition({ taskDefinition: third });
    const input = { taskDefinition: "api", include: ["TAGS" as const] };
    const { taskDefinition, tags } = await ecs.describeTaskDefinition(input);
    assert.equal(taskDefinition?.containerDefinitions?.[0]?.image, "second");
    assert.deepEqual(tags, [{ key: "image", value: "second" }]);
    const update = { cluster: "cluster", service: "api", taskDefinition: third };
    await assert.rejects(ecs.updateService(update), /TaskDefinition is inactive/);
  });

  it("refuses a target group that no listener forwards to", async () => {
    const targetGroupArn =
      "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/none/0123456789abcdef";
    const loadBalancers = [{ targetGroupArn, containerName: "api", containerPort: 8000 }];
    const input = { cluster: "cluster", service: "api", loadBalancers };
    await assert.rejects(ecs.updateService(input), /does not exist/);
  });

  it("leaves a deleted service inactive, with nothing running", async () => {
    const input = { cluster: "cluster", service: "api", force: true };
    await ecs.deleteService(input);
    const { status, runningCount, deployments } = await describeService();
    assert.deepEqual([status, runningCount, deployments], ["INACTIVE", 0, []]);
  });
});
