import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { CodeDeployNames } from "./code-deploy";
import type { DeploymentPlan } from "./plan";
import type { TaskSetScope } from "./role";

/** A service that exists, and the ARNs of its tasks. */
export interface DeployedService {
  /** The ECS service. */
  readonly service: aws.ecs.Service;
  /** The name of the service's cluster. */
  readonly clusterName: pulumi.Input<string>;
  /** The ARNs that CodeDeploy may use. */
  readonly scope: { readonly [Key in keyof TaskSetScope]: pulumi.Input<TaskSetScope[Key]> };
}

/** What the ECS service needs for its deployments, behind a load balancer or as a worker. */
export interface Deployment {
  /** The AWS settings of the strategy. */
  readonly plan: DeploymentPlan;
  /** The service must depend on these: ECS refuses a target group that no listener uses. */
  readonly listenerRules: readonly aws.lb.ListenerRule[];
  /** The target group that gets the service's requests; undefined for a worker. */
  readonly targetGroupArnSuffix: pulumi.Output<string> | undefined;
  /** The target groups that can get the service's requests; none for a worker. */
  readonly targetGroupArnSuffixes: readonly pulumi.Output<string>[];
  /** The log group of the tasks that stopped; undefined without the guard of exits. */
  readonly stoppedTasksLogGroupName: pulumi.Output<string> | undefined;
  /** Names of the alarms that end a deployment. */
  readonly alarmNames: readonly pulumi.Input<string>[];
  /** The `loadBalancers` argument of the service; undefined for a worker. */
  loadBalancers(
    containerName: string,
    containerPort: number | undefined,
  ): aws.types.input.ecs.ServiceLoadBalancer[] | undefined;
  /** The `deploymentConfiguration` argument of the service; undefined under CodeDeploy. */
  deploymentConfiguration(): aws.types.input.ecs.ServiceDeploymentConfiguration | undefined;
  /** The `alarms` argument of the service; undefined under CodeDeploy. */
  alarms(): aws.ecs.ServiceArgs["alarms"];
  /** Creates the resources that need the service to exist. */
  takeOver(deployed: DeployedService): {
    /** The service's name; resolves once the service is steady. */
    readonly serviceName: pulumi.Output<string>;
    /** The names for CI. @default none: ECS deploys */
    readonly codeDeploy?: CodeDeployNames;
  };
}
