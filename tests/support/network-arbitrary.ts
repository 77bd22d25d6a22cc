import fc from "fast-check";
import { type Network, type Pod } from "../../model/connectivity/network";
import {
  type LabelSelector,
  type NetworkPolicy,
  type PolicyPeer,
  type PolicyPort,
  protocols,
} from "../../model/connectivity/network-policy";
import { type ContainerPort } from "../../model/connectivity/ports";

/** Few names, labels, ports and addresses, so that random policies and pods meet. */
const namespaces = ["default", "data", "web"];
const keys = ["app", "tier"];
const values = ["a", "b"];
export const ports = [1, 2, 3, 4, 5, 6];
export const outside = ["203.0.113.1", "10.0.0.200", "2001:db8::1", "fd00::200"];
const podAddresses = { ipv4: "10.0.0", ipv6: "fd00:" };
const names = ["http", "dns"];

const labels = fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { maxKeys: 2 });

const expression = fc.oneof(
  fc.record({
    key: fc.constantFrom(...keys, "kubernetes.io/metadata.name"),
    operator: fc.constantFrom("In" as const, "NotIn" as const),
    values: fc.uniqueArray(fc.constantFrom(...values, ...namespaces), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    key: fc.constantFrom(...keys),
    operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const),
    values: fc.constantFrom(undefined, null, []),
  }),
);

/** Every form of a selector: empty, labels, expressions, both, and `null` where nothing is. */
export const selector: fc.Arbitrary<LabelSelector> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.record({ matchLabels: labels }) },
  {
    weight: 4,
    arbitrary: fc.record({
      matchLabels: fc.option(labels, { nil: null, freq: 1 }),
      matchExpressions: fc.option(fc.array(expression, { maxLength: 2 }), { nil: null }),
    }),
  },
);

const block = fc.constantFrom(
  { cidr: "0.0.0.0/0" },
  { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "203.0.113.0/24"] },
  { cidr: "10.0.0.0/24", except: ["10.0.0.0/30"] },
  { cidr: "10.0.0.128/25", except: null },
  { cidr: "203.0.113.1/32", except: [] },
  { cidr: "::/0", except: ["fd00::/8"] },
  { cidr: "fd00::/64" },
  { cidr: "fd00::/16", except: ["fd00::2/127"] },
);

const peer: fc.Arbitrary<PolicyPeer> = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector, podSelector: fc.constantFrom(undefined, null) }),
  fc.record({ namespaceSelector: selector, podSelector: selector }),
  fc.record({ ipBlock: block }),
);

const protocol = fc.constantFrom(...protocols);
const port: fc.Arbitrary<PolicyPort> = fc.oneof(
  fc.record({ port: fc.constantFrom(...ports), protocol: fc.option(protocol) }),
  fc.record({ port: fc.constantFrom(...names), protocol: fc.option(protocol, { nil: undefined }) }),
  fc.record({ port: fc.constantFrom(1, 2, 3), endPort: fc.constantFrom(3, 4, 5), protocol: fc.option(protocol) }),
  fc.record({ protocol }),
);

const peers = fc.option(fc.array(peer, { maxLength: 3 }), { nil: null });
const rulePorts = fc.option(fc.array(port, { maxLength: 3 }), { nil: undefined });
export const ingressRule = fc.record({ from: peers, ports: rulePorts });
export const egressRule = fc.record({ to: peers, ports: rulePorts });

export const policy: fc.Arbitrary<NetworkPolicy> = fc.record({
  namespace: fc.constantFrom(...namespaces),
  name: fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom("x", "y", "z") }),
  spec: fc.record({
    podSelector: fc.option(selector, { nil: null }),
    policyTypes: fc.constantFrom(
      undefined,
      null,
      [],
      ["Ingress" as const],
      ["Egress" as const],
      ["Ingress" as const, "Egress" as const],
    ),
    ingress: fc.option(fc.array(ingressRule, { maxLength: 2 }), { nil: null }),
    egress: fc.option(fc.array(egressRule, { maxLength: 2 }), { nil: undefined }),
  }),
});

const containerPort: fc.Arbitrary<ContainerPort> = fc.record({
  name: fc.constantFrom(...names, undefined, null),
  containerPort: fc.constantFrom(...ports),
  protocol: fc.option(protocol),
});

const pods: fc.Arbitrary<Pod[]> = fc
  .array(
    fc.record({
      namespace: fc.constantFrom(...namespaces),
      labels,
      ports: fc.array(containerPort, { maxLength: 3 }),
      stack: fc.constantFrom("none", "ipv4", "ipv6", "both"),
      hostNetwork: fc.constantFrom(false, false, false, true),
      node: fc.constantFrom(undefined, "n1", "n2"),
    }),
    { minLength: 2, maxLength: 5 },
  )
  .map((list) =>
    list.map(({ stack, ...pod }, index) => ({
      ...pod,
      name: `pod-${index}`,
      ips: [
        ...(stack === "ipv4" || stack === "both" ? [`${podAddresses.ipv4}.${index + 1}`] : []),
        ...(stack === "ipv6" || stack === "both" ? [`${podAddresses.ipv6}:${index + 1}`] : []),
      ],
    })),
  );

/** Networks in which many connections pass and many do not. */
export const network: fc.Arbitrary<Network> = fc.record({
  pods,
  // `web` is never among them: a namespace whose object nobody gave still has a name.
  namespaces: fc.tuple(labels, labels).map(([one, two]) => [
    { name: "default", labels: one },
    { name: "data", labels: { ...two, "kubernetes.io/metadata.name": "web" } },
  ]),
  policies: fc.array(policy, { maxLength: 6 }),
});
