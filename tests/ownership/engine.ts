/**
 * An engine in a hundred lines, for tests that need thousands of updates: the real program and the real calls of the
 * sandbox's AWS plugin, in one process. It implements only what ownership needs (refresh, ignoreChanges, check, diff,
 * replace); `tests/engine` uses the real one.
 */
import { randomBytes } from "node:crypto";
import { version } from "@pulumi/aws/package.json";
import * as pulumi from "@pulumi/pulumi";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { AwsProvider } from "../../sandbox/plugins/aws/provider";
import type { Properties } from "../../sandbox/plugins/kit/provider";
import { fromStruct, toStruct } from "../../sandbox/plugins/kit/wire";
import { computed, defaultCalls } from "../harness";
import { region } from "./aws";

/** The types that the plugin creates. Releases and updates do not change other types; mocks answer for them. */
const real = [
  "aws:ssm/parameter:Parameter",
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:ecs/service:Service",
];

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

type State = Map<string, Resource>;

/** One stack. */
export class Engine {
  private state: State = new Map();
  private provider: AwsProvider | undefined;

  constructor(
    readonly stack: string,
    private readonly program: () => unknown,
  ) {}

  /** `op type name` of each change. */
  preview(): Promise<string[]> {
    return this.run(true);
  }

  up(): Promise<string[]> {
    return this.run(false);
  }

  /** The outputs of a resource after the last update. */
  output(type: string, property: string): unknown {
    return [...this.state.values()].find((resource) => resource.type === type)?.outputs[property];
  }

  private async run(preview: boolean): Promise<string[]> {
    const provider = await this.configured();
    const before = await this.refresh(provider);
    const monitor = new Monitor(provider, before, preview, this.stack);
    pulumi.runtime.setMockOptions(monitor, "slipway", this.stack, preview);
    const { stackTraceLimit } = Error;
    // The SDK records a stack trace for each promise, which would take most of the time.
    Error.stackTraceLimit = 0;
    try {
      await settled(pulumi.output(this.program()));
      await pulumi.runtime.disconnect();
    } finally {
      pulumi.runtime.setMockOptions(undefined);
      Error.stackTraceLimit = stackTraceLimit;
    }
    if (monitor.failure) {
      throw monitor.failure;
    }
    if (!preview) {
      this.state = monitor.state;
      for (const { urn, type, name, id, inputs, outputs } of monitor.replaced) {
        await provider.delete({ urn, type, name, id, oldInputs: inputs, oldOutputs: outputs });
      }
    }
    return monitor.changes;
  }

  private async configured(): Promise<AwsProvider> {
    if (!this.provider) {
      this.provider = new AwsProvider(version, {
        ecs: () => require("../../sandbox/plugins/aws/ecs"),
        ssm: () => require("../../sandbox/plugins/aws/ssm"),
      });
      await this.provider.configure({ region });
    }
    return this.provider;
  }

  /** `options.refresh: always`: replaces the state with AWS's values, including inputs. */
  private async refresh(provider: AwsProvider): Promise<State> {
    const state: State = new Map();
    for (const resource of this.state.values()) {
      const { inputs: oldInputs, outputs: oldOutputs } = resource;
      const { id, ...found } = await provider.read({ ...resource, oldInputs, oldOutputs });
      if (id !== undefined) {
        state.set(resource.urn, { ...resource, ...found, id });
      }
    }
    return state;
  }
}

class Monitor extends MockMonitor {
  readonly changes: string[] = [];
  readonly replaced: Resource[] = [];
  readonly state: State = new Map();
  failure: Error | undefined;

  constructor(
    private readonly provider: AwsProvider,
    private readonly before: State,
    private readonly preview: boolean,
    private readonly stack: string,
  ) {
    super({
      newResource: (args) => ({
        id: `${args.name}-id`,
        state: { ...args.inputs, ...computed(args) },
      }),
      call: ({ token, inputs }) =>
        token.startsWith("aws:ssm/") ? provider.invoke(token, inputs) : mocked(token, inputs),
    });
  }

  override async registerResource(
    request: proto.RegisterResourceRequest,
    callback: (error: unknown, response: proto.RegisterResourceResponse) => void,
  ): Promise<void> {
    if (!real.includes(request.getType())) {
      return super.registerResource(request, callback);
    }
    const response = new proto.RegisterResourceResponse();
    response.setUrn(this.urnOf(request));
    try {
      const { id, outputs } = await this.register(request);
      response.setId(id);
      response.setObject(toStruct(outputs));
    } catch (error) {
      // Thrown after the program has ended: in the SDK it would be an unhandled rejection.
      this.failure ??= error as Error;
    }
    callback(null, response);
  }

  private urnOf(request: proto.RegisterResourceRequest): string {
    return `urn:pulumi:${this.stack}::slipway::${request.getType()}::${request.getName()}`;
  }

  private async register(request: proto.RegisterResourceRequest): Promise<Resource> {
    const [type, name] = [request.getType(), request.getName()];
    const one = { urn: this.urnOf(request), type, name };
    const old = this.before.get(one.urn);
    const ignoreChanges = request.getIgnorechangesList();
    const wanted = fromStruct(request.getObject());
    for (const property of old ? ignoreChanges : []) {
      wanted[property] = old?.inputs[property];
    }
    const { inputs, failures = [] } = await this.provider.check({
      ...one,
      oldInputs: old?.inputs ?? {},
      inputs: wanted,
      randomSeed: randomBytes(32),
    });
    if (failures.length > 0) {
      throw new Error(JSON.stringify(failures));
    }
    const made = { ...one, ...(await this.apply({ ...one, inputs, ignoreChanges }, old)), inputs };
    this.state.set(made.urn, made);
    return made;
  }

  private async apply(
    goal: Pick<Resource, "urn" | "type" | "name" | "inputs"> & { ignoreChanges: string[] },
    old: Resource | undefined,
  ): Promise<{ id: string; outputs: Properties }> {
    const { preview, provider } = this;
    const title = `${goal.type.split(":").at(-1)} ${goal.name}`;
    if (!old) {
      this.changes.push(`create ${title}`);
      return provider.create({ ...goal, preview });
    }
    const request = { ...goal, id: old.id, oldInputs: old.inputs, oldOutputs: old.outputs };
    const { changes } = await provider.diff(request);
    if (changes.length === 0) {
      return old;
    }
    if (changes.some(({ replace }) => replace)) {
      this.changes.push(`replace ${title}`);
      this.replaced.push(old);
      return provider.create({ ...goal, preview });
    }
    this.changes.push(`update ${title}`);
    return { id: old.id, outputs: await provider.update({ ...request, preview }) };
  }
}

function mocked(token: string, inputs: Record<string, unknown>): object {
  const answer = defaultCalls({})[token];
  if (!answer) {
    throw new Error(`the test has no answer to ${token}`);
  }
  return answer(inputs);
}

function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
