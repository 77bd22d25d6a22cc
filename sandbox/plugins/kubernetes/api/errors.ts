/** The API server's answers when it refuses, and the sentences for them. */
import { getList, getNumber, getText, type Plain } from "../wire/properties";

export interface StatusCause {
  reason: string;
  field: string;
  message: string;
}

/** A non-2xx answer with the server's `Status` object. */
export class ApiError extends Error {
  readonly reason: string;
  readonly causes: StatusCause[];
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter: number | undefined;
  /** What the Status speaks about, e.g. the kind `namespaces` when a namespace is missing. */
  readonly about: { kind: string; name: string };

  constructor(
    readonly code: number,
    body: Plain,
    fallback: string,
  ) {
    super(getText(body, "message") ?? (fallback.trim() === "" ? `HTTP ${code}` : fallback.trim().slice(0, 400)));
    this.name = "ApiError";
    this.reason = getText(body, "reason") ?? "";
    this.causes = getList(body, "details", "causes").map((cause) => ({
      reason: getText(cause, "reason") ?? "",
      field: getText(cause, "field") ?? "",
      message: getText(cause, "message") ?? "",
    }));
    this.retryAfter = getNumber(body, "details", "retryAfterSeconds");
    this.about = { kind: getText(body, "details", "kind") ?? "", name: getText(body, "details", "name") ?? "" };
  }
}

/** No answer at all: refused, reset, timed out, or a certificate that does not match. */
export class UnreachableError extends Error {
  constructor(
    readonly server: string,
    override readonly cause: Error,
    /** True when another operation has failed in the same outage, and its sentence says what to do. */
    public repeated = false,
  ) {
    super(`the Kubernetes API server ${server} does not answer (${causeText(cause)})`);
    this.name = "UnreachableError";
  }
}

function causeText(cause: Error): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  switch (code) {
    case "ECONNREFUSED":
      return "connection refused: nothing listens there";
    case "ECONNRESET":
    case "EPIPE":
      return "connection reset";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "its name is not known here";
    case "ETIMEDOUT":
      return message;
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return `${code}: its certificate is not signed by the kubeconfig's authority; the kubeconfig may belong to an earlier cluster`;
    case undefined:
      return message;
    default:
      return message.includes(code) ? message : `${code}: ${message}`;
  }
}

export interface FieldConflict {
  field: string;
  owner: string;
}

/** The fields that other managers own, from a 409 of a server-side apply. */
export function fieldConflicts(error: ApiError): FieldConflict[] {
  return error.causes
    .filter((cause) => cause.reason === "FieldManagerConflict")
    .map((cause) => ({
      field: cause.field.replace(/^\./, ""),
      owner: /conflict with "([^"]+)"/.exec(cause.message)?.[1] ?? "another manager",
    }));
}

/** Problems with the object itself, each with its field where the server names one. */
export function fieldProblems(error: ApiError): { field: string; message: string }[] {
  if (error.causes.length > 0) {
    return error.causes.map(({ field, message }) => ({ field: field.replace(/^\./, ""), message }));
  }
  // Strict decoding reports unknown fields in the text only: `strict decoding error: unknown field "spec.x", …`.
  const unknown = [...error.message.matchAll(/(unknown|duplicate) field "([^"]+)"/g)];
  if (unknown.length > 0) {
    return unknown.map(([, what, field]) => ({
      field: field ?? "",
      message: what === "unknown" ? "the API has no such field" : "is given twice",
    }));
  }
  // A typed patch names the field like this: `.spec.replicas: expected numeric (int or float), got string`.
  const typed = /(?:^|[\s:])\.([\w.[\]="/-]+): (.+)$/s.exec(error.message);
  if (typed !== null) return [{ field: typed[1] ?? "", message: typed[2] ?? "" }];
  return [{ field: "", message: error.message }];
}

/** True when a server-side apply names a field of another type, or one that the schema does not have. */
export const isMistyped = (error: ApiError): boolean => error.message.includes("failed to create typed patch object");

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.code === 404;

/** True when the server's 404 is about the namespace an object should live in. */
export const isNamespaceMissing = (error: unknown): boolean =>
  isNotFound(error) && (error as ApiError).about.kind === "namespaces";
