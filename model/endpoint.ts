import { type DatabaseAccess } from "./database/access";

/** What runs in a namespace together, and so shares a pod-security level, quotas and default policies. */
export type Concern = "services" | "data" | "messaging" | "observability" | "ingress";

/** Something that can be the end of an edge. */
export type Endpoint =
  /** One of the five services. */
  | { readonly kind: "service"; readonly name: string; readonly concern: "services" }
  /** A component of the platform; the labels of its pods are its contract with the edges. */
  | {
      readonly kind: "component";
      readonly name: string;
      readonly concern: Concern;
      readonly podLabels: Readonly<Record<string, string>>;
      /** Kubernetes Service under which it is reached; absent for pure callers. */
      readonly host?: string;
    }
  /** Something outside the cluster. */
  | {
      readonly kind: "external";
      readonly name: string;
      readonly cidrs: readonly string[];
      readonly why: string;
    };

/** Who talks to whom: the one list from which network policies, mesh authorisation and pictures are made. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Port on the receiving pods. */
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
  /** What is spoken over it. */
  readonly application: "http" | "postgresql" | "nats" | "resp" | "smtp" | "otlp";
  readonly purpose: string;
  /** Whether a caller may send the same request twice. */
  readonly idempotent: boolean;
  /** Seconds after which the caller gives up. */
  readonly timeoutSeconds: number;
  /** Attempts after the first that the platform makes; none unless `idempotent`. */
  readonly retries: number;
  /** Attempts after the first that the caller's own code makes (default 0); the platform's would multiply with them. */
  readonly callerRetries?: number;
  /** `exists`: coded today; `proposed`: made only where the end that it follows runs its target contract. */
  readonly status: "exists" | "proposed";
  /** Whose contract a proposed edge waits for; the caller's by default, the callee's for scrapes. */
  readonly follows?: "caller" | "callee";
  /** For an edge to a database: as whom the caller comes, and what it may touch there. */
  readonly database?: DatabaseAccess;
  /** Setting without which the edge is not made. */
  readonly needs?: "mail";
}
