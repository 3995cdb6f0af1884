import type { Diagnostic, EngineEvent, PolicyViolation, Step } from "./events";

/** In the order of the comment: what destroys something comes first. */
export const operations = ["delete", "replace", "update", "create", "import"] as const;
export type Operation = (typeof operations)[number];

export interface Change {
  readonly operation: Operation;
  /** `aws:ecs:TaskDefinition` */
  readonly type: string;
  readonly name: string;
  readonly step: Step;
  /** Whether the update destroys an object. A task definition's old revision stays: see `skipDestroy`. */
  readonly destroys: boolean;
}

/** What a preview found. */
export interface Plan {
  /** By operation, then by type and name: the engine reports them in another order each time. */
  readonly changes: readonly Change[];
  /** The last step of each resource, also of those that stay the same. */
  readonly steps: readonly Step[];
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly violations: readonly PolicyViolation[];
  /** Whether the preview ended early, so that changes may be missing. */
  readonly failed: boolean;
}

export function planOf(events: readonly EngineEvent[]): Plan {
  const steps = lastSteps(events);
  const changes = steps.flatMap(changeOf).sort(byOperation);
  const diagnostics = events.flatMap(({ diagnosticEvent }) => diagnosticEvent ?? []);
  const violations = events.flatMap(({ policyEvent }) => policyEvent ?? []);
  const summary = events.flatMap(({ summaryEvent }) => summaryEvent ?? []).at(-1);
  const errors = messages(diagnostics, "error");
  return {
    changes,
    steps,
    // The engine's last message adds nothing to an error.
    errors: errors.filter((text) => text !== "preview failed" || errors.length === 1),
    warnings: messages(diagnostics, "warning"),
    violations,
    failed: !summary || summary.result === "failed" || errors.length > 0,
  };
}

/** A replacement consists of three steps; `replace` alone says everything. A refresh is not a change by the program. */
const skipped = ["refresh", "create-replacement", "delete-replaced", "discard-replaced"];

function lastSteps(events: readonly EngineEvent[]): Step[] {
  const steps = new Map<string, Step>();
  for (const { resourcePreEvent, resOutputsEvent } of events) {
    const step = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    if (step && !skipped.includes(step.op)) {
      steps.set(step.urn, step);
    }
  }
  return [...steps.values()];
}

function changeOf(step: Step): Change[] {
  const operation = operations.find((name) => name === step.op);
  if (operation === undefined) {
    return [];
  }
  const keepsOld = step.old?.inputs?.skipDestroy === true;
  return [
    {
      ...{ operation, step, type: shortType(step.type), name: nameOf(step.urn) },
      destroys: ["delete", "replace"].includes(operation) && !keepsOld,
    },
  ];
}

function byOperation(a: Change, b: Change): number {
  const rank = ({ destroys, operation, type, name }: Change) =>
    [destroys ? 0 : 1, operations.indexOf(operation), type, name].join(" ");
  return rank(a) < rank(b) ? -1 : 1;
}

/** `aws:ecs/service:Service` is `aws:ecs:Service`, as in the engine's own output. */
export function shortType(type: string): string {
  return type.replace(/^([^:]+:[^:/]+)\/[^:]+:/, "$1:");
}

/** `urn:pulumi:stack::project::type::name` */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function messages(diagnostics: readonly Diagnostic[], severity: string): string[] {
  const found = diagnostics
    .filter((one) => one.severity === severity && !one.ephemeral)
    .map(({ message }) => message.trim());
  return [...new Set(found)].filter((text) => text !== "");
}
