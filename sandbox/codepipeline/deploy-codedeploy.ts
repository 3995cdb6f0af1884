/**
 * The deployment with CodeDeploy: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html and
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html
 */
import { createHash } from "node:crypto";
import { CodeDeploy, waitUntilDeploymentSuccessful } from "@aws-sdk/client-codedeploy";
import { ECS, type RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { withoutReadOnly } from "../github/actions/aws-actions/task-definition";
import type { ActionRun } from "./action-run";
import { getArtifact } from "./artifact-store";
import { fileOf } from "./artifacts";
import { ActionFailed, clientOf } from "./world";

const invalid = (message: string) => new ActionFailed("ConfigurationError", message);

export async function deployWithCodeDeploy(run: ActionRun): Promise<Record<string, string>> {
  const { configuration, credentials, onLine, world } = run;
  const files = new InputFiles(run);
  const { TaskDefinitionTemplateArtifact: template, AppSpecTemplateArtifact: spec } = configuration;
  const text = await files.text(
    template,
    configuration.TaskDefinitionTemplatePath ?? "taskdef.json",
  );
  const content = withPlaceholders(text, await imagesOf(configuration, files));
  const ecs = new ECS(clientOf(world, credentials));
  const { taskDefinition } = await ecs.registerTaskDefinition(parseTaskDefinition(content));
  const revision = taskDefinition?.taskDefinitionArn ?? "";
  onLine(`Registered ${revision}`);
  const appSpec = await files.text(spec, configuration.AppSpecTemplatePath ?? "appspec.yaml");
  const deployment = withPlaceholders(appSpec, { TASK_DEFINITION: revision });
  const codedeploy = new CodeDeploy(clientOf(world, credentials));
  const group = {
    applicationName: configuration.ApplicationName,
    deploymentGroupName: configuration.DeploymentGroupName,
  };
  await codedeploy.getApplication({ applicationName: group.applicationName });
  const sha256 = createHash("sha256").update(deployment).digest("hex");
  const { deploymentId = "" } = await codedeploy.createDeployment({
    ...group,
    revision: { revisionType: "AppSpecContent", appSpecContent: { content: deployment, sha256 } },
  });
  onLine(`CodeDeploy deployment ${deploymentId} started`);
  await finished(codedeploy, deploymentId);
  onLine(`CodeDeploy deployment ${deploymentId} succeeded`);
  return {};
}

/** Replaces `<NAME>`. */
export function withPlaceholders(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce(
    (content, [name, value]) => content.replaceAll(`<${name}>`, value),
    text,
  );
}

/** The placeholders of up to four images, each from an artifact's `imageDetail.json`. */
async function imagesOf(configuration: ActionRun["configuration"], files: InputFiles) {
  const images: Record<string, string> = {};
  for (const number of [1, 2, 3, 4]) {
    const artifact = configuration[`Image${number}ArtifactName`];
    const placeholder = configuration[`Image${number}ContainerName`];
    if (artifact === undefined || placeholder === undefined) continue;
    const detail = await files.text(artifact, "imageDetail.json");
    const uri = (parseJson(detail, "imageDetail.json") as { ImageURI?: string }).ImageURI;
    if (!uri) throw invalid("The image detail file imageDetail.json has no ImageURI");
    images[placeholder] = uri;
  }
  return images;
}

function parseTaskDefinition(content: string): RegisterTaskDefinitionCommandInput {
  const parsed = parseJson(content, "taskdef.json") as object;
  return withoutReadOnly(parsed) as unknown as RegisterTaskDefinitionCommandInput;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`Exception while trying to read the file ${name}: it is no valid JSON`);
  }
}

class InputFiles {
  private readonly artifacts = new Map<string, Promise<Uint8Array>>();

  constructor(private readonly run: ActionRun) {}

  async text(artifact: string | undefined, path: string): Promise<string> {
    const input = this.run.inputs.find(({ name }) => name === artifact);
    if (!input) throw invalid(`${artifact} is not an input artifact of the action`);
    const content = this.artifacts.get(input.name) ?? this.read(input);
    this.artifacts.set(input.name, content);
    const file = fileOf(await content, path);
    if (file) return file.toString("utf8");
    throw invalid(
      `Exception while trying to read the file ${path} of the artifact ${input.name}: it has no such file`,
    );
  }

  private read(input: ActionRun["inputs"][number]): Promise<Uint8Array> {
    return getArtifact(this.run.world, this.run.credentials, input);
  }
}

/** The waiter's error contains the whole answer of GetDeployment; the action reports only the deployment's own error. */
async function finished(client: CodeDeploy, deploymentId: string): Promise<void> {
  try {
    const wait = { client, minDelay: 1, maxDelay: 2, maxWaitTime: 24 * 60 };
    await waitUntilDeploymentSuccessful(wait, { deploymentId });
  } catch {
    const { deploymentInfo } = await client.getDeployment({ deploymentId });
    const { status, errorInformation: error } = deploymentInfo ?? {};
    throw new ActionFailed(
      "JobFailed",
      `Deployment ${deploymentId} ${(status ?? "failed").toLowerCase()}: ${error?.code ?? ""} ${error?.message ?? ""}`.trim(),
    );
  }
}
