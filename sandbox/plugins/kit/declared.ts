/** A provider that answers the engine from declared entries. */
import { check, mergedTags, type Scope } from "./check";
import { withoutDefaults } from "./defaults";
import type { AnyResource, Existing, Service, Tags } from "./definition";
import { changedProperties, diff } from "./diff";
import { noted } from "./journal";
import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  InitializationError,
  type Properties,
  type Provider,
  type ReadRequest,
  type ReadResult,
  type UpdateRequest,
} from "./provider";
import { complete, inputsOf, type Known, outputsOf, previewOutputs } from "./state";
import { isGone } from "./values";
import { isObject } from "./wire";

type Before = Existing<Properties, Properties>;

export abstract class DeclaredProvider<Context> implements Provider {
  /** Such as `AWS`, for messages. */
  protected abstract readonly plugin: string;
  /** The known options of the provider; others are refused. */
  protected abstract readonly options: readonly string[];

  constructor(readonly version: string) {}

  abstract configure(config: Properties): Promise<void>;
  /** The entry of a type or a function. */
  protected abstract service(token: string): Service<Context>;
  /** The context for calls about an object with these inputs. */
  protected abstract context(inputs?: Properties): Context;
  protected abstract scope(inputs?: Properties): Scope;

  /** The outputs that a read directly after an update may use. */
  protected remembered(outputs: Properties): Properties {
    return outputs;
  }

  async checkConfig(_: Properties, inputs: Properties): Promise<CheckResult> {
    const failures = Object.keys(inputs)
      .filter((property) => !this.options.includes(property))
      .map((property) => ({
        property,
        reason: `the sandbox's ${this.plugin} plugin does not know the provider's option '${property}'`,
      }));
    return { inputs, failures };
  }

  async diffConfig(old: Properties, inputs: Properties): Promise<DiffResult> {
    const keys = new Set([...Object.keys(old), ...Object.keys(inputs)]);
    const changed = [...keys].filter((key) => old[key] !== inputs[key] && key !== "version");
    return { changes: changed.map((path) => ({ path, kind: "update" })) };
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    return check(this.resource(request.type), request, this.scope());
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    const definition = this.resource(request.type);
    return diff(definition, { ...request, ...this.planned(definition, request) });
  }

  async create({ urn, type, inputs: all, preview, timeout }: CreateRequest) {
    const definition = this.resource(type);
    const { inputs: planned } = this.planned(definition, { inputs: all });
    if (preview) return { id: "", outputs: previewOutputs(definition, planned) };
    const context = this.context(all);
    const inputs = withoutDefaults(planned);
    const since = new Date();
    const make = () => definition.create(context, inputs, tagsIn(inputs), urn);
    const id = await noted(urn, async () => (await make()) ?? "");
    const known = { urn, id, inputs, outputs: {} };
    const outputs = await this.settled(definition, context, known, all, async () =>
      definition.ready?.(context, id, inputs, { timeout, since }),
    );
    return { id, outputs };
  }

  async update(request: UpdateRequest): Promise<Properties> {
    const { urn, id, type, inputs: all, oldOutputs, timeout } = request;
    const definition = this.resource(type);
    const { inputs: planned, oldInputs } = this.planned(definition, request);
    const changed = changedProperties(definition, oldInputs, planned, oldOutputs);
    if (request.preview) {
      return previewOutputs(definition, planned, { outputs: oldOutputs, changed });
    }
    const context = this.context(all);
    const inputs = withoutDefaults(planned);
    const old = { urn, id, inputs: withoutDefaults(oldInputs), outputs: oldOutputs };
    const since = new Date();
    const brought = changed.filter((property) => !["tags", "tagsAll"].includes(property));
    if (brought.some((property) => !definition.properties[property]?.local)) {
      if (!definition.update) throw new Error(`${type} cannot be updated in place`);
      const has = (...properties: string[]) => properties.some((it) => changed.includes(it));
      await definition.update(context, id, inputs, { old, has });
    }
    const known = { urn, id, inputs, outputs: this.remembered(oldOutputs) };
    return this.settled(definition, context, known, all, async () => {
      await updateTags(definition, context, old, inputs);
      await definition.ready?.(context, id, inputs, { timeout, since });
    });
  }

  async read({ urn, id, type, oldInputs, oldOutputs }: ReadRequest): Promise<ReadResult> {
    const definition = this.resource(type);
    const existing = { urn, id, inputs: withoutDefaults(oldInputs), outputs: oldOutputs };
    const remote = await find(definition, this.context(oldInputs), existing);
    if (!remote) return { id: undefined, inputs: {}, outputs: {} };
    const inputs = inputsOf(definition, this.scope(oldInputs), remote, oldInputs, oldOutputs);
    const { inputs: planned } = this.planned(definition, { inputs });
    const outputs = outputsOf(definition, remote, withoutDefaults(planned));
    return { id: remote.id ?? id, inputs, outputs };
  }

  async delete({ urn, id, type, oldInputs, oldOutputs, timeout }: DeleteRequest): Promise<void> {
    const existing = { urn, id, inputs: withoutDefaults(oldInputs), outputs: oldOutputs };
    try {
      await this.resource(type).delete(this.context(oldInputs), existing, timeout);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const { functions = [] } = this.service(token);
    const definition = functions.find(({ type }) => type === token);
    if (!definition) throw new Error(`the sandbox has no function ${token}. ${this.remedy}`);
    const unknown = Object.keys(args).find(
      (arg) => arg !== "region" && !definition.args.includes(arg),
    );
    if (unknown) {
      throw new Error(
        `the sandbox does not know the argument '${unknown}' of ${token}. ${this.remedy}`,
      );
    }
    const { region } = this.scope(args);
    return { region, ...(await definition.run(this.context(args), args)) };
  }

  /** Waits until the object is ready and reads it; if that fails, the engine still learns that the object exists. */
  private async settled(
    definition: AnyResource<Context>,
    context: Context,
    known: Before,
    inputs: Properties,
    wait: () => Promise<void>,
  ): Promise<Properties> {
    const outputs = async () => {
      const remote = await find(definition, context, known);
      if (!remote) throw new Error(`${definition.type} ${known.id} is gone right after the change`);
      return outputsOf(definition, remote, known.inputs);
    };
    try {
      await wait();
      return await outputs();
    } catch (error) {
      const partial = await outputs().catch(() => known.inputs);
      throw new InitializationError(known.id, partial, inputs, [(error as Error).message]);
    }
  }

  /** Both inputs with `tagsAll`, which the Plugin Framework has only in its plan and its state. */
  private planned(
    definition: AnyResource<Context>,
    { inputs, oldInputs = {}, oldOutputs = {} }: Pick<DiffRequest, "inputs"> & Partial<DiffRequest>,
  ) {
    if (!definition.pluginFramework || !definition.tagging) return { inputs, oldInputs };
    const tagsAll = mergedTags(this.scope(inputs).defaultTags, inputs.tags);
    const { tagsAll: before } = oldOutputs;
    return { inputs: { ...inputs, tagsAll }, oldInputs: { ...oldInputs, tagsAll: before } };
  }

  /** Advice for the author of a program that needs something that is missing here. */
  private get remedy(): string {
    return (
      `Its ${this.plugin} plugin has only what Slipway uses. Leave this out while the environment variable ` +
      "SLIPWAY_SANDBOX is set, or preview with an account, or add an entry under sandbox/plugins (CONTRIBUTING.md)."
    );
  }

  private resource(type: string): AnyResource<Context> {
    const { resources = [] } = this.service(type);
    const definition = resources.find((candidate) => candidate.type === type);
    if (definition) return definition;
    throw new Error(`the sandbox has no resource type ${type}. ${this.remedy}`);
  }
}

function tagsIn({ tagsAll }: Properties): Tags {
  return isObject(tagsAll) ? (tagsAll as Tags) : {};
}

async function find<Context>(
  definition: AnyResource<Context>,
  context: Context,
  existing: Before,
): Promise<Known | undefined> {
  try {
    const remote = await definition.read(context, existing);
    return remote && complete(definition, remote);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

async function updateTags<Context>(
  { tagging }: AnyResource<Context>,
  context: Context,
  { urn, id, inputs: oldInputs, outputs }: Before,
  inputs: Properties,
): Promise<void> {
  const [before, after] = [tagsIn(oldInputs), tagsIn(inputs)];
  const removed = Object.keys(before).filter((key) => !(key in after));
  const added = Object.entries(after).filter(([key, value]) => before[key] !== value);
  const target = { urn, id, arn: String(outputs.arn ?? id) };
  if (removed.length > 0) await tagging?.remove(context, target, removed);
  if (added.length > 0) await tagging?.add(context, target, Object.fromEntries(added));
}
