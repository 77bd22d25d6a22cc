import { beforeAll, describe, expect, it } from "vitest";
import { endpointHost } from "../../model/address";
import { podLabels } from "../../model/connectivity/policies";
import { type Edge, type Endpoint } from "../../model/endpoint";
import { type Platform } from "../../model/platform";
import { type EnvironmentVariable } from "../../model/service";
import { changes } from "../support/golden/changes";
import { written, type WrittenRegistration } from "../support/golden/written";
import { loadStack, recordStack } from "../support/program";
import { type PropertyObject } from "../../registrations/property-values";
import { systemNamespace } from "../../model/system";

const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const { platform } = loadStack("dev");
const label = (edge: Edge) => `${edge.from} to ${edge.to}:${edge.port}/${edge.protocol}`;
const endpoint = (name: string): Endpoint => platform.endpoints.find((candidate) => candidate.name === name)!;

/** The namespaces in which an edge must have a policy: that of the caller to leave, that of the callee to enter. */
function ends(edge: Edge): { namespace: string; direction: "Egress" | "Ingress" }[] {
  const [from, to] = [endpoint(edge.from), endpoint(edge.to)];
  return [
    ...(from.kind === "external"
      ? []
      : [{ namespace: platform.namespaces[from.concern], direction: "Egress" as const }]),
    ...(to.kind === "external" ? [] : [{ namespace: platform.namespaces[to.concern], direction: "Ingress" as const }]),
  ];
}

interface PolicyInputs {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly policyTypes: readonly string[]; readonly egress?: unknown; readonly ingress?: unknown };
}
const inPlatform = ({ inputs: given }: { readonly inputs?: unknown }) =>
  (given as Partial<PolicyInputs>).metadata?.namespace !== systemNamespace;
const inputs = ({ inputs: given }: WrittenRegistration) => given as unknown as PolicyInputs;

/** The platform without an edge. A service that reads the callee's address keeps it as a plain value. */
function without(edge: Edge): (original: Platform) => Platform {
  const address = (variable: EnvironmentVariable): EnvironmentVariable => {
    if (variable.kind !== "endpoint" || variable.endpoint !== edge.to) return variable;
    const value = `${variable.scheme}://${endpointHost(endpoint(edge.to), platform.namespaces)}:${edge.port}`;
    return { name: variable.name, why: variable.why, kind: "value", value };
  };
  return (original) => ({
    ...original,
    edges: original.edges.filter((other) => label(other) !== label(edge)),
    services: original.services.map((service) =>
      service.name === edge.from
        ? { ...service, contract: { ...service.contract, environment: service.contract.environment.map(address) } }
        : service,
    ),
  });
}

describe("edges and network policies of dev", () => {
  let all: Map<string, WrittenRegistration>;
  const policies = () => new Map([...all].filter(([, { type }]) => type === policyType));
  beforeAll(async () => {
    all = written((await recordStack("dev")).registrations);
  });

  it("has in every namespace one policy that denies everything and one that allows DNS, and no other without an edge", () => {
    const found = [...policies().values()].map((policy) => inputs(policy));
    const general = Object.values(platform.namespaces).flatMap((namespace) => [
      `${namespace}: default-deny`,
      `${namespace}: allow-dns`,
    ]);
    const own = platform.edges.flatMap((edge) =>
      ends(edge).map(({ namespace, direction }) => [edge, namespace, direction] as const),
    );
    const expected = own.map(
      ([edge, namespace, direction]) =>
        `${namespace}: ${edge.from}-to-${edge.to}-${edge.port}-${direction.toLowerCase()}`,
    );
    const names = found.map(({ metadata }) => `${metadata.namespace}: ${metadata.name}`);
    // What the cluster itself runs on has policies of its own, in a namespace that is not ours to close.
    const system = [`${systemNamespace}: metrics-server`];
    expect(names.sort()).toEqual([...general, ...expected, ...system].sort());
  });

  it("denies both directions of every pod", () => {
    const deny = [...policies().values()].filter((policy) => inputs(policy).metadata.name === "default-deny");
    expect(deny.map((policy) => inputs(policy).spec)).toEqual(
      Object.values(platform.namespaces).map(() => ({ podSelector: {}, policyTypes: ["Ingress", "Egress"] })),
    );
  });

  it("opens the metadata address to nobody, also where a mail server may be anywhere", async () => {
    const mail = { host: "mail.example.org", from: "noreply@example.org" };
    const secrets = Object.fromEntries(
      ["smtp-user", "smtp-password"].map((name) => [name, { secretName: "m", key: name }]),
    );
    const { registrations } = await recordStack("dev", { changes: { mail, secrets } });
    const blocks = registrations.filter(inPlatform).flatMap(({ inputs: given }) => ipBlocks(given));
    expect(blocks.map(({ cidr }) => cidr)).toEqual(["0.0.0.0/0"]);
    expect(blocks[0]!.except).toContain("169.254.169.254/32");
    expect([...policies().values()].filter(inPlatform).flatMap((policy) => ipBlocks(policy.inputs))).toEqual([]);
  });

  it.each(platform.edges.map((edge) => [label(edge), edge] as const))(
    "%s: without it, exactly its policies are gone and nothing else is different",
    async (_, edge) => {
      const after = written((await recordStack("dev", { alter: without(edge) })).registrations);
      const { added, removed, changed } = changes(all, after);
      expect(added).toEqual([]);
      // Whoever waited for all policies of its layer waits for those that are left.
      const waits = removed.map((key) => `options.dependsOn: - "${key}"`);
      const other = [...changed].map(([key, lines]) => [key, lines.filter((line) => !waits.includes(line))] as const);
      expect(Object.fromEntries(other.filter(([, lines]) => lines.length > 0))).toEqual({});
      const gone = removed.map((key) => all.get(key)!);
      expect(gone.map(({ type }) => type)).toEqual(gone.map(() => policyType));
      expect(
        gone.map((policy) => ({
          namespace: inputs(policy).metadata.namespace,
          direction: inputs(policy).spec.policyTypes[0],
        })),
      ).toEqual(expect.arrayContaining(ends(edge)));
      expect(gone).toHaveLength(ends(edge).length);
      for (const policy of gone) expectOnly(edge, inputs(policy));
    },
  );
});

/** One direction, one rule, one peer, one port: those of the edge. */
function expectOnly(edge: Edge, { spec }: PolicyInputs): void {
  const egress = spec.policyTypes[0] === "Egress";
  const rules = (egress ? spec.egress : spec.ingress) as PropertyObject[];
  const other = endpoint(egress ? edge.to : edge.from);
  expect(spec.policyTypes).toHaveLength(1);
  expect(egress ? spec.ingress : spec.egress).toBeUndefined();
  expect(rules).toHaveLength(1);
  expect(rules[0]!.ports).toEqual([{ port: edge.port, protocol: edge.protocol }]);
  const peers = (egress ? rules[0]!.to : rules[0]!.from) as unknown as readonly PropertyObject[];
  if (other.kind === "external") expect(peers).toHaveLength(other.cidrs.length);
  else {
    expect(peers).toEqual([
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": platform.namespaces[other.concern] } },
        podSelector: { matchLabels: podLabels(other) },
      },
    ]);
  }
}

/** Every block of addresses anywhere in a value. */
function ipBlocks(value: unknown): { readonly cidr: string; readonly except?: readonly string[] }[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "ipBlock" in value ? [value.ipBlock as { cidr: string; except?: string[] }] : [];
  return [...own, ...Object.values(value).flatMap(ipBlocks)];
}
