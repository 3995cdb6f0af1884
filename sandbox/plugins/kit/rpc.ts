/**
 * Serves a provider to the Pulumi engine.
 *
 * `provider.main` of @pulumi/pulumi is not enough for resources with correct previews: it passes on neither the
 * provider's configuration nor the old inputs, has no detailed diffs and no preview flag.
 */
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { endWithEngine } from "./engine-death";
import { type CheckResult, type DiffResult, InitializationError, type Provider } from "./provider";
import { fromStruct, toStruct } from "./wire";

export * from "./provider";

export function serve(newProvider: () => Provider): void {
  listen(ResourceProviderService, providerService(newProvider));
}

export function providerService(newProvider: () => Provider): grpc.UntypedServiceImplementation {
  return handlers(perConnection(newProvider));
}

/** Starts a server and tells the engine its port, the only thing that may be written to standard output. */
export function listen(
  service: grpc.ServiceDefinition,
  implementation: grpc.UntypedServiceImplementation,
): void {
  void bind(service, implementation).then(({ port }) => process.stdout.write(`${port}\n`));
  endWithEngine();
}

/** Starts a server on a free port. */
export function bind(
  service: grpc.ServiceDefinition,
  implementation: grpc.UntypedServiceImplementation,
): Promise<{ readonly server: grpc.Server; readonly port: number }> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  server.addService(service, implementation);
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve({ server, port }),
    );
  });
}

type ProviderOf = (call: { getPeer(): string }) => Provider;

/** An engine that attaches to a running plugin connects once for each provider of its program, and configures each. */
function perConnection(newProvider: () => Provider): ProviderOf {
  const providers = new Map<string, Provider>();
  return (call) => {
    const peer = call.getPeer();
    const provider = providers.get(peer) ?? newProvider();
    providers.set(peer, provider);
    return provider;
  };
}

function handlers(of: ProviderOf): grpc.UntypedServiceImplementation {
  const unary = unaryOf(of);
  return { ...configHandlers(unary), ...diffHandlers(unary), ...lifecycleHandlers(unary) };
}

function configHandlers(unary: Unary): grpc.UntypedServiceImplementation {
  return {
    getPluginInfo: unary(async (provider, _: Empty) => {
      const info = new PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    checkConfig: unary(async (provider, request: proto.CheckRequest) => {
      const inputs = fromStruct(request.getNews());
      const result = await provider.checkConfig?.(fromStruct(request.getOlds()), inputs);
      return checkResponse(result ?? { inputs });
    }),
    diffConfig: unary(async (provider, request: proto.DiffRequest) => {
      const olds = fromStruct(request.getOldInputs() ?? request.getOlds());
      const result = await provider.diffConfig?.(olds, fromStruct(request.getNews()));
      return diffResponse(result ?? { changes: [] });
    }),
    configure: unary(async (provider, request: proto.ConfigureRequest) => {
      await provider.configure(fromStruct(request.getArgs()));
      const response = new proto.ConfigureResponse();
      // The provider does not accept secrets, so the engine sends them plain, and marks them again in the answers.
      response.setAcceptsecrets(false);
      response.setSupportspreview(true);
      return response;
    }),
    cancel: unary(async () => new Empty()),
    attach: unary(async () => new Empty()),
    invoke: unary(async (provider, request: proto.InvokeRequest) => {
      const response = new proto.InvokeResponse();
      const result = await provider.invoke(request.getTok(), fromStruct(request.getArgs()));
      response.setReturn(toStruct(result));
      return response;
    }),
  };
}

function diffHandlers(unary: Unary): grpc.UntypedServiceImplementation {
  return {
    check: unary(async (provider, request: proto.CheckRequest) =>
      checkResponse(
        await provider.check({
          ...resource(request),
          oldInputs: fromStruct(request.getOlds()),
          inputs: fromStruct(request.getNews()),
          randomSeed: request.getRandomseed_asU8(),
        }),
      ),
    ),
    diff: unary(async (provider, request: proto.DiffRequest) =>
      diffResponse(await provider.diff(changeOf(request))),
    ),
    read: unary(async (provider, request: proto.ReadRequest) => {
      const result = await provider.read({
        ...resource(request),
        id: request.getId(),
        oldInputs: fromStruct(request.getInputs()),
        oldOutputs: fromStruct(request.getProperties()),
      });
      const response = new proto.ReadResponse();
      // An empty id tells the engine that the object does not exist.
      response.setId(result.id ?? "");
      if (result.id !== undefined) {
        response.setProperties(toStruct(result.outputs));
        response.setInputs(toStruct(result.inputs));
      }
      return response;
    }),
  };
}

function lifecycleHandlers(unary: Unary): grpc.UntypedServiceImplementation {
  return {
    create: unary(async (provider, request: proto.CreateRequest) => {
      const result = await provider.create({
        ...resource(request),
        inputs: fromStruct(request.getProperties()),
        preview: request.getPreview(),
        timeout: request.getTimeout() || undefined,
      });
      const response = new proto.CreateResponse();
      response.setId(result.id);
      response.setProperties(toStruct(result.outputs));
      return response;
    }),
    update: unary(async (provider, request: proto.UpdateRequest) => {
      const outputs = await provider.update({
        ...changeOf(request),
        preview: request.getPreview(),
        timeout: request.getTimeout() || undefined,
      });
      const response = new proto.UpdateResponse();
      response.setProperties(toStruct(outputs));
      return response;
    }),
    delete: unary(async (provider, request: proto.DeleteRequest) => {
      await provider.delete({
        ...resource(request),
        id: request.getId(),
        oldInputs: fromStruct(request.getOldInputs()),
        oldOutputs: fromStruct(request.getProperties()),
        timeout: request.getTimeout() || undefined,
      });
      return new Empty();
    }),
  };
}

/** A URN is `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`; the name may contain `::`. */
function resource(request: { getUrn(): string }) {
  const urn = request.getUrn();
  const [, , types = "", ...name] = urn.split("::");
  return { urn, type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

function changeOf(request: proto.DiffRequest | proto.UpdateRequest) {
  return {
    ...resource(request),
    id: request.getId(),
    oldInputs: fromStruct(request.getOldInputs()),
    oldOutputs: fromStruct(request.getOlds()),
    inputs: fromStruct(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

function checkResponse(result: CheckResult): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(toStruct(result.inputs));
  for (const { property, reason } of result.failures ?? []) {
    const failure = new proto.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

function diffResponse({ changes, deleteBeforeReplace = false }: DiffResult): proto.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse();
  response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(deleteBeforeReplace);
  for (const change of changes) {
    const detail = new proto.PropertyDiff();
    const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } =
      proto.PropertyDiff.Kind;
    const kinds = {
      add: [ADD, ADD_REPLACE],
      delete: [DELETE, DELETE_REPLACE],
      update: [UPDATE, UPDATE_REPLACE],
    } as const;
    detail.setKind(kinds[change.kind][change.replace ? 1 : 0]);
    detail.setInputdiff(!change.output);
    response.getDetaileddiffMap().set(change.path, detail);
    const property = /^[^.[]+/.exec(change.path)?.[0] ?? change.path;
    if (!response.getDiffsList().includes(property)) response.addDiffs(property);
    if (change.replace && !response.getReplacesList().includes(property)) {
      response.addReplaces(property);
    }
  }
  return response;
}

type Unary = ReturnType<typeof unaryOf>;

/** Converts a promise, with its errors, to gRPC's callback style. */
function unaryOf(of: ProviderOf) {
  return <Request, Response>(
    answer: (provider: Provider, request: Request) => Promise<Response>,
  ): grpc.handleUnaryCall<Request, Response> => {
    return (call, callback) => {
      answer(of(call), call.request).then(
        (response) => callback(null, response),
        (error: unknown) => callback(serviceError(error)),
      );
    };
  };
}

function serviceError(error: unknown): Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  const status = { code: grpc.status.UNKNOWN, details: message };
  if (!(error instanceof InitializationError)) return status;
  // The engine finds the id of an object that exists but failed in the status details, which grpc-js leaves to the
  // `grpc-status-details-bin` header.
  const failed = new proto.ErrorResourceInitFailed();
  failed.setId(error.id);
  failed.setProperties(toStruct(error.outputs));
  failed.setInputs(toStruct(error.inputs));
  failed.setReasonsList([...error.reasons]);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const details = new Status();
  details.setCode(grpc.status.UNKNOWN);
  details.setMessage(message);
  details.addDetails(detail);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  return { ...status, metadata };
}
