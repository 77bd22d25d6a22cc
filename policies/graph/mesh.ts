import { type Graph } from "./graph";
import { type Workload } from "./workload";

const injectKey = "linkerd.io/inject";

/**
 * Whether a proxy will be injected into the pods: the pod's own annotation decides, else its namespace's.
 *
 * Source: https://linkerd.io/docs/features/proxy-injection/
 */
export function isMeshed(workload: Workload, graph: Graph): boolean {
  const inject = meshAnnotation(workload, graph, injectKey);
  return inject === "enabled" || inject === "ingress";
}

/** An annotation for the injector: the pod's own, else its namespace's. */
export function meshAnnotation(workload: Workload, graph: Graph, key: string): string | undefined {
  return workload.podAnnotation(key) ?? graph.namespace(workload.object.namespace)?.annotation(key);
}
