/** CodeBuild actions: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html */
import type { ActionRun } from "./action-run";
import { getArtifact, putArtifact, type StoredArtifact } from "./artifact-store";
import { runBuild } from "./build";
import type { Variable } from "./build-environment";
import { ActionFailed, mustBeAllowed } from "./world";

export async function buildAction(run: ActionRun): Promise<Record<string, string>> {
  const { world, configuration, credentials, inputs, pipeline, keep, onLine } = run;
  const name = configuration.ProjectName ?? "";
  const project = world.definitions.projects.find((one) => one.name === name);
  const resource =
    project?.arn ?? `arn:aws:codebuild:${world.region}:${world.account}:project/${name}`;
  await mustBeAllowed(world, credentials, [
    { action: "codebuild:StartBuild", resource },
    { action: "codebuild:BatchGetBuilds", resource },
  ]);
  if (!project)
    throw new ActionFailed("ConfigurationError", `Project cannot be found: ${resource}`);
  const sources = ordered(inputs, configuration.PrimarySource);
  const result = await runBuild({
    ...{ world, project, artifacts: run.outputArtifacts, onLine },
    initiator: `codepipeline/${pipeline.name}`,
    variables: variablesIn(configuration.EnvironmentVariables),
    sourceVersion: sources[0]?.revision,
    sources: (service) =>
      Promise.all(
        sources.map(async (artifact) => ({
          name: artifact.name,
          content: await getArtifact(world, service, artifact),
        })),
      ),
    async store(service, artifacts) {
      for (const [artifact, content] of artifacts) {
        keep(await putArtifact(world, pipeline, service, artifact, content));
      }
    },
  });
  if (!result.failure) return { ...result.exported };
  const { phase, code, message } = result.failure;
  throw new ActionFailed(
    "JobFailed",
    `Build terminated with state: FAILED. Phase: ${phase}, Code: ${code}, Message: ${message}`,
  );
}

/** The primary source has the buildspec, and is required with several inputs. */
function ordered(inputs: readonly StoredArtifact[], primary: string | undefined) {
  if (inputs.length < 2) return inputs;
  const first = inputs.find(({ name }) => name === primary);
  if (first) return [first, ...inputs.filter((input) => input !== first)];
  throw new ActionFailed(
    "ConfigurationError",
    "PrimarySource is required when a CodeBuild action has more than one input artifact",
  );
}

/** A JSON list of `{ name, value, type }`. */
function variablesIn(json: string | undefined): Variable[] {
  if (json === undefined) return [];
  try {
    return JSON.parse(json) as Variable[];
  } catch (error) {
    throw new ActionFailed(
      "ConfigurationError",
      `EnvironmentVariables is not valid JSON: ${(error as Error).message}`,
    );
  }
}
