import type * as pulumi from "@pulumi/pulumi";
import { expression, literal } from "./expressions";

/** The names of the AWS objects that a run uses. The workflow file contains them as literal values. */
export interface WorkflowNames {
  /** The AWS region. */
  readonly region: string;
  /** The ECS cluster. */
  readonly cluster: string;
  /** The ECR repository, without registry. */
  readonly imageRepository: string;
  /** The ECS service. */
  readonly service: string;
  /** The task definition's family. */
  readonly taskDefinition: string;
  /** The SSM parameter with the released image. */
  readonly releasePointer: string;
  /** The SSM parameter with the running release. */
  readonly releaseRecord: string;
  /** Where users reach the service. */
  readonly url: string;
  /** The family of the scheduled tasks' task definition. @default none */
  readonly scheduledTaskDefinition?: string | undefined;
  /** Only if CodeDeploy deploys. @default none */
  readonly codeDeployApplication?: string | undefined;
  /** Only if CodeDeploy deploys. @default none */
  readonly appSpec?: string | undefined;
}

/** The same names as Pulumi inputs. */
export type WorkflowNameInputs = {
  readonly [Name in keyof WorkflowNames]: pulumi.Input<NonNullable<WorkflowNames[Name]>>;
};

/** A variable on GitHub that contains the names as JSON. The workflow file then contains none of them. */
export interface NamesVariable {
  /** The variable's name on GitHub. */
  readonly variable: string;
  /** The names that it contains. */
  readonly keys: readonly (keyof WorkflowNames)[];
}

/** The values in the workflow file: the names, escaped, or expressions that read the variable. */
export function writtenNames(names: WorkflowNames | NamesVariable): WorkflowNames {
  const entries =
    "variable" in names
      ? names.keys.map((key) => [key, expression(`fromJSON(vars.${names.variable}).${key}`)])
      : Object.entries(names).map(([key, name]) => [key, name && literal(name)]);
  return Object.fromEntries(entries);
}

/** The `env:` of the job. */
export function environmentVariables(names: WorkflowNames): Record<string, string> {
  const { codeDeployApplication, appSpec, scheduledTaskDefinition } = names;
  return {
    AWS_REGION: names.region,
    ECR_REPOSITORY: names.imageRepository,
    ECS_CLUSTER: names.cluster,
    ECS_SERVICE: names.service,
    ECS_TASK_DEFINITION: names.taskDefinition,
    ...(scheduledTaskDefinition && { ECS_SCHEDULED_TASK_DEFINITION: scheduledTaskDefinition }),
    RELEASE_POINTER: names.releasePointer,
    RELEASE_RECORD: names.releaseRecord,
    SERVICE_URL: names.url,
    ...(codeDeployApplication && { CODEDEPLOY_APPLICATION: codeDeployApplication }),
    ...(appSpec && { APPSPEC: appSpec }),
  };
}
