import { describe, expect, it } from "vitest";
import { NodePoolError, nodesOfConfiguration, nodesOfStack } from "../../../sandbox/nodes";

const good = `
config:
  altlas:cluster: { mode: local, zones: [a, b] }
  altlas:nodePools:
    - name: general
      instanceType: m6i.xlarge
      allocatable: { cpu: 3920m, memory: 14Gi, pods: 58, ephemeralStorage: 40Gi }
      minimum: 3
      maximum: 5
      labels: { tier: web }
    - name: cpu
      allocatable: { cpu: 8, memory: 14Gi, pods: 58 }
      minimum: 1
      maximum: 3
      taints: [{ key: cpu, value: high, effect: NoSchedule }]
    - { name: spare, allocatable: { cpu: 1, memory: 1Gi, pods: 10 }, minimum: 0, maximum: 2 }
`;

describe("nodes from a stack's pools", () => {
  const nodes = nodesOfConfiguration(good, "Pulumi.test.yaml");

  it("are the minimum of each pool, spread over the zones in turn", () => {
    expect(nodes.map(({ name, labels }) => [name, labels["topology.kubernetes.io/zone"]])).toEqual([
      ["general-1", "a"],
      ["general-2", "b"],
      ["general-3", "a"],
      ["cpu-1", "a"],
    ]);
  });

  it("carry the labels that scheduling goes by, and the pool's own", () => {
    expect(nodes[0]?.labels).toEqual({
      tier: "web",
      "altlas.io/pool": "general",
      "kubernetes.io/arch": "amd64",
      "kubernetes.io/hostname": "general-1",
      "kubernetes.io/os": "linux",
      "node.kubernetes.io/instance-type": "m6i.xlarge",
      "topology.kubernetes.io/region": "local",
      "topology.kubernetes.io/zone": "a",
    });
  });

  it("carry the pool's taints and size; a number of CPUs becomes a quantity", () => {
    expect(nodes[3]?.taints).toEqual([{ key: "cpu", value: "high", effect: "NoSchedule" }]);
    expect(nodes[3]?.allocatable).toEqual({ cpu: "8", memory: "14Gi", pods: "58", "ephemeral-storage": "18Gi" });
    expect(nodes[0]?.allocatable["ephemeral-storage"]).toBe("40Gi");
  });

  it("can be made from the committed stack dev", () => {
    const dev = nodesOfStack("dev");
    expect(dev.length).toBeGreaterThan(0);
    expect(new Set(dev.map(({ name }) => name)).size).toBe(dev.length);
  });
});

describe("unusable pools", () => {
  it("are refused with all problems in one message", () => {
    const bad = `
config:
  altlas:cluster: { zones: [] }
  altlas:nodePools:
    - { name: Big, allocatable: { cpu: lots, memory: 14Gi, pods: 58 }, minimum: 1 }
    - { name: small, allocatable: { cpu: 1, memory: 1Gi, pods: 10 }, minimum: -1 }
    - { name: small, minimum: 1.5 }`;
    const messages = [
      'altlas:nodePools[0].name is "Big"',
      'altlas:nodePools[0].allocatable.cpu is "lots"',
      "altlas:nodePools[1].minimum is -1",
      'altlas:nodePools[2].name is "small", which an earlier pool has',
      "altlas:nodePools[2].minimum is 1.5",
      "altlas:nodePools[2].allocatable.memory is undefined",
      "altlas:cluster.zones must be a list of zone names",
    ];
    for (const message of messages) {
      expect(() => nodesOfConfiguration(bad, "Pulumi.bad.yaml")).toThrow(message);
    }
  });

  it.each([
    ["", "Pulumi.bad.yaml is no YAML"],
    ["config: {}", "altlas:nodePools must be a list with at least one pool"],
    ["config: [", "Pulumi.bad.yaml is no YAML"],
  ])("%j: %s", (text, message) => {
    expect(() => nodesOfConfiguration(text, "Pulumi.bad.yaml")).toThrow(NodePoolError);
    expect(() => nodesOfConfiguration(text, "Pulumi.bad.yaml")).toThrow(message);
  });

  it("of a stack that does not exist name the file that was looked for", () => {
    expect(() => nodesOfStack("nowhere")).toThrow(
      /There is no stack "nowhere": .*Pulumi\.nowhere\.yaml cannot be read/,
    );
  });
});
