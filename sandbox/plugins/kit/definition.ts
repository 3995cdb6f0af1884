/**
 * How a resource type or a function of a stand-in plugin is declared: one entry a type, typed by the arguments and the
 * state of the real SDK, so that a property that the SDK does not have fails the type-check.
 */
import type { Properties } from "./provider";

/** `T` without Pulumi's wrappers: what reaches a provider in place of an `Input<T>`. */
export type Resolved<T> = T extends { apply: (...args: never[]) => unknown } | Promise<unknown>
  ? never
  : T extends readonly (infer Element)[]
    ? Resolved<Element>[]
    : T extends { urn: unknown } // a resource given for its name arrives as its id
      ? never
      : T extends object
        ? { [K in keyof T]: Resolved<T[K]> }
        : T;

export type Tags = Readonly<Record<string, string>>;

/** The members of a block, or of each block in a list. */
type Members<Value> = Value extends readonly (infer Block)[]
  ? keyof Block & string
  : keyof Value & string;

export interface PropertyRule<Value = unknown> {
  /** A change makes a new resource (`ForceNew` in the provider's schema). */
  readonly replace?: boolean | ((old: Value, value: Value, inputs: Properties) => boolean);
  /** The schema's default, filled in by check, and by a read where the service answers nothing. */
  readonly default?: Value | ((inputs: Properties) => Value | undefined);
  /** What a read gives where the service answers nothing, and check fills in nothing. */
  readonly absent?: unknown;
  /** The service chooses when it is not given (`Optional` and `Computed`): unknown in previews, no drift while unset. */
  readonly computed?: boolean;
  /** Only the provider knows it; the service does not return it. */
  readonly local?: boolean;
  /** An output that the sandbox does not take as an input: giving it is an error. */
  readonly outputOnly?: boolean;
  /** A list without an order. */
  readonly set?: boolean;
  /** The members of a block, or of each block of a list, that this entry knows; others are refused. */
  readonly members?: readonly Members<Value>[];
  /** Whether two values mean the same; `inputs` are the other properties. */
  readonly equal?: (a: Value, b: Value, inputs: Properties) => boolean;
  /** The form that the provider keeps, such as the JSON text of a policy given as an object. */
  readonly normalize?: (value: Value) => Value;
  /** Says what is wrong with a known value. */
  readonly validate?: (value: Value) => string | undefined;
}

/**
 * `stable`: an update never changes it; `volatile`: any may; `when`: one of these inputs' changes does; `absent`: stable,
 * and this where the service answers nothing.
 */
export type OutputRule<Args = Properties> =
  | "stable"
  | "volatile"
  | { readonly when: readonly (keyof Args)[] }
  | { readonly absent: unknown };

export interface Autonaming<Args> {
  readonly property: keyof Args & string;
  readonly maxLength: number;
  readonly separator?: string;
  readonly transform?: (name: string) => string;
}

export interface Existing<Args, State> {
  readonly urn: string;
  readonly id: string;
  /** Empty on an import. */
  readonly inputs: Partial<Resolved<Args>>;
  /** Empty on an import, and right after a creation. */
  readonly outputs: Partial<Resolved<State>>;
}

export interface Remote<State> {
  /** When it is to differ from the one that was asked for, as after an import. */
  readonly id?: string | undefined;
  /** The service's own answer: what it has under a property's name, in whatever case, is that property. */
  readonly found?: object | undefined;
  /** What the answer has under another name or in another form. */
  readonly properties?: { readonly [K in keyof State]?: unknown };
  /** All tags that the object carries. */
  readonly tags?: Tags;
}

export interface Tagging<Context> {
  add(context: Context, target: Tagged, tags: Tags): Promise<unknown>;
  remove(context: Context, target: Tagged, keys: string[]): Promise<unknown>;
}

export interface Tagged {
  readonly urn: string;
  readonly id: string;
  /** The id of what has no ARN of its own. */
  readonly arn: string;
}

export interface Wait {
  /** Seconds that the program's `customTimeouts` allow. */
  readonly timeout: number | undefined;
  /** When the change began: what is older is not its doing. */
  readonly since: Date;
}

/** What check, diff and previews know of a type. */
export interface Shape<Args, State> {
  readonly type: string;
  /**
   * The inputs that this entry knows; others are refused. `region`, `tags` and `tagsAll` are added by the framework
   * where the type has them.
   */
  readonly properties: {
    readonly [K in Exclude<keyof Args, "region" | "tags">]?: PropertyRule<
      NonNullable<Resolved<Args[K]>>
    >;
  };
  /** Every output that is no input, so that previews show each as unknown before it exists. */
  readonly outputs: {
    readonly [K in Exclude<keyof State, keyof Args | "tagsAll">]-?: OutputRule<Args>;
  };
  readonly name?: Autonaming<Args>;
  /** Required where the type has `tags`. */
  readonly tagging?: unknown;
  /** It has no region: IAM, Route 53, GitHub. */
  readonly global?: boolean;
  /** The new one takes the old one's place, so that deleting the old one afterwards would delete both. */
  readonly deleteBeforeReplace?: boolean;
  /** Checks that need several properties; `inputs` may hold unknowns. */
  validate?(inputs: Resolved<Args>): string | undefined;
}

export interface Change<Args, State> {
  readonly old: Existing<Args, State>;
  has(...properties: (keyof Args)[]): boolean;
}

/** A type and the calls that make, read, change and delete it. */
export interface ResourceDefinition<Context, Args, State> extends Shape<Args, State> {
  readonly tagging?: Tagging<Context>;
  /** Makes the object and answers its id. */
  create(
    context: Context,
    inputs: Resolved<Args>,
    tags: Tags,
    urn: string,
  ): Promise<string | undefined>;
  /** Waits until the object is usable, after a creation or an update. A failure leaves the object in the state. */
  ready?(context: Context, id: string, inputs: Resolved<Args>, wait: Wait): Promise<void>;
  /** What the service holds now; undefined, or a not-found error, when the object is gone. */
  read(context: Context, existing: Existing<Args, State>): Promise<Remote<State> | undefined>;
  /** Brings the changed inputs to the service; tags are brought by `tagging`. */
  update?(
    context: Context,
    id: string,
    inputs: Resolved<Args>,
    change: Change<Args, State>,
  ): Promise<unknown>;
  /** `timeout` is the seconds that the program's `customTimeouts` allow. */
  delete(
    context: Context,
    existing: Existing<Args, State>,
    timeout: number | undefined,
  ): Promise<unknown>;
}

interface Rules {
  readonly properties: Readonly<Record<string, PropertyRule>>;
  readonly outputs: Readonly<Record<string, OutputRule>>;
}

/** Definitions whose types have been checked; the framework sees plain properties. */
export type AnyShape = Shape<Properties, Properties> & Rules;
export type AnyResource<Context> = ResourceDefinition<Context, Properties, Properties> & Rules;

export interface FunctionDefinition<Context, Args, Result> {
  readonly type: string;
  /** The arguments that this entry knows; others are refused. */
  readonly args: readonly (keyof Args & string)[];
  run(context: Context, args: Args): Promise<Result>;
}

export type AnyFunction<Context> = FunctionDefinition<Context, Properties, Properties>;

/** What a service's file exports. */
export interface Service<Context> {
  readonly resources?: readonly AnyResource<Context>[];
  readonly functions?: readonly AnyFunction<Context>[];
}

/** Inputs that change in place, and that the service answers as they are. */
export function accepted<Name extends string>(...names: readonly Name[]): Record<Name, object> {
  return Object.fromEntries(names.map((name) => [name, {}])) as Record<Name, object>;
}

/** Outputs that no update changes. */
export function stable<Name extends string>(...names: readonly Name[]): Record<Name, "stable"> {
  return Object.fromEntries(names.map((name) => [name, "stable"])) as Record<Name, "stable">;
}

/** Outputs that no update changes, and that are `value` where the service answers nothing. */
export function absent<Name extends string, Value>(value: Value, ...names: readonly Name[]) {
  const rules = names.map((name) => [name, { absent: value }]);
  return Object.fromEntries(rules) as Record<Name, { readonly absent: Value }>;
}

/** Properties that the SDK takes as inputs and the sandbox does not: it answers them, `value` where there is none. */
export function outputOnly<Name extends string, Value>(value: Value, ...names: readonly Name[]) {
  const rule = { outputOnly: true, computed: true, absent: value } as const;
  return Object.fromEntries(names.map((name) => [name, rule])) as Record<Name, typeof rule>;
}

/** Properties whose change makes a new resource. */
export function replacing<Name extends string>(...names: readonly Name[]) {
  const rules = names.map((name) => [name, { replace: true }]);
  return Object.fromEntries(rules) as Record<Name, { readonly replace: true }>;
}
