import { describe, expect, it } from "vitest";
import { bytes, mebibytes, millicores } from "../../model/quantity";
import { runtimeSettings } from "../../model/runtime";
import { scaleService } from "../../model/scale";
import { type Contract, type ContractName, type Service } from "../../model/service";
import { catalogue } from "../../stacks/altlas";

const contractNames: readonly ContractName[] = ["current", "target"];
const everyContract = catalogue.services.flatMap((service) =>
  contractNames.map((name) => [service.name, name, service.contracts[name], service] as const),
);

function service(name: string): Service {
  const found = catalogue.services.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no service ${name}`);
  return found;
}

function variable(contract: Contract, name: string): string | undefined {
  const found = contract.environment.find((candidate) => candidate.name === name);
  return found?.kind === "value" ? found.value : undefined;
}

/** Hits that a probe makes in the limiter's window of 15 minutes. */
function hitsIn15Minutes(periodSeconds: number): number {
  return (15 * 60) / periodSeconds;
}

/**
 * The plan's table, copied by hand: request and limit of CPU and memory, replicas, liveness delay/period/timeout,
 * p95 in ms, requests per second, share of errors. The archive's 0 % is replaced, see its objective.
 */
const plan = [
  ["api-gateway", "500m/1", "512Mi/1Gi", "3-20", "30/10/5", 200, 200, 0.0005],
  ["segmentation-service", "1/2", "1Gi/2Gi", "3-15", "60/15/10", 250, 160, 0.001],
  ["runner-service", "500m/1", "512Mi/1Gi", "3-16", "45/15/10", 230, 140, 0.0005],
  ["archive-service", "500m/1", "512Mi/1Gi", "2-12", "30/10/5", 180, 120, 0.0005],
  ["ai-orchestrator", "1/2", "1Gi/2Gi", "2-10", "60/15/10", 300, 100, 0.001],
];

describe("the catalogue has the plan's figures", () => {
  it("is the plan's table, row by row", () => {
    expect(
      catalogue.services.map(({ name, resources: { requests, limits }, replicas, contracts, objective }) => {
        const { initialDelaySeconds, periodSeconds, timeoutSeconds } = contracts.target.probes.liveness;
        return [
          name,
          `${requests.cpu}/${limits.cpu}`,
          `${requests.memory}/${limits.memory}`,
          `${replicas.minimum}-${replicas.maximum}`,
          [initialDelaySeconds, periodSeconds, timeoutSeconds].join("/"),
          objective.p95Milliseconds,
          objective.requestsPerSecond,
          objective.errorRatio,
        ];
      }),
    ).toEqual(plan);
  });

  it("gives current liveness the plan's numbers too, asked of the socket", () => {
    for (const { contracts } of catalogue.services) {
      const { current, target } = contracts;
      expect(current.probes.liveness.handler).toEqual({ kind: "tcp" });
      expect({ ...current.probes.liveness, handler: null, why: null }).toEqual({
        ...target.probes.liveness,
        handler: null,
        why: null,
      });
    }
  });

  it("scales on 70 % CPU and on the plan's rate spread over its smallest number of pods, never on memory", () => {
    for (const { name, scaling, objective, replicas } of catalogue.services) {
      expect(scaling, name).toEqual([
        { kind: "cpu", utilisationPercent: 70 },
        {
          kind: "requestsPerSecond",
          metric: "http_requests_per_second",
          perPod: Math.round(objective.requestsPerSecond / replicas.minimum),
        },
      ]);
    }
  });

  it("puts gateway, runner and archive on the general pool, the two Python services on the CPU pool", () => {
    expect(catalogue.services.map(({ name, pool }) => [name, pool])).toEqual([
      ["api-gateway", "general"],
      ["segmentation-service", "cpu"],
      ["runner-service", "general"],
      ["archive-service", "general"],
      ["ai-orchestrator", "cpu"],
    ]);
  });

  it("keeps requests at or below limits, and limits at most twice the requests (decision 4)", () => {
    for (const { name, resources } of catalogue.services) {
      const ratios = [
        millicores(resources.limits.cpu) / millicores(resources.requests.cpu),
        bytes(resources.limits.memory) / bytes(resources.requests.memory),
      ];
      for (const ratio of ratios) {
        expect(ratio, name).toBeGreaterThanOrEqual(1);
        expect(ratio, name).toBeLessThanOrEqual(2);
      }
    }
  });

  it("says why the archive's objective is not the plan's 0 %", () => {
    expect(catalogue.services.filter(({ objective }) => objective.errorRatio === 0)).toEqual([]);
    expect(service("archive-service").objective.why).toMatch(/0 %/);
  });
});

describe("current contracts say what the sources do", () => {
  it("has the ports and readiness paths of the sources", () => {
    expect(
      catalogue.services.map(({ name, contracts: { current } }) => [
        name,
        current.port,
        current.protocol,
        current.probes.readiness.handler,
      ]),
    ).toEqual([
      ["api-gateway", 3000, "http", { kind: "http", path: "/health" }],
      ["segmentation-service", 8000, "http", { kind: "http", path: "/health" }],
      ["runner-service", 8080, "http", { kind: "http", path: "/api/v1/health" }],
      ["archive-service", 9000, "http", { kind: "http", path: "/health" }],
      ["ai-orchestrator", 8001, "http", { kind: "http", path: "/health" }],
    ]);
  });

  it("has metrics for the gateway only, behind a key", () => {
    expect(catalogue.services.flatMap(({ name, contracts }) => (contracts.current.metrics ? [name] : []))).toEqual([
      "api-gateway",
    ]);
    expect(service("api-gateway").contracts.current.metrics).toEqual({
      path: "/metrics",
      keySecret: "metrics-api-key",
    });
  });

  it("keeps the gateway's HTTP probes and a scrape every 15 s, seen as one address, below 100 hits in 15 minutes", () => {
    const { probes } = service("api-gateway").contracts.current;
    const asked = [probes.startup, probes.liveness, probes.readiness].filter((probe) => probe?.handler.kind === "http");
    const hits = asked.reduce((sum, probe) => sum + hitsIn15Minutes(probe!.periodSeconds), 0);
    expect(hits).toBe(30);
    expect(hits + hitsIn15Minutes(15)).toBeLessThan(100);
  });

  /** Names that the project's manifests set and no process reads (D12), by service. */
  const unread: Readonly<Record<string, readonly (string | RegExp)[]>> = {
    "api-gateway": [
      "REFRESH_TOKEN_SECRET",
      "DATABASE_URL",
      /^DB_/,
      /_SERVICE_(HOST|PORT)$/,
      "API_KEY",
      "API_VERSION",
      /^REDIS_(HOST|PORT|PASSWORD)$/,
    ],
    "segmentation-service": [
      "DATABASE_URL",
      "AI_ORCHESTRATOR_URL",
      "PORT",
      "LOG_LEVEL",
      "MEMORY_OPTIMIZATION_ENABLED",
      "MEMORY_CHECK_INTERVAL",
      "MAX_MEMORY_USAGE_PERCENT",
      "ENVIRONMENT",
      /^DB_/,
    ],
    "runner-service": ["RUNNER_AI_SERVICE_URL", "NATS_URL", "NODE_ENV", "ENVIRONMENT", /^RUNNER_/],
    "archive-service": [/./],
    "ai-orchestrator": [
      "OPENAI_API_KEY",
      "PORT",
      "AI_API_KEY",
      "MODEL_CACHE_DIR",
      "DATABASE_URL",
      /^DB_/,
      /^MAX_CONCURRENT_/,
      "ENVIRONMENT",
      "RUNNER_SERVICE_URL",
      "SEGMENTATION_SERVICE_URL",
    ],
  };

  it("sets no variable that the process does not read", () => {
    const idle = catalogue.services.flatMap(({ name, contracts }) =>
      contracts.current.environment
        .filter((set) =>
          unread[name]!.some((entry) => (typeof entry === "string" ? entry === set.name : entry.test(set.name))),
        )
        .map((set) => `${name}: ${set.name}`),
    );
    expect(idle).toEqual([]);
  });

  it("sets exactly the variables that are known to be read", () => {
    expect(
      Object.fromEntries(
        catalogue.services.map(({ name, contracts }) => [
          name,
          contracts.current.environment.map((set) => set.name).sort(),
        ]),
      ),
    ).toEqual({
      "api-gateway": [
        "AI_ORCHESTRATOR_URL",
        "ARCHIVE_SERVICE_URL",
        "CORS_ORIGIN",
        "EMAIL_FROM",
        "FRONTEND_URL",
        "JWT_SECRET",
        "LOG_LEVEL",
        "METRICS_API_KEY",
        "NODE_ENV",
        "OTEL_SDK_DISABLED",
        "PORT",
        "REDIS_URL",
        "RUNNER_SERVICE_URL",
        "SEGMENTATION_SERVICE_URL",
        "SMTP_HOST",
        "SMTP_PASS",
        "SMTP_PORT",
        "SMTP_SECURE",
        "SMTP_USER",
        "npm_config_cache",
      ],
      "segmentation-service": ["HIGH_MEMORY_THRESHOLD_MB", "HTTPS_PROXY", "MEMORY_THRESHOLD_MB", "PYTHONPATH"],
      "runner-service": [
        "AI_SERVICE_URL",
        "AI_TIMEOUT_SECONDS",
        "ALT_FILES_DIR",
        "ARTIFACTS_DIR",
        "BIND_ADDRESS",
        "LAST_FILES_DIR",
        "MAX_CONCURRENT_AI_TASKS",
        "MAX_CONCURRENT_TASKS",
        "RUST_LOG",
      ],
      "archive-service": [],
      "ai-orchestrator": [
        "CACHE_DIR",
        "CACHE_SIZE_LIMIT",
        "CORS_ORIGINS",
        "LOG_LEVEL",
        "MODEL_DIR",
        "USE_GPU",
        "WEB_CONCURRENCY",
      ],
    });
  });

  it("leaves every mail variable out of stacks without mail, and nothing else", () => {
    const needed = everyContract.flatMap(([name, , contract]) =>
      contract.environment.filter(({ needs }) => needs === "mail").map((set) => `${name}: ${set.name}`),
    );
    const mail = ["SMTP_HOST", "SMTP_PORT", "SMTP_SECURE", "SMTP_USER", "SMTP_PASS", "EMAIL_FROM", "FRONTEND_URL"];
    expect([...new Set(needed)]).toEqual(mail.map((name) => `api-gateway: ${name}`));
  });

  it("gives every path that a source writes to a writable volume", () => {
    const written: Readonly<Record<string, readonly string[]>> = {
      "api-gateway": ["/app/logs", "/app/uploads", "/tmp"],
      "segmentation-service": [service("segmentation-service").contracts.current.workingDirectory ?? "/app", "/tmp"],
      "runner-service": ["LAST_FILES_DIR", "ARTIFACTS_DIR"].map(
        (name) => variable(service("runner-service").contracts.current, name) ?? name,
      ),
      "archive-service": ["/app/logs"],
      "ai-orchestrator": ["/app/models", "/app/cache", "/app/logs", "/app/stats", "/tmp"],
    };
    for (const { name, contracts } of catalogue.services) {
      const writable = contracts.current.volumes.filter((volume) => volume.kind !== "claim" || !volume.readOnly);
      for (const path of written[name]!) {
        expect(
          writable.some(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`)),
          `${name} ${path}`,
        ).toBe(true);
      }
    }
  });

  it("starts slow starters behind a startup probe, as long as twice the plan's delay or more", () => {
    for (const [name, contractName, { probes }] of everyContract) {
      const slow = ["segmentation-service", "ai-orchestrator"].includes(name);
      expect(probes.startup !== undefined, `${name} ${contractName}`).toBe(slow);
      if (probes.startup) {
        const { periodSeconds, failureThreshold } = probes.startup;
        expect(periodSeconds * failureThreshold).toBeGreaterThanOrEqual(2 * probes.liveness.initialDelaySeconds!);
      }
    }
  });
});

describe("target contracts are the plan's", () => {
  it("has the two health paths and metrics, on the port of today", () => {
    for (const { name, contracts } of catalogue.services) {
      const { probes, metrics, port } = contracts.target;
      expect(probes.liveness.handler, name).toEqual({ kind: "http", path: "/health/live" });
      expect(probes.readiness.handler, name).toEqual({ kind: "http", path: "/health/ready" });
      expect(metrics?.path, name).toBe("/metrics");
      expect(port, name).toBe(contracts.current.port);
    }
  });

  it("configures port, log level, log format and drain time by environment", () => {
    for (const { name, contracts } of catalogue.services) {
      const { environment, port, shutdown } = contracts.target;
      expect(variable(contracts.target, "PORT"), name).toBe(String(port));
      expect(variable(contracts.target, "LOG_FORMAT"), name).toBe("json");
      expect(variable(contracts.target, "SHUTDOWN_TIMEOUT_SECONDS"), name).toBe(String(shutdown.drainSeconds));
      expect(
        environment.find((set) => set.name === "LOG_LEVEL"),
        name,
      ).toMatchObject({ setting: "logLevel" });
    }
  });

  it("writes no log files, so that no volume is one of logs", () => {
    expect(
      everyContract.filter(([, name, { volumes }]) => name === "target" && volumes.some((v) => v.name.includes("log"))),
    ).toEqual([]);
  });

  it("keeps the archive's connections at its largest scale below PostgreSQL's 100, 3 of them reserved (D31)", () => {
    const archive = service("archive-service");
    const perPod = Number(variable(archive.contracts.target, "DATABASE_MAX_CONNECTIONS"));
    expect(perPod * archive.replicas.maximum).toBeLessThanOrEqual(97);
  });
});

describe("sizes, times and secrets fit each other", () => {
  it("keeps segmentation's own memory thresholds below its limit at every scale (D29)", () => {
    const segmentation = service("segmentation-service");
    for (const resources of [1, 0.5, 0.25, 0.05]) {
      const { limits } = scaleService(segmentation, { resources, minimumReplicas: 1, maximumReplicas: 1 }).resources;
      for (const name of contractNames) {
        const threshold = Number(variable(segmentation.contracts[name], "HIGH_MEMORY_THRESHOLD_MB"));
        const workers = Number(runtimeSettings("python", limits).WEB_CONCURRENCY);
        expect(threshold * 1e6 * workers, `${resources} ${name}`).toBeLessThan(bytes(limits.memory));
      }
    }
  });

  it("never asks for less memory than an idle process was measured to take, twice (D28)", () => {
    // Resident size of the idle process in MB.
    expect(bytes(service("api-gateway").memoryFloor)).toBeGreaterThan(2 * 122e6);
    expect(bytes(service("segmentation-service").memoryFloor)).toBeGreaterThan(2 * 127e6);
    for (const { name, memoryFloor, resources } of catalogue.services) {
      expect(mebibytes(memoryFloor), name).toBeLessThanOrEqual(mebibytes(resources.requests.memory));
    }
  });

  it("holds the orchestrator's answers in its cache volume", () => {
    const { contracts } = service("ai-orchestrator");
    for (const name of contractNames) {
      const volume = contracts[name].volumes.find(
        ({ mountPath }) => mountPath === variable(contracts[name], "CACHE_DIR"),
      );
      expect(volume?.kind).toBe("scratch");
      const limit = volume?.kind === "scratch" ? bytes(volume.sizeLimit) : 0;
      expect(limit).toBeGreaterThan(Number(variable(contracts[name], "CACHE_SIZE_LIMIT")) * 2 ** 20);
    }
  });

  it("ends every pod within the autoscaler's 600 s, after at least 10 s without new requests", () => {
    for (const [name, contractName, { shutdown }] of everyContract) {
      expect(shutdown.preStopSeconds, `${name} ${contractName}`).toBeGreaterThanOrEqual(10);
      expect(shutdown.preStopSeconds + shutdown.drainSeconds, `${name} ${contractName}`).toBeLessThanOrEqual(600);
    }
  });

  it("keeps the time of all attempts behind the gateway within the ingress' patience", () => {
    const patience = catalogue.edges.find(({ from }) => from === "ingress")!.timeoutSeconds;
    // Waits between attempts, from the gateway's own client.
    const waits: Readonly<Record<string, number>> = {
      "segmentation-service": 1,
      "runner-service": 2,
      "archive-service": 1,
    };
    const calls = catalogue.edges.filter(({ from, to }) => from === "api-gateway" && to.includes("-service"));
    expect(calls.map(({ to }) => to)).toEqual(Object.keys(waits));
    for (const { to, timeoutSeconds, callerRetries = 0 } of calls) {
      expect(timeoutSeconds * (1 + callerRetries) + waits[to]! * callerRetries, to).toBeLessThan(patience);
    }
  });

  it("waits for an answer of the orchestrator as long as the runner is told to", () => {
    const edge = catalogue.edges.find(({ from, to }) => from === "runner-service" && to === "ai-orchestrator");
    for (const name of contractNames) {
      expect(variable(service("runner-service").contracts[name], "AI_TIMEOUT_SECONDS")).toBe(
        String(edge?.timeoutSeconds),
      );
    }
  });

  it("gives every generated secret 190 bits or more, and JWT keys the 256 that HS256 needs", () => {
    const bits = catalogue.secrets.flatMap((secret) =>
      secret.kind === "generated" ? [[secret.name, secret.length * Math.log2(62)] as const] : [],
    );
    expect(bits.length).toBeGreaterThan(0);
    for (const [name, amount] of bits) expect(amount, name).toBeGreaterThan(name === "jwt-secret" ? 256 : 190);
  });

  it("holds no value that looks like a secret in any variable", () => {
    const literal = everyContract.flatMap(([name, , contract]) =>
      contract.environment
        .filter(
          (set) =>
            set.kind === "value" && /secret|password|pass$|token|_key$|:\/\/[^/]*@/i.test(`${set.name} ${set.value}`),
        )
        .map((set) => `${name}: ${set.name}`),
    );
    expect(literal).toEqual([]);
  });
});

describe("edges are least privilege", () => {
  it("is exactly the list of what the sources do, and what target contracts add", () => {
    expect(
      catalogue.edges.map(({ from, to, port, status, follows, needs }) =>
        [from, to, port, status, follows, needs].filter((part) => part !== undefined).join(" "),
      ),
    ).toEqual([
      "ingress api-gateway 3000 exists",
      "api-gateway segmentation-service 8000 exists",
      "api-gateway runner-service 8080 exists",
      "api-gateway archive-service 9000 exists",
      "api-gateway ai-orchestrator 8001 exists",
      "runner-service ai-orchestrator 8001 exists",
      "archive-service pgbouncer 5432 exists",
      "archive-service postgresql 5432 exists",
      "api-gateway pgbouncer 5432 proposed caller",
      "runner-service pgbouncer 5432 proposed caller",
      "segmentation-service pgbouncer 5432 proposed caller",
      "ai-orchestrator pgbouncer 5432 proposed caller",
      "api-gateway cache 6379 exists",
      "archive-service nats 4222 exists",
      "runner-service nats 4222 proposed caller",
      "api-gateway mail-server 587 exists mail",
      "prometheus api-gateway 3000 exists",
      "prometheus segmentation-service 8000 proposed callee",
      "prometheus runner-service 8080 proposed callee",
      "prometheus archive-service 9000 proposed callee",
      "prometheus ai-orchestrator 8001 proposed callee",
    ]);
  });

  it("publishes the gateway only, and lets only the gateway out of the cluster, for mail", () => {
    expect(catalogue.edges.filter(({ from }) => from === "ingress").map(({ to }) => to)).toEqual(["api-gateway"]);
    const outside = catalogue.endpoints.filter(({ kind }) => kind === "external").map(({ name }) => name);
    expect(outside).toEqual(["mail-server"]);
    expect(catalogue.edges.filter(({ to }) => outside.includes(to)).map(({ from, needs }) => [from, needs])).toEqual([
      ["api-gateway", "mail"],
    ]);
  });
});

describe("defects and reasons are told", () => {
  it("tells every finding about a service's own code once, and says what to do", () => {
    expect(
      Object.fromEntries(catalogue.services.map(({ name, defects }) => [name, defects.map(({ id }) => id)])),
    ).toEqual({
      "api-gateway": ["H1", "D09", "D11", "§2.6", "§2.2", "§2.4", "D32", "D28", "D49", "D04", "D05", "D54"],
      "segmentation-service": ["H1", "§3", "§3.1", "D29", "D28", "D40", "D04", "D05"],
      "runner-service": ["H1", "D08", "D14", "§4", "§4.1", "§4.2", "D49", "D40", "D04", "D05"],
      "archive-service": ["H1", "D13", "§5.3", "D31", "D48", "§5.2", "D40", "D49", "D04", "D05"],
      "ai-orchestrator": ["H1", "§6", "D30", "D40", "§6.1", "D04", "D49", "D05", "D54"],
    });
    const silent = catalogue.services.flatMap(({ defects }) =>
      defects.filter(({ what, workaround, remedy }) => [what, workaround, remedy].some((text) => text.length < 4)),
    );
    expect(silent).toEqual([]);
  });

  it("orders the defects of each service by severity", () => {
    const order = ["critical", "high", "medium", "low"];
    for (const { name, defects } of catalogue.services) {
      const ranks = defects.map(({ severity }) => order.indexOf(severity));
      expect(ranks, name).toEqual([...ranks].sort());
    }
  });

  it("gives every variable, volume, probe, shutdown, secret and claim a reason", () => {
    const reasons = [
      ...everyContract.flatMap(([, , { environment, volumes, probes, shutdown }]) => [
        ...environment.map(({ why }) => why),
        ...volumes.map(({ why }) => why),
        ...Object.values(probes).map(({ why }: { why: string }) => why),
        shutdown.why,
      ]),
      ...catalogue.secrets.map(({ why }) => why),
      ...catalogue.claims.map(({ why }) => why),
    ];
    expect(reasons.filter((why) => !/^.{10,}\.$/.test(why))).toEqual([]);
  });
});
