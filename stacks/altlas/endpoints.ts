import { databasePods } from "../../model/database/names";
import { type Endpoint } from "../../model/endpoint";
import { selectorLabels } from "../../model/labels";
import { dataEndpoints } from "./database/endpoints";

/**
 * The ends of edges that are not services. Pod labels and Service names are a contract: whoever builds one of these
 * components gives its pods exactly these labels and its Service exactly this name, and the edges fit.
 */
export const endpoints: readonly Endpoint[] = [
  {
    kind: "component",
    name: "ingress",
    concern: "ingress",
    // What Envoy Gateway puts on the proxy pods that it makes; its controller has neither.
    podLabels: { "app.kubernetes.io/name": "envoy", "app.kubernetes.io/component": "proxy" },
  },
  // Named by its use, not by its engine: the plan has one instance for each use (1.2.1), and Valkey and Redis both fit.
  { kind: "component", name: "cache", concern: "data", podLabels: selectorLabels("cache"), host: "cache" },
  {
    kind: "component",
    name: "postgresql",
    concern: "data",
    podLabels: databasePods.server,
    host: "postgresql",
  },
  // In front of it, so that a hundred pods share a few dozen connections of the server.
  {
    kind: "component",
    name: "pgbouncer",
    concern: "data",
    podLabels: databasePods.pooler,
    host: "pgbouncer",
  },
  ...dataEndpoints,
  { kind: "component", name: "nats", concern: "messaging", podLabels: selectorLabels("nats"), host: "nats" },
  { kind: "component", name: "prometheus", concern: "observability", podLabels: selectorLabels("prometheus") },
  {
    kind: "external",
    name: "mail-server",
    cidrs: ["0.0.0.0/0"],
    why: "Mail providers change their addresses without notice, and a NetworkPolicy knows no names; only the submission port is open.",
  },
];
