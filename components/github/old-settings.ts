import * as pulumi from "@pulumi/pulumi";
import { releasePath } from "../fargate-service/release";
import { type SettingsPlace, stackSuffix, upperSnakeCase } from "./settings";
import type { WorkflowNameInputs, WorkflowNames } from "./workflow/names";

/** The variables of an environment or a repository on GitHub: values by name. */
export type OldVariables = Readonly<Record<string, string>>;

/**
 * The variables from which earlier workflow files read the names of AWS objects. A run of an older commit still needs them, so
 * a stack that has them keeps them.
 */
const variables: Readonly<Record<string, keyof WorkflowNames>> = {
  AWS_REGION: "region",
  ECS_CLUSTER: "cluster",
  ECR_REPOSITORY: "imageRepository",
  ECS_SERVICE: "service",
  ECS_TASK_DEFINITION: "taskDefinition",
  RELEASE_POINTER: "releasePointer",
  RELEASE_RECORD: "releaseRecord",
  CODEDEPLOY_APPLICATION: "codeDeployApplication",
  APPSPEC: "appSpec",
};
const stackVariables = ["AWS_REGION", "ECS_CLUSTER"];

export interface OldNames {
  /** The secret's earlier name. @default unchanged */
  readonly secret?: string;
  /** For each variable, the key of its value in {@link WorkflowNames}. */
  readonly variables: Readonly<Record<string, keyof WorkflowNames>>;
}

/** The settings that old workflow files of one service read. `found` has the variables that exist. */
export function oldServiceNames(
  service: string,
  place: SettingsPlace,
  found: OldVariables,
): OldNames {
  const path = releasePath(pulumi.getProject(), place.stack, service);
  // If services shared a repository, the name contained the service. The value shows which service a variable belongs to.
  const suffix = [stackSuffix(place), `_${upperSnakeCase(service)}${stackSuffix(place)}`].find(
    (end) => found[`RELEASE_POINTER${end}`] === `${path}/image`,
  );
  if (suffix === undefined) {
    return { variables: {} };
  }
  const names = Object.entries(variables)
    .filter(([name]) => !stackVariables.includes(name) && name + suffix in found)
    .map(([name, value]) => [name + suffix, value] as const);
  return { secret: `AWS_ROLE_TO_ASSUME${suffix}`, variables: Object.fromEntries(names) };
}

/** The variables that old workflow files of all services of the stack read. */
export function oldStackNames(place: SettingsPlace, found: OldVariables): OldNames["variables"] {
  const path = releasePath(pulumi.getProject(), place.stack, "");
  const ours = Object.entries(found).some(
    ([name, value]) => name.startsWith("RELEASE_POINTER") && value.startsWith(path),
  );
  const names = Object.entries(variables)
    .map(([name, value]) => [name + stackSuffix(place), value] as const)
    .filter(([name]) => ours && stackVariables.some((own) => name === own + stackSuffix(place)))
    .filter(([name]) => name in found);
  return Object.fromEntries(names);
}

/** The variables with their values, except those for which the stack no longer has a value. */
export function oldVariables(
  names: OldNames["variables"],
  values: Partial<WorkflowNameInputs>,
): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, key]) => {
      const value = values[key];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
