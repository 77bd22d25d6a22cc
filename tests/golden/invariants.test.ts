import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { platformLabelKeys } from "../../model/labels";
import { type Catalogue } from "../../model/platform";
import { catalogue } from "../../stacks/altlas";
import { stackNames } from "../../stacks/settings/file";
import { goldenStacks } from "../support/golden/files";
import { written } from "../support/golden/written";
import { recordStack } from "../support/program";
import { type Registration } from "../../registrations/record";
import { projectFolder } from "../support/stack";
import { systemNamespace, systemPriorityClass } from "../../model/system";

interface KubernetesObject {
  readonly registration: Registration;
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  // The parts of any kind that are looked at.
  readonly spec?: {
    readonly replicas?: number;
    readonly minReplicas?: number;
    readonly maxUnavailable?: number;
    readonly minAvailable?: number;
    readonly storageClassName?: string;
    readonly volumeClaimTemplates?: readonly {
      readonly metadata: { readonly name: string };
      readonly spec: { readonly storageClassName: string };
    }[];
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: { readonly $secret: Readonly<Record<string, string>> };
}

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly priorityClassName?: string;
  readonly containers: readonly {
    readonly name: string;
    readonly env?: readonly {
      readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
    }[];
    readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
    readonly volumeMounts?: readonly { readonly name: string }[];
  }[];
  readonly volumes?: readonly {
    readonly name: string;
    readonly persistentVolumeClaim?: { readonly claimName: string };
    readonly ephemeral?: { readonly volumeClaimTemplate: { readonly spec: { readonly storageClassName: string } } };
  }[];
}

/** Kinds that belong to no namespace. */
const clusterWide = [
  "APIService",
  "ClusterRole",
  "ClusterRoleBinding",
  "Namespace",
  "PriorityClass",
  "StorageClass",
  "VolumeSnapshotClass",
];
/** A chart, which registers its objects itself where its source is reached. */
const chartType = "kubernetes:helm.sh/v4:Chart";
const where = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;

/** Label of the pods of a StatefulSet that says which one it is. */
const podNameLabel = "statefulset.kubernetes.io/pod-name";

describe.each(goldenStacks)("every resource of stack %s", (stack) => {
  let registrations: readonly Registration[];
  let objects: readonly KubernetesObject[];
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  const names = (kind: string, namespace?: string) =>
    ofKind(kind)
      .filter(({ metadata }) => metadata.namespace === namespace)
      .map(({ metadata }) => metadata.name);

  beforeAll(async () => {
    ({ registrations } = await recordStack(stack));
    objects = registrations
      .filter(({ type, custom }) => custom && type.startsWith("kubernetes:"))
      .map((registration) => ({
        registration,
        ...(registration.inputs as unknown as Omit<KubernetesObject, "registration">),
      }));
  });

  it("has a provider that was passed to it; nothing goes to a cluster by accident", () => {
    const ambient = objects.filter(
      ({ registration }) => registration.options.provider !== "pulumi:providers:kubernetes::cluster",
    );
    expect(ambient.map(where)).toEqual([]);
  });

  it("has a parent that is a component, or stands at the root", () => {
    const components = new Set(registrations.filter(({ custom }) => !custom).map(({ key }) => key));
    const orphans = registrations.filter(({ parent }) => parent !== undefined && !components.has(parent));
    expect(orphans.map(({ key }) => key)).toEqual([]);
  });

  it("is a component that says when it is done, or an object", () => {
    // A chart is made by its provider, which says so itself.
    const ours = registrations.filter(({ type }) => type !== chartType);
    const silent = ours.filter(({ custom, outputs }) => !custom && outputs === undefined);
    expect(silent.map(({ key }) => key)).toEqual([]);
  });

  it("is in a namespace of the platform, unless its kind is in none", () => {
    const namespaces = [...names("Namespace"), systemNamespace];
    const lost = objects.filter(({ kind, metadata }) =>
      clusterWide.includes(kind) ? metadata.namespace !== undefined : !namespaces.includes(metadata.namespace ?? ""),
    );
    expect(lost.map(where)).toEqual([]);
  });

  it("says whose it is and which step of the plan asks for it", () => {
    const wanted = ["app.kubernetes.io/part-of", "app.kubernetes.io/managed-by", ...Object.values(platformLabelKeys)];
    const silent = objects.filter(({ metadata }) => wanted.some((label) => (metadata.labels?.[label] ?? "") === ""));
    expect(silent.map(where)).toEqual([]);
  });

  it("has a name of its own that DNS allows, and labels that the API server allows", () => {
    const all = objects.map(({ apiVersion, ...object }) => `${apiVersion} ${where({ apiVersion, ...object })}`);
    expect(all.filter((own, index) => all.indexOf(own) !== index)).toEqual([]);
    for (const object of objects) {
      expect(object.metadata.name, where(object)).toMatch(
        // The name of an APIService is its version and group.
        object.kind === "APIService" ? /^[a-z0-9.]+$/ : /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
      );
      for (const value of Object.values(object.metadata.labels ?? {})) {
        expect(value, where(object)).toMatch(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/);
      }
    }
  });

  it("lets an autoscaler alone decide on replicas, and lets a node be emptied", () => {
    const scalers = ofKind("HorizontalPodAutoscaler");
    expect(scalers.length).toBeGreaterThan(0);
    for (const { spec, metadata } of scalers) {
      const { kind, name } = spec!.scaleTargetRef!;
      const target = objects.find(
        (object) =>
          object.kind === kind && object.metadata.name === name && object.metadata.namespace === metadata.namespace,
      );
      expect(target, `target of ${metadata.name}`).toBeDefined();
      expect(target!.spec!.replicas, `replicas of ${name}`).toBeUndefined();
      const labels = target!.spec!.template!.metadata.labels;
      const budgets = ofKind("PodDisruptionBudget").filter(
        ({ metadata: own, spec: budget }) =>
          own.namespace === metadata.namespace && matches(budget!.selector!.matchLabels!, labels),
      );
      expect(budgets, `budgets of ${name}`).toHaveLength(1);
      const { maxUnavailable, minAvailable } = budgets[0]!.spec!;
      const mayGo = maxUnavailable ?? spec!.minReplicas! - minAvailable!;
      expect(mayGo, `pods of ${name} that may be evicted`).toBeGreaterThanOrEqual(1);
    }
  });

  it("refers to nothing that is not there", () => {
    const missing: string[] = [];
    const need = (object: KubernetesObject, what: string, found: readonly string[], name: string | undefined) => {
      if (name !== undefined && !found.includes(name)) missing.push(`${where(object)} needs ${what} ${name}`);
    };
    for (const object of objects) {
      const { namespace } = object.metadata;
      need(object, "StorageClass", names("StorageClass"), object.spec?.storageClassName);
      const pod = object.spec?.template?.spec;
      if (!pod) continue;
      need(object, "ServiceAccount", names("ServiceAccount", namespace), pod.serviceAccountName);
      need(object, "PriorityClass", [...names("PriorityClass"), systemPriorityClass], pod.priorityClassName);
      for (const volume of pod.volumes ?? []) {
        need(object, "claim", names("PersistentVolumeClaim", namespace), volume.persistentVolumeClaim?.claimName);
        need(
          object,
          "StorageClass",
          names("StorageClass"),
          volume.ephemeral?.volumeClaimTemplate.spec.storageClassName,
        );
      }
      const claims = object.spec.volumeClaimTemplates ?? [];
      for (const { spec } of claims) need(object, "StorageClass", names("StorageClass"), spec.storageClassName);
      const volumes = [...(pod.volumes ?? []).map(({ name }) => name), ...claims.map(({ metadata }) => metadata.name)];
      for (const { env = [], envFrom = [], volumeMounts = [] } of pod.containers) {
        for (const { configMapRef } of envFrom)
          need(object, "ConfigMap", names("ConfigMap", namespace), configMapRef?.name);
        for (const { name } of volumeMounts) need(object, "volume", volumes, name);
        for (const { valueFrom } of env) {
          const { name, key } = valueFrom?.secretKeyRef ?? {};
          need(object, "Secret", names("Secret", namespace), name);
          const secret = ofKind("Secret").find(
            ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
          );
          if (secret) need(object, `${name} key`, Object.keys(secret.stringData?.$secret ?? {}), key);
        }
      }
    }
    expect(missing).toEqual([]);
  });

  it("selects pods that exist: each Service exactly those of one workload", () => {
    const services = ofKind("Service");
    // Of the primary, and of each server by its name.
    const servers = stack === "dev" ? ["postgresql", "postgresql-nodes"] : [];
    const poolers = stack === "dev" ? ["pgbouncer"] : [];
    expect(services.map(({ metadata }) => metadata.name).sort()).toEqual(
      [...catalogue.services.map(({ name }) => name), "metrics-server", ...servers, ...poolers].sort(),
    );
    for (const service of services) {
      const selector = (service.spec as unknown as { selector: Record<string, string> }).selector;
      const workloads = [...ofKind("Deployment"), ...ofKind("StatefulSet")];
      // The controller gives each pod of a set its own name as a label.
      const { [podNameLabel]: podName, ...shared } = selector;
      const selected = workloads.filter(({ spec }) => matches(shared, spec!.template!.metadata.labels));
      expect(
        selected.map(({ metadata }) => metadata.name),
        where(service),
      ).toEqual([service.metadata.name.replace(/-nodes$/, "")]);
      if (podName !== undefined) expect(podName).toBe(`${selected[0]!.metadata.name}-0`);
    }
  });

  it("keeps what is secret out of everything that is not a Secret", () => {
    const open = registrations.filter(
      ({ inputs, type }) =>
        type !== "kubernetes:core/v1:Secret" && /random-value-of-|\$secret/.test(JSON.stringify(inputs)),
    );
    expect(open.map(({ key }) => key)).toEqual([]);
    for (const { stringData } of ofKind("Secret")) expect(Object.keys(stringData ?? {})).toEqual(["$secret"]);
  });

  it("is the same in whatever order the catalogue lists its services, edges, endpoints, secrets and claims", async () => {
    const expected = written(registrations);
    const shuffled = <T>(list: readonly T[]) =>
      fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });
    const order: fc.Arbitrary<Catalogue> = fc.record({
      services: shuffled(catalogue.services),
      edges: shuffled(catalogue.edges),
      endpoints: shuffled(catalogue.endpoints),
      secrets: shuffled(catalogue.secrets),
      claims: shuffled(catalogue.claims),
      database: fc.constant(catalogue.database),
    });
    await fc.assert(
      fc.asyncProperty(order, async (other) => {
        expect(written((await recordStack(stack, { catalogue: other })).registrations)).toEqual(expected);
      }),
      { numRuns: 5 },
    );
  });
});

it("is asked of every stack that runs without a cluster of somebody else's", () => {
  // Stack kind needs a kubeconfig; tests/unit/platform/kind.test.ts looks at it.
  expect(stackNames(projectFolder).filter((stack) => stack !== "kind")).toEqual([...goldenStacks]);
});

function matches(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([label, value]) => labels[label] === value);
}
