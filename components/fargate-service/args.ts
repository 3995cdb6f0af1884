import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudFront } from "../cloudfront";
import type { Cluster } from "../cluster";
import type { Database } from "../database";
import type { DeploymentControllerArgs } from "../deployment";
import type { ImageRepository } from "../image-repository";
import type { LoadBalancer } from "../load-balancer";
import type { Network } from "../network";
import type { Notices } from "../notices";
import type { ServiceSettings } from "../service/settings";
import type { ServiceConnectNamespace } from "../service-connect";
import type { Transform } from "../shared/transform";
import type { ContainerDefinition } from "./container-definition";

/** The arguments of a {@link FargateService}. */
export interface FargateServiceArgs extends ServiceSettings {
  /** The network whose private subnets the tasks use. */
  readonly network: Network;
  /** The cluster that runs the tasks. */
  readonly cluster: Cluster;
  /** The distribution before the load balancer: users reach the service only through it. @default none */
  readonly cloudfront?: CloudFront | undefined;
  /** The load balancer that sends requests to the tasks. Each service needs one, except a worker. @default none: only for a worker */
  readonly loadBalancer?: LoadBalancer | undefined;
  /** Who gets notices of the service's deployments and alarms. @default nobody */
  readonly notices?: Notices | undefined;
  /**
   * A database that the tasks may reach. The main container gets `DATABASE_HOST`, `DATABASE_READER_HOST`, `DATABASE_PORT`,
   * `DATABASE_NAME`, `DATABASE_SECRET_ARN`, and as secrets `DATABASE_USER` and `DATABASE_PASSWORD`. A variable of the same name in
   * `environment` or `secrets` has priority.
   * @default none
   */
  readonly database?: Database | undefined;
  /** The namespace of the services that call each other. @default none: only for a service without `serviceConnect` */
  readonly namespace?: ServiceConnectNamespace | undefined;
  /**
   * The services that this one calls by their names. A task knows only the names that exist when its deployment starts, so the tasks of
   * this service start after those services.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
   */
  readonly calls?: readonly pulumi.Resource[];
  /** The repository of the service's images. CI pushes to it. */
  readonly imageRepository: ImageRepository;
  /** Plain environment variables of the main container. @default none */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Secret environment variables of the main container. ECS reads the values when a task starts. Each is the ARN of a
   * Secrets Manager secret (with `:key::` for one key of a JSON secret), or the ARN or path of an SSM parameter
   * (`/team/key`).
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
   */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: DeploymentControllerArgs["transform"] & {
    /** The containers of the task definition, the main one first. */
    readonly containerDefinitions?: Transform<readonly ContainerDefinition[]>;
    /** The role with which ECS starts tasks. */
    readonly executionRole?: Transform<aws.iam.RoleArgs>;
    /** The log group of all containers. */
    readonly logGroup?: Transform<aws.cloudwatch.LogGroupArgs>;
    /** The tasks' security group. */
    readonly securityGroup?: Transform<aws.ec2.SecurityGroupArgs>;
    /** The ECS service. */
    readonly service?: Transform<aws.ecs.ServiceArgs>;
    /** The application's role. */
    readonly taskRole?: Transform<aws.iam.RoleArgs>;
    /** The task definition; not the placeholder's. */
    readonly taskDefinition?: Transform<aws.ecs.TaskDefinitionArgs>;
  };
}
