/** Starts pipelines by name, or by a change of a repository, and runs what their events start. */
import type { Gate } from "../github/gate";
import { pipelineNamed, readDefinitions } from "./definitions";
import { type StartedPipeline, send } from "./events";
import { execute, type StartOptions } from "./execution";
import { event } from "./pipeline-events";
import { type RecordedExecution, recordExecution } from "./run-log";
import { CODECOMMIT } from "./source";
import { type Change, startedSources } from "./triggers";
import type { Place, World } from "./world";

export interface RunOptions extends Pick<StartOptions, "approval"> {
  /** Receives each line of the log at once. */
  readonly onLine?: (line: string, pipeline: string) => void;
}

/** Runs a pipeline, and then the pipelines that its events start; the first result is its own. */
export function runPipeline(
  place: Place,
  start: Omit<StartOptions, "approval">,
  options: RunOptions = {},
): Promise<readonly RecordedExecution[]> {
  return inWorld(place, options, (world) => runAll(world, [start], options));
}

/** Runs the pipelines that a change of a repository starts, with that commit. */
export function runChange(
  place: Place,
  change: Change,
  options: RunOptions = {},
): Promise<readonly RecordedExecution[]> {
  return inWorld(place, options, async (world) => {
    const byTrigger = world.definitions.pipelines.flatMap((pipeline) => {
      const actions = startedSources(pipeline, change).map(({ name }) => name);
      if (actions.length === 0) return [];
      const branch = change.kind === "tag" ? {} : { branch: change.branch };
      const source = { commit: change.sha, actions, ...branch };
      return [{ pipeline: pipeline.name, trigger: "WebhookV2", source }];
    });
    const [owner, name = ""] = change.repository.split("/");
    const byRule =
      owner === CODECOMMIT ? await send(world, codeCommitEvent(world, name, change)) : [];
    return runAll(world, [...byTrigger, ...byRule.map(startOf)], options);
  });
}

/** https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html */
function codeCommitEvent({ account, region }: World, repositoryName: string, change: Change) {
  const tag = change.kind === "tag";
  const referenceName = tag ? change.tag : change.branch;
  return event(
    { account, region },
    {
      source: "aws.codecommit",
      "detail-type": "CodeCommit Repository State Change",
      resources: [`arn:aws:codecommit:${region}:${account}:${repositoryName}`],
      detail: {
        event: tag ? "referenceCreated" : "referenceUpdated",
        referenceType: tag ? "tag" : "branch",
        ...{ referenceName, repositoryName, commitId: change.sha },
        referenceFullName: `refs/${tag ? "tags" : "heads"}/${referenceName}`,
      },
    },
  );
}

function startOf({ pipeline, rule }: StartedPipeline) {
  return { pipeline, trigger: `CloudWatchEvent ${rule}` };
}

async function runAll(
  world: World,
  starts: readonly Omit<StartOptions, "approval">[],
  { approval, onLine }: RunOptions,
): Promise<RecordedExecution[]> {
  const results: RecordedExecution[] = [];
  const waiting = [...starts];
  for (let start = waiting.shift(); start; start = waiting.shift()) {
    const lines: string[] = [];
    const own: World = {
      ...world,
      onLine: (line) => {
        lines.push(line);
        onLine?.(line, start.pipeline);
      },
    };
    const result = await execute(own, { ...start, ...(approval && { approval }) }, async (one) => {
      waiting.push(...(await send(own, one)).map(startOf));
    });
    const recorded = { ...result, log: lines.join("\n") };
    await recordExecution(pipelineNamed(world.definitions, result.pipeline).folder, recorded);
    results.push(recorded);
  }
  return results;
}

async function inWorld<T>(
  place: Place,
  { onLine }: RunOptions,
  action: (world: World) => Promise<T>,
): Promise<T> {
  // The policy simulator is slow to load, so only commands that run pipelines load it.
  const { startGate }: typeof import("../github/gate") = require("../github/gate");
  const gate: Gate = await startGate({
    awsEndpoint: place.endpoint,
    issuer: "https://codepipeline.invalid",
    // Nobody here has a token.
    verify: () => undefined,
  });
  try {
    const definitions = await readDefinitions(place);
    // Before a pipeline starts, only rules write to the log.
    return await action({ ...place, gate, definitions, onLine: (line) => onLine?.(line, "") });
  } finally {
    await gate.close();
  }
}
