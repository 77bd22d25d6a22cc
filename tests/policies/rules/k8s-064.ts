import { add, app, drop, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { namespaced } from "../objects";

const labels = { app: "store" };
const store = add(
  namespaced("apps/v1", "StatefulSet", "store", {
    spec: {
      replicas: 2,
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "store", ports: [{ name: "store", containerPort: 7000 }] }] },
      },
    },
  }),
);
/** A Service of a single pod of a StatefulSet, by the label that Kubernetes gives it. */
const single = (pod: string) =>
  add(
    namespaced("v1", "Service", "store", {
      spec: {
        selector: { ...labels, "statefulset.kubernetes.io/pod-name": pod },
        ports: [{ port: 7000, targetPort: "store" }],
      },
    }),
  );

export const cases: RuleCases = {
  pass: [
    { title: "one pod of a StatefulSet by its name", edits: [store, single("store-1")] },
    { title: "a port number", edits: [set("Service", "spec.ports[0].targetPort", 9000)] },
    { title: "no targetPort, which means the same number", edits: [drop("Service", "spec.ports[0].targetPort")] },
    { title: "a sidecar's port", edits: [set("Service", "spec.ports[0].targetPort", "proxy")] },
    { title: "a port of an injected proxy", edits: [set("Service", "spec.ports[0].targetPort", "linkerd-admin")] },
    {
      title: "a headless Service without ports",
      edits: [set("Service", "spec.ports", []), set("Service", "spec.clusterIP", "None")],
    },
  ],
  fail: [
    ...["store-2", "store", "other-0"].map((pod) => ({
      title: `a pod ${pod} of a StatefulSet that has store-0 and store-1`,
      edits: [store, single(pod)],
      says: new RegExp(`Service altlas/store selects no pod; none has app=store, .*pod-name=${pod}`),
      at: "spec.selector",
    })),
    {
      title: "a label that no pod has",
      edits: [set("Service", "spec.selector", { app: "archive" })],
      says: /Service altlas\/archive-service selects no pod; none has app=archive/,
      at: "spec.selector",
    },
    {
      title: "pods in another namespace",
      edits: [set("Service", "metadata.namespace", "other")],
      says: /selects no pod/,
      at: "spec.selector",
    },
    {
      title: "a port that the pods do not have",
      edits: [set("Service", "spec.ports[0].targetPort", 8080)],
      says: /targets TCP port 8080, but Deployment altlas\/archive-service declares only http=9000, proxy=9100/,
      at: "spec.ports[0].targetPort",
    },
    {
      title: "a name that no port has",
      edits: [set("Service", "spec.ports[0].targetPort", "web")],
      says: /targets TCP port web/,
      at: "spec.ports[0].targetPort",
    },
    {
      title: "another protocol",
      edits: [set("Service", "spec.ports[0].protocol", "UDP")],
      says: /targets UDP port http/,
      at: "spec.ports[0].targetPort",
    },
    ...["NodePort", "LoadBalancer"].map((type) => ({
      title: type,
      edits: [set("Service", "spec.type", type)],
      says: new RegExp(`has the type ${type}`),
      at: "spec.type",
    })),
    {
      title: "external addresses",
      edits: [set("Service", "spec.externalIPs", ["192.0.2.1"])],
      says: /takes external addresses/,
      at: "spec.externalIPs",
    },
  ],
  notApplicable: [{ title: "no Services", edits: [without("Service")] }],
  unknown: [
    { title: "a selector from an output", edits: [unknown("Service", "spec.selector")], because: "spec.selector" },
    {
      title: "labels of the only pods from an output",
      edits: [unknown("Deployment", "spec.template.metadata.labels")],
      because: "spec.template.metadata.labels",
    },
    {
      title: "a port from an output",
      edits: [unknown("Service", "spec.ports[0].targetPort")],
      because: "spec.ports[0].targetPort",
    },
    {
      title: "ports of the pods from an output",
      edits: [unknown("Deployment", `${app}.ports`)],
      because: `${app}.ports`,
    },
  ],
  configured: [
    {
      title: "the ingress's own Service",
      edits: [set("Service", "spec.type", "LoadBalancer")],
      options: { settings: { "ALT-K8S-064": { exposed: ["Service/altlas/archive-service"] } } },
      outcome: "pass",
    },
    {
      title: "a port of another injected proxy",
      edits: [set("Service", "spec.ports[0].targetPort", "http-envoy-prom")],
      options: { settings: { "ALT-K8S-064": { injectedPorts: ["http-envoy-prom"] } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a Service targets a port of the old contract",
    edits: [set("Service/archive-service", "spec.ports[0].targetPort", 8081)],
    says: /targets TCP port 8081, but Deployment altlas\/archive-service declares only/,
  },
  {
    title: "a service is published past the ingress",
    edits: [set("Service/api-gateway", "spec.type", "NodePort")],
    says: /Service altlas\/api-gateway has the type NodePort/,
  },
];
