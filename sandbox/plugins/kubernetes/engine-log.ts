/** Messages to the engine, which prints them under the resource they belong to. */
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import protocol from "@pulumi/pulumi/proto/engine_pb";

export interface EngineLog {
  /** Kept in the output, below the resource. */
  warn(urn: string, message: string): void;
  info(urn: string, message: string): void;
  /** Shown only while the operation runs, in the resource's own line. */
  status(urn: string, message: string): void;
  /** Waits until the engine has all messages, so that none is lost when the engine ends this process afterwards. */
  flush(): Promise<void>;
}

/** Used before the engine's address is known and by tests that do not look at messages. */
export const silentLog: EngineLog = {
  warn: () => undefined,
  info: () => undefined,
  status: () => undefined,
  flush: () => Promise.resolve(),
};

/** A log that sends to the engine at `address` (host:port). A lost message never fails an operation. */
export function engineLog(address: string): EngineLog {
  const client = new EngineClient(address, grpc.credentials.createInsecure());
  const pending = new Set<Promise<void>>();
  const send = (severity: LogSeverity, urn: string, message: string, ephemeral: boolean): void => {
    const request = new protocol.LogRequest();
    request.setSeverity(severity);
    request.setUrn(urn);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    const sent = new Promise<void>((resolve) => {
      client.log(request, () => {
        pending.delete(sent);
        resolve();
      });
    });
    pending.add(sent);
  };
  return {
    warn: (urn, message) => send(protocol.LogSeverity.WARNING, urn, message, false),
    info: (urn, message) => send(protocol.LogSeverity.INFO, urn, message, false),
    status: (urn, message) => send(protocol.LogSeverity.INFO, urn, message, true),
    flush: async () => {
      await Promise.all(pending);
    },
  };
}
