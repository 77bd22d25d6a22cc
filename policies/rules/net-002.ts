import { z } from "zod";
import { anyKnown } from "../field";
import { type Direction, isolates } from "../graph/network";
import { workloads } from "../graph/subjects";
import { aspects, defineRule, type Failure, NotApplicable, part } from "../rule";
import { deployment, object } from "./examples";

const settings = z.strictObject({
  excludedNamespaces: z
    .array(z.string())
    .default(["kube-node-lease", "kube-public", "kube-system"])
    .describe("namespaces that are not the stack's to close"),
});

const policy = (podSelector: Record<string, unknown>) =>
  object("networking.k8s.io/v1", "NetworkPolicy", "archive-service", {
    spec: { podSelector, policyTypes: ["Ingress", "Egress"] },
  });

export const rule = defineRule<z.infer<typeof settings>>({
  id: "ALT-NET-002",
  slug: "kubernetes-pod-requires-network-policy",
  title: "Every pod is selected by a network policy, in both directions",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "Only a pod that a policy selects is isolated, separately for what enters and what leaves. One label with a typing " +
    "error, and the pod is open while its policy stands beside it.",
  fix: "Add a NetworkPolicy for the pod's labels, or a default-deny policy for its namespace.",
  planSteps: ["2.2.4"],
  peers: [
    "checkov CKV2_K8S_6",
    "kube-score pod-networkpolicy",
    "polaris missingNetworkPolicy",
    "kube-linter non-isolated-pod",
    "kubescape C-0030",
    "kyverno require-netpol",
  ],
  settings,
  examples: {
    pass: { title: "a policy for every pod", manifests: [deployment({}), policy({})] },
    fail: {
      title: "a policy for another label",
      manifests: [deployment({}), policy({ matchLabels: { app: "archive-service" } })],
    },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { graph, settings: { excludedNamespaces } }) {
        if (excludedNamespaces.includes(workload.object.namespace)) {
          return new NotApplicable("Its namespace is not the stack's to close.");
        }
        if (workload.podSpec.at("hostNetwork").flag() === true) {
          return new NotApplicable("It uses the node's network, which no policy covers; see ALT-K8S-024.");
        }
        const policies = graph.networkPolicies.objectsOf(workload);
        const { path } = workload.labels;
        function* direction(way: Direction): Generator<Failure> {
          if (anyKnown(policies.certain, (each) => isolates(each, way))) return;
          if (anyKnown(policies.all(), (each) => isolates(each, way))) return;
          const problem = `is selected by no policy for ${way.toLowerCase()}`;
          yield { problem, path, fix: "add a policy that selects these labels, or a default-deny one" };
        }
        return yield* aspects(
          () => direction("Ingress"),
          () => direction("Egress"),
        );
      },
    ),
  ],
});
