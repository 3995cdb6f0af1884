/**
 * How a resource type or a function of the stand-in AWS plugin is declared: one entry a type, typed by the arguments
 * and the state of @pulumi/aws, so that a property it does not have fails the type-check.
 */
import type { Properties } from "../kit/provider";
import type { AwsContext } from "./context";

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
  /** The schema's default, filled in by check. */
  readonly default?: Value | ((inputs: Properties) => Value | undefined);
  /** AWS chooses when it is not given (`Optional` and `Computed`): unknown in previews, no drift while unset. */
  readonly computed?: boolean;
  /** Only the provider knows it; AWS does not return it. */
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

/** `stable`: an update never changes it; `volatile`: any may; `when`: one of these inputs' changes does. */
export type OutputRule<Args = Properties> =
  | "stable"
  | "volatile"
  | { readonly when: readonly (keyof Args)[] };

export interface Autonaming<Args> {
  readonly property: keyof Args & string;
  readonly maxLength: number;
  readonly separator?: string;
  readonly transform?: (name: string) => string;
}

export interface Existing<Args, State> {
  readonly id: string;
  /** Empty on an import. */
  readonly inputs: Partial<Resolved<Args>>;
  /** Empty on an import, and right after a creation. */
  readonly outputs: Partial<Resolved<State>>;
}

export interface Remote<State> {
  /** When it is to differ from the one that was asked for, as after an import. */
  readonly id?: string;
  readonly properties: Resolved<State>;
  /** All tags that the object carries in AWS. */
  readonly tags?: Tags;
}

export interface Tagging<State> {
  add(aws: AwsContext, outputs: Resolved<State>, tags: Tags, id: string): Promise<unknown>;
  remove(aws: AwsContext, outputs: Resolved<State>, keys: string[], id: string): Promise<unknown>;
}

export interface Wait {
  /** Seconds that the program's `customTimeouts` allow. */
  readonly timeout: number | undefined;
  /** When the change began: what is older is not its doing. */
  readonly since: Date;
}

export interface ResourceDefinition<Args, State> {
  readonly type: `aws:${string}`;
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
  readonly tagging?: Tagging<State>;
  /** IAM and Route 53 have no region. */
  readonly global?: boolean;
  /** The new one takes the old one's place, so that deleting the old one afterwards would delete both. */
  readonly deleteBeforeReplace?: boolean;
  /** Checks that need several properties; `inputs` may hold unknowns. */
  validate?(inputs: Resolved<Args>): string | undefined;
  /** Makes the object and answers its id. */
  create(aws: AwsContext, inputs: Resolved<Args>, tags: Tags): Promise<string>;
  /** Waits until the object is usable, after a creation or an update. A failure leaves the object in the state. */
  ready?(aws: AwsContext, id: string, inputs: Resolved<Args>, wait: Wait): Promise<void>;
  /** What AWS holds now; undefined, or a not-found error, when the object is gone. */
  read(aws: AwsContext, existing: Existing<Args, State>): Promise<Remote<State> | undefined>;
  /** Brings the changed inputs to AWS; tags are brought by `tagging`. */
  update?(
    aws: AwsContext,
    id: string,
    inputs: Resolved<Args>,
    change: { readonly old: Existing<Args, State>; has(...properties: (keyof Args)[]): boolean },
  ): Promise<void>;
  /** `timeout` is the seconds that the program's `customTimeouts` allow. */
  delete(
    aws: AwsContext,
    existing: Existing<Args, State>,
    timeout: number | undefined,
  ): Promise<void>;
}

/** A definition whose types have been checked; the framework sees plain properties. */
export type AnyResource = ResourceDefinition<Properties, Properties> & {
  readonly properties: Readonly<Record<string, PropertyRule>>;
  readonly outputs: Readonly<Record<string, OutputRule>>;
};

export function resource<Args, State>(definition: ResourceDefinition<Args, State>): AnyResource {
  return definition as unknown as AnyResource;
}

export interface FunctionDefinition<Args, Result> {
  readonly type: `aws:${string}`;
  /** The arguments that this entry knows; others are refused. */
  readonly args: readonly (keyof Args & string)[];
  run(aws: AwsContext, args: Args): Promise<Result>;
}

export type AnyFunction = FunctionDefinition<Properties, Properties>;

export function invoke<Args, Result>(definition: FunctionDefinition<Args, Result>): AnyFunction {
  return definition as unknown as AnyFunction;
}

/** What a service's file exports. */
export interface Service {
  readonly resources?: readonly AnyResource[];
  readonly functions?: readonly AnyFunction[];
}
