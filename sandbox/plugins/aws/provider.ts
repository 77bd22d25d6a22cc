import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import pluginProtocol from "@pulumi/pulumi/proto/plugin_pb";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import protocol from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { channelOptions } from "../language-nodejs/serve";
import { checkInputs, type Problem } from "./check";
import { lookUp } from "./lookups";
import { type Kind, Schema } from "./schema";
import { equal, UNKNOWN, type Value, type Values } from "./values";

/** Refuses a call; the engine shows the sentence beside the resource. */
class Refusal extends Error {}

const valuesOf = (struct: Struct | undefined): Values => struct?.toJavaScript() ?? {};
const structOf = (values: Values): Struct => Struct.fromJavaScript(values);

/** The type token of a URN: `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */
function typeOfUrn(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").pop() ?? "";
}

function checked(request: protocol.CheckRequest, problems: readonly Problem[]): protocol.CheckResponse {
  const response = new protocol.CheckResponse();
  response.setInputs(request.getNews());
  for (const { property, reason } of problems) {
    const failure = new protocol.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

/** Values of the provider's settings arrive as JSON where they are no text. */
function settingsOf(struct: Struct | undefined): Values {
  const entries = Object.entries(valuesOf(struct)).map(([name, value]): [string, Value] => {
    if (typeof value !== "string" || value === UNKNOWN) return [name, value];
    try {
      return [name, JSON.parse(value) as Value];
    } catch {
      return [name, value];
    }
  });
  return Object.fromEntries(entries);
}

/** An AWS provider that answers previews and nothing else: it knows no account, has no network, and makes nothing. */
class PreviewProvider {
  private readonly schema = new Schema(path.dirname(require.resolve("@pulumi/aws/package.json")));
  private region: string | undefined;

  public checkConfig(request: protocol.CheckRequest): protocol.CheckResponse {
    const settings = settingsOf(request.getNews());
    const known = new Set(["version", "pluginDownloadURL", ...this.schema.provider().keys()]);
    const problems = Object.keys(settings)
      .filter((name) => !known.has(name) && !name.startsWith("__"))
      .map((property) => ({ property, reason: "is no setting of the AWS provider; remove it" }));
    if (settings.region === undefined || settings.region === "") {
      problems.push({ property: "region", reason: "is missing; give the provider a region" });
    }
    return checked(request, problems);
  }

  public configure(request: protocol.ConfigureRequest): protocol.ConfigureResponse {
    const { region } = settingsOf(request.getArgs());
    this.region = typeof region === "string" && region !== UNKNOWN ? region : undefined;
    const response = new protocol.ConfigureResponse();
    // Values come plain and the engine itself keeps secret what was secret; outputs can be told before they exist.
    response.setSupportspreview(true);
    return response;
  }

  public check(request: protocol.CheckRequest): protocol.CheckResponse {
    const { inputs } = this.kind(request.getUrn());
    return checked(request, checkInputs(this.schema, inputs, valuesOf(request.getNews())));
  }

  public diff(request: protocol.DiffRequest): protocol.DiffResponse {
    const [before, after] = [valuesOf(request.getOldInputs()), valuesOf(request.getNews())];
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const changed = names.filter((name) => !name.startsWith("__") && !equal(before[name], after[name]));
    const response = new protocol.DiffResponse();
    const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;
    response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
    response.setDiffsList(changed);
    return response;
  }

  public create(request: protocol.CreateRequest): protocol.CreateResponse {
    const kind = this.kind(request.getUrn());
    if (!request.getPreview()) throw refuseWork("create", request.getUrn());
    const response = new protocol.CreateResponse();
    response.setProperties(structOf(this.outputs(kind, valuesOf(request.getProperties()))));
    return response;
  }

  public update(request: protocol.UpdateRequest): protocol.UpdateResponse {
    const kind = this.kind(request.getUrn());
    if (!request.getPreview()) throw refuseWork("update", request.getUrn());
    const response = new protocol.UpdateResponse();
    response.setProperties(structOf(this.outputs(kind, valuesOf(request.getNews()))));
    return response;
  }

  public invoke(request: protocol.InvokeRequest): protocol.InvokeResponse {
    const answer = lookUp(request.getTok(), { args: valuesOf(request.getArgs()), region: this.region });
    if ("refusal" in answer) throw new Refusal(answer.refusal);
    const response = new protocol.InvokeResponse();
    response.setReturn(structOf(answer.result));
    return response;
  }

  /** What was given as it is; what AWS fills in is not known. The region is: every resource is in its provider's. */
  private outputs({ filled }: Kind, inputs: Values): Values {
    const computed = Object.fromEntries(filled.map((name) => [name, UNKNOWN]));
    return {
      ...computed,
      ...(filled.includes("region") && this.region !== undefined && { region: this.region }),
      ...inputs,
    };
  }

  private kind(urn: string): Kind {
    const token = typeOfUrn(urn);
    const kind = this.schema.kind(token);
    if (!kind)
      throw new Refusal(`the installed @pulumi/aws has no resource type ${token}; correct the type or the version`);
    return kind;
  }
}

function refuseWork(verb: string, urn: string): Refusal {
  return new Refusal(
    `the sandbox's AWS provider answers previews only: it does not ${verb} ${typeOfUrn(urn)}. Use the official Pulumi CLI and ` +
      "plugin with an AWS account for that; docs/environments.md says how",
  );
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

/** The AWS provider as a gRPC server; calls that are not here are answered "unimplemented" by gRPC itself. */
export function awsProvider(version: string): grpc.Server {
  const provider = new PreviewProvider();
  const server = new grpc.Server(channelOptions);
  server.addService(providerRpc.ResourceProviderService, {
    checkConfig: unary((request: protocol.CheckRequest) => provider.checkConfig(request)),
    diffConfig: unary(() => new protocol.DiffResponse()),
    configure: unary((request: protocol.ConfigureRequest) => provider.configure(request)),
    check: unary((request: protocol.CheckRequest) => provider.check(request)),
    diff: unary((request: protocol.DiffRequest) => provider.diff(request)),
    create: unary((request: protocol.CreateRequest) => provider.create(request)),
    update: unary((request: protocol.UpdateRequest) => provider.update(request)),
    invoke: unary((request: protocol.InvokeRequest) => provider.invoke(request)),
    read: unary((request: protocol.ReadRequest) => {
      throw refuseWork("read", request.getUrn());
    }),
    delete: unary((request: protocol.DeleteRequest) => {
      throw refuseWork("delete", request.getUrn());
    }),
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
