/**
 * Declares a resource type or a function of a plugin: one entry per type, typed by the arguments and the
 * state of the real SDK, so that a property that the SDK does not have fails the type-check.
 */
import type { BlockForm } from "./blocks";
import type { Properties } from "./provider";

/** `T` without Pulumi's wrappers: the value that a provider gets for an `Input<T>`. */
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
  /** A change replaces the resource (`ForceNew` in the provider's schema). */
  readonly replace?: boolean | ((old: Value, value: Value, inputs: Properties) => boolean);
  /** The schema's default, filled in by Check unless it is empty, and by a read if the service returns nothing. */
  readonly default?: Value;
  /** The value that a read returns if the service returns nothing; Check does not fill it in. */
  readonly absent?: unknown;
  /** The service chooses the value if it is not given (`Optional` and `Computed`): unknown in previews, no drift while unset. */
  readonly computed?: boolean;
  /** Only the provider knows this property; the service does not return it. */
  readonly local?: boolean;
  /** An output that the sandbox does not accept as an input: setting it is an error. */
  readonly outputOnly?: boolean;
  /** A list whose order does not matter. */
  readonly set?: boolean;
  /** The value is a block or a list of blocks: objects whose members the schema knows. */
  readonly block?: BlockForm<Members<Value>>;
  /** Do two values mean the same? `inputs` are the other properties. */
  readonly equal?: (a: Value, b: Value, inputs: Properties) => boolean;
  /** Is this difference ignored (`DiffSuppressFunc` in the provider's schema)? `old` is the state's value; either may be missing. */
  readonly suppress?: (
    old: Value | undefined,
    value: Value | undefined,
    inputs: Properties,
  ) => boolean;
  /** Outputs, and the inputs after a refresh, have the service's form, although the program's form means the same. */
  readonly asRead?: boolean;
  /** The form that the provider stores, such as the JSON string of a policy given as an object. */
  readonly normalize?: (value: Value) => Value;
  /** Returns what is wrong with a known value. */
  readonly validate?: (value: Value) => string | undefined;
}

/**
 * `stable`: an update never changes it; `volatile`: any update may change it; `when`: a change of one of these inputs does; `absent`: stable,
 * with this value if the service returns nothing.
 */
export type OutputRule<Args = Properties> =
  | "stable"
  | "volatile"
  | { readonly when: readonly (keyof Args)[] }
  | { readonly absent: unknown };

/**
 * pulumi/pulumi-aws, provider/autonaming.go: every input `name` of a type is named automatically, with the defaults
 * below; a few types have rules of their own.
 */
export interface Autonaming<Args> {
  readonly property: keyof Args & string;
  /** @default 255 */
  readonly maxLength?: number;
  /** @default "-" */
  readonly separator?: string;
  readonly transform?: (name: string) => string;
  /** A replacement creates the new object first even if the program gives the name: see `deletesFirst` in diff.ts. */
  readonly createsFirst?: boolean;
}

export interface Existing<Args, State> {
  readonly urn: string;
  readonly id: string;
  /** Empty on an import. */
  readonly inputs: Partial<Resolved<Args>>;
  /** Empty on an import, and directly after a creation. */
  readonly outputs: Partial<Resolved<State>>;
}

export interface Remote<State> {
  /** The id, if it differs from the requested one, as after an import. */
  readonly id?: string | undefined;
  /** The service's answer: a member with a property's name, in any case, is that property. */
  readonly found?: object | undefined;
  /** Properties that the answer has under another name or in another form. */
  readonly properties?: { readonly [K in keyof State]?: unknown };
  /** All tags of the object. */
  readonly tags?: Tags;
}

export interface Tagging<Context> {
  add(context: Context, target: Tagged, tags: Tags): Promise<unknown>;
  remove(context: Context, target: Tagged, keys: string[]): Promise<unknown>;
}

export interface Tagged {
  readonly urn: string;
  readonly id: string;
  /** The id of an object without an ARN. */
  readonly arn: string;
}

export interface Wait {
  /** Seconds that the program's `customTimeouts` allow. */
  readonly timeout: number | undefined;
  /** The start of the change, which did not cause anything older. */
  readonly since: Date;
}

/** The part of a definition that Check, Diff and previews use. */
export interface Shape<Args, State> {
  readonly type: string;
  /**
   * The known inputs; others are refused. The framework adds `region`, `tags` and `tagsAll`
   * if the type has them.
   */
  readonly properties: {
    readonly [K in Exclude<keyof Args, "region" | "tags">]?: PropertyRule<
      NonNullable<Resolved<Args[K]>>
    >;
  };
  /** Every output that is not an input; previews show each as unknown before it exists. */
  readonly outputs: {
    readonly [K in Exclude<keyof State, keyof Args | "tagsAll">]-?: OutputRule<Args>;
  };
  readonly name?: Autonaming<Args>;
  /** Required where the type has `tags`. */
  readonly tagging?: unknown;
  /** The type has no region: IAM, Route 53, GitHub. */
  readonly global?: boolean;
  /**
   * The provider has this type in Terraform's Plugin Framework: Check fills in neither defaults nor `tagsAll`, and lists none, because the
   * framework does both in its plan. https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.136.0/pkg/pf/tfbridge/provider_check.go
   */
  readonly pluginFramework?: boolean;
  /** The new object overwrites the old one, so deleting the old one afterwards would delete both. */
  readonly deleteBeforeReplace?: boolean;
  /** Checks that need several properties; `inputs` may contain unknown values. */
  validate?(inputs: Resolved<Args>): string | undefined;
}

export interface Change<Args, State> {
  readonly old: Existing<Args, State>;
  has(...properties: (keyof Args)[]): boolean;
}

/** A type and the calls that create, read, change and delete it. */
export interface ResourceDefinition<Context, Args, State> extends Shape<Args, State> {
  readonly tagging?: Tagging<Context>;
  /** Creates the object and returns its id. */
  create(
    context: Context,
    inputs: Resolved<Args>,
    tags: Tags,
    urn: string,
  ): Promise<string | undefined>;
  /** Waits until the object is usable, after a creation or an update. A failure leaves the object in the state. */
  ready?(context: Context, id: string, inputs: Resolved<Args>, wait: Wait): Promise<void>;
  /** The object in the service; undefined, or a not-found error, if it does not exist any more. */
  read(context: Context, existing: Existing<Args, State>): Promise<Remote<State> | undefined>;
  /** Sends the changed inputs to the service; `tagging` sends tags. */
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
  /** The known arguments; others are refused. */
  readonly args: readonly (keyof Args & string)[];
  run(context: Context, args: Args): Promise<Result>;
}

export type AnyFunction<Context> = FunctionDefinition<Context, Properties, Properties>;

/** The exports of a service's file. */
export interface Service<Context> {
  readonly resources?: readonly AnyResource<Context>[];
  readonly functions?: readonly AnyFunction<Context>[];
}

/** Inputs that change in place, and that the service returns unchanged. */
export function accepted<Name extends string>(...names: readonly Name[]): Record<Name, object> {
  return Object.fromEntries(names.map((name) => [name, {}])) as Record<Name, object>;
}

/** Outputs that no update changes. */
export function stable<Name extends string>(...names: readonly Name[]): Record<Name, "stable"> {
  return Object.fromEntries(names.map((name) => [name, "stable"])) as Record<Name, "stable">;
}

/** Outputs that no update changes, and that are `value` if the service returns nothing. */
export function absent<Name extends string, Value>(value: Value, ...names: readonly Name[]) {
  const rules = names.map((name) => [name, { absent: value }]);
  return Object.fromEntries(rules) as Record<Name, { readonly absent: Value }>;
}

/** Properties that are inputs in the SDK but not in the sandbox: they are outputs, `value` if there is none. */
export function outputOnly<Name extends string, Value>(value: Value, ...names: readonly Name[]) {
  const rule = { outputOnly: true, computed: true, absent: value } as const;
  return Object.fromEntries(names.map((name) => [name, rule])) as Record<Name, typeof rule>;
}

/** Properties whose change replaces the resource. */
export function replacing<Name extends string>(...names: readonly Name[]) {
  const rules = names.map((name) => [name, { replace: true }]);
  return Object.fromEntries(rules) as Record<Name, { readonly replace: true }>;
}
