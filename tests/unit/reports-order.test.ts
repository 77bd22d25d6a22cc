import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RegisteredGraph, type RegisteredNode } from "../../model/order/graph";
import { nodesOf } from "../../registrations/graph";
import { type GraphSource, runCommand } from "../../reports/command";
import { type OrderData } from "../../reports/order";
import { reports } from "../../reports/registry";
import { catalogue } from "../../stacks/altlas";
import { orderedWorld, without } from "../support/order-world";
import { recordStack } from "../support/program";
import { projectFolder } from "../support/stack";

const asked: GraphSource[] = [];
/** Runs the command on a graph that is given, and remembers what was asked for. */
function run(nodes: readonly RegisteredNode[], ...given: string[]) {
  return runCommand(["order", ...given], {
    catalogue,
    reports,
    projectFolder,
    registered: (of) => {
      asked.push(of);
      return { source: "a graph of this test", stack: "stack" in of ? of.stack : "shop", nodes };
    },
    today: "2026-11-26",
    paper: { columns: 100, colour: false },
  });
}
const data = (nodes: readonly RegisteredNode[], ...given: string[]) =>
  (JSON.parse(run(nodes, ...given, "--json").output) as { data: OrderData }).data;

describe("the order of our own stacks", () => {
  const recorded = new Map<string, RegisteredNode[]>();
  const stacks = ["beta", "dev"] as const;
  beforeAll(async () => {
    for (const stack of stacks) {
      // As the command has it: a first preview, in which nothing is known that only an update knows.
      recorded.set(stack, nodesOf((await recordStack(stack, { preview: true })).registrations));
    }
  });

  it.each(stacks)("of %s is proven as a whole, with nothing left open", (stack) => {
    const { violated, undecided, requirements } = data(recorded.get(stack)!, "--stack", stack);
    expect({ violated, undecided }).toEqual({ violated: [], undecided: [] });
    expect(requirements.reduce((sum, { pairs }) => sum + pairs.proven, 0)).toBeGreaterThan(50);
  });

  it("of beta covers access, nodes, network, rights, routes, logs, volumes, APIs, namespaces and classes", () => {
    const titles = data(recorded.get("beta")!).requirements.map(({ title }) => title);
    for (const word of [
      "access",
      "Node groups",
      "network plugin",
      "Rights",
      "Routes",
      "log group",
      "EBS",
      "EFS",
      "API",
      "Namespaces",
      "classes",
    ]) {
      expect(titles.filter((title) => title.includes(word)).length, word).toBeGreaterThan(0);
    }
  });

  it("puts every resource of beta into one layer, and layers in the order of their steps", () => {
    const { layers, resources, steps } = data(recorded.get("beta")!);
    expect(layers.reduce((sum, layer) => sum + layer.resources, 0)).toBe(resources);
    expect(Math.max(...layers.map(({ last }) => last))).toBe(steps);
    const names = layers.map(({ name }) => name);
    const inOrder = [
      "keys and identities",
      "control plane and access",
      "add-ons before nodes",
      "nodes",
      "way into the cluster",
      "services",
    ];
    expect(names.filter((name) => inOrder.includes(name))).toEqual(inOrder);
    const [cluster, foundation] = ["control plane and access", "foundation"].map((name) =>
      layers.find((layer) => layer.name === name)!,
    );
    expect(cluster!.last).toBeLessThan(foundation!.first);
    expect(names).not.toContain("other resources");
    // What must outlive or go first is in one of them, charts included: the picture has a band for it.
    const { requirements } = data(recorded.get("beta")!);
    const used = requirements.flatMap(({ keeperLayers, keptLayers }) => [...keeperLayers, ...keptLayers]);
    expect(used.filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe("the report on order", () => {
  const ordered = Object.values(orderedWorld());
  const broken = Object.values(
    without(orderedWorld(), ["service", "lbDeployment"], ["namespace", "lbDeployment"], ["provider", "ebs"]),
  );

  it("says what it was proven on, and asks for a stack or for the state that is named", () => {
    asked.length = 0;
    expect(run(ordered).output).toContain("Proven on a graph of this test.");
    expect(run(ordered, "--stack", "beta").output).toMatch(/^Order of stack beta\n/);
    expect(run(ordered, "--state", "state.json").output).toMatch(/^Order of stack shop\n/);
    run(ordered, "--state=other.json");
    expect(asked).toEqual([{ stack: "dev" }, { stack: "beta" }, { state: "state.json" }, { state: "other.json" }]);
  });

  it("names each pair that is out of order, and the remedy", () => {
    const { output: text } = run(broken);
    const output = text.replaceAll(/\s+/g, " ");
    expect(output).toContain("In 3 cases nothing keeps the order; see below.");
    expect(output).toContain("- PersistentVolumeClaim web/data may be deleted after Addon ebs.");
    expect(output).toContain("Remedy: set dependsOn: [Addon ebs] on provider cluster.");
    expect(output).not.toContain("Each of");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("draws a rail for each requirement, red where it is broken, the same bytes each time", () => {
    const [good, bad] = [run(ordered, "--svg").output, run(broken, "--svg").output];
    const { requirements } = data(ordered);
    for (const { title } of requirements) expect(good).toContain(title.replaceAll("'", "'"));
    expect(good).not.toContain("#be123c");
    expect(bad).toContain("#be123c");
    expect([...good.matchAll(/<line /g)]).toHaveLength(requirements.length);
    expect(run(ordered, "--svg").output).toBe(good);
  });

  it("tells why the graph could not be had, with exit code 1", () => {
    const outcome = runCommand(["order"], {
      catalogue,
      reports,
      projectFolder,
      registered: () => ({ error: "no such file" }),
      today: "2026-11-26",
      paper: { columns: 100, colour: false },
    });
    expect(outcome).toEqual({ output: "", errors: "no such file\n", exitCode: 1 });
  });

  it("is the only one that takes a state", () => {
    const other = runCommand(["cost", "--state", "x.json"], {
      catalogue,
      reports,
      projectFolder,
      registered: () => ({ error: "" }),
      today: "2026-11-26",
      paper: { columns: 100, colour: false },
    });
    expect(other).toMatchObject({ exitCode: 2, errors: "The report cost looks at no state; leave --state out.\n" });
    expect(run(ordered, "--state").errors).toMatch(/^--state needs a file/);
  });
});

describe("registrations/cli.ts", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "altlas-graph-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const cli = (...given: string[]) =>
    spawnSync(process.execPath, ["bin/ts.cjs", "registrations/cli.ts", ...given], {
      cwd: projectFolder,
      encoding: "utf8",
    });

  it("gives the graph of a stack that nobody can reach: kind, whose kubeconfig is on another machine", () => {
    const { status, stdout, stderr } = cli("kind");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { source, nodes } = JSON.parse(stdout) as { source: string; nodes: RegisteredNode[] };
    expect(source).toBe("the program of stack kind, run against a recording monitor");
    const { violated, undecided, requirements } = data(nodes);
    expect({ violated, undecided }).toEqual({ violated: [], undecided: [] });
    expect(requirements.some(({ pairs }) => pairs.proven > 50)).toBe(true);
  });

  it("gives the graph of a state export, with providers, positions and what is encrypted unknown", () => {
    const urn = (type: string, name: string) => `urn:pulumi:beta::altlas-infra::${type}::${name}`;
    const provider = urn("pulumi:providers:kubernetes", "cluster");
    const namespace = urn("kubernetes:core/v1:Namespace", "web");
    const cipher = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
    const object = (kind: string, name: string, more: object) => ({
      urn: urn(`kubernetes:core/v1:${kind}`, name),
      type: `kubernetes:core/v1:${kind}`,
      custom: true,
      provider: `${provider}::0a1b`,
      ...more,
    });
    const resources = [
      { urn: provider, type: "pulumi:providers:kubernetes", custom: true, id: "0a1b" },
      object("Namespace", "web", { inputs: { metadata: { name: "web" } } }),
      object("Secret", "s", {
        inputs: { metadata: { name: "s", namespace: "web" }, stringData: cipher },
        dependencies: [namespace],
      }),
      object("ConfigMap", "c", { inputs: { metadata: { name: "c", namespace: "web" } } }),
    ];
    const file = path.join(folder, "state.json");
    writeFileSync(file, JSON.stringify({ version: 3, deployment: { resources } }));
    const { stdout } = cli("--state", file);
    const { source, stack, nodes } = JSON.parse(stdout) as RegisteredGraph;
    expect([source, stack]).toEqual(["the state in state.json", "beta"]);
    expect(nodes.map(({ position }) => position)).toEqual([0, 1, 2, 3]);
    expect(nodes[2]).toMatchObject({ provider, inputs: { stringData: "<unknown>" } });
    expect(data(nodes).violated.map(({ kept }) => kept)).toEqual(["ConfigMap web/c"]);
  });

  it("ends with a sentence and exit code 1 when there is no such stack, file or export", () => {
    const text = path.join(folder, "text.json");
    writeFileSync(text, "{}");
    for (const [given, said] of [
      [["bta"], "Did you mean beta?"],
      [["--state", path.join(folder, "gone.json")], "gone.json"],
      [["--state", text], "This is no state export"],
    ] as const) {
      const { status, stderr, stdout } = cli(...given);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain(said);
      expect(stderr).not.toMatch(/^ +at /m);
    }
  });
});
