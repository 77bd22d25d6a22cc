import { add, pod, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { denyPolicy, dnsPolicy, gatewayPolicy, inSystemNamespace } from "../objects";

export const cases: RuleCases = {
  pass: [
    {
      title: "a policy of the pod's own for each direction",
      edits: [without(denyPolicy), without(dnsPolicy), set(gatewayPolicy, "spec.policyTypes", ["Ingress", "Egress"])],
    },
  ],
  fail: [
    {
      title: "no policy for egress",
      edits: [without(denyPolicy), without(dnsPolicy)],
      says: /Deployment altlas\/archive-service is selected by no policy for egress/,
      at: "spec.template.metadata.labels",
    },
    {
      title: "a label with a typing error",
      edits: [
        without(denyPolicy),
        without(dnsPolicy),
        set("Deployment", "spec.template.metadata.labels", { "app.kubernetes.io/name": "archive-servce" }),
      ],
      says: /is selected by no policy for (ingress|egress)/,
      at: "spec.template.metadata.labels",
      count: 2,
    },
    {
      title: "a bare pod in a namespace without policies",
      edits: [add({ apiVersion: "v1", kind: "Pod", metadata: { name: "shell", namespace: "tools" }, spec: {} })],
      says: /Pod tools\/shell is selected by no policy/,
      at: "metadata.labels",
      count: 2,
    },
  ],
  notApplicable: [
    { title: "the node's own network", edits: [set("Deployment", `${pod}.hostNetwork`, true)] },
    { title: "a namespace of Kubernetes itself", edits: [inSystemNamespace] },
  ],
  unknown: [
    {
      title: "the only policy's selector from an output",
      edits: [unknown(denyPolicy, "spec.podSelector"), without(dnsPolicy), without(gatewayPolicy)],
      because: "spec.podSelector",
    },
    {
      title: "the only policy's types from an output",
      edits: [unknown(denyPolicy, "spec.policyTypes"), without(dnsPolicy), without(gatewayPolicy)],
      because: "spec.policyTypes",
    },
  ],
  configured: [
    {
      title: "a namespace that is somebody else's",
      edits: [without(denyPolicy), without(dnsPolicy)],
      options: { settings: { "ALT-NET-002": { excludedNamespaces: ["altlas"] } } },
      outcome: "notApplicable",
    },
  ],
};

const ourGateway = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "a service moves to a namespace that nobody closed",
    edits: [set(ourGateway, "metadata.namespace", "altlas-gateway")],
    says: /Deployment altlas-gateway\/api-gateway is selected by no policy for egress/,
  },
];
