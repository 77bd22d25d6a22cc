/** Errors as the engine understands them: a sentence, and for a half-finished object what exists of it. */
import * as grpc from "@grpc/grpc-js";
import protocol from "@pulumi/pulumi/proto/provider_pb";
import statusProtocol from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { encode, type Properties } from "./properties";

/** A refusal or failure whose message is written for the person at the terminal; never shown with a stack trace. */
export class ProviderError extends Error {
  constructor(
    message: string,
    readonly code: grpc.status = grpc.status.UNKNOWN,
  ) {
    super(message);
    this.name = "ProviderError";
  }
}

/** The object exists in the cluster but did not become ready; the engine records it and tries again next time. */
export class NotReadyError extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly outputs: Properties,
    readonly inputs: Properties | undefined,
    readonly reasons: string[],
  ) {
    super(message);
    this.name = "NotReadyError";
  }
}

export const toStruct = (value: object): Struct => Struct.fromJavaScript(value as Record<string, JavaScriptValue>);

/** What is given to gRPC's callback for a thrown value. */
export function toServiceError(thrown: unknown): Partial<grpc.ServiceError> {
  if (thrown instanceof NotReadyError) {
    const detail = new protocol.ErrorResourceInitFailed();
    detail.setId(thrown.id);
    detail.setProperties(toStruct(encode(thrown.outputs)));
    if (thrown.inputs !== undefined) detail.setInputs(toStruct(encode(thrown.inputs)));
    detail.setReasonsList(thrown.reasons);
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new statusProtocol.Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(thrown.message);
    status.addDetails(any);
    const metadata = new grpc.Metadata();
    // gRPC's own field for structured error details; the engine's Go library reads it.
    metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return { code: grpc.status.UNKNOWN, details: thrown.message, metadata };
  }
  if (thrown instanceof ProviderError) return { code: thrown.code, details: thrown.message };
  // Anything else is a mistake in this provider: the stack is what its author needs.
  const details =
    thrown instanceof Error
      ? `internal error of the embedded Kubernetes provider: ${thrown.stack ?? thrown.message}`
      : String(thrown);
  return { code: grpc.status.INTERNAL, details };
}
