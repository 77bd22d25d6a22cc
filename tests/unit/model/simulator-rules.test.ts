import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { namespaceNameLabel } from "../../../model/labels";
import { type Network, type Pod } from "../../../model/connectivity/network";
import { type Direction, protocols } from "../../../model/connectivity/network-policy";
import { NetworkSimulator } from "../../../model/connectivity/simulate";
import { allowsPod, isolates } from "../../../policies/graph/network";
import { KubernetesObject } from "../../../policies/graph/object";
import { network, ports } from "../../support/network-arbitrary";

// The rules of the policy pack must live with unknown values, so they evaluate policies themselves; where everything is
// known, they may not differ from the simulator.

/** Pods without addresses and with at most one named port: all that the rules look at. */
const known = network.map((given) => ({
  ...given,
  pods: given.pods.map((pod) => ({ ...pod, ips: [], hostNetwork: false, ports: (pod.ports ?? []).slice(0, 1) })),
}));

/** What the rules say about one side of a connection. */
function byRules(
  given: Network,
  direction: Direction,
  from: Pod,
  to: Pod,
  number: number,
  protocol: "TCP" | "UDP" | "SCTP",
) {
  const [subject, other] = direction === "Egress" ? [from, to] : [to, from];
  const selecting = given.policies.filter(
    ({ namespace, name }) => namespace === subject.namespace && selects(given, { namespace, name }, subject),
  );
  const objects = selecting.map(({ namespace, name, spec }) => {
    const manifest = { metadata: { namespace, name }, spec };
    return new KubernetesObject(
      { type: "", name, inputs: manifest },
      "networking.k8s.io/v1",
      "NetworkPolicy",
      new Map(),
    );
  });
  if (!objects.some((policy) => isolates(policy, direction))) return true;
  const labels = given.namespaces.find(({ name }) => name === other.namespace)?.labels ?? {};
  const namespaceLabels: Record<string, string> = { ...labels, [namespaceNameLabel]: other.namespace };
  const peer = {
    namespace: other.namespace,
    namespaceLabel: (key: string) => namespaceLabels[key],
    podLabel: (key: string) => other.labels[key],
  };
  const declared = to.ports?.find((port) => port.containerPort === number && (port.protocol ?? "TCP") === protocol);
  return allowsPod(objects, direction, peer, { number, protocol, name: declared?.name ?? undefined });
}

/** Whether a policy selects a pod, by what the simulator isolates when that policy is alone and closes everything. */
function selects(given: Network, policy: { namespace: string; name: string }, pod: Pod): boolean {
  const found = given.policies.find(({ namespace, name }) => namespace === policy.namespace && name === policy.name);
  const closing = {
    ...policy,
    spec: { podSelector: found?.spec.podSelector ?? {}, policyTypes: ["Ingress" as const] },
  };
  const simulator = new NetworkSimulator({ ...given, policies: [closing] });
  return !simulator.allows({ from: { address: "192.0.2.1" }, to: pod, port: 1 });
}

describe("the policy rules and the simulator", () => {
  it("say the same about each side of every connection between pods", () => {
    fc.assert(
      fc.property(known, fc.constantFrom(...ports), fc.constantFrom(...protocols), (random, port, protocol) => {
        // One policy of each name, as a cluster has.
        const policies = random.policies.map((each, index) => ({ ...each, name: `policy-${index}` }));
        const given = { ...random, policies };
        const simulator = new NetworkSimulator(given);
        for (const from of given.pods) {
          for (const to of given.pods.filter((pod) => pod !== from)) {
            const { leaving, entering } = simulator.decide({ from, to, port, protocol });
            expect([leaving.allowed, entering.allowed]).toEqual([
              byRules(given, "Egress", from, to, port, protocol),
              byRules(given, "Ingress", from, to, port, protocol),
            ]);
          }
        }
      }),
    );
  });
});
