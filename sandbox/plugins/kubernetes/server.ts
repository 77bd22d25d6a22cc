/** The gRPC service `pulumirpc.ResourceProvider`: requests into plain data, results and refusals back. */
import * as grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import protocol from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { construct } from "./construct";
import type { ObjectDiff } from "./diff";
import { engineLog, type EngineLog } from "./engine-log";
import { type KubernetesProvider, PACKAGE_VERSION } from "./provider";
import { ProviderError, toServiceError, toStruct } from "./wire/errors";
import { decode, encode, formatPath, type Properties } from "./wire/properties";

type Handler<Request, Reply> = (request: Request) => Promise<Reply> | Reply;

/** gRPC's callback style around a handler; every thrown value becomes a status with a sentence. */
function answering(log: () => EngineLog) {
  return <Request, Reply>(handler: Handler<Request, Reply>): grpc.handleUnaryCall<Request, Reply> =>
    (call, callback) => {
      void (async () => {
        try {
          const reply = await handler(call.request);
          await log().flush();
          callback(null, reply);
        } catch (error) {
          await log().flush();
          callback(toServiceError(error));
        }
      })();
    };
}

const properties = (struct: Struct | undefined): Properties => decode(struct?.toJavaScript());

function failure({ property, reason }: { property: string; reason: string }): messages.CheckFailure {
  const message = new protocol.CheckFailure();
  message.setProperty(property);
  message.setReason(reason);
  return message;
}

/** What the engine calls "kind" in a detailed diff. */
const KINDS = {
  add: [protocol.PropertyDiff.Kind.ADD, protocol.PropertyDiff.Kind.ADD_REPLACE],
  update: [protocol.PropertyDiff.Kind.UPDATE, protocol.PropertyDiff.Kind.UPDATE_REPLACE],
  delete: [protocol.PropertyDiff.Kind.DELETE, protocol.PropertyDiff.Kind.DELETE_REPLACE],
} as const;

function diffMessage(diff: ObjectDiff): messages.DiffResponse {
  const reply = new protocol.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;
  reply.setChanges(diff.changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  reply.setHasdetaileddiff(true);
  reply.setDeletebeforereplace(diff.deleteBeforeReplace);
  for (const change of diff.changes) {
    const path = formatPath(change.path);
    const detail = new protocol.PropertyDiff();
    detail.setKind(KINDS[change.kind][change.replaces ? 1 : 0]);
    detail.setInputdiff(true);
    reply.getDetaileddiffMap().set(path, detail);
    reply.addDiffs(path);
    if (change.replaces) reply.addReplaces(path);
  }
  return reply;
}

/** The service's handlers around one provider. `serve` binds them; tests may call them. */
export function handlers(provider: KubernetesProvider): grpc.UntypedServiceImplementation {
  const unary = answering(() => provider.log);
  let engineAddress: string | undefined;
  const attach = (address: string): void => {
    if (address === "" || address === engineAddress) return;
    engineAddress = address;
    provider.log = engineLog(address);
  };
  const unsupported = (what: string): grpc.handleUnaryCall<unknown, unknown> =>
    unary(() => {
      throw new ProviderError(`The embedded Kubernetes provider does not support ${what}.`, grpc.status.UNIMPLEMENTED);
    });

  return {
    handshake: unary((request: messages.ProviderHandshakeRequest) => {
      attach(request.getEngineAddress());
      const reply = new protocol.ProviderHandshakeResponse();
      reply.setAcceptSecrets(true);
      reply.setAcceptResources(true);
      reply.setAcceptOutputs(true);
      reply.setSupportsAutonamingConfiguration(true);
      return reply;
    }),
    attach: unary((request: { getAddress(): string }) => {
      attach(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(() => {
      const info = new plugin.PluginInfo();
      info.setVersion(PACKAGE_VERSION);
      return info;
    }),
    getSchema: unary(() => {
      const reply = new protocol.GetSchemaResponse();
      // The SDKs are installed from npm; the engine needs no types from here, only the package's name.
      reply.setSchema(JSON.stringify({ name: "kubernetes", version: PACKAGE_VERSION }));
      return reply;
    }),
    checkConfig: unary((request: messages.CheckRequest) => {
      const reply = new protocol.CheckResponse();
      const news = properties(request.getNews());
      reply.setInputs(toStruct(encode(news)));
      reply.setFailuresList(provider.checkConfig(news.value).map(failure));
      return reply;
    }),
    diffConfig: unary((request: messages.DiffRequest) => {
      const olds = properties(request.hasOldInputs() ? request.getOldInputs() : request.getOlds());
      const diff = provider.diffConfig(olds.value, properties(request.getNews()).value);
      const reply = new protocol.DiffResponse();
      const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;
      reply.setChanges(diff.changed.length > 0 ? DIFF_SOME : DIFF_NONE);
      reply.setDiffsList(diff.changed);
      reply.setReplacesList(diff.replaced);
      return reply;
    }),
    configure: unary((request: messages.ConfigureRequest) => {
      provider.configure(properties(request.getArgs()).value);
      const reply = new protocol.ConfigureResponse();
      reply.setAcceptsecrets(true);
      reply.setAcceptresources(true);
      reply.setAcceptoutputs(true);
      reply.setSupportspreview(true);
      reply.setSupportsAutonamingConfiguration(true);
      return reply;
    }),
    check: unary((request: messages.CheckRequest) => {
      const urn = request.getUrn();
      const options = request.getAutonaming();
      const { DISABLE } = protocol.CheckRequest.AutonamingOptions.Mode;
      const result = provider.check({
        urn,
        resourceName: request.getName() || urn.split("::").slice(3).join("::") || "object",
        olds: properties(request.getOlds()),
        news: properties(request.getNews()),
        oldOutputs: properties(request.getOldOutputs()).value,
        seed: request.getRandomseed_asU8(),
        autonaming:
          options === undefined
            ? undefined
            : { proposed: options.getProposedName(), disabled: options.getMode() === DISABLE },
      });
      const reply = new protocol.CheckResponse();
      reply.setInputs(toStruct(encode(result.inputs)));
      reply.setFailuresList(result.failures.map(failure));
      return reply;
    }),
    diff: unary((request: messages.DiffRequest) => {
      const olds = properties(request.getOlds());
      return diffMessage(
        provider.diff({
          urn: request.getUrn(),
          olds,
          oldInputs: request.hasOldInputs() ? properties(request.getOldInputs()) : olds,
          news: properties(request.getNews()),
        }),
      );
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const { id, outputs } = await provider.create({
        urn: request.getUrn(),
        inputs: properties(request.getProperties()),
        preview: request.getPreview(),
        customTimeout: request.getTimeout(),
      });
      const reply = new protocol.CreateResponse();
      reply.setId(id);
      reply.setProperties(toStruct(encode(outputs)));
      return reply;
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const olds = properties(request.getOlds());
      const { outputs } = await provider.update({
        urn: request.getUrn(),
        olds,
        oldInputs: request.hasOldInputs() ? properties(request.getOldInputs()) : olds,
        inputs: properties(request.getNews()),
        preview: request.getPreview(),
        customTimeout: request.getTimeout(),
      });
      const reply = new protocol.UpdateResponse();
      reply.setProperties(toStruct(encode(outputs)));
      return reply;
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const result = await provider.read({
        urn: request.getUrn(),
        id: request.getId(),
        olds: properties(request.getProperties()),
        oldInputs: properties(request.getInputs()),
      });
      const reply = new protocol.ReadResponse();
      reply.setId(result.id);
      reply.setProperties(toStruct(encode(result.outputs)));
      reply.setInputs(toStruct(encode(result.inputs)));
      return reply;
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      await provider.delete({
        urn: request.getUrn(),
        id: request.getId(),
        olds: properties(request.getProperties()),
        customTimeout: request.getTimeout(),
      });
      return new Empty();
    }),
    cancel: unary(() => {
      provider.cancel();
      return new Empty();
    }),
    construct: unary(
      async (request: messages.ConstructRequest) => await construct(provider.session, request, PACKAGE_VERSION),
    ),
    invoke: unary((request: messages.InvokeRequest) => {
      throw new ProviderError(
        `The embedded Kubernetes provider does not support the function ${request.getTok()}. ` +
          "Use resources (helm.v4.Chart, yaml.v2.ConfigGroup), or install the official plugin.",
        grpc.status.UNIMPLEMENTED,
      );
    }),
    call: unary((request: messages.CallRequest) => {
      throw new ProviderError(
        `The embedded Kubernetes provider does not support the method ${request.getTok()}.`,
        grpc.status.UNIMPLEMENTED,
      );
    }),
    parameterize: unsupported("parameters (packages generated from CustomResourceDefinitions)"),
    getMapping: unsupported("mappings from other tools"),
    getMappings: unsupported("mappings from other tools"),
    list: (call: grpc.ServerWritableStream<unknown, unknown>) => {
      call.emit("error", {
        code: grpc.status.UNIMPLEMENTED,
        details: "The embedded Kubernetes provider does not support listing.",
      });
    },
  };
}

/** Serves `provider` on a free loopback port and gives that port. */
export async function serve(provider: KubernetesProvider): Promise<{ port: number; server: grpc.Server }> {
  // CustomResourceDefinitions and chart values exceed gRPC's default of 4 MiB; the SDK's own limit is 400 MiB.
  const limit = 400 * 1024 * 1024;
  const server = new grpc.Server({ "grpc.max_receive_message_length": limit, "grpc.max_send_message_length": limit });
  server.addService(ResourceProviderService, handlers(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { port, server };
}
