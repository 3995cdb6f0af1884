/** What happens to a deployment or a pipeline, as events of EventBridge and as sentences for people. Pure. */

/** Who replaces the tasks, and so who sends the events. */
export type Deployer = { readonly serviceArn: string } | { readonly codeDeployApplication: string };

export interface Message {
  readonly service: string;
  readonly stack: string;
  /** The address in the console where people look next. */
  readonly console: string;
  /** Slack shows only what has the form of a custom notification. */
  readonly form: "chat" | "text";
}

/** The `inputTransformer` of a target. */
export interface Transformer {
  readonly inputPaths: Readonly<Record<string, string>>;
  readonly inputTemplate: string;
}

/**
 * The events of a service's deployments: completed, failed, rolling back.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html
 */
export function deploymentPattern(deployer: Deployer): object {
  if ("codeDeployApplication" in deployer) {
    return {
      source: ["aws.codedeploy"],
      "detail-type": ["CodeDeploy Deployment State-change Notification"],
      detail: {
        application: [deployer.codeDeployApplication],
        state: ["SUCCESS", "FAILURE", "STOP"],
      },
    };
  }
  return {
    source: ["aws.ecs"],
    "detail-type": ["ECS Deployment State Change"],
    resources: [deployer.serviceArn],
    detail: {
      $or: [
        { eventName: ["SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_DEPLOYMENT_FAILED"] },
        // A rollback is a deployment of its own. Only the reason shows that it is not a release.
        { reason: [{ wildcard: "*rolling back*" }] },
      ],
    },
  };
}

export function deploymentMessage(deployer: Deployer, message: Message): Transformer {
  const ofCodeDeploy = "codeDeployApplication" in deployer;
  const inputPaths = {
    state: ofCodeDeploy ? "$.detail.state" : "$.detail.eventName",
    deployment: "$.detail.deploymentId",
    ...(!ofCodeDeploy && { reason: "$.detail.reason" }),
  };
  return transformer(message, inputPaths, {
    title: "<state>",
    description: ofCodeDeploy ? "CodeDeploy deployment <deployment>" : "<reason> (<deployment>)",
  });
}

/**
 * The end of each execution of a pipeline.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
 */
export function pipelinePattern(pipeline: string): object {
  return {
    source: ["aws.codepipeline"],
    "detail-type": ["CodePipeline Pipeline Execution State Change"],
    detail: { pipeline: [pipeline], state: ["SUCCEEDED", "FAILED", "STOPPED", "CANCELED"] },
  };
}

export function pipelineMessage(message: Message): Transformer {
  return transformer(
    message,
    { state: "$.detail.state", execution: "$.detail.execution-id" },
    { title: "pipeline <state>", description: "Execution <execution>" },
  );
}

function transformer(
  { service, stack, form, console }: Message,
  inputPaths: Transformer["inputPaths"],
  event: { readonly title: string; readonly description: string },
): Transformer {
  const title = `${service} (${stack}): ${event.title}`;
  const { description } = event;
  if (form === "text") {
    return { inputPaths, inputTemplate: JSON.stringify(`${title}. ${description}. ${console}`) };
  }
  // https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
  const notification = {
    version: "1.0",
    source: "custom",
    content: { textType: "client-markdown", title, description, nextSteps: [console] },
  };
  return { inputPaths, inputTemplate: JSON.stringify(notification) };
}
