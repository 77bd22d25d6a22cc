import { type ChildProcess } from "node:child_process";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import engine from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import resource from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { typesOf } from "../../registrations/keys";
import { unsupported } from "../../changes/recording/dry-run";
import { runProgram } from "../../changes/recording/program";
import { projectFolder } from "./stack";

/** How the fake engine is to behave, and what the program is told. */
export interface FakeEngineOptions {
  readonly stack: string;
  /** The stack's configuration by full key. */
  readonly config: Readonly<Record<string, string>>;
  /** Tells the program that it is a preview, and answers with nothing that only a provider would know. */
  readonly preview?: boolean;
  /** The registration that fails. */
  readonly fail?: {
    /** Its key: types from the root down and name, as in the engine's URN. */
    readonly key: string;
    /** Keys that must have been asked for before the program is told, so that whatever comes later is its fault. */
    readonly after: ReadonlySet<string>;
  };
}

/** One registration as it was asked for. */
export interface AskedRegistration {
  readonly key: string;
  /** Keys of what it needs: parent, provider, explicit dependencies and those of its inputs. */
  readonly needs: readonly string[];
}

/** What became of a run of the program. */
export interface FakeEngineRun {
  readonly code: number;
  /** In the order in which they were asked for. */
  readonly registrations: readonly AskedRegistration[];
  /** Keys that were asked for after the program had been told of the failure. */
  readonly afterFailure: readonly string[];
  /** Everything the program said: error messages to the engine, and its own output. */
  readonly said: string;
}

/** Milliseconds that a program on a busy machine may take to ask for what it can; beyond it something is wrong. */
const PATIENCE = 60_000;

/**
 * Runs the program of the stack with the SDK's own runner, in a process of its own, against an engine that only takes
 * notes. One registration may fail, the way a refused input fails in the real engine.
 */
export async function runOnFakeEngine(options: FakeEngineOptions): Promise<FakeEngineRun> {
  const fake = new FakeEngine(options);
  const server = new grpc.Server();
  server.addService(ResourceMonitorService, fake.monitor());
  server.addService(EngineService, fake.engine());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  try {
    const code = await runProgram({
      ...options,
      folder: projectFolder,
      address: `127.0.0.1:${port}`,
      preview: options.preview ?? false,
      // Nobody reads the traces that the SDK takes for each promise; formatting them is a fifth of a run.
      nodeArguments: ["--stack-trace-limit=0"],
      say: (text) => fake.said.push(text),
      started: (child) => {
        programs.add(child);
        child.once("close", () => programs.delete(child));
      },
    });
    if (fake.problem) throw fake.problem;
    return { code, registrations: fake.registrations, afterFailure: fake.afterFailure, said: fake.said.join("\n") };
  } finally {
    fake.stop();
    server.forceShutdown();
  }
}

/** Keys of everything that needs a registration, directly or through others, itself included. */
export function dependents(key: string, registrations: readonly AskedRegistration[]): Set<string> {
  const found = new Set([key]);
  // Nothing is asked for before what it needs, so one pass in that order sees every chain.
  for (const { key: other, needs } of registrations) if (needs.some((needed) => found.has(needed))) found.add(other);
  return found;
}

const programs = new Set<ChildProcess>();

/** Ends the programs of runs that a failed test did not wait for: without an engine they would never end. */
export function endPrograms(): void {
  for (const program of programs) program.kill("SIGKILL");
}

class FakeEngine {
  readonly registrations: AskedRegistration[] = [];
  readonly afterFailure: string[] = [];
  readonly said: string[] = [];
  problem: Error | undefined;
  private told = false;
  private tell: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: FakeEngineOptions) {}

  stop(): void {
    clearTimeout(this.timer);
  }

  monitor(): grpc.UntypedServiceImplementation {
    const supports: grpc.handleUnaryCall<resource.SupportsFeatureRequest, resource.SupportsFeatureResponse> = (
      _call,
      respond,
    ) => respond(null, new resource.SupportsFeatureResponse().setHassupport(true));
    const register: grpc.handleUnaryCall<resource.RegisterResourceRequest, resource.RegisterResourceResponse> = (
      { request },
      respond,
    ) => this.register(request, respond);
    const done: grpc.handleUnaryCall<unknown, Empty> = (_call, respond) => respond(null, new Empty());
    return {
      ...unsupported(ResourceMonitorService),
      supportsFeature: supports,
      registerResource: register,
      registerResourceOutputs: done,
      signalAndWaitForShutdown: done,
    };
  }

  engine(): grpc.UntypedServiceImplementation {
    const log: grpc.handleUnaryCall<engine.LogRequest, Empty> = (call, respond) => {
      if (call.request.getSeverity() === engine.LogSeverity.ERROR) this.said.push(call.request.getMessage());
      respond(null, new Empty());
    };
    return { ...unsupported(EngineService), log };
  }

  private register(
    request: resource.RegisterResourceRequest,
    respond: grpc.sendUnaryData<resource.RegisterResourceResponse>,
  ): void {
    const parent = request.getParent();
    const types = parent === "" ? "" : typesOf(this.key(parent));
    // As in the engine, the stack itself is the parent of what has no other, and is not named.
    const chain = types === "" || types === stackType ? "" : `${types}$`;
    const key = `${chain}${request.getType()}::${request.getName()}`;
    const providers = [request.getProvider()];
    request.getProvidersMap().forEach((reference: string) => providers.push(reference));
    // A reference is the provider's URN and id.
    const providerUrns = providers.map((reference) => reference.split("::").slice(0, -1).join("::"));
    const urns = [parent, ...providerUrns, ...request.getDependenciesList()].filter((urn) => urn !== "");
    this.registrations.push({ key, needs: urns.map((urn) => this.key(urn)) });
    if (this.told) this.afterFailure.push(key);
    if (key === this.options.fail?.key) {
      this.tell = () => respond({ code: grpc.status.UNKNOWN, details: `${key} was refused by the fake engine` });
      this.timer = setTimeout(() => this.giveUp(), PATIENCE);
    } else {
      const response = new resource.RegisterResourceResponse();
      response.setUrn(`urn:pulumi:${this.options.stack}::altlas::${key}`);
      if (this.options.preview !== true) {
        response.setId(request.getCustom() ? `${request.getName()}-id` : "");
        response.setObject(request.getObject());
      }
      respond(null, response);
    }
    this.tellWhenDue();
  }

  /** Tells the program of the failure once it has asked for all that it could. */
  private tellWhenDue(): void {
    if (!this.tell || this.told || this.missing().length > 0) return;
    this.told = true;
    this.stop();
    this.tell();
  }

  private missing(): string[] {
    const asked = new Set(this.registrations.map(({ key }) => key));
    return [...(this.options.fail?.after ?? [])].filter((key) => !asked.has(key));
  }

  private giveUp(): void {
    this.problem = new Error(`The program never asked for ${this.missing().join(", ")}`);
    this.told = true;
    this.tell?.();
  }

  private key(urn: string): string {
    return urn.split("::").slice(2).join("::");
  }
}

const stackType = "pulumi:pulumi:Stack";
