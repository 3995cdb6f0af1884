/** One action of a stage, with its role, its configuration and its artifacts. */
import { STS } from "@aws-sdk/client-sts";
import type { Credentials } from "../github/gate";
import type { ActionRun } from "./action-run";
import { approve } from "./approval";
import type { StoredArtifact } from "./artifact-store";
import { buildAction } from "./build-action";
import type { Action, Stage } from "./definitions";
import { deployWithCodeDeploy } from "./deploy-codedeploy";
import { deployToEcs } from "./deploy-ecs";
import { codeCommitSource, connectionSource } from "./source";
import { type Namespaces, resolveAll } from "./variables";
import { ActionFailed, clientOf, type World } from "./world";

type Kind = (run: ActionRun) => Promise<Readonly<Record<string, string>>>;

const KINDS: Readonly<Record<string, Kind>> = {
  "Source/CodeStarSourceConnection": connectionSource,
  "Source/CodeCommit": codeCommitSource,
  "Build/CodeBuild": buildAction,
  "Test/CodeBuild": buildAction,
  "Approval/Manual": approve,
  "Deploy/ECS": deployToEcs,
  "Deploy/CodeDeployToECS": deployWithCodeDeploy,
};

export interface ActionResult {
  readonly name: string;
  readonly provider: string;
  readonly status: "Succeeded" | "Failed";
  readonly error?: { readonly code: string; readonly message: string };
  readonly outputVariables: Readonly<Record<string, string>>;
  readonly log: string;
}

export interface ActionOptions
  extends Omit<
    ActionRun,
    "credentials" | "configuration" | "inputs" | "outputArtifacts" | "onLine" | "stage"
  > {
  readonly stage: Stage;
  readonly pipelineCredentials: Credentials;
  readonly namespaces: Namespaces;
  readonly artifacts: ReadonlyMap<string, StoredArtifact>;
}

export async function runAction(options: ActionOptions): Promise<ActionResult> {
  const { action, world } = options;
  const { name, provider } = action;
  const lines: string[] = [];
  const onLine = (line: string) => {
    lines.push(line);
    world.onLine(`[${name}] ${line}`);
  };
  const done = { name, provider };
  try {
    const outputVariables = await perform(options, onLine);
    return { ...done, status: "Succeeded", outputVariables, log: lines.join("\n") };
  } catch (error) {
    const { message } = error as Error;
    const code = error instanceof ActionFailed ? error.code : "JobFailed";
    onLine(`${code}: ${message}`);
    return {
      ...{ ...done, status: "Failed", error: { code, message } },
      ...{ outputVariables: {}, log: lines.join("\n") },
    };
  }
}

async function perform(options: ActionOptions, onLine: (line: string) => void) {
  const { action, artifacts, namespaces, pipelineCredentials, stage, world, ...rest } = options;
  const kind = KINDS[`${action.category}/${action.provider}`];
  if (!kind) {
    throw new Error(`the sandbox has no action of ${action.category} by ${action.provider}`);
  }
  const inputs = (action.inputArtifacts ?? []).map((name) => {
    const artifact = artifacts.get(name);
    if (!artifact) throw new Error(`no action has made the artifact ${name}`);
    return artifact;
  });
  return kind({
    ...{ ...rest, world, action, inputs, onLine, stage: stage.name },
    configuration: resolveAll(action.configuration, namespaces),
    outputArtifacts: action.outputArtifacts ?? [],
    credentials: await credentialsOf(world, pipelineCredentials, action, options.executionId),
  });
}

/** The pipeline's role assumes the action's role: the gate checks the permission of the first and the trust policy of the second. */
async function credentialsOf(
  world: World,
  pipeline: Credentials,
  { roleArn }: Action,
  executionId: string,
): Promise<Credentials> {
  if (!roleArn) return pipeline;
  const sts = new STS(clientOf(world, pipeline));
  const { Credentials: own } = await sts.assumeRole({
    RoleArn: roleArn,
    RoleSessionName: executionId,
  });
  return {
    accessKeyId: own?.AccessKeyId ?? "",
    secretAccessKey: own?.SecretAccessKey ?? "",
    ...(own?.SessionToken && { sessionToken: own.SessionToken }),
  };
}
