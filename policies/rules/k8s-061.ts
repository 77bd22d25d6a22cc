import { z } from "zod";
import { anyKnown } from "../field";
import { type Graph } from "../graph/graph";
import { describeIdentity, type KubernetesObject } from "../graph/object";
import { attempt } from "../graph/selection";
import { objects, workloads } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { childOf, mendPods, setDefault } from "../remediation";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const settings = z.strictObject({
  order: z.array(z.string().min(1)).default([]).describe("names of priority classes, the most important first"),
  dependencies: z
    .array(z.strictObject({ from: z.string().min(1), to: z.string().min(1) }))
    .default([])
    .describe("which workload cannot work without which, by name or by the label app.kubernetes.io/name"),
  namespaceClasses: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe("class that pods of a namespace get where they name none, when the rule may mend"),
  jobClass: z.string().min(1).optional().describe("class that Jobs of those namespaces get instead"),
});
type Settings = z.infer<typeof settings>;

const nameLabel = "app.kubernetes.io/name";
/** Classes of every cluster: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ */
const systemClasses: ReadonlyMap<string, number> = new Map([
  ["system-cluster-critical", 2_000_000_000],
  ["system-node-critical", 2_000_001_000],
]);

/** In the namespace of the services, whose class the project's settings know. */
const withoutClass = () => ({ ...deployment({}), metadata: { name: "archive-service", namespace: "altlas" } });

export const rule = defineRule<Settings>({
  id: "ALT-K8S-061",
  slug: "kubernetes-pod-requires-priority-class",
  title: "Every pod has a priority class, and nothing is less important than what cannot work without it",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "When a cluster is full, the scheduler evicts the pods of the lowest priority. Without classes a batch job may push " +
    "out the database, and a service that outranks what it calls is kept alive only to answer with errors.",
  fix: "Set priorityClassName of the pod, and give what is called at least the priority of its callers.",
  planSteps: ["2.2.2"],
  peers: ["kyverno require-pod-priorityclassname", "polaris priorityClassNotSet", "kube-linter priority-class-name"],
  settings,
  examples: {
    pass: { title: "a class of its own", manifests: [deployment({}, { priorityClassName: "altlas-services" })] },
    fail: { title: "the priority of everything else: 0", manifests: [withoutClass()] },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      (workload, { graph, settings: { dependencies } }) =>
        aspects(
          () => checkClass(workload, graph),
          () => checkCallers(workload, graph, dependencies),
        ),
    ),
    part(
      ({ graph }) => objects(graph, "PriorityClass"),
      function* (object, { graph, settings: { order } }) {
        const place = order.indexOf(object.name);
        if (place < 0) return new NotApplicable("It has no place in the order of priority classes.");
        const value = valueOf(object);
        return yield* each(order.slice(place + 1), function* (name) {
          const lower = priorityOf(name, graph);
          if (lower === undefined || value > lower) return;
          const problem = `has the value ${value}, not above the ${lower} of ${name}, which is less important`;
          yield { problem, path: object.root.at("value").path, fix: `set value above ${lower}` };
        });
      },
    ),
  ],
  remediate: (inputs, { namespaceClasses, jobClass }) =>
    mendPods(inputs, ({ spec }, workload) => {
      const namespace = childOf(workload, "metadata")?.namespace;
      const ofNamespace = typeof namespace === "string" ? namespaceClasses[namespace] : undefined;
      if (ofNamespace === undefined) return;
      const isJob = workload.kind === "Job" || workload.kind === "CronJob";
      setDefault(spec, "priorityClassName", isJob ? (jobClass ?? ofNamespace) : ofNamespace);
    }),
});

function* checkClass({ podSpec }: Workload, graph: Graph): Generator<Failure> {
  const field = podSpec.at("priorityClassName");
  const name = field.text() ?? "";
  const { path } = field;
  if (name === "") {
    yield {
      problem: "has no priority class, and so the lowest priority",
      path,
      fix: "set priorityClassName of its pods",
    };
    return;
  }
  const classes = graph.ofKind("PriorityClass");
  // Where no class is at hand, another program makes them.
  if (classes.length === 0 || systemClasses.has(name) || anyKnown(classes, (object) => object.name === name)) return;
  const problem = `names the priority class ${name}, which none of the ${classes.length} classes here is`;
  yield { problem, path, fix: "name a priority class that exists; the API server refuses the pods otherwise" };
}

/** Only what depends on it matters, not everything that connects to it: what scrapes it is no worse off without it. */
function* checkCallers(
  workload: Workload,
  graph: Graph,
  dependencies: Settings["dependencies"],
): Generator<Failure, undefined> {
  const own = dependencies.filter(({ to }) => isNamed(workload, to));
  if (own.length === 0) return undefined;
  const field = workload.podSpec.at("priorityClassName");
  const name = field.text() ?? "";
  const priority = name === "" ? undefined : priorityOf(name, graph);
  if (priority === undefined) return undefined;
  const callers = graph.workloads.filter((other) => other !== workload && own.some(({ from }) => isNamed(other, from)));
  return yield* each(callers, function* (caller) {
    const theirs = caller.podSpec.at("priorityClassName").text() ?? "";
    const higher = theirs === "" ? undefined : priorityOf(theirs, graph);
    if (higher === undefined || higher <= priority) return;
    const who = describeIdentity(caller.object.identity);
    const problem = `has the priority ${priority} (${name}), below the ${higher} (${theirs}) of ${who}, which cannot work without it`;
    yield { problem, path: field.path, fix: `name ${theirs} or a higher class` };
  });
}

function isNamed({ object, podLabel }: Workload, name: string): boolean {
  return object.identity.name === name || attempt(() => podLabel(nameLabel)) === name;
}

/** @throws UnknownValue when it is not known; `undefined` when the class is not among the objects. */
function priorityOf(name: string, graph: Graph): number | undefined {
  const object = graph.ofKind("PriorityClass").find((candidate) => candidate.identity.name === name);
  return object ? valueOf(object) : systemClasses.get(name);
}

function valueOf(object: KubernetesObject): number {
  return object.root.at("value").number() ?? 0;
}
