import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import protocol from "@pulumi/pulumi/proto/provider_pb";
import statusProtocol from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** Plain values as they go over the wire; secrets and unknowns in Pulumi's own form. */
export type Values = Record<string, unknown>;

/** A value that is known only after the update, and one that is secret, as the engine sends them. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const secretOf = (value: unknown): Values => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** A failed call: the provider's sentence, and what it says of an object that exists but is not ready. */
export class CallError extends Error {
  constructor(
    message: string,
    readonly code: grpc.status,
    readonly notReady: { id: string; outputs: Values; reasons: string[] } | undefined,
  ) {
    super(message);
  }
}

/** A message that the provider sent to the engine. */
export interface LogLine {
  severity: number;
  message: string;
  urn: string;
  ephemeral: boolean;
}

const structOf = (values: Values): Struct => Struct.fromJavaScript(values as Record<string, JavaScriptValue>);
const valuesOf = (struct: Struct | undefined): Values => struct?.toJavaScript() ?? {};

/** A provider in a process of its own, spoken to as the engine does. */
export class ProviderProcess {
  readonly #logs: LogLine[];

  private constructor(
    readonly client: ResourceProviderClient,
    private readonly child: ChildProcess,
    private readonly engine: grpc.Server,
    logs: LogLine[],
  ) {
    this.#logs = logs;
  }

  /** Everything that the provider told the engine so far. */
  get logs(): readonly LogLine[] {
    return this.#logs;
  }

  /**
   * Starts `entry` (a TypeScript file of the project) and connects to it.
   *
   * @param environment variables beside those of this process; undefined removes one.
   */
  static async start(entry: string, environment: Record<string, string | undefined> = {}): Promise<ProviderProcess> {
    const logs: LogLine[] = [];
    const engine = new grpc.Server();
    engine.addService(EngineService, {
      log: (call: grpc.ServerUnaryCall<LogRequest, Empty>, callback: grpc.sendUnaryData<Empty>) => {
        const { severity, message, urn, ephemeral } = call.request.toObject();
        logs.push({ severity, message, urn, ephemeral });
        callback(null, new Empty());
      },
      getRootResource: unimplemented,
      setRootResource: unimplemented,
    });
    const enginePort = await bind(engine);
    const child = spawn(process.execPath, ["bin/ts.cjs", entry, `127.0.0.1:${enginePort}`], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const first = await firstLine(child);
    const client = new ResourceProviderClient(`127.0.0.1:${first}`, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": 400 * 1024 * 1024,
    });
    return new ProviderProcess(client, child, engine, logs);
  }

  /** Ends the process and the fake engine. */
  async stop(): Promise<void> {
    this.client.close();
    this.engine.forceShutdown();
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGINT");
    await ended;
  }

  async checkConfig(news: Values): Promise<{ property: string; reason: string }[]> {
    const request = new protocol.CheckRequest();
    request.setNews(structOf(news));
    const reply = await this.call<messages.CheckResponse>("checkConfig", request);
    return reply.getFailuresList().map((failure) => failure.toObject());
  }

  async diffConfig(olds: Values, news: Values): Promise<{ changed: string[]; replaces: string[] }> {
    const request = new protocol.DiffRequest();
    request.setOldInputs(structOf(olds));
    request.setNews(structOf(news));
    const reply = await this.call<messages.DiffResponse>("diffConfig", request);
    return { changed: reply.getDiffsList(), replaces: reply.getReplacesList() };
  }

  async configure(args: Values): Promise<messages.ConfigureResponse.AsObject> {
    const request = new protocol.ConfigureRequest();
    request.setArgs(structOf(args));
    request.setAcceptsecrets(true);
    return (await this.call<messages.ConfigureResponse>("configure", request)).toObject();
  }

  async check(urn: string, news: Values, more: { olds?: Values; oldOutputs?: Values; seed?: string } = {}) {
    const request = new protocol.CheckRequest();
    request.setUrn(urn);
    if (more.olds !== undefined) request.setOlds(structOf(more.olds));
    if (more.oldOutputs !== undefined) request.setOldOutputs(structOf(more.oldOutputs));
    request.setNews(structOf(news));
    request.setRandomseed(Buffer.from(more.seed ?? "seed"));
    const reply = await this.call<messages.CheckResponse>("check", request);
    return {
      inputs: valuesOf(reply.getInputs()),
      failures: reply.getFailuresList().map((failure) => failure.toObject()),
    };
  }

  async diff(urn: string, id: string, state: { inputs: Values; outputs: Values }, news: Values) {
    const request = new protocol.DiffRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setOlds(structOf(state.outputs));
    request.setOldInputs(structOf(state.inputs));
    request.setNews(structOf(news));
    const reply = await this.call<messages.DiffResponse>("diff", request);
    return {
      changes: reply.getDiffsList(),
      replaces: reply.getReplacesList(),
      deleteBeforeReplace: reply.getDeletebeforereplace(),
    };
  }

  async create(urn: string, inputs: Values, more: { preview?: boolean; timeout?: number } = {}) {
    const request = new protocol.CreateRequest();
    request.setUrn(urn);
    request.setProperties(structOf(inputs));
    request.setPreview(more.preview ?? false);
    request.setTimeout(more.timeout ?? 0);
    const reply = await this.call<messages.CreateResponse>("create", request);
    return { id: reply.getId(), outputs: valuesOf(reply.getProperties()) };
  }

  async update(
    urn: string,
    id: string,
    state: { inputs: Values; outputs: Values },
    news: Values,
    more: { preview?: boolean; timeout?: number } = {},
  ): Promise<Values> {
    const request = new protocol.UpdateRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setOlds(structOf(state.outputs));
    request.setOldInputs(structOf(state.inputs));
    request.setNews(structOf(news));
    request.setPreview(more.preview ?? false);
    request.setTimeout(more.timeout ?? 0);
    return valuesOf((await this.call<messages.UpdateResponse>("update", request)).getProperties());
  }

  async read(urn: string, id: string, state: { inputs?: Values; outputs?: Values } = {}) {
    const request = new protocol.ReadRequest();
    request.setUrn(urn);
    request.setId(id);
    if (state.outputs !== undefined) request.setProperties(structOf(state.outputs));
    if (state.inputs !== undefined) request.setInputs(structOf(state.inputs));
    const reply = await this.call<messages.ReadResponse>("read", request);
    return { id: reply.getId(), outputs: valuesOf(reply.getProperties()), inputs: valuesOf(reply.getInputs()) };
  }

  async delete(urn: string, id: string, outputs: Values, more: { timeout?: number } = {}): Promise<void> {
    const request = new protocol.DeleteRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setProperties(structOf(outputs));
    request.setTimeout(more.timeout ?? 0);
    await this.call("delete", request);
  }

  async cancel(): Promise<void> {
    await this.call("cancel", new Empty());
  }

  /** Any call by name; a refusal is thrown as CallError. */
  async call<Reply>(method: keyof ResourceProviderClient, request: unknown): Promise<Reply> {
    return await new Promise<Reply>((resolve, reject) => {
      const client = this.client as unknown as Record<string, (request: unknown, callback: Callback<Reply>) => void>;
      client[method]?.(request, (error, reply) => {
        if (error === null) resolve(reply);
        else reject(new CallError(error.details, error.code, notReadyOf(error)));
      });
    });
  }
}

/** Reads the object that exists but is not ready out of an error's details. */
export function notReadyOf(error: grpc.ServiceError): CallError["notReady"] {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (bytes === undefined) return undefined;
  const [any] = statusProtocol.Status.deserializeBinary(Buffer.from(bytes)).getDetailsList();
  if (any?.getTypeName() !== "pulumirpc.ErrorResourceInitFailed") return undefined;
  const detail = protocol.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
  return { id: detail.getId(), outputs: valuesOf(detail.getProperties()), reasons: detail.getReasonsList() };
}

type Callback<Reply> = (error: grpc.ServiceError | null, reply: Reply) => void;

/** The first line on the process's standard output. */
async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the provider was started without a pipe");
  const ended = once(child, "exit");
  const line = once(createInterface({ input: child.stdout }), "line");
  const [what] = (await Promise.race([line, ended])) as [string | number | null];
  if (typeof what !== "string")
    throw new Error(`the provider ended (${what ?? "by a signal"}) before it printed its port`);
  return what;
}

const unimplemented = (_call: unknown, callback: (error: { code: grpc.status; details: string }) => void): void =>
  callback({ code: grpc.status.UNIMPLEMENTED, details: "the fake engine has no root resource" });

/** Binds `server` to a free loopback port. */
export async function bind(server: grpc.Server): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

/** A URN of the given type, as the engine would make it. */
export const urnOf = (type: string, name: string): string => `urn:pulumi:test::project::${type}::${name}`;
