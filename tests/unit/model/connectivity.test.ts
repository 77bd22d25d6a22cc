import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { edgePolicies, metadataAddress, namespacePolicies } from "../../../model/connectivity/policies";
import { type Edge, type Endpoint } from "../../../model/endpoint";

const namespaces = { services: "altlas", data: "altlas-data", messaging: "m", observability: "o", ingress: "i" };
const endpoints: Endpoint[] = [
  { kind: "service", name: "a", concern: "services" },
  { kind: "service", name: "b", concern: "services" },
  { kind: "component", name: "store", concern: "data", podLabels: { role: "store" }, host: "store" },
  { kind: "external", name: "internet", cidrs: ["0.0.0.0/0"], why: "test" },
  { kind: "external", name: "office", cidrs: ["192.0.2.0/24"], why: "test" },
];
const edge = (from: string, to: string, port = 80): Edge => ({
  from,
  to,
  port,
  protocol: "TCP",
  application: "http",
  purpose: "a test",
  idempotent: false,
  timeoutSeconds: 1,
  retries: 0,
  status: "exists",
});

describe("namespacePolicies", () => {
  it("closes every pod both ways and opens nothing but DNS", () => {
    expect(namespacePolicies("n").map(({ name, namespace, spec }) => ({ name, namespace, ...spec }))).toEqual([
      { name: "default-deny", namespace: "n", podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      {
        name: "allow-dns",
        namespace: "n",
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [
          {
            to: [
              {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
                podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
              },
            ],
            ports: [
              { port: 53, protocol: "UDP" },
              { port: 53, protocol: "TCP" },
            ],
          },
        ],
      },
    ]);
  });
});

describe("edgePolicies", () => {
  it("opens the caller's way out and the callee's way in, each to exactly the other and the port", () => {
    const [out, into, ...more] = edgePolicies([edge("a", "store", 5432)], endpoints, namespaces);
    expect(more).toEqual([]);
    expect(out).toMatchObject({
      name: "a-to-store-5432-egress",
      namespace: "altlas",
      spec: {
        podSelector: { matchLabels: { "app.kubernetes.io/name": "a" } },
        policyTypes: ["Egress"],
        egress: [
          {
            to: [
              {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "altlas-data" } },
                podSelector: { matchLabels: { role: "store" } },
              },
            ],
            ports: [{ port: 5432, protocol: "TCP" }],
          },
        ],
      },
    });
    expect(into).toMatchObject({ name: "a-to-store-5432-ingress", namespace: "altlas-data" });
    expect(into?.spec).toMatchObject({ podSelector: { matchLabels: { role: "store" } }, policyTypes: ["Ingress"] });
  });

  it("makes no policy for an end outside the cluster, and never opens the metadata address or private ranges to it", () => {
    const policies = edgePolicies([edge("a", "internet", 443)], endpoints, namespaces);
    expect(policies).toHaveLength(1);
    const [peer] = policies[0]?.spec.egress?.[0]?.to ?? [];
    expect(peer).toEqual({
      ipBlock: {
        cidr: "0.0.0.0/0",
        except: expect.arrayContaining([metadataAddress, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]) as string[],
      },
    });
  });

  it("gives a narrow block no exceptions, because the API server refuses those outside it", () => {
    const [policy] = edgePolicies([edge("a", "office", 443)], endpoints, namespaces);
    expect(policy?.spec.egress?.[0]?.to).toEqual([{ ipBlock: { cidr: "192.0.2.0/24", except: [] } }]);
  });

  it("tells two protocols on one port apart by name", () => {
    const both = [edge("a", "b", 53), { ...edge("a", "b", 53), protocol: "UDP" as const }];
    const names = edgePolicies(both, endpoints, namespaces).map(({ name }) => name);
    expect(new Set(names).size).toBe(4);
  });

  it("loses exactly an edge's own policies when the edge goes, whatever the others are", () => {
    const ends = ["a", "b", "store", "internet"];
    const edges = fc.uniqueArray(
      fc.record({
        from: fc.constantFrom("a", "b", "store"),
        to: fc.constantFrom(...ends),
        port: fc.integer({ min: 1, max: 9 }),
      }),
      { minLength: 1, maxLength: 20, selector: ({ from, to, port }) => `${from}>${to}:${port}` },
    );
    fc.assert(
      fc.property(edges, fc.nat(), (declared, pick) => {
        const all = declared.map(({ from, to, port }) => edge(from, to, port));
        const gone = all[pick % all.length]!;
        const before = edgePolicies(all, endpoints, namespaces);
        const after = edgePolicies(
          all.filter((other) => other !== gone),
          endpoints,
          namespaces,
        );
        const own = edgePolicies([gone], endpoints, namespaces);
        expect(new Set(before.map(({ name }) => name)).size).toBe(before.length);
        expect(before.filter(({ name }) => !after.some((policy) => policy.name === name))).toEqual(own);
        expect(before.filter(({ name }) => after.some((policy) => policy.name === name))).toEqual(after);
      }),
    );
  });

  it("refuses an edge to nowhere by name", () => {
    expect(() => edgePolicies([edge("a", "nowhere")], endpoints, namespaces)).toThrow("no endpoint is named nowhere");
  });
});
