import { type Concern, type Endpoint } from "./endpoint";

/**
 * Cluster name of an endpoint's Service. Fully qualified, because a shorter name costs a failed lookup for each entry
 * of the pod's search path (`ndots: 5` is Kubernetes' default).
 *
 * @throws when nothing is reached under this endpoint: it only calls, or it is outside the cluster.
 */
export function endpointHost(endpoint: Endpoint, namespaces: Readonly<Record<Concern, string>>): string {
  const service =
    endpoint.kind === "component" ? endpoint.host : endpoint.kind === "service" ? endpoint.name : undefined;
  if (service === undefined || endpoint.kind === "external") throw new Error(`${endpoint.name} has no Service`);
  return `${service}.${namespaces[endpoint.concern]}.svc.cluster.local`;
}
