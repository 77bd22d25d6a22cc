import { beforeAll, describe, expect, it } from "vitest";
import { type Agreement, checkAgreement } from "../../../model/connectivity/agreement";
import { type Pod } from "../../../model/connectivity/network";
import { type Labels, type NetworkPolicy } from "../../../model/connectivity/network-policy";
import {
  type DeclaredConnectivity,
  declaredPolicies,
  platformNetwork,
} from "../../../model/connectivity/platform-network";
import { readNetworkPolicy } from "../../../model/connectivity/problems";
import { NetworkSimulator } from "../../../model/connectivity/simulate";
import { type Edge, type Endpoint } from "../../../model/endpoint";
import { loadStack, recordStack } from "../../support/program";

const { platform } = loadStack("dev");
const check = (policies?: readonly NetworkPolicy[], declared: DeclaredConnectivity = platform): Agreement =>
  checkAgreement(declared, platformNetwork(declared, policies));
const label = ({ from, to, port }: Pick<Edge, "from" | "to" | "port">) => `${from} to ${to}:${port}`;
const unexpected = ({ unexpected: found }: Agreement) =>
  found.map(({ from, to, protocol, ports }) => {
    const ranges = ports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
    return `${from} > ${to} ${protocol} ${ranges.join(",")}`;
  });
const denied = ({ edges }: Agreement) => edges.filter(({ allowed }) => !allowed).map(({ edge }) => label(edge));
/** The policies that the model makes, some altered by name. */
const altered = (change: (policy: NetworkPolicy) => NetworkPolicy[]) => declaredPolicies(platform).flatMap(change);

describe("the simulator agrees on every pair in dev: the policies as the program registers them", () => {
  let agreement: Agreement;
  let network: ReturnType<typeof platformNetwork>;
  beforeAll(async () => {
    const { registrations } = await recordStack("dev");
    const inputs = (kind: string) =>
      registrations.filter(({ type }) => type.endsWith(`:${kind}`)).map((registration) => registration.inputs);
    const policies = inputs("NetworkPolicy").map((manifest) => {
      const read = readNetworkPolicy(manifest);
      if ("problems" in read) throw new Error(JSON.stringify(read.problems));
      return read.policy;
    });
    const labels = new Map(
      inputs("Deployment").flatMap((deployment): [string, Labels][] => {
        const { metadata, spec } = deployment as unknown as {
          metadata: { name: string; namespace: string };
          spec: { template: { metadata: { labels: Labels } } };
        };
        // What runs in kube-system is no end of an edge.
        if (metadata.namespace !== platform.namespaces.services) return [];
        return [[metadata.name, spec.template.metadata.labels]];
      }),
    );
    expect([...labels.keys()].sort()).toEqual(platform.services.map(({ name }) => name).sort());
    network = platformNetwork(platform, policies, labels);
    agreement = checkAgreement(platform, network);
  });

  it("let every declared edge pass, and the questions to the DNS", () => {
    expect(denied(agreement)).toEqual([]);
    expect(agreement.edges).toHaveLength(platform.edges.length);
    expect(agreement.dns.allowed).toBe(true);
  });

  it("let nothing else pass, on no port: not between replicas, not from strangers, not to the outside", () => {
    expect(unexpected(agreement)).toEqual([]);
    expect(agreement.agree).toBe(true);
    expect(agreement.connections).toBeGreaterThan(50_000);
  });

  it("on every declared port, let exactly the declared pairs of endpoints and the DNS pass", () => {
    const simulator = new NetworkSimulator(network);
    const endpointOf = new Map(network.probes.flatMap(({ end, endpoint }) => (endpoint ? [[end, endpoint]] : [])));
    const ports = new Set([...platform.edges.map(({ port }) => port), 53]);
    const services = network.pods.filter((pod) => Object.values(platform.namespaces).includes(pod.namespace));
    const name = (pod: Pod) =>
      [...endpointOf].find(([end]) => "name" in end && end.name === pod.name && end.namespace === pod.namespace)?.[1];
    for (const port of ports) {
      const passing = [...simulator.reachable(port)]
        .filter(([from, to]) => services.includes(from) && services.includes(to))
        .map(([from, to]) => `${name(from)} to ${name(to)}`);
      const expected = platform.edges.filter((edge) => edge.port === port).map(({ from, to }) => `${from} to ${to}`);
      expect([...new Set(passing)].sort()).toEqual(expected.sort());
    }
  });

  it("leave the metadata service, the internet and private addresses to nobody, in both families", () => {
    const simulator = new NetworkSimulator(network);
    const inside = network.probes.filter((probe) => probe.inside);
    expect(inside.length).toBeGreaterThan(10);
    for (const address of [
      "169.254.169.254",
      "fd00:ec2::254",
      "203.0.113.10",
      "2001:db8::10",
      "10.255.255.254",
      "fd00:ffff::1",
    ]) {
      const reaching = inside.filter(({ end }) => simulator.allows({ from: end, to: { address }, port: 80 }));
      expect(reaching).toEqual([]);
    }
  });
});

describe("a platform with an edge to the outside", () => {
  const mail = loadStack("dev", {
    changes: {
      mail: { host: "mail.example.org", from: "noreply@example.org" },
      secrets: Object.fromEntries(["smtp-user", "smtp-password"].map((name) => [name, { secretName: "m", key: name }])),
    },
  }).platform;

  it("opens it to its caller on its port alone, and neither the metadata service nor private addresses", () => {
    const agreement = check(undefined, mail);
    expect(denied(agreement)).toEqual([]);
    expect(unexpected(agreement)).toEqual([]);
    expect(agreement.edges.map(({ edge }) => label(edge))).toContain("api-gateway to mail-server:587");
  });

  it("is found to open too much when the block loses its exceptions", () => {
    const policies = declaredPolicies(mail).map((policy) => {
      const text = JSON.stringify(policy).replace(/"except":\[[^\]]*\]/g, '"except":[]');
      return JSON.parse(text) as NetworkPolicy;
    });
    const found = unexpected(check(policies, mail));
    expect(found).toContain("api-gateway > the metadata service (169.254.169.254) TCP 587");
    expect(found).toContain("api-gateway > a private address (10.255.255.254) TCP 587");
    expect(found).toContain("api-gateway > the cluster's DNS TCP 587");
  });
});

describe("a platform with an edge that nobody may declare", () => {
  it("is found to open the metadata service, in whatever block it lies", () => {
    const metadata: Endpoint = { kind: "external", name: "link-local", cidrs: ["169.254.0.0/16"], why: "a test" };
    const edge: Edge = { ...platform.edges[0]!, from: "runner-service", to: "link-local", port: 80 };
    const declared = { ...platform, edges: [...platform.edges, edge], endpoints: [...platform.endpoints, metadata] };
    const agreement = check(undefined, declared);
    expect(unexpected(agreement)).toEqual(["runner-service > the metadata service (169.254.169.254) TCP 80"]);
    expect(denied(agreement)).toEqual([]);
  });

  it("cannot pass to an end that is nowhere", () => {
    const edge: Edge = { ...platform.edges[0]!, to: "nowhere" };
    const agreement = check(declaredPolicies(platform), { ...platform, edges: [edge] });
    expect(agreement.edges[0]).toMatchObject({
      allowed: false,
      explanation: ["There is no such end in this network."],
    });
  });
});

describe("an edge between the replicas of a service", () => {
  it("opens each to the other, and the reason is not that a pod reaches itself", () => {
    const edge: Edge = { ...platform.edges[0]!, from: "runner-service", to: "runner-service", port: 7000 };
    const agreement = check(undefined, { ...platform, edges: [...platform.edges, edge] });
    expect(agreement.agree).toBe(true);
    expect(agreement.edges.at(-1)!.explanation[0]).toBe(
      "altlas/runner-service-0 reaches altlas/runner-service-1 on TCP port 7000.",
    );
  });
});

describe("altered policies are told apart from the declaration", () => {
  it.each(platform.edges.map((edge) => [label(edge), edge] as const))(
    "%s without either of its policies",
    (name, edge) => {
      for (const direction of ["egress", "ingress"]) {
        const gone = `${edge.from}-to-${edge.to}-${edge.port}-${direction}`;
        const agreement = check(altered((policy) => (policy.name === gone ? [] : [policy])));
        expect(denied(agreement)).toEqual([name]);
        expect(unexpected(agreement)).toEqual([]);
        expect(agreement.agree).toBe(false);
        const side = direction === "egress" ? "Leaving" : "Entering";
        const verdict = agreement.edges.find((each) => label(each.edge) === name)!;
        expect(verdict.explanation.join("\n")).toContain(`${side} is denied`);
      }
    },
  );

  it("a policy for an edge that nobody declared opens it, and only it", () => {
    const fewer = { ...platform, edges: platform.edges.filter(({ to }) => to !== "nats") };
    const agreement = check(declaredPolicies(platform), fewer);
    expect(unexpected(agreement)).toEqual(["archive-service > nats TCP 4222"]);
    expect(agreement.unexpected[0]!.explanation.join("\n")).toContain("altlas/archive-service-to-nats-4222-egress");
  });

  it("without default-deny in a namespace, whatever its own policies do not close is open", () => {
    const agreement = check(
      altered((policy) => (policy.name === "default-deny" && policy.namespace === "altlas-data" ? [] : [policy])),
    );
    const found = unexpected(agreement);
    // Every pod there still has a policy for egress (DNS); those that an edge leads to also one for ingress.
    const open = platform.endpoints
      .filter((end) => end.kind === "component" && end.concern === "data")
      .filter(({ name }) => platform.edges.every(({ to }) => to !== name))
      .map(({ name }) => `> ${name} `);
    expect(open).toContain("> postgresql-migrations ");
    expect(found).toContain("a pod without labels in default > a pod without labels in altlas-data TCP 1-65535");
    const meant = [...open, "> a pod without labels in altlas-data "];
    expect(found.filter((text) => !meant.some((end) => text.includes(end)))).toEqual([]);
  });

  it("a wider peer, a wider port and another protocol are each found", () => {
    const change = (name: string, from: string, to: string) => {
      const policies = altered((policy) => [
        policy.name.startsWith(name)
          ? (JSON.parse(JSON.stringify(policy).replaceAll(from, to)) as NetworkPolicy)
          : policy,
      ]);
      return unexpected(check(policies));
    };
    const edge = "archive-service-to-postgresql-5432";
    expect(change(edge, '"port":5432', '"port":5432,"endPort":5440')).toEqual([
      "archive-service > postgresql TCP 5433-5440",
    ]);
    expect(change(edge, '"protocol":"TCP"', '"protocol":"UDP"')).toEqual(["archive-service > postgresql UDP 5432"]);
    expect(
      change(
        `${edge}-ingress`,
        '"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"altlas"}}',
        '"namespaceSelector":{}',
      ),
    ).toEqual(["a pod labelled like archive-service in default > postgresql TCP 5432"]);
  });

  it("without the rule for the DNS, the answer says who cannot ask", () => {
    const agreement = check(
      altered((policy) => (policy.name === "allow-dns" && policy.namespace === "altlas" ? [] : [policy])),
    );
    expect([agreement.dns.allowed, agreement.agree]).toEqual([false, false]);
    expect(agreement.dns.explanation[0]).toMatch(/^altlas\/.* does not reach kube-system\/kube-dns on UDP port 53\.$/);
  });

  it("pods whose labels no policy selects lose their edges", () => {
    const labels = new Map([["nats", { app: "nats" }]]);
    const agreement = checkAgreement(platform, platformNetwork(platform, undefined, labels));
    expect(denied(agreement)).toEqual(["archive-service to nats:4222"]);
  });
});

describe("speed", () => {
  /** Milliseconds of this process's own CPU time: a busy machine makes nothing slower than it is. */
  function cpu(action: () => unknown): number {
    const before = process.cpuUsage();
    action();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  }

  it("the whole matrix of dev takes less than 50 ms", () => {
    const attempts = [1, 2, 3, 4, 5].map(() => cpu(() => check()));
    expect(Math.min(...attempts)).toBeLessThan(50);
  });

  it("all pairs of 500 pods under 200 policies on one port take less than 2 s, all in one namespace and selecting all", () => {
    const pods = Array.from({ length: 500 }, (_, index) => ({
      namespace: "n",
      name: `pod-${index}`,
      labels: { app: `app-${index % 50}` },
      ips: [`10.0.${index >> 8}.${index & 255}`],
    }));
    const policies = Array.from({ length: 200 }, (_, index): NetworkPolicy => ({
      namespace: "n",
      name: `policy-${index}`,
      spec: {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            from: [
              { podSelector: { matchLabels: { app: `app-${index % 40}` } } },
              { ipBlock: { cidr: "10.1.0.0/16", except: ["10.1.1.0/24"] } },
            ],
            ports: [{ port: 8000 + (index % 3) }],
          },
        ],
        egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 8000, endPort: 8000 + (index % 2) }] }],
      },
    }));
    let count = 0;
    const time = cpu(() => {
      const simulator = new NetworkSimulator({ pods, namespaces: [], policies });
      for (const pair of simulator.reachable(8000)) count += pair.length / 2;
    });
    // Pods of 40 of the 50 applications may enter, each 10 pods, every one of 500 but itself.
    expect(count).toBe(400 * 499);
    expect(time).toBeLessThan(2000);
  });
});
