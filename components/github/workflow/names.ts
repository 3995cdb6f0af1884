import type * as pulumi from "@pulumi/pulumi";
import { literal } from "./expressions";

/** The names of the AWS objects that a run uses. The workflow file contains them as literal values. */
export interface WorkflowNames {
  readonly region: string;
  readonly cluster: string;
  readonly imageRepository: string;
  readonly service: string;
  readonly taskDefinition: string;
  readonly releasePointer: string;
  readonly releaseRecord: string;
  /** Where users reach the service. */
  readonly url: string;
  /** The image repository of the stack whose images are deployed, as a URL without a tag. @default none: the workflow builds */
  readonly promotedFrom?: string | undefined;
  /** Only if CodeDeploy deploys. @default none */
  readonly codeDeployApplication?: string | undefined;
  /** Only if CodeDeploy deploys. @default none */
  readonly appSpec?: string | undefined;
}

/** The same names as Pulumi inputs. */
export type WorkflowNameInputs = {
  readonly [Name in keyof WorkflowNames]: pulumi.Input<NonNullable<WorkflowNames[Name]>>;
};

/** The `env:` of the job. */
export function environmentVariables(names: WorkflowNames): Record<string, string> {
  const { codeDeployApplication, appSpec } = names;
  return {
    AWS_REGION: literal(names.region),
    ECR_REPOSITORY: literal(names.imageRepository),
    ECS_CLUSTER: literal(names.cluster),
    ECS_SERVICE: literal(names.service),
    ECS_TASK_DEFINITION: literal(names.taskDefinition),
    RELEASE_POINTER: literal(names.releasePointer),
    RELEASE_RECORD: literal(names.releaseRecord),
    SERVICE_URL: literal(names.url),
    ...(codeDeployApplication && { CODEDEPLOY_APPLICATION: literal(codeDeployApplication) }),
    ...(appSpec && { APPSPEC: literal(appSpec) }),
  };
}
