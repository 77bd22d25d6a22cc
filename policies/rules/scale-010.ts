import { z } from "zod";
import {
  choosesPool,
  describeTaint,
  labelDemands,
  matchingPools,
  missingValue,
  type Pool,
  poolsSetting,
  refusingTaint,
  requiredTerms,
} from "../checks/node-pools";
import { workloads } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const settings = z.strictObject({
  pools: poolsSetting,
  required: z.boolean().default(false).describe("whether each workload but a DaemonSet must name its pool"),
});
type Settings = z.infer<typeof settings>;

const affinityPath = ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"] as const;

const onPool = (name: string, more: Record<string, unknown> = {}) =>
  deployment({}, { nodeSelector: { "example.com/pool": name }, ...more });
const examplePools = [
  { name: "general", labels: { "example.com/pool": ["general"] }, minimum: 3, maximum: 5 },
  {
    name: "cpu",
    labels: { "example.com/pool": ["cpu"] },
    taints: [{ key: "cpu", value: "high", effect: "NoSchedule" }],
    minimum: 1,
    maximum: 3,
  },
];

export const rule = defineRule<Settings>({
  id: "ALT-SCALE-010",
  slug: "kubernetes-pod-fits-node-pool",
  title: "Pods ask for a node pool that exists and tolerate its taints; a DaemonSet tolerates every pool",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "Pods that ask for a pool that there is not, or that do not tolerate its taint, wait for ever, and no autoscaler " +
    "adds a node for them. An agent that does not tolerate a pool leaves its nodes without logs, metrics or network.",
  fix: "Name a pool that the stack has, and add a toleration for each of its taints.",
  planSteps: ["2.2.2"],
  peers: ["kube-linter no-node-affinity", "kyverno restrict-node-affinity"],
  settings,
  examples: {
    pass: {
      title: "the pool's taint is tolerated",
      settings: { pools: examplePools },
      manifests: [onPool("cpu", { tolerations: [{ key: "cpu", value: "high", effect: "NoSchedule" }] })],
    },
    fail: {
      title: "a pool that there is not",
      settings: { pools: examplePools },
      manifests: [onPool("gpu")],
    },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { settings: options }) {
        if (options.pools.length === 0) return new NotApplicable("The settings name no node pools.");
        if (workload.podSpec.at("nodeName").exists) {
          return new NotApplicable("Its pods name their node themselves, past the scheduler.");
        }
        return yield* aspects(
          () => checkNames(workload, options.pools),
          () => checkPlace(workload, options),
        );
      },
    ),
  ],
});

/** Every value that pods ask for must be one that nodes have, wishes included: one that nothing fulfils is a typing error. */
function checkNames(workload: Workload, pools: readonly Pool[]): Generator<Failure> {
  return each(labelDemands(workload), (list) =>
    each(list(), function* (read) {
      const requirement = read();
      const missing = missingValue(requirement, pools);
      if (missing === undefined) return;
      const problem = `asks for nodes with ${requirement.key}=${missing.value}, which no node pool has`;
      yield { problem, path: requirement.field.path, fix: `use ${enumerate(missing.known, "or")}` };
    }),
  );
}

function* checkPlace(workload: Workload, { pools, required }: Settings): Generator<Failure> {
  const terms = requiredTerms(workload);
  const matching = matchingPools(terms, pools);
  const affinity = workload.podSpec.at(...affinityPath);
  if (matching.length === 0) {
    // Said by name already.
    if (terms.some((term) => term.some((one) => missingValue(one, pools)))) return;
    const problem = `asks for nodes that none of the pools ${names(pools)} has`;
    yield { problem, path: affinity.path, fix: "ask for what one pool has" };
    return;
  }
  const refused = matching.flatMap((pool) => {
    const taint = refusingTaint(workload, pool);
    return taint ? [{ pool, taint }] : [];
  });
  const chosen = choosesPool(terms, pools);
  if (workload.kind === "DaemonSet" || chosen) {
    const tolerations = workload.podSpec.at("tolerations");
    for (const { pool, taint } of refused) {
      const subject = workload.kind === "DaemonSet" && !chosen ? "does not run on" : "asks for";
      const problem = `${subject} pool ${pool.name}, whose taint ${describeTaint(taint)} it does not tolerate`;
      yield { problem, path: tolerations.path, fix: `add a toleration for ${describeTaint(taint)}` };
    }
    return;
  }
  if (refused.length === matching.length) {
    const problem = `tolerates the taints of none of the pools ${names(matching)}`;
    yield { problem, path: workload.podSpec.at("tolerations").path, fix: "name a pool and tolerate its taints" };
  } else if (required) {
    const problem = "does not say on which node pool it runs";
    yield { problem, path: affinity.path, fix: `require nodes of one of the pools ${names(pools)}` };
  }
}

function names(pools: readonly Pool[]): string {
  return enumerate(
    pools.map(({ name }) => name),
    "and",
  );
}

function enumerate(items: readonly string[], word: string): string {
  return items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} ${word} ${items[items.length - 1] ?? ""}`;
}
