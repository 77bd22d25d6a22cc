import { z } from "zod";
import { domainsOf, openPools, type Pool, poolsSetting } from "../checks/node-pools";
import { anyKnown, Field, Unknown } from "../field";
import { type Graph } from "../graph/graph";
import { namespaceLabels } from "../graph/network";
import { rolloutGap } from "../graph/rollout";
import { selects } from "../graph/selector";
import { workloads } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { childOf, type Draft, mendPods } from "../remediation";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const settings = z.strictObject({ pools: poolsSetting });
type Settings = z.infer<typeof settings>;

/** Nodes and zones: what fails as a whole. */
const topologyKeys = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"] as const;
const constraintsKey = "topologySpreadConstraints";

const replicated = (pod: Record<string, unknown>) => {
  const example = deployment({}, pod);
  return { ...example, spec: { ...(example.spec as object), replicas: 3 } };
};

export const rule = defineRule<Settings>({
  id: "ALT-SCALE-011",
  slug: "kubernetes-replicas-spread-over-domains",
  title: "Replicas are spread over nodes or zones, by force only where there are places enough",
  severity: "high",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "Without spread the scheduler may put all replicas on one node, and that node takes the whole service with it. " +
    "Forced on fewer places than replicas, the last pods wait for ever, and a rolling update that must start a pod " +
    "before it stops one never ends.",
  fix: "Add topologySpreadConstraints over kubernetes.io/hostname and zones with ScheduleAnyway, selecting its own pods.",
  planSteps: ["2.2.2"],
  peers: [
    "kube-linter no-anti-affinity",
    "kube-score deployment-has-host-podantiaffinity, statefulset-has-host-podantiaffinity, pod-topology-spread-constraints",
    "polaris topologySpreadConstraint",
    "kyverno spread-pods-across-topology",
  ],
  settings,
  examples: {
    pass: {
      title: "over nodes where that is possible",
      manifests: [
        replicated({
          [constraintsKey]: [
            {
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: { "app.kubernetes.io/name": "archive-service" } },
            },
          ],
        }),
      ],
    },
    fail: { title: "three replicas, wherever they come to stand", manifests: [replicated({})] },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { graph, settings: { pools } }) {
        const replicas = graph.maximumReplicas(workload);
        if (replicas === undefined) return new NotApplicable("It has one pod per node or per run.");
        if (replicas < 2) return new NotApplicable("It is a single instance, with nothing to spread.");
        const constraints = workload.podSpec.at(constraintsKey);
        return yield* aspects(
          () => checkPresence(workload, replicas, constraints, graph),
          () => each(constraints.items(), (constraint) => checkConstraint(constraint, workload, pools)),
          () => each(required(workload).items(), (term) => checkAffinity(term, workload, replicas, pools, graph)),
        );
      },
    ),
  ],
  remediate: (inputs) => {
    const { kind } = inputs;
    if (kind !== "Deployment" && kind !== "StatefulSet") return undefined;
    return mendPods(inputs, ({ spec }, workload) => {
      const replicas = childOf(workload, "spec")?.replicas;
      const selector = childOf(childOf(workload, "spec") ?? {}, "selector");
      // Without a number an autoscaler may hold it, which one resource alone does not show.
      const alone = typeof replicas === "number" ? replicas < 2 : replicas !== undefined && replicas !== null;
      if (alone || !selector || Object.keys(selector).length === 0 || isUncertain(selector)) return;
      // Somebody has thought about where the pods go.
      if ((spec[constraintsKey] ?? spec.affinity ?? undefined) !== undefined) return;
      spec[constraintsKey] = topologyKeys.map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: structuredClone(selector),
      }));
    });
  },
});

function isUncertain(draft: Draft): boolean {
  return [...Field.root(draft).leaves()].some(({ value }) => value instanceof Unknown);
}

function required({ podSpec }: Workload): Field {
  return podSpec.at("affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
}

function* checkPresence(workload: Workload, replicas: number, constraints: Field, graph: Graph): Generator<Failure> {
  const preferred = workload.podSpec
    .at("affinity", "podAntiAffinity", "preferredDuringSchedulingIgnoredDuringExecution")
    .items()
    .map((term) => term.at("podAffinityTerm"));
  const terms = [...required(workload).items(), ...preferred];
  const spreads = (constraint: Field) => selectsItself(constraint, workload);
  if (anyKnown(constraints.items(), spreads) || anyKnown(terms, (term) => avoidsItself(term, workload, graph))) return;
  const [path, count] = [constraints.path, `up to ${replicas} replicas`];
  const others = constraints.items().length + terms.length > 0;
  const problem = others
    ? `runs ${count} and spreads pods of other labels than its own`
    : `runs ${count} and says nothing about where they stand`;
  const fix = others
    ? "select its own pods in the labelSelector"
    : "add a spread over kubernetes.io/hostname with ScheduleAnyway";
  yield { problem, path, fix };
}

/** A constraint without a selector counts no pods, and so spreads none. */
function selectsItself(constraint: Field, { podLabel }: Workload): boolean {
  const selector = constraint.at("labelSelector");
  return selector.exists && selects(selector, podLabel);
}

/** Whether a term of anti-affinity keeps the pods of a workload away from each other. */
function avoidsItself(term: Field, workload: Workload, graph: Graph): boolean {
  if (!selectsItself(term, workload)) return false;
  const [names, selector] = [term.at("namespaces").items(), term.at("namespaceSelector")];
  if (names.length === 0 && !selector.exists) return true;
  const { namespace } = workload.object;
  return (
    anyKnown(names, (name) => name.text() === namespace) ||
    (selector.exists && selects(selector, namespaceLabels(namespace, graph)))
  );
}

/** A condition on spread keeps pods pending beside free nodes where a domain may have no node at all. */
function* checkConstraint(constraint: Field, workload: Workload, pools: readonly Pool[]): Generator<Failure> {
  if ((constraint.at("whenUnsatisfiable").text() ?? "DoNotSchedule") !== "DoNotSchedule") return;
  const key = constraint.at("topologyKey");
  const domains = pools.length === 0 ? undefined : domainsOf(key.text() ?? "", openPools(workload, pools));
  if (domains === undefined) return;
  const least = constraint.at("minDomains");
  const fix = "set whenUnsatisfiable to ScheduleAnyway";
  if ((least.number() ?? 1) > domains.maximum) {
    const problem = `may be spread over no fewer than ${least.number() ?? 1} domains of ${key.text() ?? ""}, of which its pools have ${domains.maximum}`;
    yield { problem, path: least.path, fix: `set minDomains to ${domains.maximum} at most` };
  } else if (!domains.permanent) {
    const problem = `must be spread evenly over ${key.text() ?? ""}, and its pools do not always have a node in each`;
    yield { problem, path: constraint.at("whenUnsatisfiable").path, fix };
  }
}

/** Each domain takes one pod, so there must be one for each, and one more where an update starts a pod before it stops one. */
function* checkAffinity(
  term: Field,
  workload: Workload,
  replicas: number,
  pools: readonly Pool[],
  graph: Graph,
): Generator<Failure> {
  const key = term.at("topologyKey");
  const domains = pools.length === 0 ? undefined : domainsOf(key.text() ?? "", openPools(workload, pools));
  if (domains === undefined || !avoidsItself(term, workload, graph)) return;
  const surge = startsBeforeItStops(workload, replicas) ? 1 : 0;
  if (domains.maximum >= replicas + surge) return;
  const more = surge === 1 ? ", and one more for its updates," : "";
  const problem =
    `needs a domain of ${key.text() ?? ""} for each of up to ${replicas} replicas${more} ` +
    `and its pools have ${domains.maximum}`;
  yield { problem, path: key.path, fix: "make it preferredDuringSchedulingIgnoredDuringExecution" };
}

/** Whether a rolling update lets no pod be missing; a share of a quarter, the default, is none of three pods. */
function startsBeforeItStops({ kind, object: { spec } }: Workload, replicas: number): boolean {
  if (kind !== "Deployment" || spec.at("strategy", "type").text() === "Recreate") return false;
  return rolloutGap(kind, spec.at("strategy", "rollingUpdate"), replicas) === 0;
}
