/** Sends an event to the targets of the stack's rules: builds and pipelines start, other targets get a line of the log. */
import { runBuild } from "./build";
import type { Variable } from "./build-environment";
import { matchesPattern, transformed } from "./event-patterns";
import type { Event } from "./pipeline-events";
import { type Rule, rulesOf, type Target, targetsOf } from "./rules";
import { mustBeAllowed, type World } from "./world";

/** Pipelines that an event starts: the caller runs them when the present execution has ended. */
export interface StartedPipeline {
  readonly pipeline: string;
  readonly rule: string;
}

/** A failed target does not affect anything else, as on EventBridge; its message is a line of the log. */
export async function send(world: World, event: Event): Promise<readonly StartedPipeline[]> {
  const started: StartedPipeline[] = [];
  for (const rule of await rulesOf(world)) {
    if (!rule.enabled || !rule.eventPattern) continue;
    if (!matchesPattern(JSON.parse(rule.eventPattern), event)) continue;
    for (const target of await targetsOf(world, rule.name)) {
      const tell = (line: string) => world.onLine(`[${rule.name}] ${line}`);
      try {
        const pipeline = await deliver(world, rule, target, event, tell);
        if (pipeline !== undefined) started.push({ pipeline, rule: rule.name });
      } catch (error) {
        tell(`${target.arn} failed: ${(error as Error).message}`);
      }
    }
  }
  return started;
}

/** The name of the pipeline, if the target is one. */
async function deliver(
  world: World,
  rule: Rule,
  target: Target,
  event: Event,
  tell: (line: string) => void,
): Promise<string | undefined> {
  const [, , service, , , resource = ""] = target.arn.split(":");
  const input = inputOf(rule, target, event);
  switch (service) {
    case "codebuild":
      await build(world, rule, target, input, tell);
      return undefined;
    case "codepipeline":
      await allowed(world, rule, target, "codepipeline:StartPipelineExecution");
      tell(`starts the pipeline ${resource}`);
      return resource;
    default:
      tell(`${event["detail-type"]} to ${target.arn}: ${input}`);
      return undefined;
  }
}

function inputOf(rule: Rule, target: Target, event: Event): string {
  const { input, inputTransformer } = target;
  if (input) return input;
  if (!inputTransformer) return JSON.stringify(event);
  const reserved = { "aws.events.rule-arn": rule.arn, "aws.events.rule-name": rule.name };
  return transformed(inputTransformer, event, reserved);
}

/** The role of the target, which EventBridge assumes for the rule. */
async function allowed(world: World, rule: Rule, target: Target, action: string) {
  if (!target.roleArn) throw new Error(`the target of ${rule.name} needs a role`);
  const credentials = await world.gate.assume({
    service: "events.amazonaws.com",
    roleArn: target.roleArn,
    sessionName: rule.name,
    sourceArn: rule.arn,
  });
  await mustBeAllowed(world, credentials, [{ action, resource: target.arn }]);
}

/** The members of StartBuild that the sandbox knows. */
interface StartBuild {
  readonly environmentVariablesOverride?: readonly Variable[];
  readonly sourceVersion?: string;
  readonly buildspecOverride?: string;
}

async function build(
  world: World,
  rule: Rule,
  target: Target,
  input: string,
  tell: (line: string) => void,
): Promise<void> {
  await allowed(world, rule, target, "codebuild:StartBuild");
  const project = world.definitions.projects.find(({ arn }) => arn === target.arn);
  if (!project) throw new Error(`Project cannot be found: ${target.arn}`);
  if (project.source.type !== "NO_SOURCE") {
    throw new Error("the sandbox starts builds by events only for projects without a source");
  }
  // An event that no transformer changed has none of StartBuild's members.
  const { buildspecOverride, ...overrides } = JSON.parse(input) as StartBuild;
  const source = { ...project.source, ...(buildspecOverride && { buildspec: buildspecOverride }) };
  const { failure } = await runBuild({
    ...{ world, project: { ...project, source }, artifacts: [], onLine: tell },
    initiator: `rule/${rule.name}`,
    variables: overrides.environmentVariablesOverride ?? [],
    sourceVersion: overrides.sourceVersion,
    sources: async () => [],
  });
  if (failure) throw new Error(`${failure.phase}: ${failure.code}: ${failure.message}`);
  tell("the build succeeded");
}
