import { expect, test } from "vitest";
import { findProblems } from "../../../components/microservice/validate";
import { type Probe, type ScalingSignal, type Volume } from "../../../model/service";
import { type ArgsChanges, microserviceArgs } from "../../support/microservice-args";

const { probes } = microserviceArgs().contract;
const cpu: ScalingSignal = { kind: "cpu", utilisationPercent: 70 };
const scratch: Volume = { kind: "scratch", name: "logs", mountPath: "/logs", sizeLimit: "100Mi", why: "example" };
const claim: Volume = { kind: "claim", name: "files", mountPath: "/files", claim: "files", why: "example" };

function liveness(changes: Partial<Probe>): ArgsChanges {
  return { contract: { probes: { ...probes, liveness: { ...probes.liveness, ...changes } } } };
}

function volumes(...list: readonly Volume[]): ArgsChanges {
  return { contract: { volumes: list } };
}

function secret(variable: string, secretName = "credentials", key = "password"): ArgsChanges {
  return { environment: { secrets: { [variable]: { secretName, key } } } };
}

/** Each changes the good arguments in one thing, and names the settings that the problems must be told at. */
const wrong: readonly [what: string, changes: ArgsChanges, settings: readonly string[]][] = [
  ["the namespace default", { namespace: "default" }, ["namespace"]],
  ["a namespace with capitals", { namespace: "Services" }, ["namespace"]],
  ["an empty image", { image: "" }, ["image"]],
  ["an image with a blank", { image: "team/archive: 1" }, ["image"]],
  ["a user of the node", { userId: 1000 }, ["userId"]],
  ["a label that selects pods", { labels: { "app.kubernetes.io/name": "x" } }, ['labels["app.kubernetes.io/name"]']],
  ["a label against partOf", { labels: { "app.kubernetes.io/part-of": "x" } }, ['labels["app.kubernetes.io/part-of"]']],
  ["a label of 64 letters", { labels: { owner: "x".repeat(64) } }, ['labels["owner"]']],
  ["a label with a blank", { labels: { owner: "the team" } }, ['labels["owner"]']],
  ["a privileged port", { contract: { port: 80 } }, ["contract.port"]],
  ["a port beyond the last", { contract: { port: 65536 } }, ["contract.port"]],
  ["a port of the mesh proxy", { meshed: true, contract: { port: 4143 } }, ["contract.port"]],
  ["a relative metrics path", { contract: { metrics: { path: "metrics" } } }, ["contract.metrics.path"]],
  ["a relative working directory", { contract: { workingDirectory: "app" } }, ["contract.workingDirectory"]],
  [
    "unreadable amounts",
    {
      resources: {
        requests: { cpu: "0", memory: "512Mi" },
        // What a caller without the compiler's help, such as a settings file, may hand over.
        limits: { cpu: "1", memory: "1G" as "1Gi" },
      },
    },
    ["resources.requests.cpu", "resources.limits.memory"],
  ],
  [
    "requests above limits",
    { resources: { requests: { cpu: "2", memory: "2Gi" }, limits: { cpu: "1", memory: "1Gi" } } },
    ["resources.requests.cpu", "resources.requests.memory"],
  ],
  [
    "less memory than the runtime needs",
    { runtime: "node", resources: { requests: { cpu: "1", memory: "64Mi" }, limits: { cpu: "1", memory: "128Mi" } } },
    ["resources.limits.memory"],
  ],
  [
    "a pod larger than a node",
    { pool: { allocatable: { cpu: "400m", memory: "14Gi", pods: 10 } } },
    ["placement.pool"],
  ],
  [
    "a pod larger than a node only with its proxy",
    { meshed: true, pool: { allocatable: { cpu: "550m", memory: "14Gi", pods: 10 } } },
    ["placement.pool"],
  ],
  ["no pod", { replicas: { minimum: 0, maximum: 1 }, scaling: [cpu] }, ["replicas.minimum"]],
  ["half a pod", { replicas: { minimum: 1, maximum: 1.5 }, scaling: [cpu] }, ["replicas.maximum"]],
  ["reversed bounds", { replicas: { minimum: 3, maximum: 2 } }, ["replicas.minimum"]],
  ["bounds with nothing to move between them", { replicas: { minimum: 1, maximum: 2 } }, ["scaling"]],
  ["one signal twice", { scaling: [cpu, { ...cpu, utilisationPercent: 50 }] }, ["scaling[1]"]],
  ["a CPU target above all", { scaling: [{ ...cpu, utilisationPercent: 101 }] }, ["scaling[0].utilisationPercent"]],
  ["a queue target of nothing", { scaling: [{ kind: "queueDepth", queue: "q", perPod: 0 }] }, ["scaling[0].perPod"]],
  ["a probe that never waits", liveness({ periodSeconds: 0 }), ["contract.probes.liveness.periodSeconds"]],
  ["a probe of half a second", liveness({ timeoutSeconds: 0.5 }), ["contract.probes.liveness.timeoutSeconds"]],
  ["a probe without patience", liveness({ failureThreshold: 0 }), ["contract.probes.liveness.failureThreshold"]],
  ["a probe before the start", liveness({ initialDelaySeconds: -1 }), ["contract.probes.liveness.initialDelaySeconds"]],
  [
    "a relative probe path",
    liveness({ handler: { kind: "http", path: "live" } }),
    ["contract.probes.liveness.handler.path"],
  ],
  ["liveness that asks what readiness asks", liveness(probes.readiness), ["contract.probes.liveness"]],
  ["a volume with a bad name", volumes({ ...scratch, name: "Logs" }), ["contract.volumes[0].name"]],
  ["two volumes of one name", volumes(scratch, { ...scratch, mountPath: "/b" }), ["contract.volumes[1].name"]],
  ["two volumes at one path", volumes(scratch, { ...scratch, name: "b" }), ["contract.volumes[1].mountPath"]],
  ["the name tmp elsewhere", volumes({ ...scratch, name: "tmp" }), ["contract.volumes[0].name"]],
  ["a relative mount path", volumes({ ...scratch, mountPath: "logs" }), ["contract.volumes[0].mountPath"]],
  ["scratch of nothing", volumes({ ...scratch, sizeLimit: "0Mi" }), ["contract.volumes[0].sizeLimit"]],
  [
    "a per-pod volume without a class",
    volumes({ kind: "ephemeral", name: "spool", mountPath: "/spool", size: "1Gi", why: "example" }),
    ["ephemeralStorageClass"],
  ],
  ["an unknown claim", volumes(claim), ["contract.volumes[0].claim"]],
  [
    "a path that leads out of its claim",
    { claims: { files: "files" }, ...volumes({ ...claim, subPath: "a/../../b" }) },
    ["contract.volumes[0].subPath"],
  ],
  [
    "a drain longer than the autoscaler waits",
    { contract: { shutdown: { preStopSeconds: 10, drainSeconds: 586, why: "example" } } },
    ["contract.shutdown"],
  ],
  [
    "a negative drain",
    { contract: { shutdown: { preStopSeconds: 10, drainSeconds: -1, why: "example" } } },
    ["contract.shutdown.drainSeconds"],
  ],
  ["a variable with a hyphen", { environment: { plain: { "LOG-LEVEL": "info" } } }, ['environment.plain["LOG-LEVEL"]']],
  ["a secret variable that begins with a digit", secret("1ST"), ['environment.secrets["1ST"]']],
  ["a Secret without a name", secret("PASSWORD", ""), ["environment.secrets.PASSWORD"]],
  ["a Secret's key with a slash", secret("PASSWORD", "credentials", "a/b"), ["environment.secrets.PASSWORD"]],
  ["a secret over a derived setting", secret("GOMEMLIMIT"), ["environment.secrets.GOMEMLIMIT"]],
  [
    "one variable plain and secret",
    { environment: { plain: { PASSWORD: "x" }, ...secret("PASSWORD").environment } },
    ["environment.secrets.PASSWORD"],
  ],
  ["half a rotation", { secretGenerations: { password: 0.5 } }, ['secretGenerations["password"]']],
];

test("the good arguments that the others are changes of have no problem", () => {
  expect(findProblems("archive", microserviceArgs())).toEqual([]);
  expect(findProblems("archive", microserviceArgs({ claims: { files: "files" }, ...volumes(scratch, claim) }))).toEqual(
    [],
  );
});

test.each(wrong)("%s is told with setting, why and remedy, and nothing else is", (_, changes, settings) => {
  const problems = findProblems("archive", microserviceArgs(changes));
  expect(problems.map(({ setting }) => setting)).toEqual(settings.map((setting) => `archive.${setting}`));
  for (const { why, remedy } of problems) {
    expect(why).toMatch(/^[A-Z`].*\.$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  }
});

test.each(["", "Archive", "1archive", "archive-", "archive.v1", "a".repeat(47)])("the name %j is refused", (name) => {
  expect(findProblems(name, microserviceArgs()).map(({ setting }) => setting)).toEqual([`${name}.name`]);
});

test("the longest name and the longest shutdown that fit are accepted", () => {
  const shutdown = { preStopSeconds: 10, drainSeconds: 585, why: "example" };
  expect(findProblems("a".repeat(46), microserviceArgs({ contract: { shutdown } }))).toEqual([]);
});

test("a value that is no text is refused without being shown, since it may be a secret in the wrong place", () => {
  const smuggled = { toString: () => "hunter2", value: "hunter2" } as unknown as string;
  const problems = findProblems("archive", microserviceArgs({ environment: { plain: { PASSWORD: smuggled } } }));
  expect(problems.map(({ setting }) => setting)).toEqual(["archive.environment.plain.PASSWORD"]);
  expect(JSON.stringify(problems)).not.toContain("hunter2");
});
