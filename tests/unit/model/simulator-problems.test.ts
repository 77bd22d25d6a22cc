import { load } from "js-yaml";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policyProblems, readNetworkPolicy } from "../../../model/connectivity/problems";
import { policy } from "../../support/network-arbitrary";

const manifest = (spec: unknown, metadata: unknown = { name: "p", namespace: "n" }) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata,
  spec,
});

/** Where the problems of a spec are, and why. */
function problems(spec: unknown): string[] {
  const read = readNetworkPolicy(manifest(spec));
  return "problems" in read ? read.problems.map(({ setting, why }) => `${setting} ${why}`) : [];
}

describe("a manifest that the API server accepts", () => {
  it("is read as it is, from YAML with empty values too", () => {
    const text = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: from-yaml, labels: { a: b } }
spec:
  podSelector:
  ingress:
    - from:
        - namespaceSelector: {}
          podSelector:
      ports:
    - {}
`;
    const read = readNetworkPolicy(load(text));
    expect(read).toEqual({
      policy: {
        namespace: "default",
        name: "from-yaml",
        spec: {
          podSelector: null,
          ingress: [{ from: [{ namespaceSelector: {}, podSelector: null }], ports: null }, {}],
        },
      },
    });
  });

  it("without a spec isolates every pod of its namespace for ingress, as for the API server", () => {
    expect(readNetworkPolicy(manifest(undefined))).toEqual({ policy: { namespace: "n", name: "p", spec: {} } });
  });

  it("is every policy that the other tests make", () => {
    fc.assert(
      fc.property(policy, (given) => {
        expect(policyProblems(given)).toEqual([]);
      }),
    );
  });
});

describe("a manifest that the API server refuses", () => {
  it.each([
    [{ podSelector: { matchLabels: { a: 1 } } }, "p: spec.podSelector.matchLabels.a"],
    [
      { podSelector: { matchExpressions: [{ key: "a", operator: "Is" }] } },
      "p: spec.podSelector.matchExpressions[0].operator",
    ],
    [
      { podSelector: { matchExpressions: [{ key: "a", operator: "In" }] } },
      "It must have at least one value with the operator In.",
    ],
    [
      { podSelector: { matchExpressions: [{ key: "a", operator: "Exists", values: ["b"] }] } },
      "It must be left out with the operator Exists.",
    ],
    [{ policyTypes: ["ingress"] }, "p: spec.policyTypes[0]"],
    [{ policyTypes: ["Ingress", "Egress", "Ingress"] }, "p: spec.policyTypes"],
    [{ ingres: [{}] }, "p: spec Unrecognized key"],
    [{ ingress: [{ to: [] }] }, "p: spec.ingress[0] Unrecognized key"],
    [{ ingress: [{ from: [{}] }] }, "p: spec.ingress[0].from[0] It must have a selector or an ipBlock."],
    [
      { ingress: [{ from: [{ podSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } }] }] },
      "It must be either selectors or an ipBlock, not both.",
    ],
    [
      { ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0" } }] }] },
      "p: spec.ingress[0].from[0].ipBlock.cidr It must be a block of addresses",
    ],
    [
      { egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["11.0.0.0/16"] } }] }] },
      "p: spec.egress[0].to[0].ipBlock.except[0] It must lie within 10.0.0.0/8 and be smaller.",
    ],
    [
      { egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.0.0.0/8"] } }] }] },
      "It must lie within 10.0.0.0/8 and be smaller.",
    ],
    [
      { egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["all"] } }] }] },
      "except[0] It must be a block of addresses",
    ],
    [{ egress: [{ ports: [{ port: 0 }] }] }, "p: spec.egress[0].ports[0].port"],
    [{ egress: [{ ports: [{ port: 65_536 }] }] }, "p: spec.egress[0].ports[0].port"],
    [{ egress: [{ ports: [{ port: "80" }] }] }, "It must be a port's name, such as http"],
    [{ egress: [{ ports: [{ port: "a-name-of-sixteen" }] }] }, "p: spec.egress[0].ports[0].port"],
    [{ egress: [{ ports: [{ port: 9, endPort: 8 }] }] }, "It must not be lower than port, 9."],
    [{ egress: [{ ports: [{ port: "http", endPort: 90 }] }] }, "It must not be there without a number as port."],
    [{ egress: [{ ports: [{ endPort: 90 }] }] }, "It must not be there without a number as port."],
    [{ egress: [{ ports: [{ port: 80, protocol: "tcp" }] }] }, "p: spec.egress[0].ports[0].protocol"],
    [{ egress: {} }, "p: spec.egress"],
    ["all", "p: spec"],
  ])("%j: tells where and why", (spec, expected) => {
    const found = problems(spec);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it("tells every problem at once, with the value that is wrong", () => {
    const read = readNetworkPolicy(manifest({ policyTypes: ["All"], egress: [{ ports: [{ port: -1 }] }] }));
    expect("problems" in read ? read.problems.map(({ setting, value }) => [setting, value]) : []).toEqual([
      ["p: spec.policyTypes[0]", "All"],
      ["p: spec.egress[0].ports[0].port", -1],
    ]);
  });

  it.each([
    [null],
    [7],
    ["text"],
    [[]],
    [{}],
    [{ kind: "Service" }],
    [manifest({}, null)],
    [manifest({}, { name: 7 })],
  ])("%j is no policy, told without a stack trace", (object) => {
    const read = readNetworkPolicy(object);
    expect("problems" in read ? read.problems.length : 0).toBeGreaterThan(0);
  });

  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (spec, object) => {
        readNetworkPolicy(object);
        readNetworkPolicy(manifest(spec));
      }),
    );
  });
});
