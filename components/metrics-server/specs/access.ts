import { objectLabels } from "../../shared/labels";
import { type MetricsServerArgs } from "../args";
import { name } from "../defaults";

/** Group of the Kubernetes API of permissions. */
const rbac = "rbac.authorization.k8s.io";

/** What the metrics server may do, and who may read what it serves. */
export function accessObjects(args: MetricsServerArgs) {
  const labels = objectLabels(name, args);
  const subjects = [{ kind: "ServiceAccount", name, namespace: args.namespace }];
  const role = (kind: "ClusterRole" | "Role", of: string) => ({ apiGroup: rbac, kind, name: of });
  return {
    /** What it reads itself. `nodes/metrics` is the kubelet's page of figures, and no other of its pages. */
    reader: {
      metadata: { name, labels },
      rules: [
        { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
        { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
      ],
    },
    /** Whoever may view, edit or administrate may also look at the metrics. */
    viewers: {
      metadata: {
        name: `${name}-viewers`,
        labels: {
          ...labels,
          "rbac.authorization.k8s.io/aggregate-to-admin": "true",
          "rbac.authorization.k8s.io/aggregate-to-edit": "true",
          "rbac.authorization.k8s.io/aggregate-to-view": "true",
        },
      },
      rules: [{ apiGroups: ["metrics.k8s.io"], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] }],
    },
    readerBinding: {
      metadata: { name, labels },
      roleRef: role("ClusterRole", name),
      subjects,
    },
    /** It asks the API server whether a caller is who it says and may do what it asks. */
    delegatorBinding: {
      metadata: { name: `${name}-auth-delegator`, labels },
      roleRef: role("ClusterRole", "system:auth-delegator"),
      subjects,
    },
    /** The API server's own certificate authority for requests that it passes on; Kubernetes keeps it in this namespace. */
    authenticationBinding: {
      metadata: { name: `${name}-auth-reader`, namespace: "kube-system", labels },
      roleRef: role("Role", "extension-apiserver-authentication-reader"),
      subjects,
    },
  };
}
