import type * as types from "@pulumi/kubernetes/types";
import { type Contract } from "../../../model/service";
import { type Plain } from "../../shared/plain";
import { type MicroserviceArgs } from "../args";
import { selector } from "../../shared/labels";

/** Name of the application port, on the container and on the Service. */
export function portName(protocol: Contract["protocol"]): "http" | "grpc" {
  return protocol === "grpc" ? "grpc" : "http";
}

/** The cluster-internal address of the service. */
export function serviceSpec(name: string, { contract }: MicroserviceArgs): Plain<types.input.core.v1.ServiceSpec> {
  return {
    type: "ClusterIP",
    selector: selector(name),
    ports: [
      {
        name: portName(contract.protocol),
        port: contract.port,
        targetPort: portName(contract.protocol),
        protocol: "TCP",
        // Linkerd takes `grpc` for opaque bytes, without metrics and retries; gRPC is HTTP/2 without TLS to it.
        appProtocol: contract.protocol === "grpc" ? "kubernetes.io/h2c" : contract.protocol,
      },
    ],
  };
}

/** Where metrics are, in the words that most Prometheus installations look for; nothing if the service has none. */
export function metricsAnnotations({ contract: { metrics, port } }: MicroserviceArgs): Record<string, string> {
  if (!metrics) return {};
  return { "prometheus.io/scrape": "true", "prometheus.io/port": String(port), "prometheus.io/path": metrics.path };
}
