import * as grpc from "@grpc/grpc-js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import monitorRpc from "@pulumi/pulumi/proto/resource_grpc_pb";
import resource from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { listen } from "../../sandbox/plugins/language-nodejs/serve";

/** An engine that says yes to everything at once and counts registrations, so that only the program is measured. */
export class YesEngine {
  /** Resources registered so far. */
  public registrations = 0;
  /** What the program reported as errors. */
  public errors = "";
  private readonly server = new grpc.Server();

  /** @returns Where it listens. */
  public async listen(): Promise<string> {
    const done: grpc.handleUnaryCall<unknown, Empty> = (_call, respond) => respond(null, new Empty());
    const supports: grpc.handleUnaryCall<unknown, resource.SupportsFeatureResponse> = (_call, respond) => {
      respond(null, new resource.SupportsFeatureResponse().setHassupport(true));
    };
    const register: grpc.handleUnaryCall<resource.RegisterResourceRequest, resource.RegisterResourceResponse> = (
      { request },
      respond,
    ) => {
      this.registrations += 1;
      const response = new resource.RegisterResourceResponse();
      response.setUrn(`urn:pulumi:dev::altlas::${request.getType()}::${request.getName()}`);
      response.setId(request.getCustom() ? `${request.getName()}-id` : "");
      response.setObject(request.getObject());
      respond(null, response);
    };
    this.server.addService(monitorRpc.ResourceMonitorService, {
      supportsFeature: supports,
      registerResource: register,
      registerResourceOutputs: done,
      signalAndWaitForShutdown: done,
    });
    const log: grpc.handleUnaryCall<engineMessages.LogRequest, Empty> = ({ request }, respond) => {
      if (request.getSeverity() === engineMessages.LogSeverity.ERROR) this.errors += `${request.getMessage()}\n`;
      respond(null, new Empty());
    };
    this.server.addService(engineRpc.EngineService, { log });
    return `127.0.0.1:${await listen(this.server)}`;
  }

  public close(): void {
    this.server.forceShutdown();
  }
}
