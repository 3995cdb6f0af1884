import assert from "node:assert/strict";
import {
  deploymentMessage,
  deploymentPattern,
  pipelineMessage,
} from "../../../components/notices/events";

const service = "arn:aws:ecs:us-west-2:111122223333:service/default/servicetest";
const ecs = { serviceArn: service };
const codeDeploy = { codeDeployApplication: "dev-api" };
const message = { service: "api", stack: "prod", console: "https://console.example" };

/** The message that EventBridge makes from a template. */
function filled(
  { inputPaths, inputTemplate }: ReturnType<typeof deploymentMessage>,
  event: object,
): unknown {
  const valueAt = (path: string) =>
    path
      .split(".")
      .slice(1)
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], event);
  const text = Object.entries(inputPaths).reduce(
    (template, [name, path]) => template.replaceAll(`<${name}>`, String(valueAt(path))),
    inputTemplate,
  );
  return JSON.parse(text);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html */
const failed = {
  source: "aws.ecs",
  resources: [service],
  detail: {
    eventName: "SERVICE_DEPLOYMENT_FAILED",
    deploymentId: "ecs-svc/123",
    reason: "ECS deployment circuit breaker: task failed to start.",
  },
};

describe("the notice of a deployment", () => {
  it("is one sentence for e-mails", () => {
    assert.equal(
      filled(deploymentMessage(ecs, { ...message, form: "text" }), failed),
      "api (prod): SERVICE_DEPLOYMENT_FAILED. ECS deployment circuit breaker: task failed to start. (ecs-svc/123). https://console.example",
    );
  });

  it("is a custom notification for Slack", () => {
    assert.deepEqual(filled(deploymentMessage(ecs, { ...message, form: "chat" }), failed), {
      version: "1.0",
      source: "custom",
      content: {
        textType: "client-markdown",
        title: "api (prod): SERVICE_DEPLOYMENT_FAILED",
        description: "ECS deployment circuit breaker: task failed to start. (ecs-svc/123)",
        nextSteps: ["https://console.example"],
      },
    });
  });

  it("reads what the event of a pipeline has", () => {
    const event = { detail: { pipeline: "api", "execution-id": "0a1b", state: "FAILED" } };
    assert.equal(
      filled(pipelineMessage({ ...message, form: "text" }), event),
      "api (prod): pipeline FAILED. Execution 0a1b. https://console.example",
    );
  });

  it("reads only what CodeDeploy's event has", () => {
    const event = { detail: { state: "FAILURE", deploymentId: "d-123" } };
    assert.equal(
      filled(deploymentMessage(codeDeploy, { ...message, form: "text" }), event),
      "api (prod): FAILURE. CodeDeploy deployment d-123. https://console.example",
    );
  });

  it("comes when a deployment completes or fails, and when a rollback starts", () => {
    assert.deepEqual(deploymentPattern(ecs), {
      source: ["aws.ecs"],
      "detail-type": ["ECS Deployment State Change"],
      resources: [service],
      detail: {
        $or: [
          { eventName: ["SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_DEPLOYMENT_FAILED"] },
          { reason: [{ wildcard: "*rolling back*" }] },
        ],
      },
    });
    assert.deepEqual(deploymentPattern(codeDeploy), {
      source: ["aws.codedeploy"],
      "detail-type": ["CodeDeploy Deployment State-change Notification"],
      detail: { application: ["dev-api"], state: ["SUCCESS", "FAILURE", "STOP"] },
    });
  });
});
