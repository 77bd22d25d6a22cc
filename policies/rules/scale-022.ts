import { z } from "zod";
import { imageName, runs } from "../checks/stores";
import { allowedDisruptions, UnusableBudget } from "../graph/budget";
import { type Graph } from "../graph/graph";
import { apiGroup } from "../graph/kinds";
import { describeIdentity } from "../graph/object";
import { rolloutGap } from "../graph/rollout";
import { objects, workloads } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  images: z
    .array(z.string().min(1))
    // Raft: etcd, Consul's servers, NATS JetStream, RabbitMQ's quorum queues and metadata; Zab: ZooKeeper.
    .default(["consul", "etcd", "nats", "rabbitmq", "zookeeper"])
    .describe("last parts of image repositories of programs that decide by the majority of their replicas"),
  label: z
    .string()
    .min(1)
    .default("altlas.io/quorum")
    .describe("label that, with the value true, marks other pods that do"),
  resources: z
    .array(z.strictObject({ group: z.string(), kind: z.string() }))
    // RabbitMQ's own operator; its members form one cluster of quorum queues.
    .default([{ group: "rabbitmq.com", kind: "RabbitmqCluster" }])
    .describe("custom resources whose spec.replicas is the number of such members"),
});
type Settings = z.infer<typeof settings>;

const selector = { matchLabels: { "app.kubernetes.io/name": "etcd" } };
const etcd = (replicas: number) =>
  object("apps/v1", "StatefulSet", "etcd", {
    spec: {
      replicas,
      serviceName: "etcd",
      selector,
      template: {
        metadata: { labels: selector.matchLabels },
        spec: { containers: [{ name: "etcd", image: "registry.example/etcd:3.6.5" }] },
      },
    },
  });
const budget = (maxUnavailable: number) =>
  object("policy/v1", "PodDisruptionBudget", "etcd", { spec: { maxUnavailable, selector } });

export const rule = defineRule<Settings>({
  id: "ALT-SCALE-022",
  slug: "kubernetes-quorum-keeps-majority",
  title: "A store that decides by majority has an odd number of replicas, and no disruption takes its majority",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "Such a store answers while more than half of its replicas do. A fourth replica tolerates no more failures than " +
    "three and has more to fail; a budget or an update that takes two of three stops every write until one is back.",
  fix: "Run 3 or 5 replicas, and let fewer than half of them be unavailable: maxUnavailable: 1.",
  planSteps: ["2.2.3"],
  peers: [],
  settings,
  examples: {
    pass: { title: "one of three may go", manifests: [etcd(3), budget(1)] },
    fail: { title: "two of three may go", manifests: [etcd(3), budget(2)] },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { graph, settings: options }) {
        if (workload.isJob || workload.kind === "Pod" || workload.kind === "DaemonSet") {
          return new NotApplicable("Its pods are no replicas of one store.");
        }
        const store = storeName(workload, options);
        if (store === undefined) return new NotApplicable("It runs no program that decides by majority.");
        const replicas = graph.minimumReplicas(workload) ?? 1;
        if (replicas <= 1) return new NotApplicable("It is a single instance, which needs no majority.");
        return yield* aspects(
          () => checkNumber(store, replicas, workload.object.spec.at("replicas").path),
          () => checkBudgets(workload, replicas, graph),
          () => checkUpdate(workload, replicas),
        );
      },
    ),
    part(
      ({ graph, settings: { resources } }) =>
        resources.flatMap(({ group, kind }) =>
          objects(graph, kind).filter((subject) => apiGroup(subject.read().apiVersion) === group),
        ),
      function* ({ kind, spec }) {
        const replicas = spec.at("replicas");
        yield* checkNumber(kind, replicas.number() ?? 1, replicas.path);
        return undefined;
      },
    ),
  ],
});

/** What a workload runs that decides by majority: by its label, else by its image. */
function storeName(workload: Workload, { images, label }: Settings): string | undefined {
  if (workload.podLabel(label) === "true") return workload.object.name;
  const container = runs(workload, images);
  return container && imageName(container);
}

/** Most replicas that may be missing while more than half are there. */
function tolerated(replicas: number): number {
  return Math.floor((replicas - 1) / 2);
}

function* checkNumber(store: string, replicas: number, path: string): Generator<Failure> {
  if (replicas % 2 === 1 || replicas < 1) return;
  const problem = `runs ${replicas} replicas of ${store}, which tolerate no more failures than ${replicas - 1}`;
  yield { problem, path, fix: `run ${replicas - 1 > 1 ? `${replicas - 1} or ` : ""}${replicas + 1}` };
}

function* checkBudgets(workload: Workload, replicas: number, graph: Graph): Generator<Failure> {
  // Of two none may be missing, and no budget mends that.
  if (tolerated(replicas) < 1) return;
  const budgets = graph.budgets.objectsOf(workload);
  yield* each(budgets.certain, function* (budget) {
    const others = graph.budgets.workloadsOf(budget).all();
    const pods = others.reduce((sum, other) => sum + (graph.minimumReplicas(other) ?? 0), 0);
    const allowance = allowedDisruptions(budget.spec, pods);
    // What is wrong with the budget itself is for ALT-SCALE-021.
    if (allowance instanceof UnusableBudget || allowance.allowed <= tolerated(replicas)) return;
    const problem =
      `may lose ${allowance.allowed} of its ${replicas} replicas at once by ${describeIdentity(budget.identity)} ` +
      `(${allowance.rule}), and decides with ${tolerated(replicas)} missing at most`;
    const fix =
      others.length > 1 ? "give it a budget of its own with maxUnavailable: 1" : "set maxUnavailable of it to 1";
    yield { problem, path: workload.labels.path, fix };
  });
  budgets.all();
}

/** A rolling update takes replicas away too. */
function* checkUpdate({ kind, object: { spec } }: Workload, replicas: number): Generator<Failure> {
  if (kind !== "StatefulSet" && kind !== "Deployment") return;
  const strategy = spec.at(kind === "StatefulSet" ? "updateStrategy" : "strategy");
  if (strategy.at("type").text() === "Recreate") {
    const problem = `stops all of its ${replicas} replicas before an update starts the first`;
    yield { problem, path: strategy.at("type").path, fix: "use RollingUpdate with maxUnavailable: 1" };
    return;
  }
  const taken = rolloutGap(kind, strategy.at("rollingUpdate"), replicas);
  // One by one, as a StatefulSet does by itself, is the slowest that there is.
  if (typeof taken === "string" || taken <= Math.max(tolerated(replicas), 1)) return;
  const problem = `updates ${taken} of its ${replicas} replicas at once, and decides with ${tolerated(replicas)} missing at most`;
  const { path } = strategy.at("rollingUpdate", "maxUnavailable");
  yield { problem, path, fix: "set maxUnavailable of the update to 1" };
}
