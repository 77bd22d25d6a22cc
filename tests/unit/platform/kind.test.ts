import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Platform } from "../../../model/platform";
import { catalogue } from "../../../stacks/altlas";
import { loadStack } from "../../support/program";
import { projectFolder, stackConfig } from "../../support/stack";

/** A node as kind's own configuration describes it. */
interface KindNode {
  readonly role: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly kubeadmConfigPatches?: readonly string[];
}

const text = (...names: string[]) => readFileSync(path.join(projectFolder, ...names), "utf8");
const { nodes } = load(text(".github", "kind", "cluster.yaml")) as { nodes: KindNode[] };
const workers = nodes.filter(({ role }) => role === "worker");

// The workflow runs on another machine, so what can be known without it is checked here: that its parts fit together.
describe("stack kind", () => {
  let folder: string;
  let platform: Platform;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "altlas-kind-"));
    const kubeconfig = path.join(folder, "kubeconfig");
    writeFileSync(kubeconfig, "contexts: [{ name: kind-altlas }]");
    const cluster = JSON.parse(stackConfig("kind")["altlas:cluster"]!) as Record<string, unknown>;
    ({ platform } = loadStack("kind", { changes: { cluster: { ...cluster, kubeconfig } } }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("has the pools, taints and zones of the nodes that its cluster is made of", () => {
    for (const { name, minimum, taints, zones } of platform.pools) {
      const own = workers.filter(({ labels }) => labels?.["altlas.io/pool"] === name);
      expect([name, own.length]).toEqual([name, minimum]);
      for (const { labels, kubeadmConfigPatches = [] } of own) {
        expect(zones).toContain(labels?.["topology.kubernetes.io/zone"]);
        const joins = kubeadmConfigPatches.map((patch) => load(patch) as { nodeRegistration: { taints: unknown } });
        expect(joins.flatMap(({ nodeRegistration }) => nodeRegistration.taints)).toEqual(taints);
      }
    }
    expect(workers).toHaveLength(platform.pools.reduce((sum, { minimum }) => sum + minimum, 0));
  });

  it("runs the images that the workflow builds stand-ins for", () => {
    const script = text(".github", "kind", "load-stand-ins");
    expect(platform.services.map(({ image }) => image)).toEqual(
      catalogue.services.map(({ name }) => `ghcr.io/krozenking/alt-las-${name}:stand-in`),
    );
    expect(script).toContain("ghcr.io/krozenking/alt-las-$service:stand-in");
    for (const { name } of catalogue.services) expect(script).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it("has a stand-in that answers on the port of every service", () => {
    const ports = /const ports = (\[[^\]]*\])/.exec(text(".github", "kind", "stand-in", "server.mjs"))?.[1] ?? "[]";
    const served = JSON.parse(ports) as number[];
    expect(served.toSorted()).toEqual(platform.services.map(({ contract }) => contract.port).toSorted());
  });

  it("is called with open for declared edges only, and with closed for others only", () => {
    const tries = [
      ...text(".github", "kind", "try-edges").matchAll(/^try (open|closed) (\S+) "(\S+)\.\$inside:(\d+)"$/gm),
    ];
    expect(tries.length).toBeGreaterThan(5);
    for (const [, expected, from, to, port] of tries) {
      const declared = platform.edges.some(
        (edge) => edge.from === from && edge.to === to && edge.port === Number(port),
      );
      expect([from, to, expected]).toEqual([from, to, declared ? "open" : "closed"]);
    }
    const open = tries.filter(([, expected]) => expected === "open").map(([, , from, to]) => `${from} ${to}`);
    const services = platform.services.map(({ name }) => name);
    const between = platform.edges.filter(({ from, to }) => services.includes(from) && services.includes(to));
    expect(open.sort()).toEqual(between.map(({ from, to }) => `${from} ${to}`).sort());
  });
});
