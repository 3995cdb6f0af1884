import * as pulumi from "@pulumi/pulumi";
import { releasePath } from "../fargate-service/release";
import { constant, ofStack, type SettingsPlace } from "./settings";
import type { WorkflowNameInputs, WorkflowNames } from "./workflow/names";

/** The variables of an environment or a repository as GitHub lists them: names and values. */
export type OldVariables = Readonly<Record<string, string>>;

/**
 * Earlier workflow files read the names of AWS objects from variables. A run of an older commit still does,
 * so a stack that has these variables keeps them.
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
const ofStackAlone = ["AWS_REGION", "ECS_CLUSTER"];

export interface OldNames {
  /** The secret with the role, if it had another name. */
  readonly secret?: string;
  /** Names of variables, each with the name of its value. */
  readonly variables: Readonly<Record<string, keyof WorkflowNames>>;
}

/** What the old workflow files of one service read. `found` says which names exist. */
export function oldServiceNames(
  service: string,
  place: SettingsPlace,
  found: OldVariables,
): OldNames {
  const path = releasePath(pulumi.getProject(), place.stack, service);
  // The name had the service in it where services shared a repository. The value says whose variable it is.
  const suffix = [ofStack(place), `_${constant(service)}${ofStack(place)}`].find(
    (end) => found[`RELEASE_POINTER${end}`] === `${path}/image`,
  );
  if (suffix === undefined) {
    return { variables: {} };
  }
  const names = Object.entries(variables)
    .filter(([name]) => !ofStackAlone.includes(name) && name + suffix in found)
    .map(([name, value]) => [name + suffix, value] as const);
  return { secret: `AWS_ROLE_TO_ASSUME${suffix}`, variables: Object.fromEntries(names) };
}

/** What the old workflow files of all services of the stack read. */
export function oldStackNames(place: SettingsPlace, found: OldVariables): OldNames["variables"] {
  const path = releasePath(pulumi.getProject(), place.stack, "");
  const ours = Object.entries(found).some(
    ([name, value]) => name.startsWith("RELEASE_POINTER") && value.startsWith(path),
  );
  const names = Object.entries(variables)
    .map(([name, value]) => [name + ofStack(place), value] as const)
    .filter(([name]) => ours && ofStackAlone.some((own) => name === own + ofStack(place)))
    .filter(([name]) => name in found);
  return Object.fromEntries(names);
}

/** The variables with their values; without those whose values the stack no longer has. */
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
