import type * as pulumi from "@pulumi/pulumi";
import type { Database } from "../database";
import type { SharedOutput } from "./shared";

/** The outputs of a stack. */
export interface StackOutputs {
  /** Where users reach the services: CloudFront, or the load balancer. @default all services are workers, and nobody reaches them */
  readonly url?: pulumi.Output<string>;
  /** The name of the ECS cluster. */
  readonly cluster: pulumi.Output<string>;
  /** Where the database answers. @default the stack has none */
  readonly database?: DatabaseOutput;
  /** The id of the client VPN's endpoint. @default the stack has none */
  readonly clientVpn?: pulumi.Output<string>;
  /** The dashboard in CloudWatch's console. @default the stack has none */
  readonly dashboard?: pulumi.Output<string>;
  /** The URL of the Grafana workspace. @default the stack has none */
  readonly grafana?: pulumi.Output<string>;
  /** The site. @default the stack has none */
  readonly frontend?: FrontendOutput;
  /** What the services of other stacks use. @default only a stack without services has it */
  readonly shared?: SharedOutput;
  /** The services by their names in the configuration. */
  readonly services: Readonly<Record<string, ServiceOutputs>>;
}

/** The outputs of a stack's database. */
export interface DatabaseOutput {
  /** The identifier of the Aurora cluster. */
  readonly cluster: pulumi.Output<string>;
  /** Where the writer answers. */
  readonly host: pulumi.Output<string>;
  /** Where the readers answer. */
  readonly readerHost: pulumi.Output<string>;
  /** The port of both. */
  readonly port: number;
  /** The name of the first database. */
  readonly name: string;
  /** The ARN of the secret with the user name and the password. */
  readonly secret: pulumi.Output<string>;
}

export function databaseOutputOf(database: Database): DatabaseOutput {
  const { clusterIdentifier, host, readerHost, port, databaseName, secretArn } = database;
  return {
    ...{ cluster: clusterIdentifier, host, readerHost, port },
    ...{ name: databaseName, secret: secretArn },
  };
}

/** The outputs of a stack's site. */
export interface FrontendOutput {
  /** `owner/name` of the repository with the site's code. */
  readonly repository: string;
  /** The name of the bucket with all releases. */
  readonly bucket: pulumi.Output<string>;
  /** The name of the SSM parameter with the commit that users see. */
  readonly releasePointer: pulumi.Output<string>;
  /** The path of its workflow file in the repository. */
  readonly workflow: string | undefined;
}

/** The outputs of one service. */
export interface ServiceOutputs {
  /** The name of the ECS service. */
  readonly service: pulumi.Output<string>;
  /** The family of its task definitions. */
  readonly taskDefinition: string;
  // A stack that promotes these images reads this and the image repository.
  /** `owner/name` of the repository with the service's code. */
  readonly repository: string;
  /** The URL of the ECR repository. */
  readonly imageRepository: pulumi.Output<string>;
  /** The name of the SSM parameter with the released image. */
  readonly releasePointer: pulumi.Output<string>;
  /** The name of its log group. */
  readonly logGroup: pulumi.Output<string>;
  /** The name of the log group with the reasons why tasks stopped. @default the service has no guard of exits */
  readonly stoppedTasks?: pulumi.Output<string> | undefined;
  /** How long a deployment takes, in seconds: the forecast. */
  readonly expectedSeconds: number;
  /** The id of the Cognito user pool that `signIn` creates. @default the service has none */
  readonly userPool?: pulumi.Output<string>;
  /** Under CodeDeploy: the revision that the next run of the workflow deploys. @default the strategy is another one */
  readonly pendingDeployment?: pulumi.Output<string>;
  /** The path of its workflow file in the repository. @default a pipeline releases it */
  readonly workflow?: string | undefined;
  /** The name of its pipeline in CodePipeline. @default a workflow releases it */
  readonly pipeline?: pulumi.Output<string> | undefined;
}
