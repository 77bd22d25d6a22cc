import { describe, expect, it } from "vitest";
import { checkAgreement } from "../../model/connectivity/agreement";
import { type NetworkPolicy } from "../../model/connectivity/network-policy";
import { declaredPolicies, platformNetwork } from "../../model/connectivity/platform-network";
import { runCommand } from "../../reports/command";
import { type ConnectivityData } from "../../reports/connectivity";
import { printSimulation, underPolicies } from "../../reports/connectivity-simulation";
import { reports } from "../../reports/registry";
import { Paper } from "../../reports/text/paper";
import { registered } from "../support/no-graph";
import { catalogue } from "../../stacks/altlas";
import { componentEdges } from "../../stacks/altlas/database/component-edges";
import { loadStack } from "../support/program";
import { projectFolder } from "../support/stack";

const run = (...given: string[]) =>
  runCommand(given, {
    catalogue,
    reports,
    projectFolder,
    registered,
    today: "2026-11-26",
    paper: { columns: 100, colour: false },
  });
const { platform } = loadStack("dev");

/** The second half of the report for dev under other policies. */
function printed(policies: readonly NetworkPolicy[]): string {
  const agreement = checkAgreement(platform, platformNetwork(platform, policies));
  const edges = catalogue.edges.map((edge) => ({
    ...edge,
    active: platform.edges.includes(edge),
    policies: underPolicies(edge, agreement),
  }));
  const paper = new Paper({ columns: 100, colour: false });
  printSimulation(edges, agreement, paper);
  return paper.text;
}

/** The calls that dev has among its data systems, beside the catalogue's. */
const amongDataSystems = componentEdges({ form: "plain", instances: 1, backup: true });

describe("the connectivity report of dev", () => {
  it("says of every edge, made or not, that the policies agree, and lists nothing else", () => {
    const { data } = JSON.parse(run("connectivity", "--json").output) as { data: ConnectivityData };
    expect(data.edges.map(({ policies }) => [policies.allow, policies.agree])).toEqual(
      data.edges.map(({ active }) => [active, true]),
    );
    expect(data.simulation).toMatchObject({ agree: true, unexpected: [], dns: { allowed: true } });
    expect(data.simulation.connections).toBeGreaterThan(50_000);
  });

  it("explains in JSON each edge that is made by the rules that allow it", () => {
    const { data } = JSON.parse(run("connectivity", "--json").output) as { data: ConnectivityData };
    for (const { active, from, to, port, policies } of data.edges) {
      const text = policies.explanation.join("\n");
      expect(text.includes(`/${from}-to-${to}-${port}-egress (spec.egress[0])`)).toBe(active);
      expect(text.includes(`/${from}-to-${to}-${port}-ingress (spec.ingress[0])`)).toBe(active);
    }
  });

  it("tells people the same, within 100 columns", () => {
    const { output } = run("connectivity");
    expect(output).toContain("What is made passes, every pod may ask the DNS, and nothing else passes.");
    expect(output.match(/ {2}yes\n/g)).toHaveLength(catalogue.edges.length + amongDataSystems.length);
    expect(output.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });
});

describe("the connectivity report under policies that disagree", () => {
  it("names an edge that they deny, with the end that denies it", () => {
    const text = printed(
      declaredPolicies(platform).filter(({ name }) => name !== "archive-service-to-nats-4222-egress"),
    );
    expect(text).toMatch(/archive-service +nats +4222 +yes +NO: they deny it/);
    expect(text).toContain("The policies disagree in 1 way:");
    expect(text.replace(/\s+/g, " ")).toContain(
      "altlas/archive-service-0 does not reach altlas-messaging/nats-0 on TCP port 4222. Leaving is denied",
    );
    expect(text).not.toContain("nothing else passes");
  });

  it("names an edge that is not made and passes, and what nobody declared, with its ports and the rules that allow it", () => {
    const open: NetworkPolicy[] = [
      {
        namespace: "altlas",
        name: "open-egress",
        spec: {
          podSelector: { matchLabels: { "app.kubernetes.io/name": "runner-service" } },
          policyTypes: ["Egress"],
          egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 4000, endPort: 4300 }] }],
        },
      },
      {
        namespace: "altlas-messaging",
        name: "open-ingress",
        spec: { ingress: [{ from: [{ namespaceSelector: {} }] }] },
      },
    ];
    const text = printed([...declaredPolicies(platform), ...open]);
    expect(text).toMatch(/runner-service +nats +4222 +no +NO: they let it pass/);
    const flat = text.replace(/\s+/g, " ");
    expect(flat).toContain("- runner-service reaches nats on TCP ports 4000 to 4300. Not declared.");
    expect(flat).toContain("Leaving is allowed by altlas/open-egress (spec.egress[0]).");
    expect(flat).toContain("- runner-service reaches the cluster's DNS on TCP ports 4000 to 4300. Not declared.");
    expect(text.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });

  it("names the pods that cannot ask the DNS", () => {
    const text = printed(declaredPolicies(platform).filter(({ name }) => name !== "allow-dns"));
    expect(text.replace(/\s+/g, " ")).toMatch(
      /- \S+ does not reach kube-system\/kube-dns on UDP port 53\. Leaving is denied/,
    );
  });
});
