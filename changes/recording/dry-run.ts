import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import engine from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import resource from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { channelOptions, listen } from "../../sandbox/plugins/language-nodejs/serve";
import { PreviewAnswers } from "./answers";
import { type ProgramRun, runProgram } from "./program";
import { decodeProperties, type PropertyValue } from "../../registrations/property-values";
import { readRegistration, type Registration } from "../../registrations/registration";

/** A resource as the program sent it, for whoever speaks the engine's language (the policy pack). */
export interface SentResource {
  readonly registration: Registration;
  readonly urn: string;
  /** What was asked for: parent, provider and dependencies as URNs. */
  readonly request: resource.RegisterResourceRequest;
  /** Inputs in the engine's form; of the stack its outputs. */
  readonly properties: Struct;
}

/** What a program registers in a preview. */
export interface DryRun {
  /** Sorted by key; the stack itself is not among them. */
  readonly registrations: readonly Registration[];
  readonly outputs: Readonly<Record<string, PropertyValue>>;
  /** The same in the engine's form, the stack included, in the order in which it was asked for. */
  readonly sent: readonly SentResource[];
}

/** What the program of a folder says when it refuses to run: its own words. */
export class ProgramRefusal extends Error {}

const stackType = "pulumi:pulumi:Stack";

/**
 * Runs the program of a folder as in a preview, against an engine that knows no state, no cluster and no account, and
 * writes down what it is told.
 *
 * @throws ProgramRefusal when the program ends with an error, such as settings that cannot be used.
 */
export async function dryRun(options: Pick<ProgramRun, "folder" | "stack" | "config" | "started">): Promise<DryRun> {
  const notes = new Notes(options.folder, options.stack);
  const server = new grpc.Server(channelOptions);
  server.addService(ResourceMonitorService, notes.monitor());
  server.addService(EngineService, notes.engine());
  const port = await listen(server);
  try {
    const printed: string[] = [];
    const code = await runProgram({
      ...options,
      address: `127.0.0.1:${port}`,
      // Nobody reads the traces that the SDK takes for each promise; formatting them is a fifth of a run.
      nodeArguments: ["--stack-trace-limit=0"],
      preview: true,
      say: (text) => printed.push(text),
    });
    if (code !== 0 || notes.errors.length > 0) {
      const said = notes.errors.length > 0 ? notes.errors.join("\n") : printed.join("");
      throw new ProgramRefusal(said.trim() === "" ? `The program ended with exit code ${code}.` : said.trim());
    }
    return notes.result();
  } finally {
    server.forceShutdown();
  }
}

/** The engine's two services, as far as a preview of a program needs them. */
class Notes {
  readonly errors: string[] = [];
  private readonly byUrn = new Map<string, Registration>();
  private readonly sent: SentResource[] = [];
  private readonly answers: PreviewAnswers;
  private stackOutputs = new Struct();

  constructor(
    folder: string,
    private readonly stack: string,
  ) {
    this.answers = new PreviewAnswers(folder);
  }

  result(): DryRun {
    const sorted = [...this.byUrn.values()].filter(({ type }) => type !== stackType);
    return {
      registrations: sorted.sort((a, b) => (a.key < b.key ? -1 : 1)),
      outputs: decodeProperties(this.stackOutputs.toJavaScript()),
      sent: this.sent.map((each) =>
        each.registration.type === stackType ? { ...each, properties: this.stackOutputs } : each,
      ),
    };
  }

  monitor(): grpc.UntypedServiceImplementation {
    const supports: grpc.handleUnaryCall<unknown, resource.SupportsFeatureResponse> = (_call, respond) =>
      respond(null, new resource.SupportsFeatureResponse().setHassupport(true));
    const register: grpc.handleUnaryCall<resource.RegisterResourceRequest, resource.RegisterResourceResponse> = (
      { request },
      respond,
    ) => respond(null, this.register(request));
    const outputs: grpc.handleUnaryCall<resource.RegisterResourceOutputsRequest, Empty> = ({ request }, respond) => {
      this.registerOutputs(request);
      respond(null, new Empty());
    };
    const invoke: grpc.handleUnaryCall<resource.ResourceInvokeRequest, unknown> = ({ request }, respond) =>
      respond({
        code: grpc.status.UNIMPLEMENTED,
        details: `The look-up ${request.getTok()} is not answered in a comparison; give its answer as a setting.`,
      });
    const done: grpc.handleUnaryCall<unknown, Empty> = (_call, respond) => respond(null, new Empty());
    return {
      ...unsupported(ResourceMonitorService),
      supportsFeature: supports,
      registerResource: register,
      registerResourceOutputs: outputs,
      invoke,
      signalAndWaitForShutdown: done,
    };
  }

  engine(): grpc.UntypedServiceImplementation {
    const log: grpc.handleUnaryCall<engine.LogRequest, Empty> = ({ request }, respond) => {
      if (request.getSeverity() === engine.LogSeverity.ERROR) this.errors.push(request.getMessage());
      respond(null, new Empty());
    };
    return { ...unsupported(EngineService), log };
  }

  private register(request: resource.RegisterResourceRequest): resource.RegisterResourceResponse {
    const registration = readRegistration(request, (urn) => this.key(urn));
    const urn = `urn:pulumi:${this.stack}::altlas::${registration.key}`;
    if (this.byUrn.has(urn))
      this.errors.push(`The engine would refuse a resource registered twice: ${registration.key}`);
    this.byUrn.set(urn, registration);
    const properties = request.getObject() ?? new Struct();
    this.sent.push({ registration, urn, request, properties });
    const { id, outputs } = this.answers.answer({
      type: request.getType(),
      name: request.getName(),
      inputs: properties.toJavaScript(),
      secretOutputs: request.getAdditionalsecretoutputsList(),
    });
    const response = new resource.RegisterResourceResponse();
    response.setUrn(urn);
    // Components and the stack have no outputs but those that they register.
    if (request.getCustom()) {
      response.setId(id);
      response.setObject(Struct.fromJavaScript(outputs as Record<string, JavaScriptValue>));
    }
    return response;
  }

  private registerOutputs(request: resource.RegisterResourceOutputsRequest): void {
    const registration = this.byUrn.get(request.getUrn());
    const outputs = request.getOutputs() ?? new Struct();
    if (registration?.type === stackType) this.stackOutputs = outputs;
    else if (registration) {
      this.byUrn.set(request.getUrn(), { ...registration, outputs: decodeProperties(outputs.toJavaScript()) });
    }
  }

  /** A key is the URN without stack and project; the stack itself has none. */
  private key(urn: string): string {
    const key = urn.split("::").slice(2).join("::");
    return key.startsWith(`${stackType}::`) ? "" : key;
  }
}

/** Answers "unimplemented" to everything, as an older engine does to what it does not know. */
export function unsupported(
  service: Readonly<Record<string, unknown>>,
): Record<string, grpc.handleUnaryCall<unknown, unknown>> {
  const refuse: grpc.handleUnaryCall<unknown, unknown> = (call, respond) =>
    respond({ code: grpc.status.UNIMPLEMENTED, details: `${call.getPath()} is not part of a comparison` });
  return Object.fromEntries(Object.keys(service).map((method) => [method, refuse]));
}
