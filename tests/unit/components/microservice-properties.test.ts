import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type MicroserviceArgs } from "../../../components/microservice";
import { footprint } from "../../../components/microservice/footprint";
import { isScaled } from "../../../components/microservice/specs/autoscaler";
import { deploymentSpec } from "../../../components/microservice/specs/deployment";
import { configMapName, resolveEnvironment } from "../../../components/microservice/specs/environment";
import { rolloutSeconds } from "../../../components/microservice/specs/rollout";
import { findProblems } from "../../../components/microservice/validate";
import { contentChecksum } from "../../../model/checksum";
import { demandAt, podsAt } from "../../../model/footprint";
import { isBytes, isCpu, mebibytes, millicores } from "../../../model/quantity";
import { type Runtime, type Volume } from "../../../model/service";
import { microserviceArgs } from "../../support/microservice-args";

const variable = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,12}$/);
const serviceName = fc.stringMatching(/^[a-z]([a-z0-9-]{0,44}[a-z0-9])?$/);
const environment = fc.dictionary(variable, fc.string(), { maxKeys: 6 });
const scratchSizes = fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 4 });

/** Services that the component must accept, over the whole range of what it varies by. */
const validArgs: fc.Arbitrary<MicroserviceArgs> = fc
  .record({
    runtime: fc.constantFrom<Runtime>("node", "python", "rust", "go"),
    memory: fc.integer({ min: 160, max: 4096 }),
    cpu: fc.integer({ min: 10, max: 1900 }),
    minimum: fc.integer({ min: 1, max: 30 }),
    more: fc.integer({ min: 0, max: 30 }),
    meshed: fc.boolean(),
    plain: environment,
    preStopSeconds: fc.integer({ min: 0, max: 60 }),
    drainSeconds: fc.integer({ min: 0, max: 535 }),
    sizes: scratchSizes,
    spool: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
  })
  .map(({ runtime, memory, cpu, minimum, more, meshed, plain, preStopSeconds, drainSeconds, sizes, spool }) =>
    microserviceArgs({
      runtime,
      meshed,
      resources: {
        requests: { cpu: `${cpu}m`, memory: `${memory}Mi` },
        limits: { cpu: `${cpu * 2}m`, memory: `${memory * 2}Mi` },
      },
      replicas: { minimum, maximum: minimum + more },
      scaling: [{ kind: "cpu", utilisationPercent: 70 }],
      environment: { plain },
      ephemeralStorageClass: "block",
      contract: {
        shutdown: { preStopSeconds, drainSeconds, why: "example" },
        volumes: [
          ...sizes.map((size, index): Volume => ({
            kind: "scratch",
            name: `scratch-${index}`,
            mountPath: `/scratch/${index}`,
            sizeLimit: `${size}Mi`,
            why: "example",
          })),
          ...(spool === undefined
            ? []
            : [{ kind: "ephemeral", name: "spool", mountPath: "/spool", size: `${spool}Gi`, why: "example" } as const]),
        ],
      },
    }),
  );

function check(property: (name: string, args: MicroserviceArgs) => void): void {
  fc.assert(fc.property(serviceName, validArgs, property), { seed: 20_261_123, numRuns: 200 });
}

test("what fits the rules is accepted", () => {
  check((name, args) => {
    expect(findProblems(name, args)).toEqual([]);
  });
});

test("a Deployment has a number of pods exactly when no autoscaler owns it", () => {
  check((name, args) => {
    const { replicas } = deploymentSpec(name, args);
    expect(replicas).toBe(isScaled(args) ? undefined : args.replicas.minimum);
  });
});

test("every name and every label value has at most 63 characters, pods' names included", () => {
  check((name, args) => {
    const { template } = deploymentSpec(name, args);
    const names = [
      // ReplicaSet's hash of ten and the pod's own five characters.
      `${name}-0123456789-01234`,
      configMapName(name),
      ...Object.values(template.metadata?.labels ?? {}),
      ...(template.spec?.volumes ?? []).map((volume) => volume.name),
    ];
    for (const text of names) expect(text.length, text).toBeLessThanOrEqual(63);
  });
});

test("the grace period covers sleep and drain and never outlasts the autoscaler's patience", () => {
  check((name, args) => {
    const { preStopSeconds, drainSeconds } = args.contract.shutdown;
    const grace = deploymentSpec(name, args).template.spec?.terminationGracePeriodSeconds ?? 0;
    expect(grace).toBeGreaterThan(preStopSeconds + drainSeconds);
    expect(grace).toBeLessThanOrEqual(600);
  });
});

test("every container has requests and limits for CPU, memory and disk, at a ratio of at most 2", () => {
  check((name, args) => {
    for (const { resources } of deploymentSpec(name, args).template.spec?.containers ?? []) {
      const read = (side: Record<string, string> | undefined, kind: string): number => {
        const text = side?.[kind] ?? "";
        if (kind === "cpu") return isCpu(text) ? millicores(text) : Number.NaN;
        return isBytes(text) ? mebibytes(text) : Number.NaN;
      };
      for (const kind of ["cpu", "memory", "ephemeral-storage"]) {
        const [request, limit] = [read(resources?.requests, kind), read(resources?.limits, kind)];
        expect(request, kind).toBeGreaterThan(0);
        expect(limit, kind).toBeGreaterThanOrEqual(request);
        expect(limit, kind).toBeLessThanOrEqual(request * 2);
      }
    }
  });
});

test("every scratch volume has a size limit, and all of them together fit under the container's disk limit", () => {
  check((name, args) => {
    const spec = deploymentSpec(name, args).template.spec;
    const sizes = (spec?.volumes ?? []).flatMap(({ emptyDir }) => (emptyDir ? [emptyDir.sizeLimit ?? ""] : []));
    const sum = sizes.reduce((total, size) => total + (isBytes(size) ? mebibytes(size) : Number.NaN), 0);
    const limit = spec?.containers[0]?.resources?.limits?.["ephemeral-storage"] ?? "";
    expect(isBytes(limit) && mebibytes(limit)).toBeGreaterThan(sum);
  });
});

test("every mount is of a volume of the pod, and every volume is mounted", () => {
  check((name, args) => {
    const spec = deploymentSpec(name, args).template.spec;
    const mounts = (spec?.containers[0]?.volumeMounts ?? []).map((mount) => mount.name);
    expect(new Set(mounts)).toEqual(new Set((spec?.volumes ?? []).map((volume) => volume.name)));
    expect((spec?.containers[0]?.volumeMounts ?? []).map(({ mountPath }) => mountPath)).toContain("/tmp");
  });
});

test("the pods' checksum changes exactly when the content of the ConfigMap does", () => {
  const annotation = (args: MicroserviceArgs): string | undefined =>
    deploymentSpec("archive", args).template.metadata?.annotations?.["checksum/environment"];
  fc.assert(
    fc.property(validArgs, environment, (args, plain) => {
      const other = { ...args, environment: { ...args.environment, plain } };
      const [mine, its] = [resolveEnvironment(args).configuration, resolveEnvironment(other).configuration];
      const equal = contentChecksum(mine) === contentChecksum(its);
      expect(annotation(args) === annotation(other)).toBe(equal);
      expect(equal).toBe(JSON.stringify(sortedEntries(mine)) === JSON.stringify(sortedEntries(its)));
      expect(annotation({ ...args, image: "registry.example/other:2" })).toBe(annotation(args));
    }),
    { seed: 20_261_123, numRuns: 200 },
  );
});

test("a variable stands in the ConfigMap or in the container, never in both, and every given one reaches the process", () => {
  check((name, args) => {
    const { configuration, derived } = resolveEnvironment(args);
    expect(Object.keys(configuration).filter((key) => key in derived)).toEqual([]);
    for (const [key, value] of Object.entries(args.environment.plain)) expect(configuration[key]).toContain(value);
    const inline = deploymentSpec(name, args).template.spec?.containers[0]?.env ?? [];
    expect(Object.fromEntries(inline.map((entry) => [entry.name, entry.value]))).toEqual(derived);
  });
});

test("a secret's reference never stands in the ConfigMap, and its variable has no value", () => {
  fc.assert(
    fc.property(validArgs, fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 5 }), (args, numbers) => {
      const secrets = Object.fromEntries(
        numbers.map((number) => [`hidden_${number}`, { secretName: `vault-${number}`, key: `key-${number}` }]),
      );
      const withSecrets = { ...args, environment: { ...args.environment, secrets } };
      expect(resolveEnvironment(withSecrets).configuration).toEqual(resolveEnvironment(args).configuration);
      const env = deploymentSpec("archive", withSecrets).template.spec?.containers[0]?.env ?? [];
      const found = env.filter((entry) => entry.name.startsWith("hidden_"));
      expect(found).toHaveLength(numbers.length);
      for (const { value, valueFrom } of found) {
        expect(value).toBeUndefined();
        expect(valueFrom?.secretKeyRef?.name).toMatch(/^vault-/);
      }
    }),
    { seed: 20_261_123, numRuns: 100 },
  );
});

test("a footprint is what the pods really ask for, grows with the pods, and a rollout needs the most", () => {
  check((name, args) => {
    const taken = footprint(name, args);
    const proxy = args.meshed ? 100 : 0;
    const { cpu } = args.resources.requests;
    expect(demandAt(taken, "minimum").requests.cpuMillicores).toBe((millicores(cpu) + proxy) * args.replicas.minimum);
    expect(podsAt(taken, "rollout")).toBe(args.replicas.maximum + Math.ceil(args.replicas.maximum / 4));
    const moments = (["minimum", "expected", "maximum", "rollout"] as const).map((moment) => demandAt(taken, moment));
    for (const [index, demand] of moments.entries()) {
      const before = moments[index - 1] ?? demand;
      expect(demand.pods).toBeGreaterThanOrEqual(before.pods);
      expect(demand.requests.memoryMebibytes).toBeGreaterThanOrEqual(before.requests.memoryMebibytes);
      expect(demand.volumesMebibytes).toBeGreaterThanOrEqual(before.volumesMebibytes);
      expect(demand.limits.cpuMillicores).toBeGreaterThanOrEqual(demand.requests.cpuMillicores);
    }
    expect(moments[0]?.volumesMebibytes === 0).toBe(!args.contract.volumes.some(({ kind }) => kind === "ephemeral"));
  });
});

test("the engine waits longer than Kubernetes needs to call a rollout failed", () => {
  check((name, args) => {
    expect(rolloutSeconds(args)).toBeGreaterThan(deploymentSpec(name, args).progressDeadlineSeconds ?? Infinity);
  });
});

function sortedEntries(object: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
}
