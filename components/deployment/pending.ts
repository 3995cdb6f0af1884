import { tagOf } from "../shared/image";

/** Only CodeDeploy can change the revision of its service, so an edit by Pulumi waits for a deployment. */
export interface Revisions {
  /** The released image; undefined before the first release. */
  readonly image: string | undefined;
  /** ARN of the revision that runs. */
  readonly running: string | undefined;
  /** ARN of the revision that is configured. */
  readonly registered: string;
}

/** Says which revision waits for a deployment, and how to deploy it; empty if the configured revision runs. */
export function pendingDeployment(
  service: string,
  { image, running = "", registered }: Revisions,
): string {
  if (image === undefined || running === registered) {
    return "";
  }
  // Pulumi cuts a changed output after 150 characters, so what to type comes first.
  return `Run the workflow of ${service} by hand with image-tag ${tagOf(image)}: ${revisionOf(registered)} is registered, ${revisionOf(running)} runs. Nothing is built.`;
}

function revisionOf(taskDefinitionArn: string): string {
  return taskDefinitionArn.split("/").at(-1) ?? taskDefinitionArn;
}
