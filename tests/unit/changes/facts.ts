import { type Registration } from "../../../registrations/registration";
import { type StackFacts } from "../../../changes/sides/side";

interface Failure {
  readonly problem: string;
  readonly path?: string;
}

/** A finding of a rule as the pack's report has it. */
export function finding(
  id: string,
  name: string,
  outcome: "fail" | "exempted" | "pass",
  { problem, path = "spec" }: Failure = { problem: "is wrong" },
  blocks = outcome === "fail",
) {
  return {
    id,
    identity: { kind: "Deployment", namespace: "altlas", name },
    outcome,
    blocks,
    failures: outcome === "pass" ? [] : [{ problem, path, fix: "mend it" }],
  };
}

/** A pack's report with these findings. */
export function policyReport(
  findings: readonly ReturnType<typeof finding>[] = [],
  exemptions: readonly unknown[] = [],
): unknown {
  const count = (outcome: string) => findings.filter((each) => each.outcome === outcome).length;
  return {
    totals: { pass: count("pass"), fail: count("fail"), exempted: count("exempted"), cannotTell: 0, notApplicable: 0 },
    findings,
    rules: [{ id: "ALT-A-001" }],
    exemptions,
  };
}

/** The capacity report of one pool, by the nodes that it needs at the highest load. */
export function capacityReport(nodes: number, verdict = "fits", maximum = 10): unknown {
  const moment = (name: string, needed: number) => ({
    moment: name,
    pods: needed * 10,
    nodesForAnyOrder: needed,
    asked: { cpuMillicores: needed * 1000, memoryMebibytes: 1024 },
    verdict: { verdict: name === "maximum" ? verdict : "fits" },
  });
  return {
    fits: verdict === "fits",
    neededNodes: nodes,
    maximumNodes: maximum,
    pools: [{ name: "general", minimum: 1, maximum, moments: [moment("minimum", 1), moment("maximum", nodes)] }],
  };
}

/** The cost report by its expected sum. */
export function costReport(expected: number, budget?: number): unknown {
  const total = { floor: expected - 100, expected, ceiling: expected + 100 };
  return {
    estimate: {
      region: "eu-central-1",
      total,
      layers: { nodes: total, cluster: { floor: 73, expected: 73, ceiling: 73 } },
      unknown: [],
    },
    ...(budget === undefined ? {} : { budget }),
  };
}

/** The disruption report of one workload. */
export function disruptionReport(pods: number, evictions = 1, serves = true): unknown {
  const aftermath = { lost: 1, serves };
  return {
    workloads: [
      {
        name: "app",
        pods,
        evictions,
        nodeLoss: aftermath,
        zoneLoss: aftermath,
        rollingUpdate: aftermath,
        nodeGroupUpgrade: aftermath,
      },
    ],
  };
}

/** What a revision makes of a stack, everything in order unless said otherwise. */
export function facts(
  registrations: readonly Registration[] = [],
  more: { policies?: unknown; capacity?: unknown; cost?: unknown; disruption?: unknown } = {},
): StackFacts {
  return {
    registrations,
    digest: "0".repeat(64),
    policies: { data: more.policies ?? policyReport() },
    reports: {
      capacity: { data: more.capacity ?? capacityReport(3) },
      cost: { data: more.cost ?? costReport(1000) },
      disruption: { data: more.disruption ?? disruptionReport(3) },
    },
  };
}
