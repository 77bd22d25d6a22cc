import * as grpc from "@grpc/grpc-js";
import analyzerRpc from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { channelOptions, listen } from "./serve";

// A policy pack reads the stack's name and configuration from its environment, so it can only be started once the engine
// has told them. The engine tells them to the running plugin. Between the two stands this server: it answers the first
// calls itself and hands on all later ones, unread, to the pack.

const raw = (bytes: Buffer) => bytes;

/** Every method of the analyzer protocol with requests and responses left as bytes. */
function byteMethods(): Record<string, grpc.MethodDefinition<Buffer, Buffer>> {
  const methods = Object.entries(analyzerRpc.AnalyzerService as unknown as grpc.ServiceDefinition);
  return Object.fromEntries(
    methods.map(([name, method]) => [
      name,
      {
        ...method,
        requestSerialize: raw,
        requestDeserialize: raw,
        responseSerialize: raw,
        responseDeserialize: raw,
      },
    ]),
  );
}

/** Environment of a policy pack for a stack: the variables the official language host sets. */
export function policyEnvironment(stack: analyzer.AnalyzerStackConfigureRequest): Record<string, string> {
  const values = {
    PULUMI_NODEJS_ORGANIZATION: stack.getOrganization(),
    PULUMI_NODEJS_PROJECT: stack.getProject(),
    PULUMI_NODEJS_STACK: stack.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(stack.getDryRun()),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(stack.getConfigMap().getEntryList())),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}

/** Stands before a policy pack until the engine has configured the stack. */
export class AnalyzerProxy {
  private readonly server = new grpc.Server(channelOptions);
  private readonly methods = byteMethods();
  private pack?: grpc.Client;
  private readonly waiting: { ready: () => void; failed: (reason: Error) => void }[] = [];
  private failure?: Error;
  private stack?: Buffer;
  private configured: (stack: analyzer.AnalyzerStackConfigureRequest | undefined) => void = () => undefined;

  /**
   * Settles when the engine has named the stack; with undefined when it asks something else first, as
   * `pulumi policy publish` does.
   */
  readonly stackConfiguration = new Promise<analyzer.AnalyzerStackConfigureRequest | undefined>((resolve) => {
    this.configured = resolve;
  });

  /** Starts serving; returns the port for the engine. */
  async listen(): Promise<number> {
    const handlers: grpc.UntypedServiceImplementation = {};
    for (const name of Object.keys(this.methods)) handlers[name] = this.forward(name);
    handlers.handshake = this.answer(() => Buffer.from(new analyzer.AnalyzerHandshakeResponse().serializeBinary()));
    handlers.configureStack = this.answer((request) => {
      this.stack = request;
      this.configured(analyzer.AnalyzerStackConfigureRequest.deserializeBinary(request));
      return Buffer.from(new analyzer.AnalyzerStackConfigureResponse().serializeBinary());
    });
    this.server.addService(this.methods, handlers);
    return listen(this.server);
  }

  /** Hands everything on to the pack at `port` from now on. */
  async attach(port: number): Promise<void> {
    const pack = new grpc.Client(`127.0.0.1:${String(port)}`, grpc.credentials.createInsecure(), channelOptions);
    if (this.stack) {
      try {
        await this.call(pack, "configureStack", this.stack);
      } catch (error) {
        // Packs built before the call existed take the same facts from their environment.
        if ((error as grpc.ServiceError).code !== grpc.status.UNIMPLEMENTED) throw error;
      }
    }
    this.pack = pack;
    for (const { ready } of this.waiting.splice(0)) ready();
  }

  /** Makes all calls fail: the pack could not be started or has ended. */
  fail(reason: Error): void {
    this.failure = reason;
    for (const { failed } of this.waiting.splice(0)) failed(reason);
  }

  close(): void {
    this.pack?.close();
    this.server.forceShutdown();
  }

  private call(pack: grpc.Client, name: string, request: Buffer): Promise<Buffer> {
    const method = this.methods[name];
    if (!method) return Promise.reject(new Error(`the analyzer protocol has no method ${name}`));
    return new Promise((resolve, reject) => {
      pack.makeUnaryRequest(method.path, raw, raw, request, (error, response) => {
        if (error) reject(error);
        else resolve(response ?? Buffer.alloc(0));
      });
    });
  }

  private async packClient(): Promise<grpc.Client> {
    this.configured(undefined);
    if (!this.pack && !this.failure) await new Promise<void>((ready, failed) => this.waiting.push({ ready, failed }));
    if (this.failure) throw this.failure;
    if (!this.pack) throw new Error("the policy pack is not running");
    return this.pack;
  }

  private answer(respond: (request: Buffer) => Buffer): grpc.handleUnaryCall<Buffer, Buffer> {
    return (call, callback) => callback(null, respond(call.request));
  }

  private forward(name: string): grpc.handleUnaryCall<Buffer, Buffer> {
    return (call, callback) => void this.relay(name, call.request, callback);
  }

  private async relay(name: string, request: Buffer, callback: grpc.sendUnaryData<Buffer>): Promise<void> {
    try {
      callback(null, await this.call(await this.packClient(), name, request));
    } catch (error) {
      const { code, details, metadata, message } = error as Partial<grpc.ServiceError> & Error;
      callback({ code: code ?? grpc.status.UNKNOWN, details: details ?? message, ...(metadata ? { metadata } : {}) });
    }
  }
}
