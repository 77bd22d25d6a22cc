import { z } from "zod";
import { matchesResource } from "../../model/exemptions";
import { type Field } from "../field";
import { type Graph } from "../graph/graph";
import { describeIdentity, type KubernetesObject } from "../graph/object";
import { objects } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment, object } from "./examples";

const settings = z.strictObject({
  exposed: z
    .array(z.string().min(1))
    .default([])
    .describe("Services of the ingress, the only ones that may be reached from outside"),
  injectedPorts: z
    .array(z.string().min(1))
    // https://linkerd.io/docs/reference/proxy-configuration/
    .default(["linkerd-admin", "linkerd-proxy"])
    .describe("names of ports that an injected proxy adds to pods"),
});
type Settings = z.infer<typeof settings>;

const archivePods = deployment({ ports: [{ name: "http", containerPort: 9000 }] });
const service = (targetPort: number | string) =>
  object("v1", "Service", "archive-service", {
    spec: { selector: { "app.kubernetes.io/name": "archive-service" }, ports: [{ port: 80, targetPort }] },
  });

export const rule = defineRule<Settings>({
  id: "ALT-K8S-064",
  slug: "kubernetes-service-targets-pods",
  title: "A Service selects pods and a port that they have, and only the ingress is reachable from outside",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "A Service that selects nothing, or a port that nobody listens on, resolves and then refuses every connection; " +
    "nothing reports it. A NodePort or LoadBalancer opens a way past the ingress, its TLS and its limits.",
  fix: "Use the pods' labels in the selector and one of their declared ports as targetPort; publish through the ingress.",
  planSteps: [],
  peers: [
    "kube-score service-targets-pod, service-type",
    "kube-linter dangling-service, exposed-services",
    "gatekeeper-library block-nodeport-services",
    "pulumi compliance-policies disallowLoadBalancer",
  ],
  settings,
  examples: {
    pass: { title: "a declared port by its name", manifests: [archivePods, service("http")] },
    fail: { title: "a port that the pods do not have", manifests: [archivePods, service(8080)] },
  },
  parts: [
    part(
      ({ graph }) => objects(graph, "Service"),
      function* (object, { settings: { exposed } }) {
        const { spec } = object;
        const type = spec.at("type").text() ?? "ClusterIP";
        const external = spec.at("externalIPs");
        if (exposed.some((pattern) => matchesResource(pattern, object.identity))) return undefined;
        if (type === "NodePort" || type === "LoadBalancer") {
          const fix = "use ClusterIP and a route of the ingress, or name it in the rule's exposed Services";
          yield { problem: `has the type ${type}`, path: spec.at("type").path, fix };
        }
        if (external.items().length > 0) {
          const fix = "remove externalIPs; with them any Service can take over any address (CVE-2020-8554)";
          yield { problem: "takes external addresses", path: external.path, fix };
        }
        return undefined;
      },
    ),
    part(
      ({ graph }) => objects(graph, "Service"),
      function* (object, { graph, settings: { injectedPorts } }) {
        const { spec } = object;
        if (spec.at("type").text() === "ExternalName") return new NotApplicable("It is a name for another address.");
        const selector = spec.at("selector");
        if (selector.entries().length === 0) {
          return new NotApplicable("It has no selector; its endpoints are made by somebody else.");
        }
        const selected = graph.services.workloadsOf(object);
        if (!selected.any()) {
          const wanted = selector.entries().map(([key, value]) => `${key}=${value.text() ?? ""}`);
          const fix = "use the labels of the pods that it is for";
          yield { problem: `selects no pod; none has ${wanted.join(", ")}`, path: selector.path, fix };
          return undefined;
        }
        return yield* aspects(() => checkPorts(object, graph, injectedPorts));
      },
    ),
  ],
});

function* checkPorts(object: KubernetesObject, graph: Graph, injected: readonly string[]): Generator<Failure> {
  const workloads = graph.services.workloadsOf(object).all();
  yield* each(object.spec.at("ports").items(), function* (port) {
    const target = port.at("targetPort");
    // Without a targetPort a Service uses its own port's number.
    const wanted = (target.exists ? target : port.at("port")).numberOrText();
    if (wanted === undefined || injected.includes(String(wanted))) return;
    const protocol = port.at("protocol").text() ?? "TCP";
    for (const workload of workloads) {
      const declared = declaredPorts(workload);
      if (declared.some((each) => isTarget(each, wanted, protocol))) continue;
      const known = declared.map((each) =>
        [each.at("name").text(), each.at("containerPort").number()].filter(Boolean).join("="),
      );
      const has = known.length === 0 ? "declares no port" : `declares only ${known.join(", ")}`;
      const problem = `targets ${protocol} port ${wanted}, but ${describeIdentity(workload.object.identity)} ${has}`;
      yield { problem, path: target.path, fix: "target a port that a container declares, best by its name" };
    }
  });
}

function declaredPorts(workload: Workload): Field[] {
  return workload.containers
    .filter(({ role }) => role === "app" || role === "sidecar")
    .flatMap(({ field }) => field.at("ports").items());
}

function isTarget(port: Field, wanted: number | string, protocol: string): boolean {
  if ((port.at("protocol").text() ?? "TCP") !== protocol) return false;
  return typeof wanted === "number" ? port.at("containerPort").number() === wanted : port.at("name").text() === wanted;
}
