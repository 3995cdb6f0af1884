/** What happens to a deployment, as events of EventBridge and as sentences for people. Pure. */

/** Who replaces the tasks, and so who sends the events. */
export type Deployer = { readonly serviceArn: string } | { readonly codeDeployApplication: string };

export interface Message {
  readonly service: string;
  readonly stack: string;
  /** Where somebody looks next. */
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
        // A rollback is a deployment of its own. Only the reason tells it from a release.
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
  const title = `${message.service} (${message.stack}): <state>`;
  const description = ofCodeDeploy
    ? "CodeDeploy deployment <deployment>"
    : "<reason> (<deployment>)";
  if (message.form === "text") {
    return {
      inputPaths,
      inputTemplate: JSON.stringify(`${title}. ${description}. ${message.console}`),
    };
  }
  // https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
  const notification = {
    version: "1.0",
    source: "custom",
    content: {
      textType: "client-markdown",
      title,
      description,
      nextSteps: [message.console],
    },
  };
  return { inputPaths, inputTemplate: JSON.stringify(notification) };
}
