import { isDeepStrictEqual } from "node:util";
import type { automation } from "@pulumi/pulumi";
import { nameOf, shortType } from "../preview-comment/plan";
import type { Lock } from "./lock";

/** One step of a deployment, a preview or a destruction. */
export type Progress = ResourceProgress | MessageProgress | WaitingProgress | EndProgress;

/** A resource whose operation starts or ends. */
export interface ResourceProgress {
  /** Tells the steps apart. */
  readonly type: "resource";
  /** `planned` is a step of a preview. */
  readonly status: "planned" | "started" | "done" | "failed";
  /** What happens to it: `create`, `update`, `same`, … */
  readonly operation: automation.OpType;
  /** The name of the resource for the engine. */
  readonly urn: string;
  /** The type and the name, as Pulumi prints them: `aws:ecs:Service api`. */
  readonly label: string;
  /** The duration of an operation that has ended, in seconds. @default the operation has not ended */
  readonly seconds?: number;
}

/** A message of the engine, a provider or the program. */
export interface MessageProgress {
  /** Tells the steps apart. */
  readonly type: "message";
  /** An error fails the operation. */
  readonly severity: "info" | "warning" | "error";
  /** The message, without colours and stack traces. */
  readonly text: string;
  /** The resource that it is about. @default none */
  readonly label?: string;
}

/** Another process holds the stack's lock. */
export interface WaitingProgress {
  /** Tells the steps apart. */
  readonly type: "waiting";
  /** Who holds the lock. */
  readonly lock: Lock;
}

/** The last step of each operation. */
export interface EndProgress {
  /** Tells the steps apart. */
  readonly type: "end";
  /** How it ended. */
  readonly result: "succeeded" | "failed" | "cancelled";
  /** The number of resources by what happened to them; empty if the engine did not start. */
  readonly changes: automation.OpMap;
  /** How long it took, in seconds. */
  readonly seconds: number;
}

/** A change of one resource. */
export type ResourceChange = Pick<ResourceProgress, "operation" | "urn" | "label">;

/** Reads the engine's events. Reports each as progress, and keeps the data that a result or an error needs. */
export class EventReader {
  readonly messages: MessageProgress[] = [];
  readonly resources: ResourceChange[] = [];
  changes: automation.OpMap = {};
  private readonly started = new Map<string, number>();

  constructor(private readonly report: (progress: Progress) => void) {}

  read(event: automation.EngineEvent): void {
    const { diagnosticEvent, resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
    this.changes = event.summaryEvent?.resourceChanges ?? this.changes;
    if (diagnosticEvent && !diagnosticEvent.ephemeral) {
      this.message(diagnosticEvent);
    }
    if (resourcePreEvent) {
      const { metadata, planning } = resourcePreEvent;
      this.started.set(metadata.urn, Date.now());
      this.resource(planning ? "planned" : "started", metadata);
    }
    if (resOutputsEvent && !resOutputsEvent.planning) {
      this.resource("done", resOutputsEvent.metadata);
    }
    if (resOpFailedEvent) {
      this.resource("failed", resOpFailedEvent.metadata);
    }
  }

  private resource(
    status: ResourceProgress["status"],
    { op: operation, urn }: automation.StepEventMetadata,
  ): void {
    const change = { operation, urn, label: labelOf(urn) };
    const ended = status === "done" || status === "failed";
    if (status === "planned" || status === "done") {
      this.resources.push(change);
    }
    const since = this.started.get(urn) ?? Date.now();
    const seconds = ended ? { seconds: (Date.now() - since) / 1000 } : {};
    this.report({ type: "resource", status, ...change, ...seconds });
  }

  private message({ severity, message, urn }: automation.DiagnosticEvent): void {
    const text = withoutTrace(withoutColours(message)).trim();
    // The type lacks `debug`. The SDK sends thousands of debug messages.
    if (text === "" || (severity as string) === "debug") {
      return;
    }
    const known = severity === "warning" || severity === "error" ? severity : "info";
    const label = urn ? { label: labelOf(urn) } : {};
    const progress: MessageProgress = { type: "message", severity: known, text, ...label };
    // The engine repeats the error of a program.
    if (this.messages.some((one) => isDeepStrictEqual(one, progress))) {
      return;
    }
    this.messages.push(progress);
    this.report(progress);
  }
}

/** Whether a step changes a resource, and does not only read it. */
export function isChange(operation: automation.OpType): boolean {
  return !["same", "read", "refresh"].includes(operation);
}

/** `aws:ecs:Service api` of a URN: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
function labelOf(urn: string): string {
  const [, , types = ""] = urn.split("::");
  const [type = ""] = types.split("$").slice(-1);
  return `${shortType(type)} ${nameOf(urn)}`;
}

/** The engine marks colours in its messages: `<{%reset%}>`. */
export function withoutColours(text: string): string {
  return text.replace(/<\{%.*?%\}>/g, "");
}

/** The program's own stack trace says nothing about a stack. Pulumi's error still has it. */
function withoutTrace(text: string): string {
  return text.replace(/\n\s+at .*/g, "");
}
