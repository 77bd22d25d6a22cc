import * as grpc from "@grpc/grpc-js";
import pluginProtocol from "@pulumi/pulumi/proto/plugin_pb";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import protocol from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { channelOptions } from "../language-nodejs/serve";
import { changedInputs, checkInputs, UNKNOWN, withDefaults } from "./check";
import { type Kind, kinds, type Values } from "./kinds";

/** Refuses a call; the engine shows the sentence beside the resource. */
class Refusal extends Error {}

function valuesOf(struct: Struct | undefined): Values {
  return struct?.toJavaScript() ?? {};
}

function structOf(values: Values): Struct {
  return Struct.fromJavaScript(values);
}

/** The type token of a URN: `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */
export function typeOfUrn(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.split("$").pop() ?? "";
}

function kindOf(urn: string): Kind {
  const type = typeOfUrn(urn);
  const kind = kinds[type];
  if (kind) return kind;
  const known = Object.keys(kinds).map((token) => token.split(":").pop() ?? token);
  throw new Refusal(
    `the sandbox's random provider has no ${type}; it has ${known.join(", ")}. The official provider has more: use the ` +
      "official plugins, or another resource",
  );
}

function check(request: protocol.CheckRequest): protocol.CheckResponse {
  const kind = kindOf(request.getUrn());
  const response = new protocol.CheckResponse();
  response.setInputs(request.getNews());
  for (const { property, reason } of checkInputs(kind, valuesOf(request.getNews()))) {
    const failure = new protocol.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

function diff(request: protocol.DiffRequest): protocol.DiffResponse {
  const kind = kindOf(request.getUrn());
  const changed = changedInputs(kind, valuesOf(request.getOldInputs()), valuesOf(request.getNews()));
  const response = new protocol.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;
  response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList(changed);
  response.setDiffsList(changed);
  return response;
}

function create(request: protocol.CreateRequest): protocol.CreateResponse {
  const kind = kindOf(request.getUrn());
  const inputs = withDefaults(kind, valuesOf(request.getProperties()));
  const repeated = kind.repeat?.(inputs) ?? inputs;
  const response = new protocol.CreateResponse();
  if (request.getPreview()) {
    const unknown = Object.fromEntries(kind.computed.map((name) => [name, UNKNOWN]));
    response.setProperties(structOf({ ...repeated, ...unknown }));
    return response;
  }
  const { id, outputs } = kind.make(inputs);
  response.setId(id);
  response.setProperties(structOf({ ...repeated, ...outputs }));
  return response;
}

/** A random value exists nowhere but in the state, so reading gives back what the state has. */
function read(request: protocol.ReadRequest): protocol.ReadResponse {
  kindOf(request.getUrn());
  if (Object.keys(valuesOf(request.getProperties())).length === 0)
    throw new Refusal("the sandbox's random provider cannot import or look up existing values; create a new one");
  const response = new protocol.ReadResponse();
  response.setId(request.getId());
  response.setProperties(request.getProperties());
  response.setInputs(request.getInputs());
  return response;
}

function checkConfig(request: protocol.CheckRequest): protocol.CheckResponse {
  const response = new protocol.CheckResponse();
  response.setInputs(request.getNews());
  return response;
}

function configure(): protocol.ConfigureResponse {
  const response = new protocol.ConfigureResponse();
  // Values come plain and the engine itself keeps secret what was secret; outputs can be told before they exist.
  response.setSupportspreview(true);
  return response;
}

function unary<Request, Response>(work: (request: Request) => Response): grpc.handleUnaryCall<Request, Response> {
  return (call, respond) => {
    try {
      respond(null, work(call.request));
    } catch (error) {
      const details = error instanceof Error ? error.message : String(error);
      const code = error instanceof Refusal ? grpc.status.UNIMPLEMENTED : grpc.status.INTERNAL;
      respond({ code, details });
    }
  };
}

/** The random provider as a gRPC server; calls that are not here are answered "unimplemented" by gRPC itself. */
export function randomProvider(version: string): grpc.Server {
  const server = new grpc.Server(channelOptions);
  server.addService(providerRpc.ResourceProviderService, {
    checkConfig: unary(checkConfig),
    diffConfig: unary(() => new protocol.DiffResponse()),
    configure: unary(configure),
    check: unary(check),
    diff: unary(diff),
    create: unary(create),
    read: unary(read),
    update: unary(() => {
      throw new Refusal("random values are never updated in place; this is a fault of the sandbox's provider");
    }),
    delete: unary(() => new Empty()),
    cancel: unary(() => new Empty()),
    attach: unary(() => new Empty()),
    getPluginInfo: unary(() => {
      const info = new pluginProtocol.PluginInfo();
      info.setVersion(version);
      return info;
    }),
  });
  return server;
}
