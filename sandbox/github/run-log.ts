/** The runs of a repository's workflows, which GitHub keeps too: one line of JSON for each, in its git folder. */
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { listRepositories } from "./repositories";

export interface RecordedRun {
  /** `.github/workflows/deploy.yml` */
  readonly file: string;
  readonly sha: string;
  readonly event: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Both in ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly ok: boolean;
  readonly failure?: string;
  readonly log: string;
}

const FILE = "slipway-runs.jsonl";

/** `path` is the bare git repository: a renamed repository keeps its runs. */
export function recordRun(path: string, run: RecordedRun): Promise<void> {
  return appendFile(join(path, FILE), `${JSON.stringify(run)}\n`);
}

/** The newest run of each workflow file, of all repositories. */
export async function newestRuns(root: string): Promise<ReadonlyMap<string, RecordedRun>> {
  const newest = new Map<string, RecordedRun>();
  for (const { path } of await listRepositories(root)) {
    const lines = await readFile(join(path, FILE), "utf8").catch(() => "");
    for (const line of lines.split("\n").filter((text) => text !== "")) {
      const run = JSON.parse(line) as RecordedRun;
      const before = newest.get(run.file);
      if (!before || before.endedAt <= run.endedAt) newest.set(run.file, run);
    }
  }
  return newest;
}
