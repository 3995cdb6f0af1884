import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deploymentDefaults } from "../service/defaults";
import { locationOf } from "../shared/arn";
import { transformed } from "../shared/transform";
import type { Volumes } from "../storage";
import { containerDefinitions, mountPoints } from "./container-definitions";
import type { ServiceContext } from "./context";
import type { LogGroup } from "./log-group";
import { placeholderDefinition, placeholderSize } from "./placeholder";
import type { WorkerQueue } from "./queue";
import { unreleased } from "./release";
import type { TaskRoles } from "./roles";
import { variablesOf } from "./variables";

/** What the task definitions use. */
export interface TaskParts {
  /** The released image; undefined before the first release. */
  readonly image: pulumi.Input<string | undefined>;
  readonly roles: TaskRoles;
  readonly logGroup: LogGroup;
  readonly volumes: Volumes | undefined;
  readonly queue: WorkerQueue | undefined;
}

/**
 * A service's task definitions: the one with the released image, and a placeholder for the time before the first release.
 *
 * Cost: free.
 */
export class TaskDefinitions extends pulumi.ComponentResource {
  readonly taskDefinitionArn: pulumi.Output<string>;
  /** The task definition that the service runs. */
  readonly runningArn: pulumi.Output<string>;
  /** The declared size and kind of the service's task definition. */
  readonly size: Pick<aws.ecs.TaskDefinitionArgs, "cpu" | "memory" | "requiresCompatibilities">;
  /** The task definition of the scheduled tasks, in a family of its own; undefined if there are none. */
  readonly scheduled: aws.ecs.TaskDefinition | undefined;

  constructor(
    private readonly context: ServiceContext,
    private readonly parts: TaskParts,
  ) {
    const { name, family, service } = context;
    super("slipway:fargate-service:TaskDefinitions", name, {}, context.opts);
    const placeholder = this.createPlaceholder();
    const args = this.taskDefinitionArgs();
    const { cpu, memory, requiresCompatibilities } = args;
    this.size = { cpu, memory, requiresCompatibilities };
    const taskDefinition = new aws.ecs.TaskDefinition(name, args, { parent: this });
    this.taskDefinitionArn = taskDefinition.arn;
    this.scheduled =
      Object.keys(service.scheduledTasks).length > 0
        ? new aws.ecs.TaskDefinition(
            `${name}-scheduled`,
            { ...args, family: `${family}-scheduled` },
            { parent: this },
          )
        : undefined;
    // Depends only on the one that runs, so that before the first release an edit of the other does not change the service.
    this.runningArn = pulumi
      .output(parts.image)
      .apply((image) => (image ? taskDefinition : placeholder).arn);
    this.registerOutputs({ taskDefinitionArn: this.taskDefinitionArn });
  }

  private createPlaceholder(): aws.ecs.TaskDefinition {
    const { name, family, service } = this.context;
    const { placeholderRole } = this.parts.roles;
    return new aws.ecs.TaskDefinition(
      `${name}-placeholder`,
      {
        ...this.common(),
        ...placeholderSize(service),
        family: `${family}-placeholder`,
        ...(placeholderRole && { taskRoleArn: placeholderRole.arn }),
        containerDefinitions: this.logs().apply((logs) =>
          JSON.stringify([placeholderDefinition({ name, service, logs })]),
        ),
      },
      { parent: this },
    );
  }

  private taskDefinitionArgs(): aws.ecs.TaskDefinitionArgs {
    const { args, family, service } = this.context;
    const { cpu, memory, ephemeralStorage } = service;
    return transformed(args.transform?.taskDefinition, {
      ...this.common(),
      family,
      cpu: String(cpu),
      memory: String(memory),
      // ECS accepts 21 GiB or more. For the default of 20, omit it.
      ...(ephemeralStorage > deploymentDefaults.ephemeralStorage && {
        ephemeralStorage: { sizeInGib: ephemeralStorage },
      }),
      taskRoleArn: this.parts.roles.taskRole.arn,
      ...this.volumes(),
      containerDefinitions: this.containers(),
      // CI also registers revisions: a refresh reads the newest, and older ones stay for a rollback.
      trackLatest: true,
      skipDestroy: true,
    });
  }

  /** The empty volumes in the writable folders of the containers, and those on EFS. */
  private volumes(): Pick<aws.ecs.TaskDefinitionArgs, "volumes"> {
    const { name, service } = this.context;
    const empty = [{ name, writablePaths: service.writablePaths }, ...service.sidecars]
      .flatMap((container) => mountPoints(container.name, container.writablePaths))
      .map(({ sourceVolume }) => ({ name: sourceVolume }));
    const volumes = [...empty, ...(this.parts.volumes?.definitions ?? [])];
    return volumes.length > 0 ? { volumes } : {};
  }

  private containers(): pulumi.Output<string> {
    const { name, args, service } = this.context;
    const { environment, secrets } = variablesOf(args, this.parts.queue);
    return pulumi
      .all([
        this.parts.image,
        args.imageRepository.repositoryUrl,
        environment,
        secrets,
        this.logs(),
      ])
      .apply(([released, repositoryUrl, environment, secrets, logs]) => {
        const image = released ?? `${repositoryUrl}:${unreleased}`;
        const inputs = { name, image, service, environment, secrets, logs };
        const definitions = containerDefinitions(inputs);
        return JSON.stringify(transformed(args.transform?.containerDefinitions, definitions));
      });
  }

  private common() {
    const { compatibility, cpuArchitecture } = this.context.service;
    return {
      requiresCompatibilities: [compatibility],
      networkMode: "awsvpc",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture },
      executionRoleArn: this.parts.roles.executionRole.arn,
    };
  }

  private logs() {
    const { logGroup } = this.parts;
    return pulumi.all([logGroup.name, logGroup.arn]).apply(([group, arn]) => ({
      group,
      region: locationOf(arn).region,
    }));
  }
}
