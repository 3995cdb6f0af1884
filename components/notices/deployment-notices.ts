import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../shared/arn";
import { createNoticeRule, type Labels } from "./event-rule";
import { type Deployer, deploymentMessage, deploymentPattern } from "./events";
import type { Notices } from "./notices";

export interface DeploymentNoticesArgs {
  readonly notices: Notices;
  /** The ARN of the ECS service. */
  readonly serviceArn: pulumi.Input<string>;
  /** The name of the CodeDeploy application, under `code-deploy`. */
  readonly codeDeployApplication?: pulumi.Input<string> | undefined;
}

/** Sends the end of each deployment of a service, and each rollback, to a topic. */
export class DeploymentNotices extends pulumi.ComponentResource {
  constructor(
    name: string,
    { notices, serviceArn, codeDeployApplication }: DeploymentNoticesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:notices:DeploymentNotices", name, {}, opts);
    const deployer: pulumi.Output<Deployer> = codeDeployApplication
      ? pulumi.output(codeDeployApplication).apply((it) => ({ codeDeployApplication: it }))
      : pulumi.output(serviceArn).apply((it) => ({ serviceArn: it }));
    createNoticeRule(
      name,
      {
        notices,
        service: name,
        description: `Deployments of ${name} that complete, fail or roll back.`,
        events: pulumi.all([deployer, serviceArn]).apply(([it, arn]) => ({
          pattern: deploymentPattern(it),
          transformer: (message: Labels) =>
            deploymentMessage(it, { ...message, console: consoleOf(arn) }),
        })),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

/** The address of the service's deployments in the console. */
function consoleOf(serviceArn: string): string {
  const { region } = locationOf(serviceArn);
  const [, cluster, service] = serviceArn.split("/");
  return `https://${region}.console.aws.amazon.com/ecs/v2/clusters/${cluster}/services/${service}/deployments?region=${region}`;
}
