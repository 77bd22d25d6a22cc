import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Decision, type RuleReference, type SideDecision } from "../../../model/connectivity/decision";
import { type Connection, type End, type Network } from "../../../model/connectivity/network";
import {
  type EgressRule,
  type IngressRule,
  type NetworkPolicy,
  protocols,
} from "../../../model/connectivity/network-policy";
import { NetworkSimulator } from "../../../model/connectivity/simulate";
import { egressRule, ingressRule, network, outside, policy, ports } from "../../support/network-arbitrary";
import { NetworkOracle } from "../../support/network-oracle";

/** Every connection between pods, and between pods and addresses outside, on every port and protocol. */
function connections({ pods }: Network): Connection[] {
  const ends: End[] = [...pods, ...outside.map((address) => ({ address }))];
  return ends.flatMap((from) =>
    ends.flatMap((to) => ports.flatMap((port) => protocols.map((protocol) => ({ from, to, port, protocol })))),
  );
}

function allowed(given: Network): boolean[] {
  const simulator = new NetworkSimulator(given);
  return connections(given).map((connection) => simulator.allows(connection));
}

/** Networks with a decision for each of some connections that a rule lets pass: only those have reasons to look at. */
function decidedByRules(given: Network) {
  const simulator = new NetworkSimulator(given);
  return connections(given)
    .filter((_, index) => index % 7 === 0)
    .map((connection) => ({ connection, decision: simulator.decide(connection) }))
    .filter(({ decision: { allowed: passes, leaving, entering } }) => {
      return passes && (leaving.reason === "rule" || entering.reason === "rule");
    })
    .slice(0, 3);
}

/** Random networks whose pods all have one address of one family, so that no second way is left over. */
const singleFamily = network.map((given) => ({
  ...given,
  pods: given.pods.map((pod, index) => ({ ...pod, ips: [`10.0.0.${index + 1}`] })),
}));

function shuffled<T>(list: readonly T[], seed: number): T[] {
  return [...list].sort((one, other) => rank(one) - rank(other));
  function rank(item: T) {
    return (JSON.stringify(item).length * 31 + list.indexOf(item) * (seed | 1)) % 17;
  }
}

describe("the network simulator and a slow evaluator of other make", () => {
  it("agree on every connection of random networks, one by one, pair by pair and with reasons", () => {
    fc.assert(
      fc.property(network, (given) => {
        const simulator = new NetworkSimulator(given);
        const oracle = new NetworkOracle(given, outside, ports);
        for (const connection of connections(given)) {
          const { from, to, port, protocol = "TCP" } = connection;
          const expected = oracle.allows(connection);
          const answers = [
            simulator.allows(connection),
            simulator.decide(connection).allowed,
            simulator.between(from, to)(port, protocol),
          ];
          if (answers.some((answer) => answer !== expected)) {
            expect({ connection, answers }).toBe(expected);
          }
        }
      }),
    );
  });

  it("meet networks in which a good part of the connections passes and a good part does not", () => {
    const verdicts = fc.sample(network, { numRuns: 50, seed: 1 }).flatMap(allowed);
    const share = verdicts.filter(Boolean).length / verdicts.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.8);
  });
});

describe("reasons", () => {
  it("a connection passes exactly when both of its sides allow it", () => {
    fc.assert(
      fc.property(network, (given) => {
        const simulator = new NetworkSimulator(given);
        const decisions = connections(given).map((connection) => simulator.decide(connection));
        const wrong = decisions.filter((each) => each.allowed !== (each.leaving.allowed && each.entering.allowed));
        expect(wrong).toEqual([]);
      }),
    );
  });

  it("each rule that is said to allow is enough: without all others of its side the connection still passes", () => {
    let checked = 0;
    fc.assert(
      fc.property(network, (given) => {
        for (const { connection, decision } of decidedByRules(given)) {
          for (const [section, side] of sides(decision)) {
            for (const rule of side.reason === "rule" ? side.rules : []) {
              const policies = given.policies.map((each) => onlyRule(each, section, rule));
              expect(new NetworkSimulator({ ...given, policies }).allows(connection)).toBe(true);
              checked += 1;
            }
          }
        }
      }),
    );
    expect(checked).toBeGreaterThan(20);
  });

  it("no other rule allows: without those that are said to, the connection is denied", () => {
    let checked = 0;
    fc.assert(
      fc.property(singleFamily, (given) => {
        for (const { connection, decision } of decidedByRules(given)) {
          for (const [section, side] of sides(decision)) {
            if (side.reason !== "rule") continue;
            const policies = given.policies.map((each) => withoutRules(each, section, side.rules));
            expect(new NetworkSimulator({ ...given, policies }).allows(connection)).toBe(false);
            checked += 1;
          }
        }
      }),
    );
    expect(checked).toBeGreaterThan(20);
  });

  it("a rule that is said to miss by its port alone allows once it has every port, one that misses by its peer with everybody", () => {
    let checked = 0;
    fc.assert(
      fc.property(singleFamily, (given) => {
        const simulator = new NetworkSimulator(given);
        for (const connection of connections(given).filter((_, index) => index % 11 === 0)) {
          const { leaving, entering } = simulator.decide(connection);
          if (leaving.reason !== "no-rule" || !entering.allowed) continue;
          for (const { differs, ...rule } of leaving.nearMisses) {
            const policies = given.policies.map((each) =>
              changeRules(each, "egress", (old, path) =>
                path !== rule.path || nameOf(each) !== rule.policy
                  ? [old]
                  : [differs === "port" ? { ...old, ports: [] } : { ...old, to: [] }],
              ),
            );
            expect(new NetworkSimulator({ ...given, policies }).allows(connection)).toBe(true);
            checked += 1;
          }
        }
      }),
    );
    expect(checked).toBeGreaterThan(20);
  });
});

describe("whatever the network", () => {
  it("the order of pods, policies, rules, peers and ports does not matter", () => {
    fc.assert(
      fc.property(network, fc.nat(1000), (given, seed) => {
        const policies = shuffled(given.policies, seed).map(({ spec, ...rest }) => ({
          ...rest,
          spec: {
            ...spec,
            ingress: shuffled(spec.ingress ?? [], seed).map((rule) => ({
              from: shuffled(rule.from ?? [], seed),
              ports: shuffled(rule.ports ?? [], seed),
            })),
            egress: shuffled(spec.egress ?? [], seed).map((rule) => ({
              to: shuffled(rule.to ?? [], seed),
              ports: shuffled(rule.ports ?? [], seed),
            })),
          },
        }));
        const other = new NetworkSimulator({ ...given, pods: [...given.pods].reverse(), policies });
        const verdicts = connections(given).map((connection) => other.allows(connection));
        expect(verdicts).toEqual(allowed(given));
      }),
    );
  });

  it("one more rule in a policy only allows more", () => {
    fc.assert(
      fc.property(network, policy, ingressRule, egressRule, (given, base, into, out) => {
        const spec = { ...base.spec, policyTypes: isolating(base) };
        const more = {
          ...base,
          spec: { ...spec, ingress: [...(spec.ingress ?? []), into], egress: [...(spec.egress ?? []), out] },
        };
        const before = allowed({ ...given, policies: [...given.policies, { ...base, spec }] });
        const after = allowed({ ...given, policies: [...given.policies, more] });
        expect(before.filter((passes, index) => passes && !after[index])).toEqual([]);
      }),
    );
  });

  it("a policy that denies by default only allows less, and nothing of another namespace changes", () => {
    fc.assert(
      fc.property(network, fc.constantFrom("Ingress" as const, "Egress" as const), (given, direction) => {
        const deny: NetworkPolicy = { namespace: "data", name: "deny", spec: { policyTypes: [direction] } };
        const [before, after] = [allowed(given), allowed({ ...given, policies: [...given.policies, deny] })];
        const wrong = connections(given).filter(({ from, to }, index) => {
          const subject = direction === "Ingress" ? to : from;
          const untouched = !("namespace" in subject) || subject.namespace !== "data";
          return untouched ? after[index] !== before[index] : after[index] && !before[index];
        });
        expect(wrong).toEqual([]);
      }),
    );
  });

  it("a policy more never takes an allowance away from a pod that is isolated already", () => {
    fc.assert(
      fc.property(network, policy, (given, more) => {
        const closed = ["default", "data", "web"].map((namespace): NetworkPolicy => ({
          namespace,
          name: "default-deny",
          spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
        }));
        const before = allowed({ ...given, policies: [...closed, ...given.policies] });
        const after = allowed({ ...given, policies: [...closed, ...given.policies, more] });
        expect(before.filter((passes, index) => passes && !after[index])).toEqual([]);
      }),
    );
  });

  it("lists as reachable exactly the pairs of pods that it allows one by one", () => {
    fc.assert(
      fc.property(network, fc.constantFrom(...ports), fc.constantFrom(...protocols), (given, port, protocol) => {
        const simulator = new NetworkSimulator(given);
        const pairs = given.pods.flatMap((from) => given.pods.map((to) => [from, to] as const));
        const expected = pairs.filter(([from, to]) => from !== to && simulator.allows({ from, to, port, protocol }));
        expect([...simulator.reachable(port, protocol)]).toEqual(expected);
      }),
    );
  });
});

/** A policy's directions, written out. */
function isolating({ spec }: NetworkPolicy): ("Ingress" | "Egress")[] {
  if (spec.policyTypes?.length) return [...spec.policyTypes];
  return spec.egress?.length ? ["Ingress", "Egress"] : ["Ingress"];
}

type Section = "ingress" | "egress";
type Rule = IngressRule & EgressRule;

/** A policy with other rules in one section; its directions stay, also when the last rule goes. */
function changeRules(
  each: NetworkPolicy,
  section: Section,
  change: (rule: Rule, path: string) => Rule[],
): NetworkPolicy {
  const rules: readonly Rule[] = each.spec[section] ?? [];
  const changed = rules.flatMap((rule, index) => change(rule, `spec.${section}[${index}]`));
  return { ...each, spec: { ...each.spec, policyTypes: isolating(each), [section]: changed } };
}

function onlyRule(each: NetworkPolicy, section: Section, { policy: name, path }: RuleReference): NetworkPolicy {
  return changeRules(each, section, (rule, at) => (nameOf(each) === name && at === path ? [rule] : []));
}

function withoutRules(each: NetworkPolicy, section: Section, gone: readonly RuleReference[]): NetworkPolicy {
  return changeRules(each, section, (rule, at) =>
    gone.some(({ policy: name, path }) => nameOf(each) === name && at === path) ? [] : [rule],
  );
}

function nameOf({ namespace, name }: NetworkPolicy): string {
  return `${namespace}/${name}`;
}

function sides({ leaving, entering }: Decision): [Section, SideDecision][] {
  return [
    ["egress", leaving],
    ["ingress", entering],
  ];
}
