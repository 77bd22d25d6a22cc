import { type MicroserviceArgs } from "../args";
import { proxyResources } from "../../../model/mesh";

/**
 * Annotations for the mesh's injector, on pods that get a proxy.
 *
 * No waiting before the proxy's exit is set: since Linkerd 2.20 the proxy is a native sidecar, which the kubelet ends
 * after the application, so that draining still has its network.
 */
export function meshAnnotations({ meshed }: MicroserviceArgs): Record<string, string> {
  if (!meshed) return {};
  const { requests, limits } = proxyResources;
  return {
    "linkerd.io/inject": "enabled",
    "config.linkerd.io/proxy-cpu-request": requests.cpu,
    "config.linkerd.io/proxy-cpu-limit": limits.cpu,
    "config.linkerd.io/proxy-memory-request": requests.memory,
    "config.linkerd.io/proxy-memory-limit": limits.memory,
  };
}
