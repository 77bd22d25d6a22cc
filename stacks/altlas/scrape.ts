import { type Edge } from "../../model/endpoint";

/** Prometheus reads an end's metrics. 10 s is its own default, below its interval of 15 s. */
export function scrape(to: string, port: number, when: Pick<Edge, "status" | "follows"> = { status: "exists" }): Edge {
  return {
    from: "prometheus",
    to,
    port,
    protocol: "TCP",
    application: "http",
    purpose: "Scrapes /metrics.",
    idempotent: true,
    timeoutSeconds: 10,
    retries: 0,
    ...when,
  };
}
