/** The jobs of a run, and which of them GitHub skips. */
import { evaluatesToFalse } from "./expressions";
import type { Job, WorkflowFile } from "./workflow-file";

export interface PlannedJob {
  readonly id: string;
  readonly job: Job;
  /** The file that contains the job: a called workflow's jobs replace the job that calls it. */
  readonly file: WorkflowFile;
}

export function jobsOf(file: WorkflowFile): PlannedJob[] {
  return Object.entries(file.jobs).flatMap(([id, job]) => {
    const called = file.called[id];
    return called
      ? jobsOf(called).map((one) => ({ ...one, id: `${id}/${one.id}` }))
      : [{ id, job, file }];
  });
}

/**
 * The jobs that can start, without those that GitHub skips before it looks at their environment:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idif
 */
export async function startingJobs(file: WorkflowFile, github: object): Promise<PlannedJob[]> {
  const skipped = new Set<string>();
  const starting: PlannedJob[] = [];
  // A job may come in the file before the jobs that it needs.
  for (const id of inOrder(file.jobs)) {
    const job = file.jobs[id] as Job;
    const called = file.called[id];
    const planned = called ? await startingJobs(called, github) : [{ id, job, file }];
    if (planned.length === 0 || (await isSkipped(job, skipped, github))) skipped.add(id);
    else starting.push(...planned);
  }
  return starting;
}

const STATUS_FUNCTION = /\b(?:always|success|failure|cancelled)\s*\(/;

/** act evaluates the conditions that need inputs or the results of other jobs. */
async function isSkipped(
  { if: condition, needs = [] }: Job,
  skipped: ReadonlySet<string>,
  github: object,
): Promise<boolean> {
  const expression = String(condition ?? "true").replace(/^\$\{\{(.*)\}\}$/s, "$1");
  if (needs.some((id) => skipped.has(id)) && !STATUS_FUNCTION.test(expression)) return true;
  const ofResults = needs.length > 0 && /\b(?:success|failure)\s*\(/.test(expression);
  if (ofResults || /\b(?:needs|inputs|vars)\b/.test(expression)) return false;
  return evaluatesToFalse(expression, { github });
}

function inOrder(jobs: Readonly<Record<string, Job>>): string[] {
  const ordered = new Set<string>();
  const add = (id: string) => {
    for (const needed of jobs[id]?.needs ?? []) add(needed);
    ordered.add(id);
  };
  for (const id of Object.keys(jobs)) add(id);
  return [...ordered];
}
