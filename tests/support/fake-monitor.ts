import * as grpc from "@grpc/grpc-js";
import type { ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import provider from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import type { RegisterResourceOutputsRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import resource from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { bind, type ProviderProcess, type Values } from "./provider-client";

/** A registration that a component made. */
export interface MonitoredResource {
  type: string;
  name: string;
  parent: string;
  custom: boolean;
  provider: string;
  dependencies: string[];
  object: Values;
  protect: boolean;
  retainOnDelete: boolean;
  secretOutputs: string[];
}

/** A resource monitor that answers every registration and takes notes, in the order in which they came. */
export class FakeMonitor {
  readonly resources: MonitoredResource[] = [];
  readonly outputs = new Map<string, Values>();
  readonly #server = new grpc.Server();
  #address = "";

  async start(): Promise<void> {
    const names = Object.keys(ResourceMonitorService);
    const unused = Object.fromEntries(names.map((name) => [name, refuse]));
    this.#server.addService(ResourceMonitorService, {
      ...unused,
      registerResource: (call: { request: RegisterResourceRequest }, callback: grpc.sendUnaryData<unknown>) => {
        const request = call.request;
        this.resources.push({
          type: request.getType(),
          name: request.getName(),
          parent: request.getParent(),
          custom: request.getCustom(),
          provider: request.getProvider(),
          dependencies: request.getDependenciesList(),
          object: request.getObject()?.toJavaScript() ?? {},
          protect: request.getProtect() ?? false,
          retainOnDelete: request.getRetainondelete() ?? false,
          secretOutputs: request.getAdditionalsecretoutputsList(),
        });
        const reply = new resource.RegisterResourceResponse();
        reply.setUrn(`urn:pulumi:test::project::${request.getType()}::${request.getName()}`);
        reply.setId(request.getCustom() ? `id-of-${request.getName()}` : "");
        callback(null, reply);
      },
      registerResourceOutputs: (
        call: { request: RegisterResourceOutputsRequest },
        callback: grpc.sendUnaryData<Empty>,
      ) => {
        this.outputs.set(call.request.getUrn(), call.request.getOutputs()?.toJavaScript() ?? {});
        callback(null, new Empty());
      },
    });
    this.#address = `127.0.0.1:${await bind(this.#server)}`;
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  /** The names of the children, in the order in which they were registered. */
  get children(): string[] {
    return this.resources.filter(({ custom }) => custom).map(({ name }) => name);
  }

  /** Has `on` construct a component here; notes of earlier ones are forgotten. */
  async construct(
    on: ProviderProcess,
    type: string,
    name: string,
    inputs: Values,
    more: { preview?: boolean; protect?: boolean; dependencies?: string[] } = {},
  ): Promise<{ urn: string; outputs: Values }> {
    this.resources.length = 0;
    this.outputs.clear();
    const request = new provider.ConstructRequest();
    request.setProject("project");
    request.setStack("test");
    request.setType(type);
    request.setName(name);
    request.setMonitorendpoint(this.#address);
    request.setInputs(Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>));
    request.setDryrun(more.preview ?? false);
    if (more.protect !== undefined) request.setProtect(more.protect);
    request.setDependenciesList(more.dependencies ?? []);
    request.getProvidersMap().set("kubernetes", "urn:provider::id");
    const reply = await on.call<ConstructResponse>("construct", request);
    return { urn: reply.getUrn(), outputs: reply.getState()?.toJavaScript() ?? {} };
  }
}

const refuse = (_call: unknown, callback: (error: { code: grpc.status }) => void): void =>
  callback({ code: grpc.status.UNIMPLEMENTED });
