import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster";
import type { DeploymentControllerArgs } from "../deployment";
import type { ImageRepository } from "../image-repository";
import type { LoadBalancer } from "../load-balancer";
import type { Network } from "../network";
import type { ServiceSettings } from "../service/settings";
import type { Transform } from "../shared/transform";
import type { ContainerDefinition } from "./container-definitions";

export interface FargateServiceArgs extends ServiceSettings {
  readonly network: Network;
  readonly cluster: Cluster;
  readonly loadBalancer: LoadBalancer;
  readonly imageRepository: ImageRepository;
  /** Plain environment variables of the main container. @default none */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Secret environment variables of the main container. ECS reads the values when a task starts. Each is the ARN of a Secrets
   * Manager secret (with `:key::` for one key of a JSON secret), or the ARN or path of an SSM parameter (`/team/key`).
   * @default none
   */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: DeploymentControllerArgs["transform"] & {
    readonly containerDefinitions?: Transform<readonly ContainerDefinition[]>;
    readonly logGroup?: Transform<aws.cloudwatch.LogGroupArgs>;
    readonly securityGroup?: Transform<aws.ec2.SecurityGroupArgs>;
    readonly service?: Transform<aws.ecs.ServiceArgs>;
    readonly taskDefinition?: Transform<aws.ecs.TaskDefinitionArgs>;
  };
}
