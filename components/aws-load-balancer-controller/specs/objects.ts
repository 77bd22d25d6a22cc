import { namespaceNameLabel } from "../../../model/labels";
import { type Manifest } from "../../../model/manifest";
import { apiServerEgress, blocks, dnsEgress, podIdentityEgress, tcp } from "../../shared/egress";
import { objectLabels, selector } from "../../shared/labels";
import { type LoadBalancerControllerArgs } from "../args";
import { ports } from "../defaults";

/** Who may call it (the API server its webhooks, the scraper its metrics) and whom it calls: the API server and the cloud. */
export function networkPolicy(args: LoadBalancerControllerArgs) {
  const name = args.serviceAccount;
  const scraper = { namespaceSelector: { matchLabels: { [namespaceNameLabel]: args.scraperNamespace } } };
  return {
    metadata: { name, namespace: args.namespace, labels: objectLabels(name, args) },
    spec: {
      podSelector: { matchLabels: selector(name) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        { from: blocks(args.networks), ports: tcp(ports.webhook) },
        { from: [scraper], ports: tcp(ports.metrics) },
      ],
      egress: [apiServerEgress(args.apiServerNetworks), podIdentityEgress(), dnsEgress()],
    },
  };
}

/** The objects beside the chart's own, as manifests. */
export function loadBalancerControllerManifests(args: LoadBalancerControllerArgs): Manifest[] {
  return [{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", ...networkPolicy(args) }];
}
