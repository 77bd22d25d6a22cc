import { describe, expect, it } from "vitest";
import { type End, type Namespace, type Pod } from "../../../model/connectivity/network";
import { type NetworkPolicy, type PolicySpec, type Protocol } from "../../../model/connectivity/network-policy";
import { NetworkSimulator } from "../../../model/connectivity/simulate";

// The cases that https://kubernetes.io/docs/concepts/services-networking/network-policies/ describes, each with what
// its text says about it.

const pod = (name: string, labels: Record<string, string> = {}, more: Partial<Pod> = {}): Pod => ({
  namespace: "default",
  name,
  labels,
  ...more,
});
const address = (text: string): End => ({ address: text });

const db = pod("db", { role: "db" });
const frontend = pod("frontend", { role: "frontend" });
const other = pod("other");
const project = pod("any", {}, { namespace: "mine" });
const projectFrontend = pod("frontend", { role: "frontend" }, { namespace: "theirs" });
const pods = [db, frontend, other, project, projectFrontend];
const namespaces: Namespace[] = [
  { name: "mine", labels: { project: "myproject" } },
  { name: "theirs", labels: { user: "bob" } },
];

function simulate(...specs: PolicySpec[]) {
  const policies = specs.map((spec, index): NetworkPolicy => ({ namespace: "default", name: `policy-${index}`, spec }));
  const simulator = new NetworkSimulator({ pods, namespaces, policies });
  return (from: End, to: End, port = 80, protocol: Protocol = "TCP") => simulator.allows({ from, to, port, protocol });
}

describe("without policies", () => {
  it("everybody reaches everybody, and the world both ways", () => {
    const reaches = simulate();
    for (const from of [...pods, address("198.51.100.1")]) for (const to of pods) expect(reaches(from, to)).toBe(true);
    expect(reaches(db, address("198.51.100.1"))).toBe(true);
  });
});

describe("the combined example", () => {
  const reaches = simulate({
    podSelector: { matchLabels: { role: "db" } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      {
        from: [
          { ipBlock: { cidr: "172.17.0.0/16", except: ["172.17.1.0/24"] } },
          { namespaceSelector: { matchLabels: { project: "myproject" } } },
          { podSelector: { matchLabels: { role: "frontend" } } },
        ],
        ports: [{ protocol: "TCP", port: 6379 }],
      },
    ],
    egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/24" } }], ports: [{ protocol: "TCP", port: 5978 }] }],
  });

  it("lets frontends of its namespace and every pod of the project's namespaces in, on the one port", () => {
    expect(reaches(frontend, db, 6379)).toBe(true);
    expect(reaches(project, db, 6379)).toBe(true);
    expect(reaches(other, db, 6379)).toBe(false);
    expect(reaches(frontend, db, 6380)).toBe(false);
    expect(reaches(frontend, db, 6379, "UDP")).toBe(false);
  });

  it("lets no frontend of another namespace in: a podSelector alone means the policy's own", () => {
    expect(reaches(projectFrontend, db, 6379)).toBe(false);
  });

  it("lets 172.17.0.0 to 172.17.0.255 and 172.17.2.0 to 172.17.255.255 in", () => {
    const inside = ["172.17.0.0", "172.17.0.255", "172.17.2.0", "172.17.255.255"];
    const outside = ["172.16.255.255", "172.17.1.0", "172.17.1.255", "172.18.0.0"];
    expect(inside.filter((text) => !reaches(address(text), db, 6379))).toEqual([]);
    expect(outside.filter((text) => reaches(address(text), db, 6379))).toEqual([]);
  });

  it("lets databases out to the one block and port", () => {
    expect(reaches(db, address("10.0.0.0"), 5978)).toBe(true);
    expect(reaches(db, address("10.0.0.255"), 5978)).toBe(true);
    expect(reaches(db, address("10.0.1.0"), 5978)).toBe(false);
    expect(reaches(db, address("10.0.0.1"), 5979)).toBe(false);
    expect(reaches(db, frontend, 5978)).toBe(false);
  });

  it("isolates no other pod", () => {
    expect(reaches(other, frontend)).toBe(true);
    expect(reaches(other, address("198.51.100.1"))).toBe(true);
  });
});

describe("peers with two selectors", () => {
  const alice = pod("client", { role: "client" }, { namespace: "alice" });
  const aliceOther = pod("other", {}, { namespace: "alice" });
  const local = pod("client", { role: "client" });
  const reached = (...from: NonNullable<NonNullable<PolicySpec["ingress"]>[number]["from"]>) => {
    const simulator = new NetworkSimulator({
      pods: [db, alice, aliceOther, local],
      namespaces: [{ name: "alice", labels: { user: "alice" } }],
      policies: [{ namespace: "default", name: "clients", spec: { podSelector: {}, ingress: [{ from }] } }],
    });
    return [alice, aliceOther, local].filter((each) => simulator.allows({ from: each, to: db, port: 80 }));
  };
  const namespaceSelector = { matchLabels: { user: "alice" } };
  const podSelector = { matchLabels: { role: "client" } };

  it("one entry with both means pods with the label in namespaces with the label", () => {
    expect(reached({ namespaceSelector, podSelector })).toEqual([alice]);
  });

  it("an entry for each means either", () => {
    expect(reached({ namespaceSelector }, { podSelector })).toEqual([alice, aliceOther, local]);
  });

  it("an empty selector of namespaces means all of them, an absent one the policy's own", () => {
    expect(reached({ namespaceSelector: {}, podSelector })).toEqual([alice, local]);
    expect(reached({ namespaceSelector: null, podSelector })).toEqual([local]);
    expect(reached({ namespaceSelector: {} })).toEqual([alice, aliceOther, local]);
    expect(reached({ podSelector: {} })).toEqual([local]);
  });
});

describe("default policies", () => {
  const every = { podSelector: {} };
  it("deny all ingress: nothing comes in, everything goes out", () => {
    const reaches = simulate({ ...every, policyTypes: ["Ingress"] });
    expect(reaches(other, db)).toBe(false);
    expect(reaches(address("198.51.100.1"), db)).toBe(false);
    expect(reaches(db, project)).toBe(true);
    expect(reaches(db, address("198.51.100.1"))).toBe(true);
  });

  it("allow all ingress: everything comes in, whatever another policy leaves out", () => {
    const reaches = simulate(
      { ...every, policyTypes: ["Ingress"] },
      { ...every, ingress: [{}], policyTypes: ["Ingress"] },
    );
    expect(reaches(project, db, 1, "SCTP")).toBe(true);
    expect(reaches(address("2001:db8::1"), db)).toBe(true);
  });

  it("deny all egress: nothing goes out, everything comes in", () => {
    const reaches = simulate({ ...every, policyTypes: ["Egress"] });
    expect(reaches(db, project)).toBe(false);
    expect(reaches(db, address("198.51.100.1"))).toBe(false);
    expect(reaches(project, db)).toBe(true);
  });

  it("allow all egress: everything goes out, whatever another policy leaves out", () => {
    const reaches = simulate(
      { ...every, policyTypes: ["Egress"] },
      { ...every, egress: [{}], policyTypes: ["Egress"] },
    );
    expect(reaches(db, address("198.51.100.1"), 65_535, "UDP")).toBe(true);
    expect(reaches(db, project)).toBe(true);
  });

  it("deny all ingress and all egress: nothing goes anywhere, but each pod reaches itself", () => {
    const reaches = simulate({ ...every, policyTypes: ["Ingress", "Egress"] });
    expect(reaches(db, frontend)).toBe(false);
    expect(reaches(project, db)).toBe(false);
    expect(reaches(db, project)).toBe(false);
    expect(reaches(project, projectFrontend)).toBe(true);
    expect(reaches(db, db)).toBe(true);
  });
});

describe("policyTypes that are left out", () => {
  const every = { podSelector: {} };
  it("isolate for ingress always", () => {
    const reaches = simulate(every);
    expect(reaches(frontend, db)).toBe(false);
    expect(reaches(db, project)).toBe(true);
  });

  it("isolate for egress when there is a rule for it, and for ingress too", () => {
    const reaches = simulate({ ...every, egress: [{ ports: [{ port: 53, protocol: "UDP" }] }] });
    expect(reaches(db, project, 53, "UDP")).toBe(true);
    expect(reaches(db, project, 53, "TCP")).toBe(false);
    expect(reaches(project, db, 53, "UDP")).toBe(false);
  });

  it("do not isolate for egress when its list is empty", () => {
    expect(simulate({ ...every, egress: [] })(db, project)).toBe(true);
  });

  it("make rules of a direction that they do not name say nothing", () => {
    const reaches = simulate({ ...every, policyTypes: ["Egress"], ingress: [{ from: [{ podSelector: {} }] }] });
    expect(reaches(project, db)).toBe(true);
  });
});

describe("a range of ports", () => {
  it("means its first, its last and those between", () => {
    const reaches = simulate({
      podSelector: { matchLabels: { role: "db" } },
      policyTypes: ["Egress"],
      egress: [
        { to: [{ ipBlock: { cidr: "10.0.0.0/24" } }], ports: [{ protocol: "TCP", port: 32_000, endPort: 32_768 }] },
      ],
    });
    const to = (port: number, protocol?: Protocol) => reaches(db, address("10.0.0.7"), port, protocol);
    expect([31_999, 32_000, 32_400, 32_768, 32_769].map((port) => to(port))).toEqual([false, true, true, true, false]);
    expect(to(32_400, "UDP")).toBe(false);
  });
});

describe("a namespace by its name", () => {
  it("is meant by the label that the control plane sets, whether its object is known or not", () => {
    const named = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
    for (const [name, from] of [
      ["mine", project],
      ["theirs", projectFrontend],
      ["default", other],
    ] as const) {
      const reaches = simulate({ podSelector: {}, ingress: [{ from: [named(name)] }] });
      expect([project, projectFrontend, other].filter((each) => reaches(each, db))).toEqual([from]);
    }
  });

  it("cannot be taken by a label of another namespace", () => {
    const simulator = new NetworkSimulator({
      pods: [db, project],
      namespaces: [{ name: "mine", labels: { "kubernetes.io/metadata.name": "trusted" } }],
      policies: [
        {
          namespace: "default",
          name: "trusted",
          spec: {
            ingress: [{ from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "trusted" } } }] }],
          },
        },
      ],
    });
    expect(simulator.allows({ from: project, to: db, port: 80 })).toBe(false);
  });

  it("several are meant by an expression", () => {
    const reaches = simulate({
      podSelector: { matchLabels: { role: "db" } },
      policyTypes: ["Egress"],
      egress: [
        {
          to: [
            {
              namespaceSelector: {
                matchExpressions: [
                  { key: "kubernetes.io/metadata.name", operator: "In", values: ["mine", "theirs"] },
                  { key: "user", operator: "DoesNotExist" },
                ],
              },
            },
          ],
        },
      ],
    });
    expect(pods.filter((each) => reaches(db, each))).toEqual([db, project]);
  });
});

describe("what a connection needs", () => {
  it("is both ends: the sender's policies and the receiver's", () => {
    const out: PolicySpec = {
      podSelector: { matchLabels: { role: "frontend" } },
      policyTypes: ["Egress"],
      egress: [{ to: [{ podSelector: { matchLabels: { role: "db" } } }] }],
    };
    const into: PolicySpec = {
      podSelector: { matchLabels: { role: "db" } },
      ingress: [{ from: [{ podSelector: { matchLabels: { role: "frontend" } } }] }],
    };
    const deny: PolicySpec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
    expect(simulate(deny, out)(frontend, db)).toBe(false);
    expect(simulate(deny, into)(frontend, db)).toBe(false);
    expect(simulate(deny, out, into)(frontend, db)).toBe(true);
    expect(simulate(deny, out, into)(db, frontend)).toBe(false);
  });

  it("is the name that the receiver gives the port, in both directions, with the same protocol", () => {
    const server = pod(
      "server",
      {},
      {
        ports: [
          { name: "dns", containerPort: 53, protocol: "UDP" },
          { name: "dns", containerPort: 5353 },
          { containerPort: 80 },
        ],
      },
    );
    const client = pod("client", {}, { ports: [{ name: "dns", containerPort: 80 }] });
    for (const spec of [
      { podSelector: {}, ingress: [{ ports: [{ port: "dns", protocol: "UDP" }, { port: "dns" }] }] },
      {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [{ ports: [{ port: "dns", protocol: "UDP" }, { port: "dns" }] }],
      },
    ] satisfies PolicySpec[]) {
      const policies = [{ namespace: "default", name: "dns", spec }];
      const simulator = new NetworkSimulator({ pods: [server, client], namespaces: [], policies });
      const passes = (port: number, protocol: Protocol) =>
        simulator.allows({ from: client, to: server, port, protocol });
      expect([passes(53, "UDP"), passes(5353, "TCP")]).toEqual([true, true]);
      expect([passes(53, "TCP"), passes(5353, "UDP"), passes(80, "TCP")]).toEqual([false, false, false]);
      const reaches = (port: number) =>
        [...simulator.reachable(port)].some(([from, to]) => from === client && to === server);
      expect([reaches(5353), reaches(80)]).toEqual([true, false]);
    }
  });

  it("is no named port where nothing declares one: outside the cluster", () => {
    const reaches = simulate({ podSelector: {}, policyTypes: ["Egress"], egress: [{ ports: [{ port: "http" }] }] });
    expect(reaches(db, address("198.51.100.1"), 80)).toBe(false);
  });

  it("is a policy of its own namespace: those of others say nothing about a pod", () => {
    const simulator = new NetworkSimulator({
      pods,
      namespaces,
      policies: [{ namespace: "mine", name: "deny", spec: { podSelector: {} } }],
    });
    expect(simulator.allows({ from: other, to: db, port: 80 })).toBe(true);
    expect(simulator.allows({ from: other, to: project, port: 80 })).toBe(false);
  });
});
