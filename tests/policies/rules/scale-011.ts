import { add, drop, type Manifest, pod, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { autoscaler, cronJob, daemonSet, job, podOf } from "../objects";

const hostname = "kubernetes.io/hostname";
const zone = "topology.kubernetes.io/zone";
const constraints = `${pod}.topologySpreadConstraints`;
const antiAffinity = `${pod}.affinity.podAntiAffinity`;
const required = `${antiAffinity}.requiredDuringSchedulingIgnoredDuringExecution`;
const itself = { matchLabels: { "app.kubernetes.io/name": "archive-service" } };
const others = { matchLabels: { "app.kubernetes.io/name": "runner-service" } };
const spread = (topologyKey: string, rest: Manifest = {}) => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: "DoNotSchedule",
  labelSelector: itself,
  ...rest,
});
const spreading = (...list: Manifest[]) => set("Deployment", constraints, list);
const unspread = drop("Deployment", constraints);
const term = (rest: Manifest = {}) => ({ topologyKey: hostname, labelSelector: itself, ...rest });
const apart = (...list: Manifest[]) => [unspread, set("Deployment", required, list)];
const rolling = (value: unknown) => set("Deployment", "spec.strategy", { rollingUpdate: { maxUnavailable: value } });
const replicas = (number: number) => [without(autoscaler), set("Deployment", "spec.replicas", number)];

/** Pools that hold `nodes` nodes at most, in three zones. */
const pools = (minimum: number, maximum: number) => ({
  "ALT-SCALE-011": {
    pools: [{ name: "general", labels: { [zone]: ["a", "b", "c"] }, minimum, maximum }],
  },
});

export const cases: RuleCases = {
  pass: [
    { title: "over zones by force, where nothing is known of the pools", edits: [spreading(spread(zone))] },
    { title: "anti-affinity by force, where nothing is known of the pools", edits: apart(term()) },
    {
      title: "anti-affinity where possible",
      edits: [
        unspread,
        set("Deployment", `${antiAffinity}.preferredDuringSchedulingIgnoredDuringExecution`, [
          { weight: 100, podAffinityTerm: term() },
        ]),
      ],
    },
    {
      title: "a selector by expression",
      edits: [
        spreading(
          spread(hostname, {
            labelSelector: { matchExpressions: [{ key: "app.kubernetes.io/name", operator: "Exists" }] },
          }),
        ),
      ],
    },
    { title: "its own namespace by name", edits: apart(term({ namespaces: ["altlas"] })) },
    { title: "its own namespace by any label", edits: apart(term({ namespaceSelector: {} })) },
    {
      title: "as many nodes as replicas, and an update that takes one first",
      edits: [...apart(term()), rolling(1)],
      options: { settings: pools(3, 12) },
    },
    {
      title: "one node more than replicas, for an update that starts a pod first",
      edits: [...apart(term()), rolling(0)],
      options: { settings: pools(3, 13) },
    },
    {
      title: "zones by force, with a node in each",
      edits: [spreading(spread(zone))],
      options: { settings: pools(3, 5) },
    },
    {
      title: "nodes by force, which the autoscaler adds",
      edits: [spreading(spread(hostname))],
      options: { settings: pools(1, 5) },
    },
    {
      title: "a domain that the pools do not declare",
      edits: apart(term({ topologyKey: "example.com/rack" })),
      options: { settings: pools(1, 2) },
    },
    {
      title: "zones where possible, without a node in each",
      edits: [spreading(spread(zone, { whenUnsatisfiable: "ScheduleAnyway" }))],
      options: { settings: pools(1, 5) },
    },
    {
      title: "anti-affinity to others on few nodes, beside a spread of its own",
      edits: [spreading(spread(hostname)), set("Deployment", required, [term({ labelSelector: others })])],
      options: { settings: pools(1, 2) },
    },
  ],
  fail: [
    {
      title: "nothing said, scaled",
      edits: [unspread],
      says: /Deployment altlas\/archive-service runs up to 12 replicas and says nothing about where they stand/,
      at: constraints,
    },
    {
      title: "nothing said, a fixed number",
      edits: [unspread, ...replicas(2)],
      says: /up to 2 replicas/,
      at: constraints,
    },
    {
      title: "nothing said by a StatefulSet",
      edits: [unspread, ...replicas(3), set("Deployment", "kind", "StatefulSet")],
      says: /StatefulSet altlas\/archive-service runs up to 3 replicas/,
      at: constraints,
    },
    {
      title: "a spread of other pods",
      edits: [spreading(spread(hostname, { labelSelector: others }))],
      says: /spreads pods of other labels than its own/,
      at: constraints,
    },
    {
      title: "a spread without a selector, which counts no pod",
      edits: [spreading({ maxSkew: 1, topologyKey: hostname, whenUnsatisfiable: "ScheduleAnyway" })],
      says: /spreads pods of other labels than its own/,
      at: constraints,
    },
    {
      title: "anti-affinity to another namespace",
      edits: apart(term({ namespaces: ["other"] })),
      says: /spreads pods of other labels than its own/,
      at: constraints,
    },
    {
      title: "affinity, which brings them together",
      edits: [
        unspread,
        set("Deployment", `${pod}.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution`, [term()]),
      ],
      says: /says nothing about where they stand/,
      at: constraints,
    },
    {
      title: "fewer nodes than replicas",
      edits: [...apart(term()), rolling(1)],
      options: { settings: pools(3, 11) },
      says: /needs a domain of kubernetes\.io\/hostname for each of up to 12 replicas and its pools have 11/,
      at: `${required}[0].topologyKey`,
    },
    {
      title: "fewer zones than replicas",
      edits: [...apart(term({ topologyKey: zone })), rolling(1)],
      options: { settings: pools(3, 20) },
      says: /needs a domain of topology\.kubernetes\.io\/zone for each of up to 12 replicas and its pools have 3/,
      at: `${required}[0].topologyKey`,
    },
    {
      title: "no node for an update that starts a pod first",
      edits: [...apart(term()), rolling(0)],
      options: { settings: pools(3, 12) },
      says: /for each of up to 12 replicas, and one more for its updates, and its pools have 12/,
      at: `${required}[0].topologyKey`,
    },
    {
      title: "no node for the update of three replicas, of which a quarter is none",
      edits: [...apart(term()), ...replicas(3), drop("Deployment", "spec.strategy")],
      options: { settings: pools(3, 3) },
      says: /for each of up to 3 replicas, and one more for its updates, and its pools have 3/,
      at: `${required}[0].topologyKey`,
    },
    {
      title: "zones by force, without a node in each",
      edits: [spreading(spread(zone))],
      options: { settings: pools(2, 5) },
      says: /must be spread evenly over topology\.kubernetes\.io\/zone, and its pools do not always have a node in each/,
      at: `${constraints}[0].whenUnsatisfiable`,
    },
    {
      title: "by force is what a constraint is that does not say",
      edits: [spreading({ maxSkew: 1, topologyKey: zone, labelSelector: itself })],
      options: { settings: pools(2, 5) },
      says: /must be spread evenly/,
      at: `${constraints}[0].whenUnsatisfiable`,
    },
    {
      title: "more domains than there are",
      edits: [spreading(spread(zone, { minDomains: 4 }))],
      options: { settings: pools(3, 5) },
      says: /may be spread over no fewer than 4 domains of topology\.kubernetes\.io\/zone, of which its pools have 3/,
      at: `${constraints}[0].minDomains`,
    },
  ],
  notApplicable: [
    { title: "a single instance", edits: [unspread, ...replicas(1)] },
    { title: "one pod per node", edits: [without("Deployment"), add(daemonSet)] },
    {
      title: "pods that end, and a pod without an owner",
      edits: [
        without("Deployment"),
        add(job({ containers: [], parallelism: 5 }), cronJob({ containers: [] }), podOf({ spec: { containers: [] } })),
      ],
    },
  ],
  unknown: [
    { title: "constraints from an output", edits: [unknown("Deployment", constraints)], because: constraints },
    {
      title: "a selector from an output",
      edits: [unknown("Deployment", `${constraints}[0].labelSelector`)],
      because: `${constraints}[0].labelSelector`,
    },
    {
      title: "a maximum from an output",
      edits: [unspread, unknown(autoscaler, "spec.maxReplicas")],
      because: "spec.maxReplicas",
    },
  ],
  configured: [
    {
      title: "too few nodes for one pod each",
      edits: apart(term()),
      options: { settings: pools(3, 5) },
      outcome: "fail",
    },
  ],
};

const ours = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "the spread is lost",
    edits: [drop(ours, constraints)],
    says: /Deployment altlas\/api-gateway runs up to 4 replicas and says nothing about where they stand/,
  },
  {
    title: "the spread counts another service's pods",
    edits: [set(ours, `${constraints}[0].labelSelector`, others), set(ours, `${constraints}[1].labelSelector`, others)],
    says: /api-gateway runs up to 4 replicas and spreads pods of other labels than its own/,
  },
  {
    title: "one pod for each node, on a pool of three that must also start one for its updates",
    edits: [
      set("Deployment/segmentation-service", required, [
        {
          topologyKey: hostname,
          labelSelector: { matchLabels: { "app.kubernetes.io/name": "segmentation-service" } },
        },
      ]),
    ],
    says: /segmentation-service needs a domain of kubernetes\.io\/hostname for each of up to 4 replicas, and one more for its updates, and its pools have 3/,
  },
  {
    title: "zones by force on a pool of one node",
    edits: [set("Deployment/segmentation-service", `${constraints}[0].whenUnsatisfiable`, "DoNotSchedule")],
    says: /segmentation-service must be spread evenly over topology\.kubernetes\.io\/zone, and its pools do not always have/,
  },
];
