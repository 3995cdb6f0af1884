import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { serviceDefaults } from "../service/defaults";
import type { ResolvedService } from "../service/resolve";
import { locationOf } from "../shared/arn";
import { transformed } from "../shared/transform";
import type { FargateServiceArgs } from "./args";
import { containerDefinitions, mountPoints, placeholderDefinitions } from "./container-definitions";
import type { LogGroup } from "./log-group";
import { unreleased } from "./release";
import type { TaskRoles } from "./roles";

export interface TaskDefinitionsArgs
  extends Pick<FargateServiceArgs, "imageRepository" | "transform"> {
  readonly service: ResolvedService;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  readonly family: string;
  /** The released image; undefined before the first release. */
  readonly image: pulumi.Input<string | undefined>;
  readonly roles: TaskRoles;
  readonly logGroup: LogGroup;
  /** The service's volumes on EFS. */
  readonly volumes: readonly aws.types.input.ecs.TaskDefinitionVolume[];
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
    private readonly name: string,
    private readonly args: TaskDefinitionsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:fargate-service:TaskDefinitions", name, {}, opts);
    const placeholder = this.createPlaceholder();
    const taskDefinitionArgs = this.taskDefinitionArgs();
    const { cpu, memory, requiresCompatibilities } = taskDefinitionArgs;
    this.size = { cpu, memory, requiresCompatibilities };
    const taskDefinition = new aws.ecs.TaskDefinition(name, taskDefinitionArgs, { parent: this });
    this.taskDefinitionArn = taskDefinition.arn;
    this.scheduled =
      Object.keys(args.service.scheduledTasks).length > 0
        ? new aws.ecs.TaskDefinition(
            `${name}-scheduled`,
            { ...taskDefinitionArgs, family: `${args.family}-scheduled` },
            { parent: this },
          )
        : undefined;
    // Depends only on the one that runs, so that before the first release an edit of the other does not change the service.
    this.runningArn = pulumi
      .output(args.image)
      .apply((image) => (image ? taskDefinition : placeholder).arn);
    this.registerOutputs({ taskDefinitionArn: this.taskDefinitionArn });
  }

  private createPlaceholder(): aws.ecs.TaskDefinition {
    const { args } = this;
    const { service } = args;
    const { cpu, memory } = placeholderSize(service);
    const status = Number.parseInt(service.healthCheck.matcher, 10);
    return new aws.ecs.TaskDefinition(
      `${this.name}-placeholder`,
      {
        ...this.common(),
        family: `${args.family}-placeholder`,
        cpu,
        memory,
        ...(args.roles.placeholderRole && { taskRoleArn: args.roles.placeholderRole.arn }),
        containerDefinitions: this.logs().apply((logs) =>
          JSON.stringify(
            placeholderDefinitions(
              {
                ...{ name: this.name, port: service.port, logs },
                connected: service.serviceConnect !== undefined,
              },
              service.placeholderImage,
              status,
            ),
          ),
        ),
      },
      { parent: this },
    );
  }

  private taskDefinitionArgs(): aws.ecs.TaskDefinitionArgs {
    const { args } = this;
    const { cpu, memory, ephemeralStorage } = args.service;
    return transformed(args.transform?.taskDefinition, {
      ...this.common(),
      family: args.family,
      cpu: String(cpu),
      memory: String(memory),
      // ECS accepts 21 GiB or more. For the default of 20, omit it.
      ...(ephemeralStorage > serviceDefaults.ephemeralStorage && {
        ephemeralStorage: { sizeInGib: ephemeralStorage },
      }),
      taskRoleArn: args.roles.taskRole.arn,
      ...this.volumes(),
      containerDefinitions: this.containers(),
      // CI also registers revisions: a refresh reads the newest, and older ones stay for a rollback.
      trackLatest: true,
      skipDestroy: true,
    });
  }

  /** The empty volumes in the writable folders of the containers, and those on EFS. */
  private volumes(): Pick<aws.ecs.TaskDefinitionArgs, "volumes"> {
    const { service } = this.args;
    const main = { name: this.name, writablePaths: service.writablePaths };
    const volumes = [main, ...service.sidecars]
      .flatMap(({ name, writablePaths }) => mountPoints(name, writablePaths))
      .map(({ sourceVolume: name }) => ({ name }));
    const all = [...volumes, ...this.args.volumes];
    return all.length > 0 ? { volumes: all } : {};
  }

  private containers(): pulumi.Output<string> {
    const { args } = this;
    const { service } = args;
    return pulumi
      .all([
        args.image,
        args.imageRepository.repositoryUrl,
        args.environment,
        args.secrets,
        this.logs(),
      ])
      .apply(([image, repositoryUrl, environment, secrets, logs]) => {
        const definitions = containerDefinitions({
          name: this.name,
          image: image ?? `${repositoryUrl}:${unreleased}`,
          port: service.port,
          connected: service.serviceConnect !== undefined,
          command: service.command,
          environment,
          secrets,
          sidecars: service.sidecars,
          volumes: service.volumes,
          stopTimeout: service.stopTimeout,
          readonlyRootFilesystem: service.readonlyRootFilesystem,
          writablePaths: service.writablePaths,
          user: service.user,
          capabilities: service.capabilities,
          initProcess: service.enableExecuteCommand,
          logs,
        });
        return JSON.stringify(transformed(args.transform?.containerDefinitions, definitions));
      });
  }

  private common() {
    const { roles, service } = this.args;
    const { compatibility, cpuArchitecture } = service;
    return {
      requiresCompatibilities: [compatibility],
      networkMode: "awsvpc",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture },
      executionRoleArn: roles.executionRole.arn,
    };
  }

  private logs() {
    const { logGroup } = this.args;
    return pulumi.all([logGroup.name, logGroup.arn]).apply(([group, arn]) => ({
      group,
      region: locationOf(arn).region,
    }));
  }
}

/** Fargate's smallest task; on EC2 one that fits wherever the service does. */
function placeholderSize({ compatibility, cpu, memory }: ResolvedService) {
  const onEc2 = compatibility === "EC2";
  return {
    cpu: String(onEc2 ? Math.min(256, cpu) : 256),
    memory: String(onEc2 ? Math.min(512, memory) : 512),
  };
}
