import { add, drop, type Manifest, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { denyPolicy, dnsPolicy, inSystemNamespace, networkPolicy } from "../objects";

export const cases: RuleCases = {
  pass: [
    {
      title: "one policy for each direction",
      edits: [
        set(denyPolicy, "spec.policyTypes", ["Ingress"]),
        add(networkPolicy("deny-egress", { podSelector: {}, policyTypes: ["Egress"] })),
      ],
    },
    {
      title: "a policy that opens one port of every pod",
      edits: [add(networkPolicy("health", { podSelector: {}, ingress: [{ ports: [{ port: 9000 }] }] }))],
    },
    {
      title: "a policy that opens every pod to some",
      edits: [add(networkPolicy("scrape", { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }))],
    },
    {
      title: "a policy that opens some pods to all",
      edits: [add(networkPolicy("debug", { podSelector: { matchLabels: { a: "b" } }, ingress: [{}] }))],
    },
    {
      title: "an open policy in another namespace, which is not of this stack",
      edits: [
        add({
          ...networkPolicy("debug", { podSelector: {}, ingress: [{}] }),
          metadata: { name: "debug", namespace: "elsewhere" },
        }),
      ],
    },
    {
      title: "pods whose namespace is of a wrong type, which other rules report",
      edits: [set("Deployment", "metadata.namespace", 5)],
    },
  ],
  fail: [
    {
      title: "no default-deny policy",
      edits: [without(denyPolicy), without(dnsPolicy)],
      says: /Namespace altlas has no policy that denies (ingress|egress) of every pod by default/,
      at: "",
      count: 2,
    },
    {
      title: "only ingress, by default of policyTypes",
      edits: [drop(denyPolicy, "spec.policyTypes"), without(dnsPolicy)],
      says: /denies egress of every pod/,
      at: "",
    },
    {
      title: "a policy for some pods only",
      edits: [set(denyPolicy, "spec.podSelector", { matchLabels: { a: "b" } })],
      says: /denies ingress of every pod/,
      at: "",
    },
    {
      title: "a policy that allows everything",
      edits: [add(networkPolicy("debug", { podSelector: {}, ingress: [{}] }))],
      says: /Namespace altlas allows all ingress of every pod by the policy debug/,
      at: "",
    },
    {
      title: "a namespace without pods",
      edits: [add({ apiVersion: "v1", kind: "Namespace", metadata: { name: "spare" } })],
      says: /Namespace spare has no policy/,
      at: "",
      count: 2,
    },
    {
      title: "pods in a namespace that is not of this stack",
      edits: [set("Deployment", "metadata.namespace", "elsewhere")],
      says: /Namespace elsewhere has no policy/,
      at: "",
      count: 2,
    },
  ],
  notApplicable: [{ title: "only a namespace of Kubernetes itself", edits: [without("Namespace"), inSystemNamespace] }],
  unknown: [
    {
      title: "a pod's namespace from an output",
      edits: [unknown("Deployment", "metadata.namespace")],
      because: "metadata.namespace",
    },
    {
      title: "the only policy's selector from an output",
      edits: [unknown(denyPolicy, "spec.podSelector"), without(dnsPolicy)],
      because: "spec.podSelector",
    },
  ],
  configured: [
    {
      title: "a namespace that is somebody else's",
      edits: [without(denyPolicy), without(dnsPolicy)],
      options: { settings: { "ALT-NET-001": { excludedNamespaces: ["altlas"] } } },
      outcome: "absent",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "the default-deny policy of the services is lost",
    edits: [
      (manifests) => {
        const isDeny = ({ metadata }: Manifest) => {
          const { name, namespace } = (metadata ?? {}) as Manifest;
          return name === "default-deny" && namespace === "altlas";
        };
        manifests.splice(manifests.findIndex(isDeny), 1);
      },
    ],
    says: /Namespace altlas has no policy that denies ingress/,
  },
];
