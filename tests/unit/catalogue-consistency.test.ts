import { describe, expect, it } from "vitest";
import { type Edge } from "../../model/endpoint";
import { type Catalogue } from "../../model/platform";
import { type Contract, type ContractName, type Volume } from "../../model/service";
import { catalogue } from "../../stacks/altlas";
import { catalogueProblems } from "../../stacks/altlas/consistency/catalogue";

/** The catalogue with one contract of one service changed. */
function withContract(service: string, name: ContractName, change: (contract: Contract) => Contract): Catalogue {
  return {
    ...catalogue,
    services: catalogue.services.map((candidate) =>
      candidate.name === service
        ? { ...candidate, contracts: { ...candidate.contracts, [name]: change(candidate.contracts[name]) } }
        : candidate,
    ),
  };
}

/** The catalogue with the edge between two ends changed, or taken away. */
function withEdge(from: string, to: string, change: (edge: Edge) => readonly Edge[]): Catalogue {
  return {
    ...catalogue,
    edges: catalogue.edges.flatMap((edge) => (edge.from === from && edge.to === to ? change(edge) : [edge])),
  };
}

const scratch: Volume = { name: "extra", kind: "scratch", mountPath: "/tmp/below", sizeLimit: "1Mi", why: "test" };

describe("the catalogue does not contradict itself", () => {
  it("has no problem as it is", () => {
    expect(catalogueProblems(catalogue)).toEqual([]);
  });

  const broken: readonly [title: string, catalogue: Catalogue, found: readonly (readonly [string, unknown])[]][] = [
    [
      "a service named twice",
      { ...catalogue, services: [...catalogue.services, catalogue.services[0]!] },
      [["stacks/altlas: services and endpoints", "api-gateway"]],
    ],
    [
      "an endpoint with the name of a service",
      {
        ...catalogue,
        endpoints: [
          ...catalogue.endpoints,
          { kind: "external", name: "runner-service", cidrs: ["192.0.2.0/24"], why: "test" },
        ],
      },
      [["stacks/altlas: services and endpoints", "runner-service"]],
    ],
    [
      "an edge to nowhere",
      withEdge("archive-service", "nats", (edge) => [{ ...edge, to: "nets" }]),
      [
        ["stacks/altlas/edges.ts: archive-service to nets:4222", "nets"],
        ["stacks/altlas/services: archive-service, target contract, NATS_URL", "nats:4222"],
      ],
    ],
    [
      "an edge declared twice",
      withEdge("archive-service", "nats", (edge) => [edge, edge]),
      [["stacks/altlas/edges.ts: archive-service to nats:4222", "TCP"]],
    ],
    [
      "an edge to a port that the callee does not listen on",
      withEdge("runner-service", "ai-orchestrator", (edge) => [{ ...edge, port: 8000 }]),
      [
        ["stacks/altlas/edges.ts: runner-service to ai-orchestrator:8000", 8000],
        ["stacks/altlas/edges.ts: runner-service to ai-orchestrator:8000", 8000],
      ],
    ],
    [
      "an address without an edge",
      withEdge("api-gateway", "runner-service", () => []),
      [
        ["stacks/altlas/services: api-gateway, current contract, RUNNER_SERVICE_URL", "runner-service"],
        ["stacks/altlas/services: api-gateway, target contract, RUNNER_SERVICE_URL", "runner-service"],
      ],
    ],
    [
      "a connection to a port without an edge",
      withEdge("api-gateway", "cache", (edge) => [{ ...edge, port: 6380 }]),
      [
        ["stacks/altlas/services: api-gateway, current contract, REDIS_URL", "cache:6379"],
        ["stacks/altlas/services: api-gateway, target contract, REDIS_URL", "cache:6379"],
      ],
    ],
    [
      "a platform retry of what may be sent once",
      withEdge("ingress", "api-gateway", (edge) => [{ ...edge, retries: 1 }]),
      [["stacks/altlas/edges.ts: ingress to api-gateway:3000 retries", 1]],
    ],
    [
      "a platform retry on top of the caller's own",
      withEdge("api-gateway", "cache", (edge) => [{ ...edge, retries: 2 }]),
      [["stacks/altlas/edges.ts: api-gateway to cache:6379 retries", 2]],
    ],
    [
      "a proposed edge that follows no service",
      withEdge("prometheus", "runner-service", (edge) => [{ ...edge, follows: "caller" }]),
      [
        ["stacks/altlas/edges.ts: prometheus to runner-service:8080 follows", "prometheus"],
        ["stacks/altlas/services: runner-service, target contract, metrics", "/metrics"],
      ],
    ],
    [
      "metrics that nothing scrapes",
      withEdge("prometheus", "api-gateway", () => []),
      [
        ["stacks/altlas/services: api-gateway, current contract, metrics", "/metrics"],
        ["stacks/altlas/services: api-gateway, target contract, metrics", "/metrics"],
      ],
    ],
    [
      "a scrape of what exports no metrics",
      withEdge("prometheus", "archive-service", (edge) => [{ ...edge, status: "exists" }]),
      [["stacks/altlas/services: archive-service, current contract, metrics", undefined]],
    ],
    [
      "a secret that is read and not defined",
      { ...catalogue, secrets: catalogue.secrets.filter(({ name }) => name !== "jwt-secret") },
      [
        ["stacks/altlas/services: api-gateway, current contract", "jwt-secret"],
        ["stacks/altlas/services: api-gateway, target contract", "jwt-secret"],
      ],
    ],
    [
      "a secret that is defined and not read",
      { ...catalogue, secrets: [...catalogue.secrets, { name: "spare", kind: "generated", length: 32, why: "test" }] },
      [["stacks/altlas/secrets.ts", "spare"]],
    ],
    [
      "a connection with an unknown password and endpoint",
      {
        ...catalogue,
        secrets: catalogue.secrets.map((secret) =>
          secret.name === "cache-url" && secret.kind === "connection"
            ? { ...secret, password: "cash-password", endpoint: "prometheus" }
            : secret,
        ),
      },
      [
        ["stacks/altlas/secrets.ts: cache-url.password", "cash-password"],
        ["stacks/altlas/secrets.ts: cache-url.endpoint", "prometheus"],
        ["stacks/altlas/secrets.ts", "cache-password"],
        ["stacks/altlas/services: api-gateway, current contract, REDIS_URL", "prometheus:6379"],
        ["stacks/altlas/services: api-gateway, target contract, REDIS_URL", "prometheus:6379"],
      ],
    ],
    [
      "a foreign secret read in every stack",
      withContract("api-gateway", "current", (contract) => ({
        ...contract,
        environment: contract.environment.map((variable) =>
          variable.name === "SMTP_PASS"
            ? { name: "SMTP_PASS", kind: "secret", secret: "smtp-password", why: "test" }
            : variable,
        ),
      })),
      [["stacks/altlas/services: api-gateway, current contract, SMTP_PASS", undefined]],
    ],
    [
      "a variable given twice",
      withContract("runner-service", "target", (contract) => ({
        ...contract,
        environment: [...contract.environment, { name: "PORT", kind: "value", value: "1", why: "test" }],
      })),
      [["stacks/altlas/services: runner-service, target contract, environment", "PORT"]],
    ],
    [
      "a volume inside another",
      withContract("ai-orchestrator", "current", (contract) => ({
        ...contract,
        volumes: [...contract.volumes, scratch],
      })),
      [["stacks/altlas/services: ai-orchestrator, current contract, volume tmp", "/tmp"]],
    ],
    [
      "a mount path that is not absolute",
      withContract("archive-service", "target", (contract) => ({
        ...contract,
        volumes: [{ ...scratch, mountPath: "logs" }],
      })),
      [["stacks/altlas/services: archive-service, target contract, volume extra", "logs"]],
    ],
    [
      "a claim that is mounted and not defined",
      { ...catalogue, claims: catalogue.claims.filter(({ name }) => name !== "alt-files") },
      [
        ["stacks/altlas/services: segmentation-service, target contract, volume alt-files", "alt-files"],
        ["stacks/altlas/services: runner-service, current contract, volume alt-files", "alt-files"],
        ["stacks/altlas/services: runner-service, target contract, volume alt-files", "alt-files"],
      ],
    ],
    [
      "a claim that nothing mounts",
      {
        ...catalogue,
        claims: [...catalogue.claims, { name: "spare", size: "1Gi", accessMode: "ReadWriteMany", why: "test" }],
      },
      [["stacks/altlas/claims.ts", "spare"]],
    ],
    [
      "liveness that asks what readiness asks",
      withContract("archive-service", "current", (contract) => ({
        ...contract,
        probes: { ...contract.probes, liveness: { ...contract.probes.readiness, periodSeconds: 60 } },
      })),
      [["stacks/altlas/services: archive-service, current contract, probes", { kind: "http", path: "/health" }]],
    ],
    [
      "a grace period longer than the autoscaler waits",
      withContract("runner-service", "target", (contract) => ({
        ...contract,
        shutdown: { ...contract.shutdown, preStopSeconds: 400 },
      })),
      [["stacks/altlas/services: runner-service, target contract, shutdown", 647]],
    ],
  ];

  it.each(broken)("finds %s, and nothing else", (_title, changed, found) => {
    expect(catalogueProblems(changed).map(({ setting, value }) => [setting, value])).toEqual(found);
  });

  it("names the nearest name for a typo", () => {
    const [problem] = catalogueProblems(withEdge("archive-service", "nats", (edge) => [{ ...edge, to: "nets" }]));
    expect(problem?.remedy).toBe("Did you mean nats?");
  });
});
