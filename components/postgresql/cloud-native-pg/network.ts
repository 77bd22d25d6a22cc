import { metadataAddress } from "../../../model/connectivity/policies";
import { databaseObjects, postgresqlPort } from "../../../model/database/names";
import { namespaceNameLabel } from "../../../model/labels";
import { cloudNativePgIdentity } from "../../../model/system";
import { apiServerEgress, dnsEgress, podIdentityEgress, tcp } from "../../shared/egress";
import { objectLabels } from "../../shared/labels";
import { type PostgresqlArgs } from "../args";
import { ports } from "./defaults";
import { poolerSelector } from "./pooler";

const { server, pooler, restoreDrill } = databaseObjects;

/** Pods of servers and of the operator's jobs for them, the drill's Cluster among them; poolers have the same label. */
const serverPods = {
  matchExpressions: [
    { key: "cnpg.io/cluster", operator: "In", values: [server, restoreDrill] },
    { key: "cnpg.io/podRole", operator: "NotIn", values: ["pooler"] },
  ],
};

/** Every address but the metadata service's, which would hand out the node's own rights. */
const everywhere = { ipBlock: { cidr: "0.0.0.0/0", except: [metadataAddress] } };

/**
 * What the operator's pods need beyond the edges: the operator itself, each other, the API server, and where backups go.
 * S3 has no addresses that could be named: it is reached by its public ones, inside the network by the gateway endpoint.
 */
export function serverNetworkPolicy(args: PostgresqlArgs) {
  const operator = {
    namespaceSelector: { matchLabels: { [namespaceNameLabel]: cloudNativePgIdentity.namespace } },
    podSelector: { matchLabels: { "app.kubernetes.io/name": "cloudnative-pg" } },
  };
  const peers = { podSelector: serverPods };
  const between = tcp(postgresqlPort, ports.status);
  return {
    ...policy(args, `${server}-cluster`),
    spec: {
      podSelector: serverPods,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [operator, peers], ports: between }],
      egress: [
        { to: [peers], ports: between },
        apiServerEgress(args.apiServerNetworks),
        dnsEgress(),
        ...(args.database.backup ? [{ to: [everywhere], ports: tcp(443) }, podIdentityEgress()] : []),
      ],
    },
  };
}

/** The pooler reads its configuration from the API server; whom it calls and who calls it are edges. */
export function poolerNetworkPolicy(args: PostgresqlArgs) {
  return {
    ...policy(args, `${pooler}-pooler`),
    spec: {
      podSelector: { matchLabels: { ...poolerSelector } },
      policyTypes: ["Egress"],
      egress: [apiServerEgress(args.apiServerNetworks), dnsEgress()],
    },
  };
}

function policy(args: PostgresqlArgs, name: string) {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: args.namespace, labels: objectLabels(name, args) },
  };
}
