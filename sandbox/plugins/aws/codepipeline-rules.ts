/**
 * The checks of CodePipeline. https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html,
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html and
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html
 */
import type * as codepipeline from "@pulumi/aws/codepipeline";
import type { Resolved } from "../kit/definition";

type Args = Resolved<codepipeline.PipelineArgs>;
type Stage = Args["stages"][number];
type Action = Stage["actions"][number];
type Trigger = NonNullable<Args["triggers"]>[number];

/** Matches the names of pipelines, stages and actions. */
export const NAME = /^[A-Za-z0-9.@\-_]{1,100}$/;
const ARTIFACT = /^[a-zA-Z0-9_-]{1,100}$/;
const NAMESPACE = /^[A-Za-z0-9@\-_]{1,100}$/;

interface Kind {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** The fewest and the most artifacts. */
  readonly inputs: readonly [number, number];
  readonly outputs: readonly [number, number];
}

const images = [1, 2, 3, 4].flatMap((n) => [`Image${n}ArtifactName`, `Image${n}ContainerName`]);

/** The actions that the sandbox executes. */
const KINDS: Readonly<Record<string, Kind>> = {
  "Source/CodeStarSourceConnection": {
    required: ["BranchName", "ConnectionArn", "FullRepositoryId"],
    optional: ["DetectChanges", "OutputArtifactFormat"],
    ...{ inputs: [0, 0], outputs: [1, 1] },
  },
  "Source/CodeCommit": {
    required: ["BranchName", "RepositoryName"],
    optional: ["OutputArtifactFormat", "PollForSourceChanges"],
    ...{ inputs: [0, 0], outputs: [1, 1] },
  },
  "Build/CodeBuild": build(),
  "Test/CodeBuild": build(),
  "Approval/Manual": {
    required: [],
    optional: ["CustomData", "ExternalEntityLink", "NotificationArn"],
    ...{ inputs: [0, 0], outputs: [0, 0] },
  },
  "Deploy/ECS": {
    required: ["ClusterName", "ServiceName"],
    optional: ["DeploymentTimeout", "FileName"],
    ...{ inputs: [1, 1], outputs: [0, 0] },
  },
  "Deploy/CodeDeployToECS": {
    required: [
      ...["AppSpecTemplateArtifact", "ApplicationName", "DeploymentGroupName"],
      "TaskDefinitionTemplateArtifact",
    ],
    optional: ["AppSpecTemplatePath", "TaskDefinitionTemplatePath", ...images],
    ...{ inputs: [1, 5], outputs: [0, 0] },
  },
};

function build(): Kind {
  return {
    required: ["ProjectName"],
    optional: ["BatchEnabled", "CombineArtifacts", "EnvironmentVariables", "PrimarySource"],
    ...{ inputs: [1, 5], outputs: [0, 5] },
  };
}

/** Returns what is wrong with the stages. */
export function invalidStages(stages: readonly Stage[]): string | undefined {
  if (stages.length < 2) return "a pipeline has at least two stages";
  const named = duplicate(stages.map(({ name }) => name));
  if (named !== undefined) return `Stage names must be unique: ${named}`;
  const actions = stages.flatMap((stage) => stage.actions);
  const namespaces = actions.flatMap(({ namespace }) => namespace ?? []);
  const twice = duplicate(namespaces);
  if (twice !== undefined) {
    return `Namespaces must be unique across the pipeline definition. The following occur more than once in the pipeline: ${twice}`;
  }
  const made = new Set<string>();
  for (const [index, stage] of stages.entries()) {
    const wrong = invalidStage(stage, index === 0, made);
    if (wrong !== undefined) return `stage ${stage.name}: ${wrong}`;
  }
  return undefined;
}

function invalidStage(
  { name, actions }: Stage,
  first: boolean,
  made: Set<string>,
): string | undefined {
  if (!NAME.test(name)) return `its name does not match ${NAME.source}`;
  if (actions.length === 0 || actions.length > 50) return "a stage has 1 to 50 actions";
  const twice = duplicate(actions.map((action) => action.name));
  if (twice !== undefined) return `Action names must be unique within a stage: ${twice}`;
  const inOrder = [...actions].sort((a, b) => (a.runOrder ?? 1) - (b.runOrder ?? 1));
  for (const action of inOrder) {
    if ((action.category === "Source") !== first) {
      return "Pipeline must start with a stage that contains only source actions, and source actions can only occur in it";
    }
    const wrong = invalidAction(action, made, actions);
    if (wrong !== undefined) return `action ${action.name}: ${wrong}`;
  }
  return undefined;
}

function invalidAction(
  action: Action,
  made: Set<string>,
  stage: readonly Action[],
): string | undefined {
  const { name, namespace, category, provider, owner, version } = action;
  const { inputArtifacts = [], outputArtifacts = [], runOrder = 1 } = action;
  const kind = KINDS[`${category}/${provider}`];
  if (!NAME.test(name)) return `its name does not match ${NAME.source}`;
  if (!kind || owner !== "AWS" || version !== "1") {
    return `the sandbox has no action of ${category} by ${owner}'s ${provider}, version ${version}`;
  }
  if (runOrder < 1 || runOrder > 999) return "runOrder is 1 to 999";
  if (namespace !== undefined && !NAMESPACE.test(namespace)) return "its namespace is invalid";
  const missing = inputArtifacts.find((artifact) => !made.has(artifact));
  const later = stage.some(
    (other) =>
      missing && other.outputArtifacts?.includes(missing) && (other.runOrder ?? 1) >= runOrder,
  );
  if (missing !== undefined) {
    return `its input artifact ${missing} ${later ? "is made by an action that does not run before it" : "is no output artifact of an earlier action"}`;
  }
  const again = outputArtifacts.find((artifact) => made.has(artifact));
  if (again !== undefined)
    return `Output artifact name must be unique within the pipeline: ${again}`;
  const unnamed = outputArtifacts.find((artifact) => !ARTIFACT.test(artifact));
  if (unnamed !== undefined) return `the name of the artifact ${unnamed} is invalid`;
  for (const artifact of outputArtifacts) made.add(artifact);
  return (
    outside("input", inputArtifacts.length, kind.inputs) ??
    outside("output", outputArtifacts.length, kind.outputs) ??
    invalidConfiguration(action, kind)
  );
}

function outside(what: string, count: number, [least, most]: readonly [number, number]) {
  if (count >= least && count <= most) return undefined;
  return `it has ${count} ${what} artifacts, and may have ${least} to ${most}`;
}

function invalidConfiguration(action: Action, kind: Kind): string | undefined {
  const configuration = action.configuration ?? {};
  const keys = Object.keys(configuration);
  const missing = kind.required.find((key) => !configuration[key]);
  if (missing) return `its configuration needs ${missing}`;
  const unknown = keys.find((key) => !kind.required.includes(key) && !kind.optional.includes(key));
  if (unknown) return `its configuration has no key ${unknown}`;
  const long = keys.find((key) => (configuration[key] ?? "").length > 50_000);
  if (long) return `the value of ${long} is longer than 50,000 characters`;
  const empty = keys.find((key) => configuration[key] === "");
  if (empty) return `the value of ${empty} is empty`;
  const minutes = Number(configuration.DeploymentTimeout ?? 1);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 60) {
    return "DeploymentTimeout is 1 to 60 minutes";
  }
  if (action.category === "Approval" || !/CodeBuild/.test(action.provider)) return undefined;
  const several = (action.inputArtifacts ?? []).length > 1;
  if (several && !action.inputArtifacts?.includes(configuration.PrimarySource ?? "")) {
    return "PrimarySource is required with more than one input artifact, and is one of them";
  }
  return undefined;
}

/**
 * Returns what is wrong with the triggers. https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GitConfiguration.html and
 * https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-codepipeline/lib/private/validation.ts
 */
export function invalidTriggers(
  stages: readonly Stage[],
  triggers: readonly Trigger[],
): string | undefined {
  if (triggers.length > 50) return "a pipeline has at most 50 triggers";
  const sources = stages[0]?.actions ?? [];
  for (const { providerType, gitConfiguration: git } of triggers) {
    const source = sources.find(({ name }) => name === git.sourceActionName);
    if (providerType !== "CodeStarSourceConnection" || source?.provider !== providerType) {
      return `the trigger of ${git.sourceActionName}: only a source action by CodeStarSourceConnection has triggers`;
    }
    const { pushes = [], pullRequests = [] } = git;
    if (pushes.length > 3) return "a trigger has at most 3 push filters";
    if (pullRequests.length > 3) return "a trigger has at most 3 pull request filters";
    for (const { branches, filePaths, tags } of pushes) {
      if (tags && filePaths) return "a push filter has tags or file paths, not both";
      if (filePaths && !branches) return "a push filter with file paths needs branches";
      if (!tags && !branches) return "a push filter needs branches or tags";
      const wrong = [branches, filePaths, tags].map(invalidPatterns).find(Boolean);
      if (wrong) return wrong;
    }
    for (const { branches, events = [], filePaths } of pullRequests) {
      if (!branches) return "a pull request filter needs branches";
      const event = events.find((one) => !["OPEN", "UPDATED", "CLOSED"].includes(one));
      if (event) return `a pull request has the events OPEN, UPDATED and CLOSED, not ${event}`;
      const wrong = [branches, filePaths].map(invalidPatterns).find(Boolean);
      if (wrong) return wrong;
    }
  }
  return duplicateTrigger(triggers);
}

function duplicateTrigger(triggers: readonly Trigger[]): string | undefined {
  const twice = duplicate(triggers.map((it) => it.gitConfiguration.sourceActionName));
  return twice === undefined ? undefined : `${twice} has more than one trigger`;
}

type Patterns = { readonly includes?: readonly string[]; readonly excludes?: readonly string[] };

function invalidPatterns(filter: Patterns | undefined): string | undefined {
  if (!filter) return undefined;
  const lists = [filter.includes ?? [], filter.excludes ?? []];
  if (lists.every((list) => list.length === 0)) return "a filter has at least one pattern";
  if (lists.some((list) => list.length > 8)) return "a list of patterns has at most 8";
  const long = lists.flat().find((pattern) => pattern.length === 0 || pattern.length > 255);
  return long === undefined ? undefined : `a pattern has 1 to 255 characters: "${long}"`;
}

function duplicate(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}
