import { type ChildProcess } from "node:child_process";
import path from "node:path";
import type * as grpc from "@grpc/grpc-js";
import type { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import protocol from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { startPack, stopPack } from "../../changes/recording/pack";
import { projectFolder } from "../support/stack";

/** A resource as the engine sends it; secrets and unknown values in the engine's own form. */
export interface WireResource {
  readonly type: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** URNs of what it stands on, of what its inputs were read from, and under which it stood before. */
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  readonly provider?: string;
  readonly aliases?: readonly string[];
}

/** What a policy said. */
export interface Diagnostic {
  readonly policy: string;
  readonly message: string;
  readonly urn: string;
  readonly level: "advisory" | "mandatory";
}

/** What the pack answered. */
export interface Answer {
  readonly diagnostics: readonly Diagnostic[];
  /** Policies that did not apply, with their reasons. */
  readonly notApplicable: ReadonlyMap<string, string>;
}

/** What a remediation answered: changed properties in the engine's form, or why there are none. */
export interface Remedy {
  readonly policy: string;
  readonly properties: Readonly<Record<string, unknown>> | undefined;
  readonly diagnostic: string;
}

/** The policy pack in a process of its own, started and spoken to as the engine does. */
export class PackProcess {
  private constructor(
    readonly client: AnalyzerClient,
    readonly child: ChildProcess,
  ) {}

  /** @param pack Its folder; default: the project's own. */
  static async start(
    environment: Readonly<Record<string, string>> = {},
    pack = path.join(projectFolder, "policies"),
  ): Promise<PackProcess> {
    const { client, child } = await startPack(projectFolder, pack, environment);
    return new PackProcess(client, child);
  }

  async stop(): Promise<void> {
    await stopPack(this);
  }

  /** @throws what the engine would show. */
  async configureStack(config: Readonly<Record<string, string>>): Promise<void> {
    const request = new protocol.AnalyzerStackConfigureRequest();
    request.setStack("dev").setProject("altlas").setDryRun(true);
    for (const [key, value] of Object.entries(config)) request.getConfigMap().set(key, value);
    await call((callback) => this.client.configureStack(request, callback));
  }

  async policies(): Promise<messages.PolicyInfo.AsObject[]> {
    const { Empty } = await import("google-protobuf/google/protobuf/empty_pb");
    const info = await call<messages.AnalyzerInfo>((callback) => this.client.getAnalyzerInfo(new Empty(), callback));
    return info.getPoliciesList().map((policy) => policy.toObject());
  }

  async analyze(resource: WireResource): Promise<Answer> {
    const request = requestOf(resource);
    return answerOf(await call<messages.AnalyzeResponse>((callback) => this.client.analyze(request, callback)));
  }

  async remediate(resource: WireResource): Promise<readonly Remedy[]> {
    const request = requestOf(resource);
    const response = await call<messages.RemediateResponse>((callback) => this.client.remediate(request, callback));
    return response.getRemediationsList().map((each) => ({
      policy: each.getPolicyname(),
      properties: each.getProperties()?.toJavaScript(),
      diagnostic: each.getDiagnostic(),
    }));
  }

  async analyzeStack(resources: readonly WireResource[]): Promise<Answer> {
    const request = new protocol.AnalyzeStackRequest();
    for (const resource of resources) {
      const each = new protocol.AnalyzerResource();
      each.setType(resource.type).setName(resource.name).setUrn(urnOf(resource));
      const options = new protocol.AnalyzerResourceOptions().setAliasesList([...(resource.aliases ?? [])]);
      each.setProperties(structOf(resource.properties)).setOptions(options);
      each.setDependenciesList([...(resource.dependencies ?? [])]);
      for (const [property, urns] of Object.entries(resource.propertyDependencies ?? {})) {
        const dependencies = new protocol.AnalyzerPropertyDependencies().setUrnsList([...urns]);
        each.getPropertydependenciesMap().set(property, dependencies);
      }
      if (resource.provider !== undefined) {
        each.setProvider(new protocol.AnalyzerProviderResource().setUrn(resource.provider));
      }
      request.addResources(each);
    }
    return answerOf(await call<messages.AnalyzeResponse>((callback) => this.client.analyzeStack(request, callback)));
  }
}

/** The engine's name of a resource. */
export function urnOf({ type, name }: Pick<WireResource, "type" | "name">): string {
  return `urn:pulumi:dev::altlas::${type}::${name}`;
}

function requestOf(resource: WireResource): messages.AnalyzeRequest {
  const request = new protocol.AnalyzeRequest();
  request.setType(resource.type).setName(resource.name).setUrn(urnOf(resource));
  request.setProperties(structOf(resource.properties)).setOptions(new protocol.AnalyzerResourceOptions());
  return request;
}

function structOf(properties: Readonly<Record<string, unknown>>): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

function answerOf(response: messages.AnalyzeResponse): Answer {
  const mandatory: number = protocol.EnforcementLevel.MANDATORY;
  return {
    diagnostics: response.getDiagnosticsList().map((each) => ({
      policy: each.getPolicyname(),
      message: each.getMessage(),
      urn: each.getUrn(),
      level: (each.getEnforcementlevel() as number) === mandatory ? "mandatory" : "advisory",
    })),
    notApplicable: new Map(
      response.getNotApplicableList().map((each) => [each.getPolicyName(), each.getReason()] as const),
    ),
  };
}

function call<T>(start: (callback: (error: grpc.ServiceError | null, response: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, response) => (error ? reject(error) : resolve(response)));
  });
}
