/** Reads workflow files: GitHub's own parser validates them, then this reads the parts that the sandbox needs. */
import { parse } from "yaml";
import { z } from "zod";
import type { PushFilters } from "./triggers";
import { workflowErrors } from "./workflow-parser";

const list = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === "string" ? [value] : value));

const filters = z.object({
  branches: list.optional(),
  "branches-ignore": list.optional(),
  tags: list.optional(),
  "tags-ignore": list.optional(),
  paths: list.optional(),
  "paths-ignore": list.optional(),
});

const dispatchInput = z.object({
  required: z.boolean().optional(),
  default: z.unknown().optional(),
  type: z.string().optional(),
  options: z.array(z.string()).optional(),
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
  "runs-on": z.unknown(),
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
  /** Undefined if pushes do not start it. */
  readonly push: PushFilters | undefined;
  /** Undefined if it cannot be started manually. */
  readonly dispatch: DispatchInputs | undefined;
  readonly permissions: z.infer<typeof permissions>;
  readonly concurrency: z.infer<typeof concurrency>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Throws the errors of GitHub's parser if the file is invalid. */
export async function parseWorkflowFile(path: string, content: string): Promise<WorkflowFile> {
  const errors = await workflowErrors(path, content);
  if (errors.length > 0) throw new Error(`Invalid workflow file: ${path}: ${errors.join("; ")}`);
  const document = workflow.parse(parse(content));
  const events = eventsOf(document.on);
  return {
    path,
    name: document.name ?? path,
    push: "push" in events ? filters.parse(events.push ?? {}) : undefined,
    dispatch: "workflow_dispatch" in events ? dispatchInputs(events.workflow_dispatch) : undefined,
    permissions: document.permissions,
    concurrency: document.concurrency,
    jobs: document.jobs,
  };
}

/** `on` is an event, a list of events, or events with their filters. */
function eventsOf(on: unknown): Record<string, unknown> {
  if (typeof on === "string") return { [on]: null };
  if (Array.isArray(on)) return Object.fromEntries(on.map((event) => [String(event), null]));
  return (on ?? {}) as Record<string, unknown>;
}

function dispatchInputs(config: unknown): DispatchInputs {
  const parsed = z
    .object({ inputs: z.record(z.string(), dispatchInput.nullable()).nullish() })
    .parse(config ?? {});
  const inputs = Object.entries(parsed.inputs ?? {});
  return Object.fromEntries(inputs.map(([name, input]) => [name, input ?? {}]));
}

/** The token's permission of a kind, from the job's `permissions`, the workflow's, or GitHub's restricted default. */
export function permissionOf(file: WorkflowFile, job: Job, kind: string): string {
  const set = job.permissions ?? file.permissions;
  if (set === undefined || set === null) return kind === "contents" ? "read" : "none";
  if (set === "write-all") return "write";
  if (set === "read-all") return kind === "id-token" ? "none" : "read";
  return typeof set === "string" ? "none" : (set[kind] ?? "none");
}

export function environmentOf(job: Job): string | undefined {
  return typeof job.environment === "string" ? job.environment : job.environment?.name;
}
