/** Readiness of what runs no pods itself. */
import { getList, getObject, getText, labelSelector, type PlainObject } from "../wire/properties";
import { clause, condition, failed, namespaceOf, ready, waiting, type Rule } from "./verdict";

const hasAddress = (live: PlainObject): boolean => getList(live, "status", "loadBalancer", "ingress").length > 0;

/**
 * A load balancer waits for its address. Any other Service with a selector waits for a ready endpoint, but only while
 * pods that it selects exist: a Service made before its pods must not hold up the program that is about to make them.
 */
export const serviceReady: Rule = async (live, lookup) => {
  const type = getText(live, "spec", "type") ?? "ClusterIP";
  if (type === "LoadBalancer" && !hasAddress(live)) return waiting("the load balancer has no address yet");
  const selector = getObject(live, "spec", "selector");
  if (type === "ExternalName" || getText(live, "spec", "clusterIP") === "None" || Object.keys(selector).length === 0)
    return ready;
  const name = getText(live, "metadata", "name") ?? "";
  const namespace = namespaceOf(live);
  const slices = await lookup.list(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
    labelSelector: `kubernetes.io/service-name=${name}`,
  });
  const endpoints = slices.flatMap((slice) => getList(slice, "endpoints"));
  // A missing condition counts as ready (API documentation of EndpointConditions).
  if (endpoints.some((endpoint) => getObject(endpoint, "conditions").ready !== false)) return ready;
  const pods = await lookup.list(`/api/v1/namespaces/${namespace}/pods`, {
    labelSelector: labelSelector(selector),
    limit: "1",
  });
  if (pods.length === 0) return ready;
  return waiting("no pod that the selector matches is ready");
};

export const ingressReady: Rule = (live) =>
  hasAddress(live) ? ready : waiting("no ingress controller has given it an address yet");

export const namespaceReady: Rule = (live) => {
  const phase = getText(live, "status", "phase") ?? "Active";
  return phase === "Active" ? ready : waiting(`phase ${phase}`);
};

export const claimReady: Rule = async (live, lookup) => {
  const phase = getText(live, "status", "phase") ?? "Pending";
  if (phase === "Bound") return ready;
  if (phase === "Lost") return failed("the volume that it was bound to no longer exists");
  const name = getText(live, "spec", "storageClassName");
  if (name !== undefined && name !== "") {
    const storageClass = await lookup.get(`/apis/storage.k8s.io/v1/storageclasses/${encodeURIComponent(name)}`);
    // Such a claim is bound when a pod uses it, which may be registered after this claim is ready.
    if (getText(storageClass, "volumeBindingMode") === "WaitForFirstConsumer") return ready;
    if (storageClass === undefined) return waiting(`its storage class "${name}" does not exist`);
  }
  return waiting(
    name === undefined
      ? "no volume is bound, and the claim names no storage class"
      : `no volume of class "${name}" is bound yet`,
  );
};

export const definitionReady: Rule = (live) => {
  const names = condition(live, "NamesAccepted");
  if (names?.status === "False") return failed(`its names are taken: ${clause(names)}`);
  return condition(live, "Established")?.status === "True" ? ready : waiting("the API server does not serve it yet");
};

export const apiServiceReady: Rule = (live) => {
  const available = condition(live, "Available");
  if (available?.status === "True") return ready;
  return waiting(available === undefined ? "its availability is not known yet" : clause(available));
};
