import { anyKnown, type Field } from "../field";
import { type Graph } from "./graph";
import { apiGroup } from "./kinds";
import { type KubernetesObject } from "./object";

/** One host and path at which traffic enters, as an Ingress or a route gives it. */
export interface Entry {
  readonly object: KubernetesObject;
  /** Property that makes it. */
  readonly field: Field;
  /** Lower case; empty for every host. */
  readonly host: string;
  readonly path: string;
  /** What else must be equal before two entries are the same one. */
  readonly kind: string;
}

const gatewayGroup = "gateway.networking.k8s.io";

/** Ingresses of Kubernetes' own groups. */
export function ingresses(graph: Graph): readonly KubernetesObject[] {
  return graph
    .ofKind("Ingress")
    .filter(({ apiVersion }) => ["networking.k8s.io", "extensions"].includes(apiGroup(apiVersion)));
}

/** Objects of a kind of the Gateway API. */
export function gatewayObjects(graph: Graph, kind: "Gateway" | "HTTPRoute"): readonly KubernetesObject[] {
  return graph.ofKind(kind).filter(({ apiVersion }) => apiGroup(apiVersion) === gatewayGroup);
}

/** The class of an Ingress: its controller; empty for the cluster's default one. */
export function ingressClass(ingress: KubernetesObject): string {
  return ingress.spec.at("ingressClassName").text() ?? ingress.annotation("kubernetes.io/ingress.class") ?? "";
}

/** What an Ingress answers for. */
export function ingressEntries(ingress: KubernetesObject): Entry[] {
  return ingress.spec
    .at("rules")
    .items()
    .flatMap((rule) => {
      const host = (rule.at("host").text() ?? "").toLowerCase();
      return rule
        .at("http", "paths")
        .items()
        .map((field): Entry => {
          const exact = field.at("pathType").text() === "Exact";
          const path = field.at("path").text() ?? "/";
          return {
            object: ingress,
            field,
            host,
            path: exact ? path : withoutEnd(path),
            kind: exact ? "Exact" : "Prefix",
          };
        });
    });
}

/** What a route answers for. Routes of different gateways, or that look at different headers, are no twins. */
export function routeEntries(route: KubernetesObject): Entry[] {
  const hosts = route.spec
    .at("hostnames")
    .items()
    .map((host) => (host.text() ?? "").toLowerCase());
  const parents = parentsOf(route).map(({ namespace, name, section }) => [namespace, name, section ?? ""].join("/"));
  return route.spec
    .at("rules")
    .items()
    .flatMap((rule) => {
      const matches = rule.at("matches").items();
      // Without matches a rule takes every path.
      return (matches.length > 0 ? matches : [rule.at("matches", 0)]).map((match) => {
        const type = match.at("path", "type").text() ?? "PathPrefix";
        const value = match.at("path", "value").text() ?? "/";
        const rest = ["method", "headers", "queryParams"].map((key) => match.at(key).plain());
        return {
          match,
          path: type === "PathPrefix" ? withoutEnd(value) : value,
          kind: JSON.stringify([type, ...rest]),
        };
      });
    })
    .flatMap(({ match, path, kind }) =>
      (hosts.length > 0 ? hosts : [""]).flatMap((host) =>
        parents.map((parent): Entry => ({ object: route, field: match, host, path, kind: `${parent} ${kind}` })),
      ),
    );
}

/** A listener of a gateway. */
export interface Listener {
  readonly gateway: KubernetesObject;
  readonly field: Field;
  readonly name: string;
  readonly protocol: string;
}

export function listenersOf(gateway: KubernetesObject): Listener[] {
  return gateway.spec
    .at("listeners")
    .items()
    .map((field) => ({
      gateway,
      field,
      name: field.at("name").text() ?? "",
      protocol: field.at("protocol").text() ?? "",
    }));
}

/** Whether a route is served by a listener; `allowedRoutes` may refuse it, which only makes it less. */
export function isAttached(route: KubernetesObject, { gateway, field, name }: Listener): boolean {
  return anyKnown(
    parentsOf(route),
    (parent) =>
      parent.name === gateway.name &&
      parent.namespace === gateway.namespace &&
      (parent.section === undefined || parent.section === name) &&
      (parent.port === undefined || parent.port === field.at("port").number()),
  );
}

/** Whether a route does nothing but send its callers to the same address under TLS. */
export function onlyRedirectsToTls(route: KubernetesObject): boolean {
  const rules = route.spec.at("rules").items();
  return (
    rules.length > 0 &&
    rules.every((rule) =>
      anyKnown(
        rule.at("filters").items(),
        (filter) =>
          filter.at("type").text() === "RequestRedirect" && filter.at("requestRedirect", "scheme").text() === "https",
      ),
    )
  );
}

interface Parent {
  readonly namespace: string;
  readonly name: string;
  readonly section: string | undefined;
  readonly port: number | undefined;
}

/** The gateways that a route names; other parents (services of a mesh) are no way in. */
function parentsOf(route: KubernetesObject): Parent[] {
  return route.spec
    .at("parentRefs")
    .items()
    .filter((parent) => (parent.at("kind").text() ?? "Gateway") === "Gateway")
    .map((parent) => ({
      namespace: parent.at("namespace").text() ?? route.namespace,
      name: parent.at("name").text() ?? "",
      section: parent.at("sectionName").text(),
      port: parent.at("port").number(),
    }));
}

/** `/shop/` and `/shop` are the same prefix. */
function withoutEnd(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}
