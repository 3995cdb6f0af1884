/** The stand-in AWS provider: answers the engine from the declared entries. */
import { noted } from "../kit/journal";
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
} from "../kit/provider";
import { isObject } from "../kit/wire";
import { check, DEFAULTS } from "./check";
import { checkConfig, contextFrom } from "./config";
import type { AwsContext } from "./context";
import type { AnyResource, Existing, Remote, Service, Tags } from "./definition";
import { changedProperties, diff } from "./diff";
import { inputsOf, outputsOf, previewOutputs } from "./state";
import { isGone } from "./values";

/** Loads the file of a service when the first of its types is met: start-up time counts at each command. */
export type Services = Readonly<Record<string, () => Service>>;

type Known = Existing<Properties, Properties>;

export class AwsProvider implements Provider {
  private aws: AwsContext | undefined;

  constructor(
    readonly version: string,
    private readonly services: Services,
  ) {}

  async checkConfig(_: Properties, inputs: Properties): Promise<CheckResult> {
    return checkConfig(inputs);
  }

  async diffConfig(old: Properties, inputs: Properties): Promise<DiffResult> {
    const keys = new Set([...Object.keys(old), ...Object.keys(inputs)]);
    const changed = [...keys].filter((key) => old[key] !== inputs[key] && key !== "version");
    return { changes: changed.map((path) => ({ path, kind: "update" })) };
  }

  async configure(config: Properties): Promise<void> {
    this.aws = contextFrom(config, process.env);
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    return check(await this.resource(request.type), request, this.context());
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    return diff(await this.resource(request.type), request);
  }

  async create({ urn, type, inputs: all, preview, timeout }: CreateRequest) {
    const definition = await this.resource(type);
    if (preview) return { id: "", outputs: previewOutputs(definition, all) };
    const aws = this.context(all);
    const inputs = given(all);
    const since = new Date();
    const id = await noted(urn, () => definition.create(aws, inputs, tagsIn(inputs)));
    const known = { id, inputs, outputs: {} };
    const outputs = await this.settled(definition, aws, known, all, async () =>
      definition.ready?.(aws, id, inputs, { timeout, since }),
    );
    return { id, outputs };
  }

  async update(request: UpdateRequest): Promise<Properties> {
    const { id, type, inputs: all, oldInputs, oldOutputs, timeout } = request;
    const definition = await this.resource(type);
    const changed = changedProperties(definition, oldInputs, all, oldOutputs);
    if (request.preview) {
      return previewOutputs(definition, all, { outputs: oldOutputs, changed });
    }
    const aws = this.context(all);
    const inputs = given(all);
    const old = { id, inputs: given(oldInputs), outputs: oldOutputs };
    const since = new Date();
    const brought = changed.filter((property) => !["tags", "tagsAll"].includes(property));
    if (brought.some((property) => !definition.properties[property]?.local)) {
      if (!definition.update) throw new Error(`${type} cannot be updated in place`);
      const has = (...properties: string[]) => properties.some((it) => changed.includes(it));
      await definition.update(aws, id, inputs, { old, has });
    }
    return this.settled(definition, aws, { ...old, inputs }, all, async () => {
      await updateTags(definition, aws, old, inputs);
      await definition.ready?.(aws, id, inputs, { timeout, since });
    });
  }

  async read({ id, type, oldInputs, oldOutputs }: ReadRequest): Promise<ReadResult> {
    const definition = await this.resource(type);
    const aws = this.context(oldInputs);
    const remote = await find(definition, aws, {
      id,
      inputs: given(oldInputs),
      outputs: oldOutputs,
    });
    if (!remote) return { id: undefined, inputs: {}, outputs: {} };
    const inputs = inputsOf(definition, aws, remote, oldInputs, oldOutputs);
    return { id: remote.id ?? id, inputs, outputs: outputsOf(definition, remote, given(inputs)) };
  }

  async delete({ id, type, oldInputs, oldOutputs, timeout }: DeleteRequest): Promise<void> {
    const definition = await this.resource(type);
    const existing = { id, inputs: given(oldInputs), outputs: oldOutputs };
    const aws = this.context(oldInputs);
    await definition.delete(aws, existing, timeout).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const { functions = [] } = this.service(token);
    const definition = functions.find(({ type }) => type === token);
    if (!definition) throw new Error(`the sandbox's AWS plugin has no function ${token}`);
    const unknown = Object.keys(args).find(
      (arg) => arg !== "region" && !definition.args.includes(arg),
    );
    if (unknown) {
      throw new Error(
        `the sandbox's AWS plugin does not know the argument '${unknown}' of ${token}`,
      );
    }
    const aws = this.context(args);
    return { region: aws.region, ...(await definition.run(aws, args)) };
  }

  /** Waits for the object to settle and reads it back; when that fails, the engine still learns of the object. */
  private async settled(
    definition: AnyResource,
    aws: AwsContext,
    known: Known,
    inputs: Properties,
    wait: () => Promise<void>,
  ): Promise<Properties> {
    const outputs = async () => {
      const remote = await find(definition, aws, known);
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

  private context(inputs: Properties = {}): AwsContext {
    if (!this.aws) throw new Error("the AWS provider has not been configured");
    return this.aws.inRegion(inputs.region);
  }

  private async resource(type: string): Promise<AnyResource> {
    const { resources = [] } = this.service(type);
    const definition = resources.find((candidate) => candidate.type === type);
    if (!definition) throw new Error(`the sandbox's AWS plugin has no resource type ${type}`);
    return definition;
  }

  /** `aws:ssm/parameter:Parameter` is in the service `ssm`. */
  private service(token: string): Service {
    const load = this.services[/^aws:([^/]+)\//.exec(token)?.[1] ?? ""];
    return load ? load() : {};
  }
}

/** The inputs without the framework's own bookkeeping. */
function given(inputs: Properties): Properties {
  const { [DEFAULTS]: _, ...rest } = inputs;
  return rest;
}

function tagsIn({ tagsAll }: Properties): Tags {
  return isObject(tagsAll) ? (tagsAll as Tags) : {};
}

async function find(
  definition: AnyResource,
  aws: AwsContext,
  existing: Known,
): Promise<Remote<Properties> | undefined> {
  try {
    const remote = await definition.read(aws, existing);
    if (!remote?.tags) return remote;
    // AWS's own tags are nobody's to manage.
    const tags = Object.entries(remote.tags).filter(([key]) => !key.startsWith("aws:"));
    return { ...remote, tags: Object.fromEntries(tags) };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

async function updateTags(
  { tagging }: AnyResource,
  aws: AwsContext,
  old: Known,
  inputs: Properties,
): Promise<void> {
  const [before, after] = [tagsIn(old.inputs), tagsIn(inputs)];
  const removed = Object.keys(before).filter((key) => !(key in after));
  const added = Object.entries(after).filter(([key, value]) => before[key] !== value);
  if (removed.length > 0) await tagging?.remove(aws, old.outputs, removed, old.id);
  if (added.length > 0) await tagging?.add(aws, old.outputs, Object.fromEntries(added), old.id);
}
