import { namespaceNameLabel } from "../../model/labels";
import { anyKnown, type Field, UnknownValue } from "../field";
import { type Graph } from "./graph";
import { isMeshed } from "./mesh";
import { namespaceLabels, type ServerPort } from "./network";
import { attempt, Matches } from "./selection";
import { requirements, selects } from "./selector";
import { type Workload } from "./workload";

/** Pods that no object of the stack makes: the cluster's own, an operator's, another stack's. */
export interface KnownPods {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Ports that they listen on; none listed: that is not known. */
  readonly ports: readonly ServerPort[];
}

/** Ports on which every meshed pod's proxy listens: https://linkerd.io/docs/reference/proxy-configuration/ */
const proxyPorts: readonly ServerPort[] = [
  { number: 4143, protocol: "TCP", name: "linkerd-proxy" },
  { number: 4191, protocol: "TCP", name: "linkerd-admin" },
];

/** Asked once for each policy, and the same for all of a graph. */
const known = new WeakMap<Graph, ReadonlySet<string>>();

/** Namespaces of which the sources show something: their object, or pods in them. */
export function namespacesHere(graph: Graph): ReadonlySet<string> {
  const found = known.get(graph) ?? findNamespaces(graph);
  known.set(graph, found);
  return found;
}

function findNamespaces(graph: Graph): ReadonlySet<string> {
  const objects = graph.ofKind("Namespace").flatMap((object) => {
    const name = attempt(() => object.name);
    return typeof name === "string" ? [name] : [];
  });
  return new Set([...objects, ...graph.index.namespaces]);
}

/** The namespaces that a selector names; `undefined` when it does not name them but describes them. */
export function namedNamespaces(selector: Field): readonly string[] | undefined {
  return requirements(selector).find(({ key }) => key === namespaceNameLabel)?.values;
}

/** Those of `names` that a namespaceSelector selects. */
export function selectedNamespaces(selector: Field, names: Iterable<string>, graph: Graph): readonly string[] {
  const named = namedNamespaces(selector);
  return [...names].filter(
    (name) => (named === undefined || named.includes(name)) && selects(selector, namespaceLabels(name, graph)),
  );
}

/** The workloads of some namespaces whose pods a podSelector selects; an absent selector selects all. */
export function selectedWorkloads(selector: Field, namespaces: readonly string[], graph: Graph): Matches<Workload> {
  const certain: Workload[] = [];
  let doubt: UnknownValue | undefined;
  const wanted = requirements(selector);
  for (const namespace of namespaces) {
    for (const workload of graph.index.candidates(namespace, wanted)) {
      const selected = attempt(() => selects(selector, workload.podLabel));
      if (selected instanceof UnknownValue) doubt ??= selected;
      else if (selected === true) certain.push(workload);
    }
  }
  for (const { workload, doubt: where } of graph.index.withoutKnownNamespace) {
    const selected = attempt(() => selects(selector, workload.podLabel));
    if (selected !== false && selected !== undefined) doubt ??= where;
  }
  return new Matches(certain, doubt);
}

/** Those of `known` pods that the selectors select. */
export function selectedKnown(
  selector: Field,
  namespaces: readonly string[],
  known: readonly KnownPods[],
): readonly KnownPods[] {
  return known.filter(
    ({ namespace, labels }) =>
      namespaces.includes(namespace) &&
      selects(selector, (key) => (Object.hasOwn(labels, key) ? labels[key] : undefined)),
  );
}

/** Whether a selector selects by nothing, and so all there is. */
export function selectsAll(selector: Field): boolean {
  return selector.at("matchLabels").entries().length === 0 && selector.at("matchExpressions").items().length === 0;
}

/** The ports that the containers of a workload's pods declare, and those of its mesh proxy. */
export function declaredPorts(workload: Workload, graph: Graph): readonly ServerPort[] {
  const own = workload.containers.flatMap(({ field }) =>
    field
      .at("ports")
      .items()
      .map((port): ServerPort => {
        const protocol = port.at("protocol").text() ?? "TCP";
        return {
          number: port.at("containerPort").number() ?? 0,
          // What is none of these three is no protocol that the API server would take.
          protocol: protocol === "UDP" || protocol === "SCTP" ? protocol : "TCP",
          name: port.at("name").text(),
        };
      }),
  );
  return own.length > 0 && isMeshed(workload, graph) ? [...own, ...proxyPorts] : own;
}

/**
 * Whether a port of a policy is among declared ones. Without any declared port a number may be right, because declaring
 * opens nothing, but a name means nothing.
 */
export function portIsAmong(port: Field, declared: readonly ServerPort[]): boolean {
  const wanted = port.at("port").numberOrText();
  if (wanted === undefined || (declared.length === 0 && typeof wanted === "number")) return true;
  const protocol = port.at("protocol").text() ?? "TCP";
  const last = port.at("endPort").number();
  return anyKnown(declared, (each) => {
    if (each.protocol !== protocol) return false;
    return typeof wanted === "string" ? each.name === wanted : each.number >= wanted && each.number <= (last ?? wanted);
  });
}

/** A selector as kubectl writes it: `app=web,tier in (a,b)`. */
export function describeSelector(selector: Field): string {
  const labels = selector
    .at("matchLabels")
    .entries()
    .map(([key, value]) => `${key}=${value.text() ?? ""}`);
  const expressions = selector
    .at("matchExpressions")
    .items()
    .map((expression) => {
      const key = expression.at("key").text() ?? "";
      const values = expression.at("values").items();
      const list = `(${values.map((value) => value.text() ?? "").join(",")})`;
      switch (expression.at("operator").text()) {
        case "In":
          return `${key} in ${list}`;
        case "NotIn":
          return `${key} notin ${list}`;
        case "DoesNotExist":
          return `!${key}`;
        default:
          return key;
      }
    });
  return [...labels, ...expressions].join(",");
}
