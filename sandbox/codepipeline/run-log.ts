/** The executions of a stack's pipelines, which CodePipeline keeps too: one line of JSON for each. */
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PipelineExecution } from "./execution";

export interface RecordedExecution extends PipelineExecution {
  readonly log: string;
}

const fileOf = (folder: string, pipeline: string) => join(folder, "pipelines", `${pipeline}.jsonl`);

export async function recordExecution(folder: string, run: RecordedExecution): Promise<void> {
  await mkdir(join(folder, "pipelines"), { recursive: true });
  await appendFile(fileOf(folder, run.pipeline), `${JSON.stringify(run)}\n`);
}

export async function newestExecution(
  folder: string,
  pipeline: string,
): Promise<RecordedExecution | undefined> {
  const text = await readFile(fileOf(folder, pipeline), "utf8").catch(() => "");
  const last = text.trimEnd().split("\n").at(-1);
  return last ? (JSON.parse(last) as RecordedExecution) : undefined;
}
