import { add, type Manifest, pod, set, unknown, without } from "../fixtures";
import { UNKNOWN } from "../../../policies/field";
import { type Case, type FailingCase, type Mutant, type RuleCases, type UndecidedCase } from "../case";
import { cronJob, daemonSet, job } from "../objects";

const label = "altlas.io/pool";
const pools = [
  { name: "general", labels: { [label]: ["general"], zone: ["a", "b"], cores: ["4"] }, minimum: 3, maximum: 5 },
  {
    name: "cpu",
    labels: { [label]: ["cpu"], zone: ["a", "b"], cores: ["8"] },
    taints: [{ key: "cpu", value: "high", effect: "NoSchedule" }],
    minimum: 1,
    maximum: 3,
  },
  {
    name: "spot",
    labels: { [label]: ["spot"], zone: ["a", "b"], spot: ["yes"] },
    taints: [
      { key: "spot", value: "5", effect: "NoExecute" },
      { key: "rare", value: "", effect: "PreferNoSchedule" },
    ],
    minimum: 0,
    maximum: 3,
  },
];
const settings = { "ALT-SCALE-010": { pools } };
const configured = <C extends Case>(each: C): C => ({ ...each, options: { settings, ...each.options } });

const spec = (key: string, value: unknown) => set("Deployment", `${pod}.${key}`, value);
const selector = (labels: Manifest) => spec("nodeSelector", labels);
const tolerating = (...tolerations: Manifest[]) => spec("tolerations", tolerations);
const highCpu = { key: "cpu", operator: "Equal", value: "high", effect: "NoSchedule" };
const required = `${pod}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`;
const preferred = `${pod}.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution`;
const terms = (...list: Manifest[][]) =>
  set("Deployment", required, { nodeSelectorTerms: list.map((matchExpressions) => ({ matchExpressions })) });
const expression = (key: string, operator: string, ...values: string[]) => ({ key, operator, values });
const everywhere = { operator: "Exists" };
const agent = (template: Manifest) => [
  without("Deployment"),
  add({ ...daemonSet, spec: { template: { metadata: {}, spec: { containers: [], ...template } } } }),
];
const inPool = (...names: string[]) => expression(label, "In", ...names);

const pass: Case[] = [
  { title: "nothing asked, and a pool without taints" },
  { title: "a pool without taints by its label", edits: [selector({ [label]: "general" })] },
  { title: "a pool with its toleration", edits: [selector({ [label]: "cpu" }), tolerating(highCpu)] },
  {
    title: "a toleration of every effect",
    edits: [selector({ [label]: "cpu" }), tolerating({ key: "cpu", value: "high" })],
  },
  { title: "a toleration of every taint", edits: [selector({ [label]: "spot" }), tolerating(everywhere)] },
  {
    title: "a toleration of every value",
    edits: [selector({ [label]: "cpu" }), tolerating({ key: "cpu", operator: "Exists" })],
  },
  {
    title: "a toleration of numbers above",
    edits: [selector({ [label]: "spot" }), tolerating({ key: "spot", operator: "Gt", value: "4" })],
  },
  {
    title: "a toleration of numbers below",
    edits: [selector({ [label]: "spot" }), tolerating({ key: "spot", operator: "Lt", value: "6" })],
  },
  { title: "affinity to several pools", edits: [terms([inPool("general", "cpu")]), tolerating(highCpu)] },
  {
    title: "one of several terms",
    edits: [terms([inPool("general")], [inPool("general"), expression("zone", "In", "a")])],
  },
  { title: "not a tainted pool", edits: [terms([expression(label, "NotIn", "cpu", "spot")])] },
  { title: "a label that the pools do not declare", edits: [selector({ "kubernetes.io/arch": "arm64" })] },
  { title: "more cores than some pools have", edits: [terms([expression("cores", "Gt", "2"), inPool("general")])] },
  { title: "a label that some pools lack", edits: [terms([expression("spot", "DoesNotExist"), inPool("general")])] },
  { title: "a zone that all pools have", edits: [selector({ zone: "b" })] },
  { title: "a DaemonSet that tolerates all", edits: agent({ tolerations: [everywhere] }) },
  { title: "a DaemonSet of one pool on purpose", edits: agent({ nodeSelector: { [label]: "general" } }) },
];

const fail: FailingCase[] = [
  {
    title: "a pool that there is not",
    edits: [selector({ [label]: "gpu" })],
    says: /Deployment altlas\/archive-service asks for nodes with altlas\.io\/pool=gpu, which no node pool has .*use cpu, general or spot/,
    at: `${pod}.nodeSelector["${label}"]`,
  },
  {
    title: "a pool that there is not among others",
    edits: [terms([inPool("general", "gpu")])],
    says: /altlas\.io\/pool=gpu/,
    at: `${required}.nodeSelectorTerms[0].matchExpressions[0]`,
  },
  {
    title: "a wish that nothing fulfils",
    edits: [set("Deployment", preferred, [{ weight: 1, preference: { matchExpressions: [inPool("gpu")] } }])],
    says: /altlas\.io\/pool=gpu/,
    at: `${preferred}[0].preference.matchExpressions[0]`,
  },
  {
    title: "a selector that stands in each of two terms is told once",
    edits: [selector({ [label]: "gpu" }), terms([expression("zone", "In", "a")], [expression("zone", "In", "b")])],
    says: /altlas\.io\/pool=gpu/,
    at: `${pod}.nodeSelector["${label}"]`,
  },
  {
    title: "what no pool has together",
    edits: [terms([inPool("general"), expression("cores", "Gt", "4")])],
    says: /asks for nodes that none of the pools general, cpu and spot has/,
    at: required,
  },
  {
    title: "a label that one pool lacks and the other refuses",
    edits: [terms([expression("spot", "Exists"), expression(label, "NotIn", "spot")])],
    says: /asks for nodes that none of the pools/,
    at: required,
  },
  {
    title: "fewer cores than any pool has",
    edits: [terms([expression("cores", "Lt", "2")])],
    says: /asks for nodes that none of the pools/,
    at: required,
  },
  {
    title: "no terms, which no node fulfils",
    edits: [terms()],
    says: /asks for nodes that none of the pools/,
    at: required,
  },
  {
    title: "a tainted pool without toleration",
    edits: [selector({ [label]: "cpu" })],
    says: /asks for pool cpu, whose taint cpu=high:NoSchedule it does not tolerate .*add a toleration for cpu=high:NoSchedule/,
    at: `${pod}.tolerations`,
  },
  {
    title: "a tainted pool among those that are named",
    edits: [terms([inPool("general", "cpu")])],
    says: /asks for pool cpu, whose taint/,
    at: `${pod}.tolerations`,
  },
  {
    title: "a toleration of another value",
    edits: [selector({ [label]: "cpu" }), tolerating({ ...highCpu, value: "low" })],
    says: /whose taint cpu=high:NoSchedule/,
    at: `${pod}.tolerations`,
  },
  {
    title: "a toleration of another effect",
    edits: [selector({ [label]: "cpu" }), tolerating({ ...highCpu, effect: "NoExecute" })],
    says: /whose taint cpu=high:NoSchedule/,
    at: `${pod}.tolerations`,
  },
  {
    title: "a toleration of another key",
    edits: [selector({ [label]: "cpu" }), tolerating({ ...highCpu, key: "memory" })],
    says: /whose taint cpu=high:NoSchedule/,
    at: `${pod}.tolerations`,
  },
  {
    title: "a toleration that ends",
    edits: [selector({ [label]: "spot" }), tolerating({ key: "spot", operator: "Exists", tolerationSeconds: 60 })],
    says: /whose taint spot=5:NoExecute/,
    at: `${pod}.tolerations`,
  },
  {
    title: "numbers that do not fit",
    edits: [selector({ [label]: "spot" }), tolerating({ key: "spot", operator: "Gt", value: "5" })],
    says: /whose taint spot=5:NoExecute/,
    at: `${pod}.tolerations`,
  },
  {
    title: "only tainted pools left",
    edits: [terms([expression(label, "NotIn", "general")])],
    says: /tolerates the taints of none of the pools cpu and spot/,
    at: `${pod}.tolerations`,
  },
  {
    title: "a Job on a pool that there is not",
    edits: [without("Deployment"), add(job({ containers: [], nodeSelector: { [label]: "gpu" } }))],
    says: /Job altlas\/extra asks for nodes with altlas\.io\/pool=gpu/,
    at: `${pod}.nodeSelector["${label}"]`,
  },
  {
    title: "a CronJob on a tainted pool",
    edits: [without("Deployment"), add(cronJob({ containers: [], nodeSelector: { [label]: "cpu" } }))],
    says: /CronJob altlas\/extra asks for pool cpu, whose taint/,
    at: "spec.jobTemplate.spec.template.spec.tolerations",
  },
  {
    title: "a DaemonSet that does not tolerate two pools",
    edits: agent({}),
    says: /DaemonSet altlas\/agent does not run on pool (cpu|spot), whose taint \S+ it does not tolerate/,
    at: `${pod}.tolerations`,
    count: 2,
  },
  {
    title: "a DaemonSet of a tainted pool",
    edits: agent({ nodeSelector: { [label]: "cpu" } }),
    says: /DaemonSet altlas\/agent asks for pool cpu, whose taint/,
    at: `${pod}.tolerations`,
  },
  {
    title: "a pool that is certainly missing beside tolerations that are not known",
    edits: [terms([inPool("general", "gpu")]), set("Deployment", preferred, UNKNOWN), spec("tolerations", UNKNOWN)],
    says: /altlas\.io\/pool=gpu/,
    at: `${required}.nodeSelectorTerms[0].matchExpressions[0]`,
  },
];

const undecided: UndecidedCase[] = [
  {
    title: "a selector from an output",
    edits: [selector({ [label]: UNKNOWN })],
    because: `${pod}.nodeSelector["${label}"]`,
  },
  {
    title: "tolerations from an output",
    edits: [selector({ [label]: "cpu" }), unknown("Deployment", `${pod}.tolerations`)],
    because: `${pod}.tolerations`,
  },
  {
    title: "an affinity from an output",
    edits: [unknown("Deployment", `${pod}.affinity`)],
    because: `${pod}.affinity`,
  },
  {
    title: "a wish from an output beside a name that is right",
    edits: [terms([inPool("general")]), set("Deployment", preferred, UNKNOWN)],
    because: preferred,
  },
];

export const cases: RuleCases = {
  pass: pass.map(configured),
  fail: fail.map(configured),
  notApplicable: [
    { title: "no pools in the settings", edits: [selector({ [label]: "gpu" })] },
    configured({ title: "pods that name their node", edits: [spec("nodeName", "node-1")] }),
  ],
  unknown: undecided.map(configured),
  configured: [
    {
      title: "each workload must name its pool",
      options: { settings: { "ALT-SCALE-010": { pools, required: true } } },
      outcome: "fail",
    },
    {
      title: "one pool, and a workload that names it by another name",
      edits: [selector({ [label]: "big" })],
      options: { settings: { "ALT-SCALE-010": { pools: [pools[0]] } } },
      outcome: "fail",
    },
    {
      title: "one tainted pool, named",
      edits: [selector({ [label]: "cpu" })],
      options: { settings: { "ALT-SCALE-010": { pools: [pools[1]] } } },
      outcome: "fail",
    },
  ],
};

const ours = "Deployment/segmentation-service";

export const mutants: readonly Mutant[] = [
  {
    title: "the pool is renamed in the program only",
    edits: [set(ours, `${required}.nodeSelectorTerms[0].matchExpressions[0].values`, ["compute"])],
    says: /Deployment altlas\/segmentation-service asks for nodes with altlas\.io\/pool=compute, which no node pool has .*use cpu, general or memory/,
  },
  {
    title: "the toleration is lost",
    edits: [set(ours, `${pod}.tolerations`, [])],
    says: /segmentation-service asks for pool cpu, whose taint cpu=high:NoSchedule it does not tolerate/,
  },
  {
    title: "a service names no pool",
    edits: [set("Deployment/api-gateway", `${pod}.affinity`, {})],
    says: /api-gateway does not say on which node pool it runs/,
  },
];
