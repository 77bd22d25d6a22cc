import {
  add,
  app,
  drop,
  init,
  type JudgeOptions,
  type Manifest,
  pod,
  set,
  sidecar,
  unknown,
  without,
} from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, cronJob } from "../objects";

/** The fixture's container may use 256Mi. */
const variable = (name: string, value: string) => set("Deployment", `${app}.env`, [{ name, value }]);
const taken = (name: string, valueFrom: Manifest) => set("Deployment", `${app}.env`, [{ name, valueFrom }]);
const data = (values: Manifest) => set("ConfigMap", "data", values);
const args = (...words: unknown[]) => set("Deployment", `${app}.args`, words);
const runs = (runtime: string, rest: Manifest = {}): JudgeOptions => ({
  settings: {
    "ALT-K8S-068": {
      runtimes: [{ workload: "Deployment/altlas/archive-service", container: "app", runtime }],
      ...rest,
    },
  },
});
const limits = (rest: Manifest) => ({ "ALT-K8S-068": rest });
const env = `${container}.env[0]`;

export const cases: RuleCases = {
  pass: [
    {
      title: "Node with three quarters",
      edits: [variable("NODE_OPTIONS", "--enable-source-maps --max-old-space-size=192")],
    },
    { title: "Node with a share", edits: [variable("NODE_OPTIONS", "--max-old-space-size-percentage=75")] },
    { title: "Go in bytes", edits: [variable("GOMEMLIMIT", "241591910")], options: runs("go") },
    { title: "Go with a unit", edits: [variable("GOMEMLIMIT", "230MiB")], options: runs("go") },
    { title: "Java by its command line", edits: [args("-Xms64m", "-Xmx192m", "-jar", "app.jar")] },
    { title: "Java by a share", edits: [variable("JAVA_TOOL_OPTIONS", "-XX:MaxRAMPercentage=75.0")] },
    {
      title: "a share that another flag makes void",
      edits: [variable("JAVA_OPTS", "-Xmx128m -XX:MaxRAMPercentage=95")],
    },
    {
      title: "the last of several flags, which wins",
      edits: [variable("NODE_OPTIONS", "--max-old-space-size=4096 --max-old-space-size=128")],
    },
    {
      title: "Erlang's carrier and the heap that each process starts with",
      edits: [variable("ERL_FLAGS", "+MMscs 150 +hms 2586")],
    },
    {
      title: "a variable of the container, which hides that of the ConfigMap",
      edits: [
        variable("GOMEMLIMIT", "200MiB"),
        set("Deployment", `${app}.envFrom`, [{ configMapRef: { name: "archive-service" } }]),
        data({ GOMEMLIMIT: "4GiB" }),
      ],
    },
    {
      title: "exactly the least share of a known runtime",
      edits: [variable("GOMEMLIMIT", "100MiB"), set("Deployment", `${app}.resources.limits.memory`, "250Mi")],
      options: runs("go"),
    },
    {
      title: "a limit of the whole pod",
      edits: [
        drop("Deployment", `${app}.resources.limits.memory`),
        set("Deployment", `${pod}.resources`, { limits: { memory: "1Gi" } }),
        variable("GOMEMLIMIT", "900MiB"),
      ],
    },
    {
      title: "unknown values of variables that have nothing to do with a heap",
      edits: [
        set("Deployment", `${app}.env`, [{ name: "LOG_LEVEL" }, { name: "GOMEMLIMIT", value: "200MiB" }]),
        unknown("Deployment", `${app}.env[0].value`),
      ],
      options: runs("go"),
    },
  ],
  fail: [
    {
      title: "Node with more than three quarters",
      edits: [variable("NODE_OPTIONS", "--max-old-space-size=193")],
      says: /^Container app of Deployment altlas\/archive-service bounds the heap of Node with --max-old-space-size=193, 75.4 % of its memory limit of 256Mi, more than 75 % .*; allow at most 192Mi, or raise resources.limits.memory\.$/,
      at: env,
    },
    {
      title: "Node with underscores, on the command line, twice the limit",
      edits: [set("Deployment", `${app}.command`, ["node", "--max_old_space_size=512", "main.js"])],
      says: /with --max_old_space_size=512, 200 % of its memory limit/,
      at: `${container}.command`,
    },
    {
      title: "Go with all of the limit, which leaves nothing for stacks of C code",
      edits: [variable("GOMEMLIMIT", "256MiB")],
      says: /the heap of Go with GOMEMLIMIT=256MiB, 100 % of .* more than 90 % .*allow at most 230Mi/,
      at: env,
    },
    {
      title: "Go with the limit itself, taken from the container's resources",
      edits: [taken("GOMEMLIMIT", { resourceFieldRef: { resource: "limits.memory" } })],
      says: /with GOMEMLIMIT=268435456, 100 % of/,
      at: env,
    },
    {
      title: "Java in gigabytes",
      edits: [variable("JAVA_OPTS", "-server -Xmx1G")],
      says: /the heap of Java with -Xmx1G, 400 % of/,
      at: env,
    },
    {
      title: "Java with nearly all of the limit",
      edits: [args("java", "-XX:MaxRAMPercentage=90.0", "-jar", "app.jar")],
      says: /with -XX:MaxRAMPercentage=90.0, 90 % of .*more than 75 %/,
      at: `${container}.args`,
    },
    {
      title: "Erlang's carrier as two words of the command line",
      edits: [args("+MMscs", "512")],
      says: /the heap of Erlang with \+MMscs 512, 200 % of .*more than 60 %/,
      at: `${container}.args`,
    },
    {
      title: "a heap of one Erlang process, in words of eight bytes",
      edits: [variable("ERL_AFLAGS", "+hmax 33554432")],
      says: /with \+hmax 33554432, 100 % of/,
      at: env,
    },
    {
      title: "a variable of a ConfigMap",
      edits: [
        set("Deployment", `${app}.envFrom`, [{ configMapRef: { name: "archive-service" } }]),
        data({ GOMEMLIMIT: "1GiB" }),
      ],
      says: /GOMEMLIMIT=1GiB, 400 % of/,
      at: `${container}.envFrom[0]`,
    },
    {
      title: "one key of a ConfigMap",
      edits: [
        drop("Deployment", `${app}.envFrom`),
        taken("NODE_OPTIONS", { configMapKeyRef: { name: "archive-service", key: "node" } }),
        data({ node: "--max-old-space-size=256" }),
      ],
      says: /--max-old-space-size=256, 100 % of/,
      at: env,
    },
    {
      title: "an init container",
      edits: [set("Deployment", `${init}.args`, ["-Xmx2g"])],
      says: /^Init container migrate .* with -Xmx2g, 800 % of/,
      at: `${pod}.initContainers[0].args`,
    },
    {
      title: "a sidecar",
      edits: [set("Deployment", `${sidecar}.env`, [{ name: "GOMEMLIMIT", value: "1GiB" }])],
      says: /^Sidecar container proxy .* GOMEMLIMIT=1GiB/,
      at: `${pod}.initContainers[1].env[0]`,
    },
    {
      title: "a CronJob's container",
      edits: [
        add(cronJob({ containers: [{ name: "report", args: ["-Xmx1g"], resources: { limits: { memory: "1Gi" } } }] })),
      ],
      says: /^Container report of CronJob altlas\/extra .* with -Xmx1g, 100 % of its memory limit of 1Gi/,
      at: "spec.jobTemplate.spec.template.spec.containers[0].args",
    },
    {
      title: "a known runtime without a bound",
      options: runs("go"),
      says: /runs on Go and nothing tells it to keep its heap below the limit of 256Mi .*; set GOMEMLIMIT to at most 230Mi/,
      at: `${container}.env`,
    },
    {
      title: "a known runtime whose bound is switched off",
      edits: [variable("GOMEMLIMIT", "off")],
      options: runs("go"),
      says: /runs on Go and nothing tells it/,
      at: `${container}.env`,
    },
    {
      title: "a known runtime that got a larger limit only",
      edits: [
        variable("NODE_OPTIONS", "--max-old-space-size=192"),
        set("Deployment", `${app}.resources.limits.memory`, "1Gi"),
      ],
      options: runs("node"),
      says: /with --max-old-space-size=192, only 18.7 % of its memory limit of 1Gi .*; allow up to 768Mi, or lower/,
      at: env,
    },
    {
      title: "a heap that is too large beside a command line that is not known",
      edits: [variable("GOMEMLIMIT", "1GiB"), unknown("Deployment", `${app}.args`)],
      says: /GOMEMLIMIT=1GiB/,
      at: env,
    },
  ],
  notApplicable: [
    { title: "no flag, and no known runtime" },
    { title: "a flag and no limit", edits: [args("-Xmx1g"), drop("Deployment", `${app}.resources.limits`)] },
    {
      title: "zero, which is Node's word for its own default",
      edits: [variable("NODE_OPTIONS", "--max-old-space-size=0")],
    },
    {
      title: "a known runtime whose variables come from objects that are not here",
      edits: [set("Deployment", `${app}.envFrom`, [{ secretRef: { name: "archive-service" } }])],
      options: runs("go"),
    },
    {
      title: "a flag and a limit of nothing",
      edits: [args("-Xmx1g"), set("Deployment", `${app}.resources.limits.memory`, 0)],
    },
    {
      title: "the limit in another unit, which Go would take for bytes",
      edits: [taken("GOMEMLIMIT", { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } })],
    },
    {
      title: "the request, which is no more than the limit",
      edits: [taken("GOMEMLIMIT", { resourceFieldRef: { resource: "requests.memory" } })],
    },
    {
      title: "a known runtime whose variable comes from a Secret",
      edits: [taken("GOMEMLIMIT", { secretKeyRef: { name: "archive-service", key: "limit" } })],
      options: runs("go"),
    },
    { title: "no workloads", edits: [without("Deployment")] },
  ],
  unknown: [
    {
      title: "a variable from an output",
      edits: [variable("NODE_OPTIONS", ""), unknown("Deployment", `${app}.env[0].value`)],
      because: `${env}.value`,
    },
    {
      title: "a known runtime whose command line is not known",
      edits: [unknown("Deployment", `${app}.args`)],
      options: runs("go"),
      because: `${container}.args`,
    },
    {
      title: "a flag, and a limit from an output",
      edits: [args("-Xmx128m"), unknown("Deployment", `${app}.resources.limits.memory`)],
      because: `${container}.resources.limits.memory`,
    },
    {
      title: "a value of a ConfigMap from an output",
      edits: [
        set("Deployment", `${app}.envFrom`, [{ configMapRef: { name: "archive-service" } }]),
        data({ JAVA_OPTS: "" }),
        unknown("ConfigMap", "data.JAVA_OPTS"),
      ],
      because: "data.JAVA_OPTS",
    },
  ],
  configured: [
    { title: "a container of a known runtime", options: runs("jvm"), outcome: "fail" },
    {
      title: "a larger share for Node",
      edits: [variable("NODE_OPTIONS", "--max-old-space-size=205")],
      options: { settings: limits({ maximumNodePercent: 85 }) },
      outcome: "pass",
    },
    {
      title: "a larger share for Java",
      edits: [variable("JAVA_OPTS", "-XX:MaxRAMPercentage=80")],
      options: { settings: limits({ maximumJvmPercent: 80 }) },
      outcome: "pass",
    },
    {
      title: "a larger share for Go",
      edits: [variable("GOMEMLIMIT", "240MiB")],
      options: { settings: limits({ maximumGoPercent: 95 }) },
      outcome: "pass",
    },
    {
      title: "a larger share for Erlang",
      edits: [args("+MMscs", "200")],
      options: { settings: limits({ maximumErlangPercent: 80 }) },
      outcome: "pass",
    },
    {
      title: "a larger least share of a known runtime",
      edits: [variable("GOMEMLIMIT", "150MiB")],
      options: runs("go", { minimumPercent: 60 }),
      outcome: "fail",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "the gateway's heap keeps the plan's size in a smaller container",
    edits: [set("Deployment/api-gateway", `${app}.env`, [{ name: "NODE_OPTIONS", value: "--max-old-space-size=768" }])],
    says: /^Container api-gateway .* bounds the heap of Node with --max-old-space-size=768, 150 % of its memory limit of 512Mi/,
  },
  {
    title: "the gateway loses its bound",
    edits: [drop("Deployment/api-gateway", `${app}.env`)],
    says: /^Container api-gateway .* runs on Node and nothing tells it to keep its heap below the limit of 512Mi/,
  },
  {
    title: "the archive's limit is raised and its bound is not",
    edits: [set("Deployment/archive-service", `${app}.resources.limits.memory`, "1Gi")],
    says: /^Container archive-service .* GOMEMLIMIT=241591910, only 22.4 % of its memory limit of 1Gi/,
  },
];
