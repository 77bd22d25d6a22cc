import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressBlock, liesWithin, parseAddress, parseCidr } from "../../../model/connectivity/address-block";
import { explain } from "../../../model/connectivity/decision";
import { selectsLabels } from "../../../model/connectivity/label-selector";
import { type Connection, type Pod } from "../../../model/connectivity/network";
import {
  type Labels,
  type LabelSelector,
  type NetworkPolicy,
  type PolicySpec,
} from "../../../model/connectivity/network-policy";
import { distinctPorts, meansPort } from "../../../model/connectivity/ports";
import { NetworkSimulator } from "../../../model/connectivity/simulate";
import { Field } from "../../../policies/field";
import { labelReader, selects } from "../../../policies/graph/selector";
import { selector } from "../../support/network-arbitrary";
import { bitsOf } from "../../support/network-oracle";

const pod = (name: string, more: Partial<Pod> = {}): Pod => ({ namespace: "n", name, labels: { app: name }, ...more });
const policy = (name: string, spec: PolicySpec): NetworkPolicy => ({ namespace: "n", name, spec });
const deny = policy("deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });

describe("pods in their node's network", () => {
  const host = pod("host", { hostNetwork: true, ips: ["192.0.2.1"], node: "one" });
  const near = pod("near", { ips: ["10.0.0.1"], node: "one" });
  const far = pod("far", { ips: ["10.0.0.2"], node: "two" });
  const decide = (policies: NetworkPolicy[], from: Pod, to: Pod) =>
    new NetworkSimulator({ pods: [host, near, far], namespaces: [], policies }).decide({ from, to, port: 80 });

  it("are selected by no policy, and the decision says that Kubernetes leaves that open", () => {
    const into = policy("into", { podSelector: {}, ingress: [] });
    const { allowed, entering, caveats } = decide([into], far, host);
    expect([allowed, entering.reason]).toEqual([true, "host-network"]);
    expect(caveats.join()).toContain("n/host uses its node's network");
  });

  it("are meant by no label, only by blocks with their addresses", () => {
    const byLabel = policy("label", { podSelector: {}, ingress: [{ from: [app("host"), { namespaceSelector: {} }] }] });
    const byBlock = policy("block", { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "192.0.2.1/32" } }] }] });
    expect(decide([byLabel], host, far).allowed).toBe(false);
    expect(decide([byLabel, byBlock], host, far).allowed).toBe(true);
    expect(decide([byBlock], host, far).caveats.join()).toContain("everything else on that node");
  });

  it("reach the pods of their own node, and those reach them, whatever policies say", () => {
    expect(decide([deny], host, near)).toMatchObject({ allowed: true, leaving: { reason: "same-node" } });
    expect(decide([deny], near, host).allowed).toBe(true);
    expect(decide([deny], host, far).allowed).toBe(false);
    expect(decide([deny], near, far).allowed).toBe(false);
  });
});

describe("addresses", () => {
  const a = pod("a", { ips: ["10.0.0.1", "fd00::1"] });
  const b = pod("b", { ips: ["10.0.0.2", "fd00::2"] });
  const old = pod("old", { ips: ["10.0.0.3"] });
  const modern = pod("modern", { ips: ["fd00::4"] });
  const nowhere = pod("nowhere");
  const simulate = (...policies: NetworkPolicy[]) =>
    new NetworkSimulator({ pods: [a, b, old, modern, nowhere], namespaces: [], policies });

  it("of pods are those pods: labels decide, however the address is written", () => {
    const simulator = simulate(
      deny,
      policy("out", { ...app("a"), policyTypes: ["Egress"], egress: [{ to: [app("b")] }] }),
    );
    expect(simulator.decide({ from: a, to: { address: "FD00:0:0::2" }, port: 80 }).leaving.allowed).toBe(true);
    expect(simulator.decide({ from: a, to: { address: "10.0.0.3" }, port: 80 }).leaving.allowed).toBe(false);
    expect(simulator.allows({ from: a, to: { address: "fd00::1" }, port: 80 })).toBe(true);
  });

  it("of two families need both sides in one of them", () => {
    const out = policy("out", {
      ...app("a"),
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }],
    });
    const into = (cidr: string) => policy("into", { ...app("b"), ingress: [{ from: [{ ipBlock: { cidr } }] }] });
    expect(simulate(deny, out, into("10.0.0.0/24")).allows({ from: a, to: b, port: 80 })).toBe(true);
    expect(simulate(deny, out, into("fd00::/8")).allows({ from: a, to: b, port: 80 })).toBe(false);
    const over = simulate(deny, out, into("0.0.0.0/0")).decide({ from: a, to: b, port: 80 });
    expect(over.caveats).toContain("That is so over IPv4; over IPv6 it is denied.");
    expect(over.caveats.join()).toContain("some network plug-ins do not let blocks mean pods");
  });

  it("of two families may be opened by a rule each, in any order", () => {
    const block = (cidr: string) => ({ to: [{ ipBlock: { cidr } }] });
    const out = (...cidrs: string[]) =>
      policy("out", { ...app("a"), policyTypes: ["Egress"], egress: cidrs.map(block) });
    const into = policy("into", { ...app("b"), ingress: [{ from: [{ ipBlock: { cidr: "fd00::/8" } }] }] });
    expect(simulate(into, out("10.0.0.0/8", "fd00::/8")).allows({ from: a, to: b, port: 80 })).toBe(true);
    expect(simulate(into, out("fd00::/8", "10.0.0.0/8")).allows({ from: a, to: b, port: 80 })).toBe(true);
    expect(simulate(into, out("10.0.0.0/8")).allows({ from: a, to: b, port: 80 })).toBe(false);
  });

  it("of different families cannot reach each other without any policy", () => {
    const decision = simulate().decide({ from: old, to: modern, port: 80 });
    expect(decision).toMatchObject({ allowed: false, leaving: { reason: "no-common-family" } });
  });

  it("that are not known are in no block, and a denial says so", () => {
    const block = policy("block", {
      ...app("a"),
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }],
    });
    const decision = simulate(block).decide({ from: a, to: nowhere, port: 80 });
    expect(decision.allowed).toBe(false);
    expect(decision.caveats).toEqual([
      "The addresses of n/nowhere are not known, so no block of addresses was compared with them.",
    ]);
    const known = simulate(
      deny,
      policy("block", { ...app("a"), ingress: [{ from: [{ ipBlock: { cidr: "192.0.2.0/24" } }] }] }),
    );
    expect(known.decide({ from: b, to: a, port: 80 })).toMatchObject({ allowed: false, caveats: [] });
  });
});

describe("what cannot be asked", () => {
  const simulate = (pods: Pod[], ...policies: NetworkPolicy[]) =>
    new NetworkSimulator({ pods, namespaces: [], policies });
  const [a, b] = [pod("a"), pod("b")];

  it.each([
    ["an unknown pod", { from: a, to: pod("c"), port: 80 }, "No pod is named n/c."],
    ["no address", { from: a, to: { address: "10.0.0" }, port: 80 }, "10.0.0 is no IP address."],
    ["an ambiguous address", { from: a, to: { address: "::ffff:10.0.0.1" }, port: 80 }, "is no IP address."],
    ["port 0", { from: a, to: b, port: 0 }, "0 is no port; ports are whole numbers from 1 to 65535."],
    ["port 65536", { from: a, to: b, port: 65_536 }, "65536 is no port"],
    ["half a port", { from: a, to: b, port: 1.5 }, "1.5 is no port"],
  ] satisfies [string, Connection, string][])("%s: one sentence", (_, connection, message) => {
    expect(() => simulate([a, b]).allows(connection)).toThrow(message);
    expect(() => simulate([a, b]).decide(connection)).toThrow(message);
    expect(() => simulate([a, b]).between(connection.from, connection.to)(connection.port, "TCP")).toThrow(message);
  });

  it("two pods of one name or address, and an address that is none, are refused", () => {
    expect(() => simulate([a, pod("a")])).toThrow("Two pods have the name n/a.");
    const [one, two] = [pod("a", { ips: ["fd00::1"] }), pod("b", { ips: ["fd00:0::1"] })];
    expect(() => simulate([one, two])).toThrow("Two pods have the address fd00::1.");
    expect(() => simulate([pod("a", { ips: ["10.0.0.256"] })])).toThrow("n/a has the address 10.0.0.256");
  });

  it("policies that the API server refuses are refused, all problems at once", () => {
    const block = policy("block", { ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/33" } }] }] });
    const range = policy("range", { egress: [{ ports: [{ port: 9, endPort: 8 }] }] });
    expect(() => simulate([a], block, range)).toThrow(
      /2 problems[^]*n\/block: spec\.ingress[^]*n\/range: spec\.egress/,
    );
  });
});

describe("explanations", () => {
  const [a, b] = [pod("a"), pod("b")];
  const tell = (connection: Connection, ...policies: NetworkPolicy[]) =>
    explain(connection, new NetworkSimulator({ pods: [a, b], namespaces: [], policies }).decide(connection));
  const out = policy("out", {
    ...app("a"),
    policyTypes: ["Egress"],
    egress: [{ to: [app("b")], ports: [{ port: 80 }] }],
  });
  const into = policy("into", { ...app("b"), ingress: [{ from: [app("a")], ports: [{ port: 80 }] }] });

  it("name the rule of each side that allows", () => {
    expect(tell({ from: a, to: b, port: 80 }, deny, out, into)).toEqual([
      "n/a reaches n/b on TCP port 80.",
      "Leaving is allowed by n/out (spec.egress[0]).",
      "Entering is allowed by n/into (spec.ingress[0]).",
    ]);
  });

  it("name the policies that isolate, and the rule that means the peer but not the port", () => {
    expect(tell({ from: a, to: b, port: 81 }, deny, out, into)).toEqual([
      "n/a does not reach n/b on TCP port 81.",
      "Leaving is denied: n/deny and n/out isolate the pod, and no rule allows it. n/out (spec.egress[0]) means this peer, on other ports.",
      "Entering is denied: n/deny and n/into isolate the pod, and no rule allows it. n/into (spec.ingress[0]) means this peer, on other ports.",
    ]);
  });

  it("say why no policy decides: no isolation, an address, the pod itself", () => {
    expect(tell({ from: a, to: { address: "192.0.2.1" }, port: 80, protocol: "SCTP" })).toEqual([
      "n/a reaches 192.0.2.1 on SCTP port 80.",
      "Leaving is allowed: no policy isolates the pod for egress.",
      "Entering is not for policies to decide: this end is no pod.",
    ]);
    expect(tell({ from: a, to: a, port: 80 }, deny)[1]).toBe("Leaving is allowed: a pod always reaches itself.");
  });
});

describe("selectors", () => {
  const labels = fc.dictionary(fc.constantFrom("app", "tier"), fc.constantFrom("a", "b", "data"));

  it("mean the same to the simulator and to the policy rules", () => {
    fc.assert(
      fc.property(selector, labels, (given, own) => {
        expect(selectsLabels(given, own)).toBe(selects(Field.root(given), labelReader(Field.root(own))));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["In", ["a", "b"], { a: true, c: false, absent: false }],
    ["NotIn", ["a", "b"], { a: false, c: true, absent: true }],
    ["Exists", [], { a: true, c: true, absent: false }],
    ["DoesNotExist", null, { a: false, c: false, absent: true }],
  ] as const)("%s %j", (operator, values, expected) => {
    const chooses = (labels: Labels) => selectsLabels({ matchExpressions: [{ key: "app", operator, values }] }, labels);
    expect({ a: chooses({ app: "a" }), c: chooses({ app: "c" }), absent: chooses({ tier: "a" }) }).toEqual(expected);
  });

  it("need all their requirements", () => {
    const both: LabelSelector = {
      matchLabels: { app: "a" },
      matchExpressions: [
        { key: "tier", operator: "Exists" },
        { key: "app", operator: "NotIn", values: ["b"] },
      ],
    };
    expect(selectsLabels(both, { app: "a", tier: "" })).toBe(true);
    expect(selectsLabels(both, { app: "a" })).toBe(false);
    expect(selectsLabels(both, { app: "c", tier: "" })).toBe(false);
    expect(selectsLabels({}, {})).toBe(true);
  });

  it("find no label where an object only inherits the property", () => {
    expect(selectsLabels({ matchExpressions: [{ key: "constructor", operator: "Exists" }] }, {})).toBe(false);
  });
});

describe("blocks of addresses", () => {
  const ipv4 = fc.ipV4();
  // IPv4 in the form of IPv6 is refused.
  const isMapped = (bits: string) => bits.startsWith("0".repeat(80) + "1".repeat(16));
  const ipv6 = fc.ipV6().filter((text) => !text.includes(".") && !isMapped(bitsOf(text)));

  it("contain what shares their first bits, and nothing of their exceptions, in both families", () => {
    const block = (address: fc.Arbitrary<string>, size: number) =>
      fc.tuple(address, fc.nat(size), fc.nat(size), fc.nat(size), fc.nat(size), address);
    fc.assert(
      fc.property(fc.oneof(block(ipv4, 32), block(ipv6, 128)), ([base, prefix, hole, flip, flipAgain, any]) => {
        const cidr = parseCidr(`${base}/${prefix}`)!;
        const except = parseCidr(`${base}/${hole}`)!;
        const bits = bitsOf(base);
        // Neighbours that differ in one bit or two, and an address from anywhere.
        for (const candidate of [flipped(bits, [flip]), flipped(bits, [flip, flipAgain]), bitsOf(any)]) {
          if (isMapped(candidate)) continue;
          const inside = candidate.startsWith(bits.slice(0, prefix)) && !candidate.startsWith(bits.slice(0, hole));
          expect(addressBlock(cidr, [except]).contains(parseAddress(textOf(candidate))!)).toBe(inside);
        }
      }),
    );
  });

  it("of one family contain nothing of the other", () => {
    const [any4, any6] = [addressBlock(parseCidr("0.0.0.0/0")!), addressBlock(parseCidr("::/0")!)];
    expect(any4.contains(parseAddress("::1")!)).toBe(false);
    expect(any6.contains(parseAddress("10.0.0.1")!)).toBe(false);
  });

  it("lie within another one when they are a smaller part of it", () => {
    const within = (inner: string, outer: string) => liesWithin(parseCidr(inner)!, parseCidr(outer)!);
    expect(within("10.1.0.0/16", "10.0.0.0/8")).toBe(true);
    expect(within("10.0.0.0/8", "10.0.0.0/8")).toBe(false);
    expect(within("11.0.0.0/16", "10.0.0.0/8")).toBe(false);
    expect(within("10.0.0.0/16", "::/0")).toBe(false);
  });

  it.each([
    "",
    "10.0.0.0",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0/8",
    "fd00::/129",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "fe80::1%eth0/64",
    "::ffff:10.0.0.0/104",
    "010.0.0.0/8",
  ])("are not read from %j", (text) => expect(parseCidr(text)).toBeUndefined());
});

describe("distinctPorts", () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 65_535 }), fc.nat(50)).map(([port, more]) => ({
    port,
    endPort: Math.min(65_535, port + more),
  }));

  it("covers every port once, and no policy tells the ports of one range apart", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 5 }), (given) => {
        const ranges = distinctPorts(given, []);
        expect(ranges[0]!.first).toBe(1);
        expect(ranges.at(-1)!.last).toBe(65_535);
        ranges.slice(1).forEach(({ first }, index) => expect(first).toBe(ranges[index]!.last + 1));
        for (const { first, last } of ranges) {
          for (const port of given) {
            expect(meansPort(port, last, "TCP", [])).toBe(meansPort(port, first, "TCP", []));
          }
        }
      }),
    );
  });

  it("cuts at ports that containers declare, because policies may call them by name", () => {
    expect(distinctPorts([{ port: "http" }], [{ containerPort: 80 }])).toEqual([
      { first: 1, last: 79 },
      { first: 80, last: 80 },
      { first: 81, last: 65_535 },
    ]);
  });
});

function flipped(bits: string, positions: readonly number[]): string {
  return positions.reduce((text, at) => {
    if (at >= text.length) return text;
    return `${text.slice(0, at)}${text[at] === "0" ? "1" : "0"}${text.slice(at + 1)}`;
  }, bits);
}

function textOf(bits: string): string {
  const size = bits.length === 32 ? 8 : 16;
  const groups = bits.match(new RegExp(`.{${size}}`, "g"))!.map((group) => Number.parseInt(group, 2));
  return size === 8 ? groups.join(".") : groups.map((group) => group.toString(16)).join(":");
}
