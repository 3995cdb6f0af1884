import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { withDatabase } from "../database/variables";
import { type Deployment, DeploymentController } from "../deployment";
import type { CodeDeployNames } from "../deployment/code-deploy";
import type { Capacity } from "../deployment/found-service";
import { pendingDeployment } from "../deployment/pending";
import { ServiceRecord } from "../deployment/service-record";
import { WorkerDeployment } from "../deployment/worker";
import { type Forecast, jobLimitWarning, longestMinutes } from "../forecast";
import { forecast } from "../forecast/forecast";
import { DeploymentNotices } from "../notices/deployment-notices";
import { checkService, checkServiceName } from "../service/check";
import type { ResolvedMigration } from "../service/migration";
import { type ResolvedService, resolveService, strategyOf } from "../service/resolve";
import { urlOf } from "../service/rule";
import type { CapacityProviderStrategy } from "../service/settings";
import { locationOf, siblingArn } from "../shared/arn";
import { refuse } from "../shared/errors";
import { SignIn } from "../sign-in";
import { Volumes } from "../storage";
import type { FargateServiceArgs } from "./args";
import { Autoscaling } from "./autoscaling";
import { checkSurroundings } from "./check";
import { type LogGroup, logGroupOf, stoppedTasksLogs } from "./log-group";
import { releasePath } from "./release";
import { type ReleaseLimits, releaseLimits } from "./release-limits";
import { ReleasePointer } from "./release-pointer";
import { TaskRoles } from "./roles";
import { ScheduledTasks } from "./scheduled-tasks";
import { TaskSecurityGroup } from "./security-group";
import { appSpec, serviceArgs } from "./service-args";
import { TaskDefinitions } from "./task-definitions";
import { WorkerQueue } from "./worker-queue";

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
  /** The family of the scheduled tasks, into which CI registers what it has released; undefined if there are none. */
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

  /** What the metrics, the logs and the alarms of the service are called in CloudWatch. */
  readonly monitored: Monitored;
  /** The id of the user pool that `signIn.cognito` creates, for whoever invites users; undefined without it. */
  readonly userPoolId: pulumi.Output<string> | undefined;

  private readonly service: ResolvedService;
  private readonly capacity: Capacity;
  private readonly logGroup: LogGroup;
  private readonly queue: WorkerQueue | undefined;
  private readonly record: ServiceRecord;

  constructor(
    private readonly name: string,
    private readonly args: FargateServiceArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    refuse(`FargateService "${name}"`, [
      ...checkServiceName(name, "name"),
      ...checkService({ ...args, name }, "args"),
      ...checkSurroundings(name, args, "args"),
    ]);
    super("slipway:fargate-service:FargateService", name, {}, opts);
    this.service = resolveService(args);
    this.capacity = this.service.capacityProviderStrategies.map((strategy) => ({
      ...strategy,
      capacityProvider: args.cluster.providerName(strategy.capacityProvider),
    }));
    const { autoscaling, cpuArchitecture, migration } = this.service;

    // These names are fixed: CI registers revisions in the family and writes the pointer, and people look for both.
    const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
    this.family = `${project}-${stack}-${name}`;
    this.revisionArns = siblingArn(args.cluster.arn, "ecs", `task-definition/${this.family}:*`);
    this.containerName = name;
    this.cpuArchitecture = cpuArchitecture;
    this.migration = migration && { ...migration, ...this.onEc2() };
    this.forecast = forecast(this.service);
    for (const warning of [
      ...this.forecast.warnings,
      jobLimitWarning(this.forecast) ?? [],
    ].flat()) {
      void pulumi.log.warn(`Service ${name}: ${warning}`, this);
    }
    this.logGroup = logGroupOf(name, this.service, args.transform?.logGroup, this);
    this.logGroupName = this.logGroup.name;
    const path = releasePath(project, stack, name);
    this.releasePointer = new ReleasePointer(
      name,
      { path, repositoryUrl: args.imageRepository.repositoryUrl },
      { parent: this },
    );
    this.record = this.createRecord(path);
    this.queue = this.createQueue();
    this.queueArn = this.queue?.arn;
    this.queueUrl = this.queue?.url;
    this.roles = this.createRoles();

    const signIn = this.createSignIn();
    this.userPoolId = signIn?.userPoolId;
    const deployment = this.createDeployment(signIn);
    const securityGroup = this.createSecurityGroup(deployment);
    this.securityGroupId = securityGroup.id;
    const volumes = this.createVolumes();
    const taskDefinitions = this.createTaskDefinitions(volumes);
    this.taskDefinitionArn = taskDefinitions.taskDefinitionArn;

    this.scheduledFamily = this.createScheduledTasks(taskDefinitions);

    const parts = {
      args,
      service: this.service,
      capacity: this.capacity,
      deployment,
      containerName: name,
      securityGroupId: this.securityGroupId,
      logGroup: this.logGroup,
    };
    const ecsService = serviceArgs(
      parts,
      taskDefinitions.runningArn,
      this.record.forceNewDeployment,
    );
    this.releaseLimits = releaseLimits(ecsService, taskDefinitions.size);
    const service = this.createService({ deployment, securityGroup, volumes }, ecsService);
    this.record.write(service, deployment.plan.shiftedBy === "code-deploy");
    const { serviceName, codeDeploy } = deployment.takeOver({
      service,
      clusterName: args.cluster.clusterName,
      scope: {
        cluster: args.cluster.arn,
        service: service.arn,
        taskDefinitions: this.revisionArns,
        taskRoles: pulumi.all([this.roles.executionRole.arn, this.roles.taskRole.arn]),
      },
    });
    this.serviceName = serviceName;
    this.url = this.urlOf(service.name);
    this.serviceArn = service.arn;
    this.codeDeploy = codeDeploy && { ...codeDeploy, appSpec: appSpec(parts) };
    this.pendingDeployment = codeDeploy
      ? pulumi
          .all([this.releasePointer.image, service.taskDefinition, this.taskDefinitionArn])
          .apply(([image, running, registered]) =>
            pendingDeployment(name, { image, running, registered }),
          )
      : pulumi.output("");
    const { errors } = this.service.guards;
    this.monitored = {
      serviceName,
      targetGroupArnSuffixes: deployment.targetGroupArnSuffixes,
      ...(this.queue && {
        queueName: this.queue.name,
        ...(this.queue.deadLetterName && { deadLetterName: this.queue.deadLetterName }),
      }),
      logGroupName: this.logGroupName,
      stoppedTasksLogGroupName: deployment.stoppedTasksLogGroupName,
      alarmNames: deployment.alarmNames,
      ...(errors && { errorPercent: errors.percent }),
    };
    if (args.notices) {
      const { notices } = args;
      const codeDeployApplication = codeDeploy?.applicationName;
      const watched = { notices, serviceArn: service.arn, codeDeployApplication };
      new DeploymentNotices(name, watched, { parent: this });
    }
    if (autoscaling) {
      new Autoscaling(
        name,
        {
          ...autoscaling,
          clusterName: args.cluster.clusterName,
          serviceName,
          ...(args.loadBalancer &&
            deployment.targetGroupArnSuffix && {
              resourceLabel: pulumi.interpolate`${args.loadBalancer.arnSuffix}/${deployment.targetGroupArnSuffix}`,
            }),
          queueName: this.queue?.name,
        },
        { parent: this },
      );
    }
    this.registerOutputs({
      serviceName: this.serviceName,
      taskDefinitionArn: this.taskDefinitionArn,
      // For the comment of a preview: these values before and after a change.
      expectedSeconds: this.forecast.expectedSeconds,
      extraCost: this.forecast.extraCost,
    });
  }

  private createRecord(path: string): ServiceRecord {
    const { strategy, healthCheckGracePeriodSeconds, enableExecuteCommand } = this.args;
    const { capacity } = this;
    return new ServiceRecord(
      this.name,
      {
        path,
        clusterArn: this.args.cluster.arn,
        clusterCapacity: this.args.cluster.capacityProviders?.capacityProviders.apply(
          (names) => names ?? [],
        ),
        capacity,
        // Only of interest under CodeDeploy, which deploys no worker.
        port: this.service.port ?? 0,
        settings: {
          capacity,
          strategy: strategy && strategyOf(strategy),
          healthCheckGracePeriodSeconds,
          enableExecuteCommand,
          desiredCount: this.args.autoscaling ? undefined : this.args.desiredCount,
        },
      },
      { parent: this },
    );
  }

  private createRoles(): TaskRoles {
    const { args, service } = this;
    return new TaskRoles(
      this.name,
      {
        neighbourArn: args.cluster.arn,
        repositoryArn: args.imageRepository.arn,
        logGroupArn: this.logGroup.arn,
        otherImages: [service.placeholderImage, ...service.sidecars.map(({ image }) => image)],
        secrets: pulumi.all([
          ...Object.values(withDatabase(args).secrets),
          ...service.sidecars.flatMap(({ secrets }) => Object.values(secrets)),
        ]),
        taskRolePolicy: service.taskRolePolicy,
        executionRolePolicy: service.executionRolePolicy,
        enableExecuteCommand: service.enableExecuteCommand,
        transform: args.transform,
        database: args.database,
        queueStatements: this.queue?.taskStatements(),
      },
      { parent: this },
    );
  }

  private createQueue(): WorkerQueue | undefined {
    const { worker } = this.service;
    return (
      worker && new WorkerQueue(this.name, { ...worker, queueName: this.family }, { parent: this })
    );
  }

  /** Where users reach the service; of a worker, its page in ECS's console. */
  private urlOf(serviceName: pulumi.Output<string>): pulumi.Output<string> {
    const { cloudfront, loadBalancer, cluster } = this.args;
    const front = cloudfront ?? loadBalancer;
    if (front && !this.service.worker) {
      return front.url.apply((url) => urlOf(url, this.service.rule));
    }
    return pulumi
      .all([cluster.arn, cluster.clusterName, serviceName])
      .apply(([arn, name, service]) => {
        const { region } = locationOf(arn);
        return `https://${region}.console.aws.amazon.com/ecs/v2/clusters/${name}/services/${service}/health?region=${region}`;
      });
  }

  /** Only the load balancer and the services that call this one reach the tasks, and only on their port. */
  private createSecurityGroup({ plan }: Deployment): TaskSecurityGroup {
    const { network, loadBalancer, database, namespace, transform } = this.args;
    const { port = 0, worker, serviceConnect } = this.service;
    return new TaskSecurityGroup(
      this.name,
      {
        network,
        loadBalancer: worker ? undefined : loadBalancer,
        // A new port applies with CodeDeploy's next deployment. Until then, tasks listen on the old port.
        ports:
          plan.shiftedBy === "code-deploy"
            ? this.record.ports.apply(({ open }) => open)
            : [port, port],
        database,
        callers: serviceConnect && !worker ? namespace?.securityGroupId : undefined,
        transform: transform?.securityGroup,
      },
      { parent: this },
    );
  }

  private createVolumes(): Volumes | undefined {
    const { volumes } = this.service;
    const { network } = this.args;
    const { roles, securityGroupId } = this;
    const args = { volumes, network, securityGroupId, taskRole: roles.taskRole };
    return volumes.length > 0 ? new Volumes(this.name, args, { parent: this }) : undefined;
  }

  private createTaskDefinitions(volumes: Volumes | undefined): TaskDefinitions {
    return new TaskDefinitions(
      this.name,
      {
        service: this.service,
        ...this.variables(),
        imageRepository: this.args.imageRepository,
        transform: this.args.transform,
        family: this.family,
        image: this.releasePointer.image,
        roles: this.roles,
        logGroup: this.logGroup,
        volumes: volumes?.definitions ?? [],
      },
      { parent: this },
    );
  }

  private createSignIn(): SignIn | undefined {
    const { signIn, rule } = this.service;
    const front = this.args.cloudfront ?? this.args.loadBalancer;
    return (
      signIn && front && new SignIn(this.name, { signIn, rule, url: front.url }, { parent: this })
    );
  }

  /** A variable of the same name in the stack file has priority. */
  private variables(): ReturnType<typeof withDatabase> {
    const variables = withDatabase(this.args);
    return this.queue
      ? { ...variables, environment: { QUEUE_URL: this.queue.url, ...variables.environment } }
      : variables;
  }

  /** The name of their family. */
  private createScheduledTasks({ scheduled }: TaskDefinitions): string | undefined {
    const { cluster, network } = this.args;
    if (!scheduled) {
      return undefined;
    }
    const family = `${this.family}-scheduled`;
    new ScheduledTasks(
      this.name,
      {
        ...{ cluster, network, roles: this.roles, securityGroupId: this.securityGroupId },
        tasks: this.service.scheduledTasks,
        containerName: this.containerName,
        familyArn: siblingArn(cluster.arn, "ecs", `task-definition/${family}`),
        taskDefinition: scheduled,
        ...this.onEc2(),
      },
      { parent: this },
    );
    return family;
  }

  /** The capacity of the tasks beside the service, if it is on EC2; otherwise they run on Fargate. */
  private onEc2(): { readonly capacity?: readonly Required<CapacityProviderStrategy>[] } {
    return this.service.compatibility === "EC2" ? { capacity: this.capacity } : {};
  }

  private createDeployment(signIn: SignIn | undefined): Deployment {
    const { args, service } = this;
    const { loadBalancer } = args;
    if (service.worker || !loadBalancer) {
      return new WorkerDeployment(
        this.name,
        {
          ...{ strategy: service.strategy, guards: service.guards, found: this.record.found },
          deadLetterName: this.queue?.deadLetterName,
          stoppedTasks: stoppedTasksLogs(this.family, service),
          topicArns: args.notices ? [args.notices.topicArn] : [],
        },
        { parent: this },
      );
    }
    return new DeploymentController(
      this.name,
      {
        strategy: service.strategy,
        network: args.network,
        loadBalancer,
        originHeader: args.cloudfront?.originHeader,
        rule: service.rule,
        signIn: signIn && { action: signIn.action, openPaths: service.signIn?.openPaths ?? [] },
        guards: service.guards,
        stoppedTasks: stoppedTasksLogs(this.family, service),
        notices: args.notices,
        healthCheck: service.healthCheck,
        deregistrationDelay: service.deregistrationDelay,
        afterRelease: this.releasePointer.image,
        found: this.record.found,
        transform: args.transform,
      },
      { parent: this },
    );
  }

  /** The longest duration of a deployment, in Pulumi's format: `20m`. */
  private timeout(): string {
    return `${longestMinutes(this.forecast)}m`;
  }

  private createService(
    { deployment, securityGroup, volumes }: Surroundings,
    serviceArgs: aws.ecs.ServiceArgs,
  ): aws.ecs.Service {
    const { args, service } = this;
    const { plan } = deployment;
    return new aws.ecs.Service(this.name, serviceArgs, {
      parent: this,
      dependsOn: [
        ...deployment.listenerRules,
        securityGroup,
        this.roles.executionPolicy,
        ...(volumes ? [volumes] : []),
        ...(args.calls ?? []),
        ...(args.cluster.capacityProviders ? [args.cluster.capacityProviders] : []),
      ],
      ignoreChanges: [...plan.ignoreChanges, ...(service.autoscaling ? ["desiredCount"] : [])],
      replaceOnChanges: [...plan.replaceOnChanges],
      customTimeouts: { create: this.timeout(), update: this.timeout() },
    });
  }
}

/** What the metrics, the logs and the alarms of a service are called in CloudWatch. */
export interface Monitored {
  /** The value of the dimension `ServiceName`. */
  readonly serviceName: pulumi.Output<string>;
  /** The values of the dimension `TargetGroup`: one, or the two between which traffic shifts. */
  readonly targetGroupArnSuffixes: readonly pulumi.Output<string>[];
  /** The log group of the service's containers. */
  readonly logGroupName: pulumi.Output<string>;
  /** The log group of the tasks that stopped. @default the service is without the guard of exits */
  readonly stoppedTasksLogGroupName?: pulumi.Output<string> | undefined;
  /** The value of the dimension `QueueName`. @default the service is no worker */
  readonly queueName?: pulumi.Output<string>;
  /** The same of its dead-letter queue. @default none */
  readonly deadLetterName?: pulumi.Output<string>;
  /** The alarms that end a deployment. */
  readonly alarmNames: readonly pulumi.Input<string>[];
  /** The percentage of server errors that ends a deployment. @default the service is without this guard */
  readonly errorPercent?: number;
}

/** The components that must exist before the service. */
interface Surroundings {
  readonly deployment: Deployment;
  readonly securityGroup: TaskSecurityGroup;
  readonly volumes: Volumes | undefined;
}
