import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { projectFolder } from "../support/stack";
import { runPolicy } from "./run-policy";

const manifests = path.join("tests", "policies", "manifests");

interface JsonFinding {
  readonly rule: string;
  readonly outcome: string;
  readonly resource: { readonly kind: string; readonly namespace?: string; readonly name: string };
  readonly part: string | null;
  readonly messages: readonly { readonly text: string; readonly fix: string; readonly location: string }[];
}

interface JsonReport {
  readonly totals: Readonly<Record<string, number>>;
  readonly rules: readonly { readonly id: string; readonly counts: Readonly<Record<string, number>> }[];
  readonly findings: readonly JsonFinding[];
  readonly notices: readonly { readonly level: string; readonly text: string }[];
}

function judged(folder: string): { status: number; report: JsonReport } {
  const { status, stdout } = runPolicy([path.join(manifests, folder), "--json"]);
  return { status, report: JSON.parse(stdout) as JsonReport };
}

/**
 * Rules on what these manifests do not have: numbers, slow starters, ends of life, node pools, node groups and edges that
 * settings state, an autoscaler of nodes, exemptions, and what only an engine knows.
 */
const notForStrangers = [
  ...["K8S-005", "K8S-013", "K8S-033", "SCALE-008", "SCALE-009", "SCALE-010", "SCALE-012", "NET-004"],
  ...["OPS-001", "OPS-004", "OPS-005", "OPS-006", "OPS-007"],
].map((number) => `ALT-${number}`);
/**
 * Rules on what a cloud makes, of which manifests know nothing, and on databases: that of the careful is Patroni's, whose
 * settings are in the image.
 */
const isOfOthers = (id: string) => /^ALT-(?:AWS|DB)-/.test(id);

describe("careful manifests", () => {
  const { status, report } = judged("careful");

  test("break no rule, and leave nothing undecided", () => {
    expect(report.findings).toEqual([]);
    expect(report.notices).toEqual([]);
    expect(status).toBe(0);
  });

  test("are looked at by every rule that judges manifests", () => {
    const idle = report.rules.filter(({ counts }) => (counts.pass ?? 0) === 0).map(({ id }) => id);
    expect(idle.filter((id) => !isOfOthers(id))).toEqual(notForStrangers);
  });
});

/** One thing that is wrong, where it is told, and what shall be done about it. */
interface Expected {
  readonly carelessness: string;
  readonly rule: string;
  /** `Kind/namespace/name`, and the part after it. */
  readonly resource: string;
  readonly says: RegExp;
  readonly fix: RegExp;
  /** File and line of the property. */
  readonly at: string;
}

const front = "Deployment/bazaar/front";
const expected: readonly Expected[] = [
  {
    carelessness: "tag latest",
    rule: "ALT-K8S-030",
    resource: `${front} container app`,
    says: /docker\.io\/bazaar\/front:latest, whose tag latest is moved/,
    fix: /use the tag of one build/,
    at: "front.yaml:27",
  },
  {
    carelessness: "no tag at all",
    rule: "ALT-K8S-030",
    resource: `${front} init container tune`,
    says: /busybox without a tag, which means latest/,
    fix: /use the tag of one build/,
    at: "front.yaml:22",
  },
  {
    carelessness: "no memory limit",
    rule: "ALT-K8S-002",
    resource: `${front} container app`,
    says: /has no memory limit/,
    fix: /set resources\.limits\.memory/,
    at: "front.yaml:26",
  },
  {
    carelessness: "no cpu limit",
    rule: "ALT-K8S-003",
    resource: `${front} container app`,
    says: /has no cpu limit/,
    fix: /set resources\.limits\.cpu/,
    at: "front.yaml:26",
  },
  {
    carelessness: "no requests, of a CronJob",
    rule: "ALT-K8S-001",
    resource: "CronJob/bazaar/report container report",
    says: /requests no memory/,
    fix: /set resources\.requests\.memory/,
    at: "back.yaml:52",
  },
  {
    carelessness: "root",
    rule: "ALT-K8S-020",
    resource: `${front} container app`,
    says: /runs as user 0, which is root/,
    fix: /set securityContext\.runAsUser to 10000 or more/,
    at: "front.yaml:32",
  },
  {
    carelessness: "same probes",
    rule: "ALT-K8S-011",
    resource: `${front} container app`,
    says: /is asked the same by both probes/,
    fix: /ask something that needs no dependency for liveness/,
    at: "front.yaml:33",
  },
  {
    carelessness: "no probes, of a database",
    rule: "ALT-K8S-010",
    resource: "StatefulSet/bazaar/db container postgres",
    says: /has no readinessProbe/,
    fix: /add one/,
    at: "back.yaml:29",
  },
  {
    carelessness: "privileged init container",
    rule: "ALT-K8S-024",
    resource: `${front} init container tune`,
    says: /is privileged/,
    fix: /remove securityContext\.privileged/,
    at: "front.yaml:24",
  },
  {
    carelessness: "hostNetwork",
    rule: "ALT-K8S-024",
    resource: "Pod/bazaar/debug",
    says: /shares the node's Network namespace/,
    fix: /remove hostNetwork/,
    at: "back.yaml:8",
  },
  {
    carelessness: "bare pod",
    rule: "ALT-K8S-052",
    resource: "Pod/bazaar/debug",
    says: /is a pod without a controller/,
    fix: /let a Deployment, StatefulSet, DaemonSet or Job make it/,
    at: "back.yaml:2",
  },
  {
    carelessness: "two budgets on a pod",
    rule: "ALT-SCALE-020",
    resource: front,
    says: /has 2 budgets on each pod: PodDisruptionBudget bazaar\/front, PodDisruptionBudget bazaar\/front-again/,
    fix: /keep one/,
    at: "front.yaml:18",
  },
  {
    carelessness: "budget that blocks drains",
    rule: "ALT-SCALE-021",
    resource: "PodDisruptionBudget/bazaar/front",
    says: /lets no pod go: minAvailable 2 of the 2 pods/,
    fix: /set maxUnavailable to 1/,
    at: "scaling.yaml:34",
  },
  {
    carelessness: "two autoscalers on a target",
    rule: "ALT-SCALE-005",
    resource: "HorizontalPodAutoscaler/bazaar/front-cpu",
    says: /scales Deployment front, which HorizontalPodAutoscaler bazaar\/front-memory scales too/,
    fix: /keep one of them/,
    at: "scaling.yaml:8",
  },
  {
    carelessness: "autoscaler without requests to measure by",
    rule: "ALT-SCALE-002",
    resource: "HorizontalPodAutoscaler/bazaar/front-cpu",
    says: /scales on cpu, of which container app of its target requests none/,
    fix: /set resources\.requests\.cpu of that container/,
    at: "scaling.yaml:7",
  },
  {
    carelessness: "selector that matches nothing",
    rule: "ALT-K8S-064",
    resource: "Service/bazaar/front",
    says: /selects no pod; none has app=frontend/,
    fix: /use the labels of the pods that it is for/,
    at: "front.yaml:45",
  },
  {
    carelessness: "wildcard RBAC",
    rule: "ALT-K8S-026",
    resource: "ClusterRole/everything",
    says: /allows every verb/,
    fix: /list the verbs that it needs/,
    at: "access.yaml:8",
  },
  {
    carelessness: "cluster-admin for a workload",
    rule: "ALT-K8S-026",
    resource: "ClusterRoleBinding/front-is-admin",
    says: /gives cluster-admin.* to ServiceAccount bazaar\/default/,
    fix: /bind a Role with just what the workload needs/,
    at: "access.yaml:19",
  },
  {
    carelessness: "CronJob without deadline",
    rule: "ALT-K8S-066",
    resource: "CronJob/bazaar/report",
    says: /has no activeDeadlineSeconds and may run for ever/,
    fix: /set it to the longest that a run may take/,
    at: "back.yaml:47",
  },
  {
    carelessness: "StatefulSet without its Service",
    rule: "ALT-K8S-067",
    resource: "StatefulSet/bazaar/db",
    says: /names the Service db-headless, which does not exist/,
    fix: /make that Service with clusterIP: None/,
    at: "back.yaml:20",
  },
  {
    carelessness: "secret in a ConfigMap, by its name",
    rule: "ALT-K8S-040",
    resource: "ConfigMap/bazaar/front",
    says: /has key DB_PASSWORD, which is named like a secret/,
    fix: /put it into a Secret/,
    at: "front.yaml:56",
  },
  {
    carelessness: "secret in a ConfigMap, by its value",
    rule: "ALT-K8S-040",
    resource: "ConfigMap/bazaar/front",
    says: /has key database-url, which has an address with a password/,
    fix: /put it into a Secret/,
    at: "front.yaml:55",
  },
  {
    carelessness: "secret in the environment",
    rule: "ALT-K8S-040",
    resource: `${front} container app`,
    says: /sets STRIPE_API_KEY, which is named like a secret/,
    fix: /put it into a Secret/,
    at: "front.yaml:29",
  },
  {
    carelessness: "no network policy in the namespace",
    rule: "ALT-NET-001",
    resource: "Namespace/bazaar",
    says: /has no policy that denies ingress of every pod by default/,
    fix: /add a NetworkPolicy with an empty podSelector/,
    at: "front.yaml:2",
  },
  {
    carelessness: "no network policy on the pods",
    rule: "ALT-NET-002",
    resource: "StatefulSet/bazaar/db",
    says: /is selected by no policy for egress/,
    fix: /add a policy that selects these labels/,
    at: "back.yaml:26",
  },
];

describe("careless manifests", () => {
  const { status, report } = judged("careless");

  test("end with 1, all of them read", () => {
    expect(readdirSync(path.join(projectFolder, manifests, "careless"))).toHaveLength(4);
    expect(report.notices).toEqual([]);
    expect(status).toBe(1);
  });

  test.each(expected)("$carelessness: $rule, $resource", ({ rule, resource, says, fix, at }) => {
    const messages = report.findings
      .filter((finding) => finding.outcome === "fail" && finding.rule === rule && nameOf(finding) === resource)
      .flatMap((finding) => finding.messages)
      .filter(({ text }) => says.test(text));
    expect(messages).toHaveLength(1);
    expect(messages[0]!.fix).toMatch(fix);
    expect(messages[0]!.location).toBe(path.join(manifests, "careless", at));
  });
});

function nameOf({ resource, part }: JsonFinding): string {
  const name = [resource.kind, resource.namespace, resource.name].filter((each) => each !== undefined).join("/");
  return part === null ? name : `${name} ${part}`;
}
