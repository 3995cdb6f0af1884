/** CodeDeploy alone puts a revision into its service, so an edit by Pulumi waits for a deployment. */
export interface Revisions {
  /** The released image, or nothing before the first release. */
  readonly image: string | undefined;
  /** ARN of the revision that runs. */
  readonly running: string | undefined;
  /** ARN of the revision that is configured. */
  readonly registered: string;
}

/** What is to be deployed and how, or nothing to say where what runs is what is configured. */
export function pendingDeployment(
  service: string,
  { image, running = "", registered }: Revisions,
): string {
  if (image === undefined || running === registered) {
    return "";
  }
  const tag = image.split(":").at(-1);
  return `${revisionOf(registered)} is registered and not deployed: ${revisionOf(running)} runs. Run the workflow of ${service} by hand with image-tag ${tag}; nothing is built.`;
}

function revisionOf(taskDefinitionArn: string): string {
  return taskDefinitionArn.split("/").at(-1) ?? taskDefinitionArn;
}
