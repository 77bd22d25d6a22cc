import { z } from "zod";
import { type Field } from "../field";
import { type Graph } from "../graph/graph";
import { isMeshed, meshAnnotation } from "../graph/mesh";
import { describeIdentity, type KubernetesObject } from "../graph/object";
import { parseQuantity } from "../graph/quantity";
import { containerName, objects } from "../graph/subjects";
import { type Container, type Workload } from "../graph/workload";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment, object } from "./examples";

const settings = z.strictObject({
  proxyRequestsByDefault: z
    .boolean()
    .default(false)
    .describe("whether the mesh's own configuration gives every proxy requests"),
});

/** Kinds that an autoscaler can scale, of those that make pods. */
const scalable: readonly string[] = ["Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"];

const requested = deployment({ resources: { requests: { cpu: "250m" } } });
const autoscaler = (metrics: readonly unknown[]) =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", "archive-service", {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "archive-service" },
      minReplicas: 2,
      maxReplicas: 12,
      metrics,
    },
  });
const cpuOf = (container: string) => ({
  type: "ContainerResource",
  containerResource: { container, name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
});

export const rule = defineRule<z.infer<typeof settings>>({
  id: "ALT-SCALE-002",
  slug: "kubernetes-autoscaler-requires-scalable-target",
  title: "An autoscaler's target exists, leaves replicas to it, and requests what it is scaled on in every container",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "A percentage is a percentage of the request: one container without a request, the mesh proxy included, and the " +
    "autoscaler does nothing at all. With replicas in the manifest every update sets the number back in the middle of " +
    "the load.",
  fix: "Point scaleTargetRef at a workload of the stack, remove its replicas, and set the requests of all its containers.",
  planSteps: ["2.4.1"],
  peers: [
    "kube-score deployment-targeted-by-hpa-does-not-have-replicas-configured, horizontalpodautoscaler-has-target",
    "kube-linter dangling-horizontalpodautoscaler",
    "datree HPA_MISSING_MINREPLICAS_KEY, HPA_MISSING_MAXREPLICAS_KEY",
  ],
  settings,
  examples: {
    pass: { title: "cpu of the application's container", manifests: [requested, autoscaler([cpuOf("app")])] },
    fail: { title: "cpu of a container that there is not", manifests: [requested, autoscaler([cpuOf("main")])] },
  },
  parts: [
    part(
      ({ graph }) => objects(graph, "HorizontalPodAutoscaler"),
      function* (object, { graph, settings: { proxyRequestsByDefault } }) {
        const reference = object.spec.at("scaleTargetRef");
        const [kind, name] = [reference.at("kind").text() ?? "", reference.at("name").text() ?? ""];
        const target = graph.targetOf(object);
        if (target === undefined) {
          const fix = "name a workload of this stack, in the same namespace";
          if (graph.ofKind(kind).some((other) => other.namespace === object.namespace && other.name === name)) {
            return new NotApplicable(`What a ${kind} makes of its pods is known to its controller only.`);
          }
          const problem = `scales ${kind} ${object.namespace}/${name}, which is not in this stack`;
          yield { problem, path: reference.path, fix };
          return undefined;
        }
        if (!scalable.includes(target.kind)) {
          const problem = `scales a ${target.kind}, whose number of pods cannot be set`;
          yield { problem, path: reference.path, fix: "scale a Deployment or a StatefulSet" };
          return undefined;
        }
        return yield* aspects(
          () => checkReplicas(target),
          () => each(scalingMetrics(object), (metric) => checkMetric(metric, target, graph, proxyRequestsByDefault)),
        );
      },
    ),
  ],
});

function* checkReplicas({ object }: Workload): Generator<Failure> {
  const replicas = object.spec.at("replicas");
  // An engine that ignores changes of the number leaves it to the autoscaler.
  if (!replicas.exists || object.resource.options?.ignoreChanges.includes("spec.replicas") === true) return;
  const problem = `scales ${describeIdentity(object.identity)}, which sets replicas to ${replicas.number() ?? 0} itself`;
  yield { problem, path: replicas.path, fix: "remove replicas from the workload" };
}

/** A metric that is a share of requests: of one container, or of the whole pod. */
interface ResourceMetric {
  readonly resource: string;
  readonly container?: Field;
  readonly field: Field;
}

/** Metrics of other sorts (Pods, Object, External, absolute amounts) need no requests. */
function scalingMetrics({ spec }: KubernetesObject): ResourceMetric[] {
  const old = spec.at("targetCPUUtilizationPercentage");
  if (old.exists) return [{ resource: "cpu", field: old }];
  const metrics = spec.at("metrics");
  // Without any metric the API server scales on 80 % of the requested cpu.
  if (metrics.items().length === 0) return [{ resource: "cpu", field: metrics }];
  return metrics.items().flatMap((metric) => {
    const type = metric.at("type").text();
    const field = metric.at(type === "ContainerResource" ? "containerResource" : "resource");
    const isShare = (field.at("target", "type").text() ?? "Utilization") === "Utilization";
    if ((type !== "Resource" && type !== "ContainerResource") || !isShare) return [];
    const resource = field.at("name").text() ?? "";
    return [{ resource, field, ...(type === "ContainerResource" && { container: field.at("container") }) }];
  });
}

function* checkMetric(
  metric: ResourceMetric,
  target: Workload,
  graph: Graph,
  proxyRequestsByDefault: boolean,
): Generator<Failure> {
  const { resource, container, field } = metric;
  // Init containers have ended when the autoscaler looks.
  const running = target.containers.filter(({ role }) => role === "app" || role === "sidecar");
  if (container) {
    const name = container.text() ?? "";
    const measured = running.filter((each) => each.name === name);
    if (measured.length === 0) {
      const problem = `measures container ${name}, but the pods have only ${running.map((each) => each.name).join(", ")}`;
      yield { problem, path: container.path, fix: "name a container of the pods" };
    }
    yield* each(measured, (one) => checkRequest(one, resource));
    return;
  }
  yield* each(running, (one) => checkRequest(one, resource));
  const annotation = `config.linkerd.io/proxy-${resource}-request`;
  if (proxyRequestsByDefault || !isMeshed(target, graph) || meshAnnotation(target, graph, annotation) !== undefined)
    return;
  const problem = `scales on the pods' ${resource}, but their mesh proxy requests none`;
  yield { problem, path: field.path, fix: `set the annotation ${annotation}, or measure one container` };
}

function* checkRequest(container: Container, resource: string): Generator<Failure> {
  const request = container.field.at("resources", "requests", resource);
  // The API server copies a limit to a request that is absent.
  const effective = request.exists ? request : container.field.at("resources", "limits", resource);
  const amount = effective.numberOrText();
  if (amount !== undefined && (parseQuantity(amount) ?? 0n) > 0n) return;
  const problem = `scales on ${resource}, of which ${containerName(container)} of its target requests none`;
  yield { problem, path: request.path, fix: `set resources.requests.${resource} of that container` };
}
