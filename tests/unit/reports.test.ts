import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../reports/command";
import { type ConnectivityData } from "../../reports/connectivity";
import { type ContractsData } from "../../reports/contracts";
import { compareContracts } from "../../reports/contracts/compare";
import { reports } from "../../reports/registry";
import { layOut, wrap } from "../../reports/text/layout";
import { Paper } from "../../reports/text/paper";
import { registered } from "../support/no-graph";
import { catalogue } from "../../stacks/altlas";
import { componentEdges } from "../../stacks/altlas/database/component-edges";

const complete = `config:
  altlas:environment: dev
  altlas:owner: platform
  altlas:cluster: { mode: local, zones: [a] }
  altlas:nodePools:
    - { name: general, allocatable: { cpu: "4", memory: 16Gi, pods: 58 }, minimum: 1, maximum: 2 }
    - { name: cpu, allocatable: { cpu: "8", memory: 16Gi, pods: 58 }, minimum: 1, maximum: 2 }
  altlas:images: { tag: abc }
`;
const stacks: Readonly<Record<string, string>> = {
  dev: complete,
  mixed: `${complete}  altlas:services: [{ name: runner-service, contract: target }]
  altlas:edges: [{ from: prometheus, to: nats, port: 7777, purpose: Scrapes the exporter. }]
`,
  mail: `${complete}  altlas:mail: { host: mail.example.org, from: noreply@example.org }
  altlas:secrets: { smtp-user: { secretName: mail, key: user }, smtp-password: { secretName: mail, key: password } }
`,
  part: `${complete}  altlas:layers: { registers: [services], beneath: whole }
`,
  broken: `${complete}  altlas:contrat: target
  altlas:logLevel: loud
`,
};

let projectFolder: string;
beforeAll(() => {
  projectFolder = mkdtempSync(join(tmpdir(), "altlas-reports-"));
  for (const [name, text] of Object.entries(stacks)) writeFileSync(join(projectFolder, `Pulumi.${name}.yaml`), text);
});
afterAll(() => rmSync(projectFolder, { recursive: true }));

function run(args: string) {
  return runCommand(args.split(" ").filter(Boolean), {
    catalogue,
    reports,
    registered,
    projectFolder,
    today: "2026-11-26",
    paper: { columns: undefined, colour: false },
  });
}

function json(args: string): unknown {
  const { output, errors, exitCode } = run(`${args} --json`);
  expect([errors, exitCode]).toEqual(["", 0]);
  return (JSON.parse(output) as { data: unknown }).data;
}

const contracts = (stack: string) => json(`contracts --stack ${stack}`) as ContractsData;
const connectivity = (stack: string) => json(`connectivity --stack ${stack}`) as ConnectivityData;

/** The calls that dev has among its data systems, beside the catalogue's. */
const amongDataSystems = componentEdges({ form: "plain", instances: 1, backup: true });

describe("the report command tells what it did not understand", () => {
  it.each([
    [
      "contarcts",
      "There is no report contarcts. Did you mean contracts? Known: contracts, connectivity, capacity, disruption, cost, budgets, order, partitions, database.\n",
    ],
    ["contracts --jsn", "There is no option --jsn. Did you mean --json?\n"],
    ["contracts --stac=dev", "There is no option --stac. Did you mean --stack?\n"],
    ["contracts --stack", "--stack needs a stack's name.\n"],
    ["contracts --stack --json", "--stack needs a stack's name.\n"],
    ["contracts connectivity", "One report at a time: contracts, then connectivity.\n"],
  ])("%s: one sentence, exit code 2, nothing on standard output", (args, errors) => {
    expect(run(args)).toEqual({ output: "", errors, exitCode: 2 });
  });

  it("lists every report when none is named, with exit code 2, and when asked for help, with 0", () => {
    const [none, help] = [run(""), run("--help")];
    expect([none.exitCode, help.exitCode]).toEqual([2, 0]);
    for (const { name, purpose } of reports) {
      expect(none.errors).toContain(`${name.padEnd(12)}  ${purpose}`);
      expect(help.output).toContain(purpose);
    }
  });

  it("names the nearest stack for an unknown one, with exit code 1", () => {
    const { errors, exitCode } = run("contracts --stack mixd");
    expect(exitCode).toBe(1);
    expect(errors).toContain("Did you mean mixed?");
  });

  it("says of a stack that is a part of its environment that it reports on all of it", () => {
    const told = (stack: string) => run(`connectivity --stack ${stack}`).output.replace(/\s+/g, " ");
    expect(told("part")).toContain("Stack part registers services; this is of its whole environment.");
    expect(told("dev")).not.toContain("of its whole environment");
    const own = runCommand(["order", "--stack", "part"], {
      catalogue,
      reports,
      registered: () => ({ stack: "part", source: "a graph of this test", nodes: [] }),
      projectFolder,
      today: "2026-11-26",
      paper: { columns: undefined, colour: false },
    });
    expect(own.output.replace(/\s+/g, " ")).toContain("Stack part registers services; this is of that alone.");
  });

  it("shows every problem of a stack's configuration at once instead of a report", () => {
    const { output, errors, exitCode } = run("contracts -s broken");
    expect([output, exitCode]).toEqual(["", 1]);
    expect(errors).toMatch(/^Stack broken cannot be reported on \(2 problems\)\n/);
    expect(errors).toContain("altlas:contrat");
    expect(errors).toContain("altlas:logLevel");
  });
});

describe("contracts report", () => {
  it("says of each service which contract the stack takes it to keep", () => {
    const services = (stack: string) =>
      contracts(stack).services.map(({ service, contract }) => `${service} ${contract}`);
    const names = ["api-gateway", "segmentation-service", "runner-service", "archive-service", "ai-orchestrator"];
    expect(services("dev")).toEqual(names.map((name) => `${name} current`));
    expect(services("mixed")).toEqual(
      names.map((name) => `${name} ${name === "runner-service" ? "target" : "current"}`),
    );
  });

  it("derives the runner's tasks from the difference of its contracts", () => {
    const runner = contracts("dev").services.find(({ service }) => service === "runner-service");
    const tasks = runner?.tasks.map(({ area, what }) => `${area}: ${what.split(/[.:;] /)[0] ?? ""}`);
    expect(tasks).toEqual([
      "probes: Answer GET /health/live without asking any dependency",
      "probes: Answer GET /health/ready with 503 while it cannot serve",
      "metrics: Export metrics at GET /metrics",
      "environment: Read PORT",
      "environment: Read LOG_LEVEL",
      "environment: Read LOG_FORMAT",
      "environment: Read SHUTDOWN_TIMEOUT_SECONDS",
      "environment: Read NATS_URL",
      "environment: Read NATS_SUBJECT",
      "environment: Read DATABASE_URL",
      "environment: Read DATABASE_MAX_CONNECTIONS",
      "environment: Do without BIND_ADDRESS, RUST_LOG, which the target no longer sets.",
      "shutdown: End within 247 s of SIGTERM",
    ]);
  });

  it("asks no service for metrics that it has: all but the gateway", () => {
    const asked = contracts("dev").services.filter(({ tasks }) => tasks.some(({ area }) => area === "metrics"));
    expect(asked.map(({ service }) => service)).toEqual([
      "segmentation-service",
      "runner-service",
      "archive-service",
      "ai-orchestrator",
    ]);
  });

  it("has nothing to do and nothing to gain where both contracts are the same", () => {
    for (const service of catalogue.services) {
      const { target } = service.contracts;
      const done = { ...service, contracts: { current: target, target } };
      expect(compareContracts(done, [])).toEqual({ tasks: [], gains: [] });
    }
  });

  it("names what target contracts gain: metrics, scaling by rate, a drained end, new ways", () => {
    const gains = Object.fromEntries(
      catalogue.services.map((service) => [service.name, compareContracts(service, catalogue.edges).gains.join("\n")]),
    );
    for (const [name, text] of Object.entries(gains)) {
      expect(text.includes("Metrics of its own"), name).toBe(name !== "api-gateway");
      expect(text.includes("requests per second"), name).toBe(name !== "api-gateway");
      expect(text.includes("A way to nats:4222"), name).toBe(name === "runner-service");
      expect(text.includes("hangs with its socket open"), name).toBe(true);
    }
    expect(gains["api-gateway"]).toContain("SIGTERM comes after 10 s and not 25 s");
    expect(gains["archive-service"]).toContain("DATABASE_URL, DATABASE_MIGRATION_URL, NATS_URL");
  });

  it("shows every defect and every state in memory to people, within 100 columns", () => {
    const { output, exitCode } = run("contracts");
    expect(exitCode).toBe(0);
    expect(output.split("\n").filter((line) => line.length > 100)).toEqual([]);
    const names = catalogue.services.map(({ name }) => name);
    const sections = output.split(new RegExp(`^(${names.join("|")})\n`, "m"));
    for (const { name, defects, stateInMemory } of catalogue.services) {
      const section = sections[sections.indexOf(name) + 1] ?? "";
      expect(section.match(/^ {2}\S+ +(critical|high|medium|low) /gm)).toHaveLength(defects.length);
      for (const { id, severity } of defects) expect(section).toMatch(new RegExp(`^  ${id} +${severity} `, "m"));
      if (stateInMemory) expect(section).toContain("In memory of each pod:");
    }
  });

  it("has no escape codes without colour, and some with", () => {
    const paper = { columns: 100, colour: true };
    const coloured = runCommand(["contracts"], {
      catalogue,
      reports,
      projectFolder,
      registered,
      today: "2026-11-26",
      paper,
    });
    expect(run("contracts").output).not.toContain("\u001b");
    expect(coloured.output).toContain("\u001b[1m");
  });
});

describe("connectivity report", () => {
  const inactive = (stack: string) =>
    connectivity(stack)
      .edges.filter(({ active }) => !active)
      .map(({ from, to, when }) => `${from} ${to}: ${when}`);

  it("says of every edge that the stack leaves out what it waits for", () => {
    expect(inactive("dev")).toEqual([
      "api-gateway pgbouncer: needs target of api-gateway",
      "runner-service pgbouncer: needs target of runner-service",
      "segmentation-service pgbouncer: needs target of segmentation-service",
      "ai-orchestrator pgbouncer: needs target of ai-orchestrator",
      "runner-service nats: needs target of runner-service",
      "api-gateway mail-server: needs altlas:mail",
      "prometheus segmentation-service: needs target of segmentation-service",
      "prometheus runner-service: needs target of runner-service",
      "prometheus archive-service: needs target of archive-service",
      "prometheus ai-orchestrator: needs target of ai-orchestrator",
    ]);
  });

  it("makes a service's edges with its target contract, and the mail edge with the setting", () => {
    expect(inactive("mixed")).not.toContain("runner-service nats: needs target of runner-service");
    expect(inactive("mixed")).not.toContain("prometheus runner-service: needs target of runner-service");
    expect(inactive("mixed")).toHaveLength(7);
    expect(inactive("mail")).toHaveLength(9);
  });

  it("shows the stack's own edges after the catalogue's", () => {
    const { edges } = connectivity("mixed");
    expect(edges).toHaveLength(catalogue.edges.length + amongDataSystems.length + 1);
    expect(edges.at(-1)).toMatchObject({ from: "prometheus", to: "nats", port: 7777, active: true });
  });

  it("fits 100 columns and counts what is made", () => {
    const { output } = run("connectivity");
    const made = catalogue.edges.filter(({ status, needs }) => status === "exists" && needs === undefined);
    const all = catalogue.edges.length + amongDataSystems.length;
    expect(output).toContain(`${made.length + amongDataSystems.length} of ${all} edges are made`);
    expect(output.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });
});

describe("text tables", () => {
  it("breaks at spaces, and words longer than the line at its edge", () => {
    expect(wrap("one two  three", 7)).toEqual(["one two", "three"]);
    expect(wrap("abcdefghij k", 4)).toEqual(["abcd", "efgh", "ij k"]);
    expect(wrap("abcdefgh", 4)).toEqual(["abcd", "efgh"]);
    expect(wrap("", 4)).toEqual([""]);
  });

  it("aligns columns, keeps words whole and fills no line beyond the width", () => {
    const columns = [
      { title: "n", align: "right" },
      { title: "text", wrap: true },
    ] as const;
    expect(
      layOut(
        columns,
        [
          ["1", "a sentence of some words"],
          ["10", "short"],
        ],
        16,
      ),
    ).toEqual([[" n  text"], [" 1  a sentence", "    of some", "    words"], ["10  short"]]);
  });

  it("leaves a table alone that fits", () => {
    const columns = [{ title: "a" }, { title: "b", wrap: true }];
    expect(layOut(columns, [["1", "two words"]], 40)).toEqual([["a  b"], ["1  two words"]]);
  });

  it("is never wider than 100 columns, nor narrower than 60", () => {
    const width = (columns: number | undefined) => new Paper({ columns, colour: false }).width;
    expect([width(undefined), width(80), width(200), width(20)]).toEqual([100, 80, 100, 60]);
  });
});
