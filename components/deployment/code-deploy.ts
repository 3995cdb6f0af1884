import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../shared/arn";
import type { Transform } from "../shared/transform";
import type { CodeDeployPlan } from "./plan";
import { codeDeployStatements, DeploymentRole, type ShiftScope, type TaskSetScope } from "./role";

export interface CodeDeployArgs {
  readonly plan: CodeDeployPlan;
  readonly clusterName: pulumi.Input<string>;
  readonly serviceName: pulumi.Input<string>;
  readonly targetGroupNames: readonly pulumi.Input<string>[];
  readonly listenerArn: pulumi.Input<string>;
  /** Names of the alarms that stop a deployment. */
  readonly alarmNames: readonly pulumi.Input<string>[];
  /** The listener for test traffic. @default none */
  readonly testListenerArn?: pulumi.Input<string> | undefined;
  /** The ARNs that the service role may use. */
  readonly scope: pulumi.Input<ShiftScope & TaskSetScope>;
  /** Changes the service role's arguments. @default none */
  readonly transform?: Transform<aws.iam.RoleArgs> | undefined;
}

/** The CodeDeploy names with which CI creates a deployment. */
export interface CodeDeployNames {
  /** The application; resolves once its deployment group exists. */
  readonly applicationName: pulumi.Output<string>;
  /** The service's own name: it only has to be unique in the application. */
  readonly deploymentGroupName: string;
  /** The deployment configuration: how the traffic shifts. */
  readonly deploymentConfigName: pulumi.Output<string>;
}

/**
 * The CodeDeploy resources of one service: application, deployment group, service role, and the deployment configuration if
 * it is a custom one.
 *
 * Cost: free for ECS.
 */
export class CodeDeployDeployment extends pulumi.ComponentResource implements CodeDeployNames {
  readonly applicationName: pulumi.Output<string>;
  readonly deploymentGroupName: string;
  readonly deploymentConfigName: pulumi.Output<string>;

  constructor(name: string, args: CodeDeployArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:deployment:CodeDeployDeployment", name, {}, opts);
    const { plan, alarmNames } = args;
    const role = new DeploymentRole(
      name,
      {
        description: `CodeDeploy's, for ${name}`,
        principal: "codedeploy.amazonaws.com",
        account: pulumi.output(args.scope).apply(({ service }) => locationOf(service).account),
        statements: pulumi.output(args.scope).apply(codeDeployStatements),
        transform: args.transform,
      },
      { parent: this },
    );
    const application = new aws.codedeploy.Application(
      name,
      { computePlatform: "ECS" },
      { parent: this },
    );
    this.deploymentGroupName = name;
    this.deploymentConfigName = this.createDeploymentConfig(name, plan);
    const group = new aws.codedeploy.DeploymentGroup(
      name,
      {
        appName: application.name,
        deploymentGroupName: name,
        serviceRoleArn: role.arn,
        deploymentConfigName: this.deploymentConfigName,
        deploymentStyle: {
          deploymentType: "BLUE_GREEN",
          deploymentOption: "WITH_TRAFFIC_CONTROL",
        },
        blueGreenDeploymentConfig: {
          deploymentReadyOption: plan.deploymentReadyOption,
          terminateBlueInstancesOnDeploymentSuccess: {
            action: "TERMINATE",
            terminationWaitTimeInMinutes: plan.terminationWaitTimeInMinutes,
          },
        },
        ecsService: { clusterName: args.clusterName, serviceName: args.serviceName },
        loadBalancerInfo: {
          targetGroupPairInfo: {
            targetGroups: args.targetGroupNames.map((group) => ({ name: group })),
            prodTrafficRoute: { listenerArns: [args.listenerArn] },
            ...(args.testListenerArn && {
              testTrafficRoute: { listenerArns: [args.testListenerArn] },
            }),
          },
        },
        // Omitted if off: AWS does not store a disabled block, so the provider would show a change in every preview.
        ...(plan.autoRollback && {
          autoRollbackConfiguration: {
            enabled: true,
            events: [
              "DEPLOYMENT_FAILURE",
              ...(alarmNames.length > 0 ? ["DEPLOYMENT_STOP_ON_ALARM"] : []),
            ],
          },
        }),
        ...(alarmNames.length > 0 && {
          alarmConfiguration: { enabled: true, alarms: [...alarmNames] },
        }),
      },
      // A group cannot move to another application: without a replacement, the update would fail.
      { parent: this, replaceOnChanges: ["appName"] },
    );
    // Resolves once the group exists.
    this.applicationName = pulumi.all([application.name, group.id]).apply(([known]) => known);
    this.registerOutputs({
      applicationName: this.applicationName,
      deploymentGroupName: this.deploymentGroupName,
    });
  }

  /** Returns the configuration's name. Only a custom one is created; AWS has the predefined ones. */
  private createDeploymentConfig(name: string, plan: CodeDeployPlan): pulumi.Output<string> {
    if (plan.deploymentConfigName !== undefined) {
      return pulumi.output(plan.deploymentConfigName);
    }
    return new aws.codedeploy.DeploymentConfig(
      name,
      { computePlatform: "ECS", trafficRoutingConfig: plan.trafficRoutingConfig },
      { parent: this },
    ).deploymentConfigName;
  }
}
