import { namespaceNameLabel } from "../../model/labels";

/** Address at which EKS' Pod Identity agent hands out credentials on every node (EKS user guide). */
const podIdentityAgent = { cidr: "169.254.170.23/32", port: 80 } as const;

/** Addresses as ends of a policy's rule; what is no pod is known by nothing else. */
export function blocks(networks: readonly string[]) {
  return networks.map((cidr) => ({ ipBlock: { cidr } }));
}

/** TCP ports of a policy's rule. */
export function tcp(...ports: readonly number[]) {
  return ports.map((port) => ({ port, protocol: "TCP" }));
}

/** Calls to the API server, by its port behind the Service and on its own, and to the cloud's endpoints in the network. */
export function apiServerEgress(networks: readonly string[]) {
  return { to: blocks(networks), ports: tcp(443, 6443) };
}

/** Calls for the credentials of the pod's own role. */
export function podIdentityEgress() {
  return { to: blocks([podIdentityAgent.cidr]), ports: tcp(podIdentityAgent.port) };
}

/** Calls to the cluster's DNS. */
export function dnsEgress() {
  return {
    to: [
      {
        namespaceSelector: { matchLabels: { [namespaceNameLabel]: "kube-system" } },
        podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
      },
    ],
    ports: [
      { port: 53, protocol: "UDP" },
      { port: 53, protocol: "TCP" },
    ],
  };
}
