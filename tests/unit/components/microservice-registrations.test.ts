import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { expect, test } from "vitest";
import { Microservice, type MicroserviceArgs } from "../../../components/microservice";
import { type ArgsChanges, microserviceArgs } from "../../support/microservice-args";
import { type Registration, recordRegistrations } from "../../../registrations/record";

const component = "platform:workload:Microservice::archive";

async function register(changes: ArgsChanges = {}, preview = false): Promise<readonly Registration[]> {
  const { registrations } = await recordRegistrations(
    () => {
      new Microservice("archive", microserviceArgs(changes));
    },
    { preview },
  );
  return registrations;
}

/** Short form of a registration: the kind and the name under which the engine knows it. */
function shorts(registrations: readonly Registration[]): string[] {
  return registrations.map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`).sort();
}

function only(registrations: readonly Registration[], kind: string): Registration {
  const found = registrations.filter(({ type }) => type.endsWith(`:${kind}`));
  expect(found, kind).toHaveLength(1);
  return found[0]!;
}

const always = [
  "Deployment archive-deployment",
  "Microservice archive",
  "Service archive-service",
  "ServiceAccount archive-service-account",
];
const autoscaler = "HorizontalPodAutoscaler archive-autoscaler";
const budget = "PodDisruptionBudget archive-disruption-budget";
const configMap = "ConfigMap archive-environment";
const cpu = [{ kind: "cpu", utilisationPercent: 70 }] as const;
const metrics = { path: "/metrics" };

const sets: readonly [what: string, changes: ArgsChanges, more: readonly string[]][] = [
  ["one fixed pod: no autoscaler, no budget, no ConfigMap", {}, []],
  ["plain environment: a ConfigMap", { environment: { plain: { LOG_LEVEL: "info" } } }, [configMap]],
  ["three fixed pods: a budget, no autoscaler", { replicas: { minimum: 3, maximum: 3 } }, [budget]],
  ["one to two pods: an autoscaler, no budget", { replicas: { minimum: 1, maximum: 2 }, scaling: cpu }, [autoscaler]],
  ["two to four pods: both", { replicas: { minimum: 2, maximum: 4 }, scaling: cpu }, [autoscaler, budget]],
  ["a mesh proxy: nothing of its own", { meshed: true }, []],
  ["metrics: nothing of their own", { contract: { metrics } }, []],
  [
    "secrets only: no ConfigMap",
    { environment: { secrets: { PASSWORD: { secretName: "credentials", key: "password" } } } },
    [],
  ],
];

test.each(sets)("registers exactly the objects for %s", async (_, changes, more) => {
  const expected = [...always, ...more].sort();
  expect(shorts(await register(changes))).toEqual(expected);
  expect(shorts(await register(changes, true))).toEqual(expected);
});

const everything: ArgsChanges = {
  replicas: { minimum: 2, maximum: 8 },
  scaling: cpu,
  meshed: true,
  environment: {
    plain: { LOG_LEVEL: "info" },
    secrets: { PASSWORD: { secretName: "credentials", key: "password" } },
  },
  contract: { metrics },
};

test("every child stands under the component, in the namespace, under a fixed name, with the recommended labels", async () => {
  const children = (await register(everything)).filter(({ custom }) => custom);
  expect(children).toHaveLength(6);
  for (const { key, parent, inputs, options } of children) {
    expect(parent, key).toBe(component);
    expect(inputs.metadata, key).toMatchObject({
      namespace: "services",
      name: key.endsWith("-environment") ? "archive-environment" : "archive",
      labels: {
        "app.kubernetes.io/name": "archive",
        "app.kubernetes.io/instance": "archive",
        "app.kubernetes.io/part-of": "example",
        "app.kubernetes.io/managed-by": "pulumi",
      },
    });
    // The name is fixed, so a replacement made first would collide with what it replaces.
    expect(options.deleteBeforeReplace, key).toBe(true);
    // Stateless: protecting it would only get in the way of taking a stack down.
    expect(options.protect, key).toBeUndefined();
    expect(options.ignoreChanges, key).toBeUndefined();
  }
});

test("what a pod needs comes before the Deployment, what needs pods comes after it, a budget waits for nobody", async () => {
  const registrations = await register(everything);
  const names = (kind: string): string[] =>
    (only(registrations, kind).options.dependsOn ?? []).map((key) => key.split("::")[1] ?? "");
  expect(names("ServiceAccount")).toEqual([]);
  expect(names("ConfigMap")).toEqual([]);
  expect(names("Deployment")).toEqual(["archive-environment", "archive-service-account"]);
  expect(names("Service")).toEqual(["archive-deployment"]);
  expect(names("HorizontalPodAutoscaler")).toEqual(["archive-deployment"]);
  expect(names("PodDisruptionBudget")).toEqual([]);
});

test("the engine waits for a rollout as long as all its waves may take, and no longer for anything else", async () => {
  const registrations = await register(everything);
  // 8 pods in waves of 2: 600 s without progress, and four times 15 s of readiness probes and 10 s of steadiness.
  expect(only(registrations, "Deployment").options.customTimeouts).toEqual({ create: "700s", update: "700s" });
  for (const { type, options } of registrations) {
    if (!type.endsWith(":Deployment")) expect(options.customTimeouts, type).toBeUndefined();
  }
});

test("the caller's options reach the component, and nothing of the children is lost by them", async () => {
  const { registrations } = await recordRegistrations(() => {
    const before = new ConfigMap("before", {});
    new Microservice("archive", microserviceArgs(), { dependsOn: [before], aliases: [{ name: "archives" }] });
  });
  const own = registrations.find(({ key }) => key === component);
  expect(own?.options).toEqual({
    dependsOn: ["kubernetes:core/v1:ConfigMap::before"],
    aliases: [{ name: "archives" }],
  });
  expect(only(registrations, "Deployment").options.dependsOn).toEqual([
    `platform:workload:Microservice$kubernetes:core/v1:ServiceAccount::archive-service-account`,
  ]);
});

test("the component gives its host name, address, selector and footprint, known in a preview too", async () => {
  for (const preview of [false, true]) {
    const own = (await register(everything, preview)).find(({ key }) => key === component);
    expect(own?.outputs).toMatchObject({
      serviceName: "archive",
      url: "http://archive.services.svc.cluster.local:9000",
      selectorLabels: { "app.kubernetes.io/name": "archive", "app.kubernetes.io/instance": "archive" },
      footprint: { pool: "general", pods: { minimum: 2, maximum: 8 }, pod: { requests: { cpuMillicores: 600 } } },
    });
    expect(own?.inputs).toEqual({});
  }
});

test("two recordings of the same arguments are equal to the byte", async () => {
  expect(JSON.stringify(await register(everything))).toBe(JSON.stringify(await register(everything)));
});

test("a changed service leaves every registration of its neighbour as it was", async () => {
  const neighbours = async (image: string): Promise<readonly Registration[]> => {
    const { registrations } = await recordRegistrations(() => {
      new Microservice("archive", microserviceArgs({ ...everything, image }));
      new Microservice("runner", microserviceArgs(everything));
    });
    return registrations;
  };
  const [before, after] = [await neighbours("registry.example/a:1"), await neighbours("registry.example/a:2")];
  const changed = before.filter((registration, index) => JSON.stringify(registration) !== JSON.stringify(after[index]));
  expect(shorts(changed)).toEqual(["Deployment archive-deployment"]);
});

test("arguments that cannot work are refused with all their problems before even the component is registered", async () => {
  const args: MicroserviceArgs = microserviceArgs({
    replicas: { minimum: 5, maximum: 2 },
    namespace: "default",
    contract: { port: 80 },
  });
  let message = "";
  const { registrations } = await recordRegistrations(() => {
    try {
      new Microservice("archive", args);
    } catch (error) {
      message = (error as Error).message;
    }
  });
  expect(registrations).toEqual([]);
  expect(message).toContain('The microservice "archive" cannot be built (3 problems)');
  for (const setting of ["archive.namespace", "archive.replicas.minimum", "archive.contract.port"]) {
    expect(message).toContain(`${setting} = `);
  }
  expect(message).not.toContain("    at ");
});
