/** Reads workflow files: GitHub's own parser validates them, then this reads the parts that the sandbox needs. */
import { parse } from "yaml";
import { z } from "zod";
import { callErrors } from "./permissions";
import type { Events } from "./triggers";
import { type ReadFile, workflowErrors } from "./workflow-parser";

const list = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === "string" ? [value] : value))
  .optional();

const branches = { branches: list, "branches-ignore": list };
const paths = { paths: list, "paths-ignore": list };

const dispatchInput = z.object({
  required: z.boolean().optional(),
  default: z.unknown().optional(),
  type: z.string().optional(),
  options: z.array(z.string()).optional(),
});

/** An event without filters is `null`. */
const filters = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess((value) => value ?? {}, z.object(shape)).optional();

const events = z.object({
  push: filters({ ...branches, ...paths, tags: list, "tags-ignore": list }),
  pull_request: filters({ ...branches, ...paths, types: list }),
  workflow_run: filters({ ...branches, workflows: list, types: list }),
  schedule: z.array(z.object({ cron: z.string() })).optional(),
  workflow_dispatch: filters({ inputs: z.record(z.string(), dispatchInput.nullable()).nullish() }),
});

const permissions = z.union([z.string(), z.record(z.string(), z.string())]).nullish();

const concurrency = z
  .union([
    z.string().transform((group) => ({ group, "cancel-in-progress": false })),
    z.object({ group: z.string(), "cancel-in-progress": z.unknown().optional() }),
  ])
  .optional();

const step = z.object({
  name: z.string().optional(),
  id: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});

const job = z.object({
  uses: z.string().optional(),
  if: z.unknown().optional(),
  needs: list,
  with: z.record(z.string(), z.unknown()).optional(),
  secrets: z.union([z.literal("inherit"), z.record(z.string(), z.string())]).optional(),
  "runs-on": z.unknown().optional(),
  environment: z.union([z.string(), z.object({ name: z.string() })]).optional(),
  permissions,
  concurrency,
  steps: z.array(step).default([]),
});

const workflow = z.object({
  name: z.string().optional(),
  on: z.unknown(),
  permissions,
  concurrency,
  jobs: z.record(z.string(), job),
});

export type Step = z.infer<typeof step>;
export type Job = z.infer<typeof job>;
export type DispatchInputs = Readonly<Record<string, z.infer<typeof dispatchInput>>>;

export interface WorkflowFile {
  /** `.github/workflows/deploy.yml` */
  readonly path: string;
  /** The name that GitHub shows: the workflow's name, or its path if it has none. */
  readonly name: string;
  readonly on: Events;
  /** Undefined if it cannot be started manually. */
  readonly dispatch: DispatchInputs | undefined;
  readonly permissions: z.infer<typeof permissions>;
  readonly concurrency: z.infer<typeof concurrency>;
  readonly jobs: Readonly<Record<string, Job>>;
  /** The workflows that its jobs call, by job. */
  readonly called: Readonly<Record<string, WorkflowFile>>;
}

/** Throws the errors of GitHub's parser if the file is invalid. With `read`, called workflows are read, too. */
export async function parseWorkflowFile(
  path: string,
  content: string,
  read?: ReadFile,
): Promise<WorkflowFile> {
  const errors = await workflowErrors(path, content, read);
  if (errors.length > 0) throw invalid(path, errors);
  const document = workflow.parse(parse(content));
  const { workflow_dispatch, ...on } = events.parse(eventsOf(document.on));
  const file = {
    ...{ path, name: document.name ?? path, on: on as Events },
    dispatch: workflow_dispatch && dispatchInputs(workflow_dispatch.inputs ?? {}),
    ...{ permissions: document.permissions, concurrency: document.concurrency },
    ...{ jobs: document.jobs, called: {} },
  };
  const called = read ? await calledFiles(file, read) : {};
  const refused = Object.entries(called).flatMap(([id, one]) => callErrors(file, id, one));
  if (refused.length > 0) throw invalid(path, refused);
  return { ...file, called };
}

function invalid(path: string, errors: readonly string[]): Error {
  return new Error(`Invalid workflow file: ${path}: ${errors.join("; ")}`);
}

async function calledFiles(
  { jobs }: WorkflowFile,
  read: ReadFile,
): Promise<Record<string, WorkflowFile>> {
  const files: Record<string, WorkflowFile> = {};
  for (const [id, { uses }] of Object.entries(jobs)) {
    const path = uses?.replace(/^\.\//, "");
    // Not with `read`: a workflow that a called one calls is refused as unsupported.
    if (path) files[id] = await parseWorkflowFile(path, (await read(path)) ?? "");
  }
  return files;
}

/** `on` is an event, a list of events, or events with their filters. */
function eventsOf(on: unknown): Record<string, unknown> {
  if (typeof on === "string") return { [on]: null };
  if (Array.isArray(on)) return Object.fromEntries(on.map((event) => [String(event), null]));
  return (on ?? {}) as Record<string, unknown>;
}

function dispatchInputs(
  inputs: Readonly<Record<string, z.infer<typeof dispatchInput> | null>>,
): DispatchInputs {
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input ?? {}]));
}

export function environmentOf(job: Job): string | undefined {
  return typeof job.environment === "string" ? job.environment : job.environment?.name;
}
