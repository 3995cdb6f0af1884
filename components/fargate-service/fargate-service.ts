import * as pulumi from "@pulumi/pulumi";
import type { CodeDeployNames } from "../deployment/code-deploy";
import type { Forecast } from "../forecast";
import { DeploymentNotices } from "../notices/deployment-notices";
import { checkService, checkServiceName } from "../service/check";
import type { ResolvedMigration } from "../service/tasks/migration";
import { siblingArn } from "../shared/arn";
import { refuse } from "../shared/errors";
import type { FargateServiceArgs } from "./args";
import { Autoscaling } from "./autoscaling";
import { checkSurroundings } from "./check";
import { appSpecOf, pendingOf } from "./code-deploy";
import { contextOf } from "./context";
import { deploymentOf } from "./deployment";
import { forecastOf } from "./forecast";
import { logGroupOf } from "./log-group";
import { type Monitored, monitoredOf } from "./monitored";
import { queueOf } from "./queue";
import { recordOf } from "./record";
import { type ReleaseLimits, releaseLimits } from "./release-limits";
import { ReleasePointer } from "./release-pointer";
import { rolesOf, type TaskRoles } from "./roles";
import { scheduledTasksOf } from "./scheduled-tasks";
import { TaskSecurityGroup } from "./security-group";
import { createService, serviceArgs } from "./service";
import { signInOf } from "./sign-in";
import { TaskDefinitions } from "./task-definitions";
import { serviceUrl } from "./url";
import { volumesOf } from "./volumes";

/**
 * A service on Fargate behind the stack's load balancer: task definition, roles, logs, security group, target groups, listener
 * rule, ECS service, autoscaling and the release pointer. CI, not Pulumi, decides which image runs. Before the first release,
 * a placeholder runs.
 *
 * ```ts
 * new FargateService("api", { network, cluster, loadBalancer, imageRepository, port: 8000 });
 * ```
 *
 * Cost: vCPU and memory of its tasks per second, logs per GB. The rest is free.
 */
export class FargateService extends pulumi.ComponentResource {
  /** The ECS service's name; resolves once the service is steady. */
  readonly serviceName: pulumi.Output<string>;
  /** The ECS service's ARN. */
  readonly serviceArn: pulumi.Output<string>;
  /** The configured revision: it runs after the first release. */
  readonly taskDefinitionArn: pulumi.Output<string>;
  /** The task definition's family. CI registers its revisions in it. */
  readonly family: string;
  /** The family of the scheduled tasks. CI registers a revision in it after each release. Undefined if there are none. */
  readonly scheduledFamily: string | undefined;
  /** A pattern for policies that matches all revisions of the family: `…:task-definition/<family>:*`. */
  readonly revisionArns: pulumi.Output<string>;
  /** The container whose image a release changes. */
  readonly containerName: string;
  /** The processor type of the tasks. CI builds the image for it. */
  readonly cpuArchitecture: "X86_64" | "ARM64";
  /** The task that CI runs before it changes the service; undefined if there is none. */
  readonly migration: ResolvedMigration | undefined;
  /** The roles of the tasks. */
  readonly roles: TaskRoles;
  /** The image that CI last released. */
  readonly releasePointer: ReleasePointer;
  /** The limits for the deploy role's permissions. */
  readonly releaseLimits: pulumi.Output<ReleaseLimits>;
  /** The log group of all containers. */
  readonly logGroupName: pulumi.Output<string>;
  /** The URL for users: CloudFront's or the load balancer's, with the host and the path of the service's rule. */
  readonly url: pulumi.Output<string>;
  /** The ARN of a worker's queue, for those that send messages; undefined for a service behind the load balancer. */
  readonly queueArn: pulumi.Output<string> | undefined;
  /** The URL of a worker's queue. */
  readonly queueUrl: pulumi.Output<string> | undefined;
  /** The tasks' security group. Allow it in the security groups of databases and caches. */
  readonly securityGroupId: pulumi.Output<string>;

  /** The CodeDeploy names and the AppSpec for CI; undefined with other strategies than `code-deploy`. */
  readonly codeDeploy:
    | (CodeDeployNames & {
        /** The AppSpec without the task definition, as JSON. */
        readonly appSpec: pulumi.Output<string>;
      })
    | undefined;

  /** The forecast of a deployment of this service. */
  readonly forecast: Forecast;
  /**
   * Under `code-deploy`: which revision waits for a deployment, and how to start the deployment. Empty if the configured
   * revision runs.
   */
  readonly pendingDeployment: pulumi.Output<string>;

  /** The values that select the service's metrics, logs and alarms in CloudWatch. */
  readonly monitored: Monitored;
  /** The id of the user pool that `signIn.cognito` creates, for whoever invites users; undefined without it. */
  readonly userPoolId: pulumi.Output<string> | undefined;

  constructor(name: string, args: FargateServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse(`FargateService "${name}"`, [
      ...checkServiceName(name, "name"),
      ...checkService({ ...args, name }, "args"),
      ...checkSurroundings(name, args, "args"),
    ]);
    super("slipway:fargate-service:FargateService", name, {}, opts);
    const context = contextOf(name, args, this);
    const { cluster, imageRepository, notices } = args;
    const { autoscaling, cpuArchitecture, migration } = context.service;

    // What CI needs to know.
    this.family = context.family;
    this.revisionArns = siblingArn(cluster.arn, "ecs", `task-definition/${this.family}:*`);
    this.containerName = name;
    this.cpuArchitecture = cpuArchitecture;
    const capacity = context.ec2Capacity;
    this.migration = migration && { ...migration, ...(capacity && { capacity }) };
    this.forecast = forecastOf(context);

    // What the tasks use.
    const logGroup = logGroupOf(context);
    const repositoryUrl = imageRepository.repositoryUrl;
    const releasePointer = new ReleasePointer(
      name,
      { path: context.path, repositoryUrl },
      { parent: this },
    );
    const record = recordOf(context);
    const queue = queueOf(context);
    const roles = rolesOf(context, logGroup, queue);
    const signIn = signInOf(context);
    const deployment = deploymentOf(context, { record, releasePointer, queue, signIn });
    const securityGroup = new TaskSecurityGroup(context, deployment, record);
    const { id: securityGroupId } = securityGroup;
    const volumes = volumesOf(context, roles, securityGroupId);
    const { image } = releasePointer;
    const taskDefinitions = new TaskDefinitions(context, {
      ...{ image, roles, logGroup, volumes, queue },
    });
    this.scheduledFamily = scheduledTasksOf(context, taskDefinitions, { roles, securityGroupId });

    // The service, and who deploys it.
    const parts = { deployment, logGroup, record, roles, securityGroup, taskDefinitions, volumes };
    const ecsArgs = serviceArgs(context, parts);
    const service = createService(context, parts, ecsArgs, this.forecast);
    record.write(service, deployment.plan.shiftedBy === "code-deploy");
    const { serviceName, codeDeploy } = deployment.takeOver({
      service,
      clusterName: cluster.clusterName,
      scope: {
        cluster: cluster.arn,
        service: service.arn,
        taskDefinitions: this.revisionArns,
        taskRoles: pulumi.all([roles.executionRole.arn, roles.taskRole.arn]),
      },
    });
    if (notices) {
      const codeDeployApplication = codeDeploy?.applicationName;
      const watched = { notices, serviceArn: service.arn, codeDeployApplication };
      new DeploymentNotices(name, watched, { parent: this });
    }
    if (autoscaling) {
      new Autoscaling(autoscaling, context, { serviceName, deployment, queue });
    }

    this.taskDefinitionArn = taskDefinitions.taskDefinitionArn;
    this.roles = roles;
    this.releasePointer = releasePointer;
    this.releaseLimits = releaseLimits(ecsArgs, taskDefinitions.size);
    this.logGroupName = logGroup.name;
    this.queueArn = queue?.arn;
    this.queueUrl = queue?.url;
    this.securityGroupId = securityGroupId;
    this.serviceName = serviceName;
    this.serviceArn = service.arn;
    this.url = serviceUrl(context, service.name);
    this.userPoolId = signIn?.userPoolId;
    this.codeDeploy = codeDeploy && {
      ...codeDeploy,
      appSpec: appSpecOf(context, deployment, securityGroupId),
    };
    this.pendingDeployment = pendingOf(context, deployment, image, service, this.taskDefinitionArn);
    this.monitored = monitoredOf(context, { serviceName, deployment, logGroup, queue });
    this.registerOutputs({
      serviceName,
      taskDefinitionArn: this.taskDefinitionArn,
      // For the comment of a preview: these values before and after a change.
      expectedSeconds: this.forecast.expectedSeconds,
      extraCost: this.forecast.extraCost,
    });
  }
}
