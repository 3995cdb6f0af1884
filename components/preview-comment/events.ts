/**
 * The events of `pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW, and of `--event-log`: one JSON object a line. The
 * part that the comment uses of https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/apitype/events.go
 */
export interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: Step };
  readonly resOutputsEvent?: { readonly metadata: Step };
  readonly diagnosticEvent?: Diagnostic;
  readonly policyEvent?: PolicyViolation;
  readonly summaryEvent?: Summary;
}

/** What the engine plans for one resource. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly old?: State | null;
  readonly new?: State | null;
  /** The properties that force a replacement. */
  readonly keys?: readonly string[] | null;
  /** The properties that differ; some providers report nothing finer. */
  readonly diffs?: readonly string[] | null;
  readonly detailedDiff?: Readonly<Record<string, PropertyDiff>> | null;
}

export interface State {
  readonly parent?: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
}

export type Properties = Readonly<Record<string, unknown>>;

export interface PropertyDiff {
  readonly diffKind: string;
  /** Whether the old inputs differ from the new ones; otherwise the old state differs from the new inputs. */
  readonly inputDiff?: boolean;
}

export interface Diagnostic {
  readonly urn?: string;
  readonly message: string;
  readonly severity: string;
  readonly ephemeral?: boolean;
}

export interface PolicyViolation {
  readonly resourceUrn?: string;
  readonly message: string;
  readonly policyName: string;
  readonly policyPackName: string;
  /** `mandatory` fails the preview. */
  readonly enforcementLevel: string;
}

export interface Summary {
  /** `failed` or `succeeded`. Older engines do not send it. */
  readonly result?: string;
}

/** Reads the engine's output. Other lines, such as warnings of the command line, are skipped. */
export function readEvents(text: string): EngineEvent[] {
  return text.split("\n").flatMap((line) => {
    try {
      const event: unknown = JSON.parse(line);
      return typeof event === "object" && event !== null ? [event as EngineEvent] : [];
    } catch {
      return [];
    }
  });
}
