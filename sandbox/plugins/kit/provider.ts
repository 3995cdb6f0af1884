/** The interface of a provider; `rpc.ts` serves it to the engine. */

export type Properties = Record<string, unknown>;

/** The engine sends this for a value that is known only after an update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

interface ResourceRequest {
  readonly urn: string;
  /** Type token, such as `aws:ssm/parameter:Parameter`. */
  readonly type: string;
  /** The logical name, which the program gave. */
  readonly name: string;
}

/** A request about an existing object; old values are empty on an import. */
interface ExistingRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
}

interface Timed {
  /** The seconds that `customTimeouts` allow; undefined unless the program sets them. */
  readonly timeout?: number | undefined;
}

export interface CheckRequest extends ResourceRequest {
  /** The inputs of the last update; empty for a new resource. */
  readonly oldInputs: Properties;
  readonly inputs: Properties;
  /** The bytes from which random names are derived; may be empty. */
  readonly randomSeed: Uint8Array;
}

export interface CheckResult {
  readonly inputs: Properties;
  readonly failures?: readonly { readonly property: string; readonly reason: string }[];
}

export interface DiffRequest extends ExistingRequest {
  readonly inputs: Properties;
  readonly ignoreChanges: readonly string[];
}

export interface PropertyChange {
  /** A path such as `tags.Name` or `ingress[0].fromPort`. */
  readonly path: string;
  readonly kind: "add" | "update" | "delete";
  readonly replace?: boolean;
  /** The old value is in the state, not in the old inputs (a computed property that will change). */
  readonly output?: boolean;
}

export interface DiffResult {
  readonly changes: readonly PropertyChange[];
  readonly deleteBeforeReplace?: boolean;
}

export interface CreateRequest extends ResourceRequest, Timed {
  readonly inputs: Properties;
  /** A preview: create nothing, and return the known values. */
  readonly preview: boolean;
}

export interface ReadResult {
  /** Undefined if the object does not exist any more. */
  readonly id: string | undefined;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface UpdateRequest extends DiffRequest, Timed {
  readonly preview: boolean;
}

export type ReadRequest = ExistingRequest;
export type DeleteRequest = ExistingRequest & Timed;

export interface Provider {
  readonly version: string;
  checkConfig?(oldInputs: Properties, inputs: Properties): Promise<CheckResult>;
  diffConfig?(oldInputs: Properties, inputs: Properties): Promise<DiffResult>;
  /** Receives the provider's arguments as plain values; nested ones are JSON strings, as the SDK sends them. */
  configure(config: Properties): Promise<void>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<{ readonly id: string; readonly outputs: Properties }>;
  read(request: ReadRequest): Promise<ReadResult>;
  update(request: UpdateRequest): Promise<Properties>;
  delete(request: DeleteRequest): Promise<void>;
  invoke(token: string, args: Properties): Promise<Properties>;
}

/**
 * The object was created (or changed), but did not become ready: the engine keeps it in its state under this id and
 * tries to update it the next time.
 */
export class InitializationError extends Error {
  constructor(
    readonly id: string,
    readonly outputs: Properties,
    readonly inputs: Properties,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("; "));
    this.name = "InitializationError";
  }
}
