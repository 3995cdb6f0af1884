/** Replaces https://github.com/aws-actions/amazon-ecs-deploy-task-definition, for services that ECS or CodeDeploy deploys. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  ECS,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  waitUntilServicesStable,
} from "@aws-sdk/client-ecs";
import { environment, type Inputs, runAction, setOutput, toGate } from "../../action";
import { withoutEmpty, withoutReadOnly } from "../task-definition";
import { deployWithCodeDeploy } from "./code-deploy";
import { MAX_WAIT_MINUTES, waiterOptions } from "./wait";

const ecs = new ECS(toGate());

runAction(async (inputs) => {
  const taskDefinition = await register(inputs.required("task-definition"));
  setOutput("task-definition-arn", taskDefinition);
  console.log(`Registered ${taskDefinition}`);
  const service = inputs.get("service");
  if (service) await deploy(inputs, service, taskDefinition);
});

async function register(path: string): Promise<string> {
  const file = resolve(environment("GITHUB_WORKSPACE"), path);
  const content = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const definition = withoutReadOnly(withoutEmpty(content));
  try {
    const { taskDefinition } = await ecs.registerTaskDefinition(
      definition as unknown as RegisterTaskDefinitionCommandInput,
    );
    return taskDefinition?.taskDefinitionArn ?? "";
  } catch (error) {
    throw new Error(`Failed to register task definition in ECS: ${(error as Error).message}`);
  }
}

async function deploy(inputs: Inputs, service: string, taskDefinition: string): Promise<void> {
  const target = { cluster: inputs.get("cluster") || "default", services: [service] };
  const before = await describe(target);
  if (before.status !== "ACTIVE") throw new Error(`Service is ${before.status}`);
  const controller = before.deploymentController?.type ?? "ECS";
  if (controller === "CODE_DEPLOY") {
    const { cluster } = target;
    return deployWithCodeDeploy(inputs, { cluster, service, taskDefinition });
  }
  if (controller !== "ECS") throw new Error(`Unsupported deployment controller: ${controller}`);
  const updated = await ecs.updateService({
    cluster: target.cluster,
    service,
    taskDefinition,
    forceNewDeployment: inputs.flag("force-new-deployment"),
  });
  console.log(`Deployment of ${taskDefinition} to ${service} started`);
  if (!inputs.flag("wait-for-service-stability")) return;
  const minutes = Math.min(Number(inputs.get("wait-for-minutes")) || 30, MAX_WAIT_MINUTES);
  await waitUntilServicesStable({ client: ecs, ...waiterOptions(inputs, minutes, 600) }, target);
  await checkNotRolledBack(target, primary(before), primary(updated.service));
}

async function describe(target: { cluster: string; services: string[] }): Promise<Service> {
  const { failures, services } = await ecs.describeServices(target);
  const failure = failures?.[0];
  if (failure) throw new Error(`${failure.arn} is ${failure.reason}`);
  const service = services?.[0];
  if (!service) throw new Error(`Service ${target.services[0]} is MISSING`);
  return service;
}

function primary(service: Service | undefined) {
  return service?.deployments?.find((deployment) => deployment.status === "PRIMARY");
}

/** Since v2.6.2 the action fails when the deployment that it started is gone or failed once the service is stable. */
async function checkNotRolledBack(
  target: { cluster: string; services: string[] },
  before: { id?: string } | undefined,
  started: { id?: string } | undefined,
): Promise<void> {
  if (!started?.id || started.id === before?.id) return;
  const { deployments = [] } = await describe(target);
  const deployment = deployments.find(({ id }) => id === started.id);
  if (!deployment) throw new Error(`Deployment ${started.id} was rolled back by ECS`);
  if (deployment.rolloutState === "FAILED") {
    throw new Error(`Deployment ${started.id} failed: ${deployment.rolloutStateReason}`);
  }
}
