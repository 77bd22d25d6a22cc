import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startControlPlane } from "../../sandbox/control-plane";
import { type ApiClient } from "../../sandbox/control-plane/client";
import { IMMUTABLE_FIELDS, type ImmutableRow } from "../../sandbox/plugins/kubernetes/immutable-fields";
import { BUILT_IN_KINDS, builtInKind, isBuiltInGroup } from "../../sandbox/plugins/kubernetes/kinds";
import { adminClient, scratchSandbox, testNode, type ScratchSandbox } from "../support/control-plane";

type Fields = Record<string, unknown>;

const template = { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "main", image: "x:1" }] } };
const selector = { matchLabels: { app: "a" } };
const other = { matchLabels: { app: "b" } };
const claimSpec = {
  accessModes: ["ReadWriteOnce"],
  resources: { requests: { storage: "1Gi" } },
  storageClassName: "none",
};
const role = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" };
const definition = {
  group: "example.com",
  scope: "Namespaced",
  names: { kind: "Gizmo", plural: "gizmos", singular: "gizmo" },
  versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
};
const storageClass = {
  provisioner: "example.com/a",
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
  parameters: { a: "1" },
};

/** For each row of the table: an object, and for each path another valid value of the field. */
const SAMPLES: Record<string, { object: Fields; changes: Fields; allowed?: Fields }> = {
  "apps/Deployment": { object: { spec: { selector, template } }, changes: { "spec.selector": other } },
  "apps/DaemonSet": { object: { spec: { selector, template } }, changes: { "spec.selector": other } },
  "apps/ReplicaSet": { object: { spec: { selector, template, replicas: 0 } }, changes: { "spec.selector": other } },
  "apps/StatefulSet": {
    object: {
      spec: {
        selector,
        template,
        serviceName: "s",
        replicas: 0,
        volumeClaimTemplates: [{ metadata: { name: "d" }, spec: claimSpec }],
      },
    },
    changes: {
      "spec.selector": other,
      "spec.serviceName": "t",
      "spec.podManagementPolicy": "Parallel",
      "spec.volumeClaimTemplates": [{ metadata: { name: "e" }, spec: claimSpec }],
    },
    allowed: {
      "spec.replicas": 1,
      "spec.ordinals": { start: 1 },
      "spec.template": { ...template, metadata: { labels: { app: "a", b: "c" } } },
      "spec.updateStrategy": { type: "OnDelete", rollingUpdate: null },
      "spec.revisionHistoryLimit": 3,
      "spec.persistentVolumeClaimRetentionPolicy": { whenDeleted: "Delete", whenScaled: "Delete" },
      "spec.minReadySeconds": 5,
    },
  },
  "apps/ControllerRevision": { object: { data: { a: 1 }, revision: 1 }, changes: { data: { a: 2 } } },
  "batch/Job": {
    object: {
      spec: {
        completions: 2,
        completionMode: "Indexed",
        parallelism: 1,
        backoffLimitPerIndex: 1,
        podFailurePolicy: { rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [3] } }] },
        template: {
          spec: {
            restartPolicy: "Never",
            nodeSelector: { nowhere: "true" },
            containers: [{ name: "main", image: "x:1" }],
          },
        },
      },
    },
    changes: {
      "spec.selector": other,
      "spec.template": { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "x:2" }] } },
      "spec.completions": 3,
      "spec.completionMode": "NonIndexed",
      "spec.podFailurePolicy": { rules: [{ action: "Ignore", onExitCodes: { operator: "In", values: [3] } }] },
      "spec.successPolicy": { rules: [{ succeededCount: 1 }] },
      "spec.backoffLimitPerIndex": 2,
      "spec.managedBy": "example.com/other",
    },
  },
  "/Pod": {
    object: {
      spec: {
        // An injected token volume would be lost with the list of containers that the change gives.
        automountServiceAccountToken: false,
        containers: [{ name: "main", image: "x:1" }],
        nodeSelector: { nowhere: "true" },
        terminationGracePeriodSeconds: 5,
      },
    },
    changes: {
      "spec.nodeName": "b",
      "spec.hostname": "h",
      "spec.containers": [{ name: "main", image: "x:1", args: ["a"] }],
      "spec.priorityClassName": "system-node-critical",
    },
    allowed: {
      "spec.containers.*.image": [{ name: "main", image: "x:2" }],
      "spec.activeDeadlineSeconds": 100,
    },
  },
  "/Service": {
    object: { spec: { ports: [{ port: 80 }] } },
    changes: { "spec.clusterIP": "10.96.77.77", "spec.clusterIPs": ["10.96.77.77"] },
  },
  "/PersistentVolumeClaim": {
    object: { spec: claimSpec },
    changes: {
      "spec.accessModes": ["ReadOnlyMany"],
      "spec.storageClassName": "more",
      "spec.selector": selector,
      "spec.volumeMode": "Block",
    },
  },
  "/PersistentVolume": {
    object: {
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        csi: { driver: "example.com", volumeHandle: "a" },
        volumeMode: "Filesystem",
      },
    },
    changes: { "spec.csi": { driver: "example.com", volumeHandle: "b" }, "spec.volumeMode": "Block" },
  },
  "/ResourceQuota": {
    object: { spec: { hard: { pods: "1" }, scopes: ["BestEffort"] } },
    changes: { "spec.scopes": ["NotBestEffort"] },
  },
  "/Secret": { object: { type: "Opaque", data: { a: "AA==" } }, changes: { type: "example.com/other" } },
  "/ConfigMap": { object: { data: { a: "1" } }, changes: {} },
  "rbac.authorization.k8s.io/RoleBinding": {
    object: { roleRef: role },
    changes: { roleRef: { ...role, name: "edit" } },
  },
  "rbac.authorization.k8s.io/ClusterRoleBinding": {
    object: { roleRef: role },
    changes: { roleRef: { ...role, name: "edit" } },
  },
  "storage.k8s.io/StorageClass": {
    object: storageClass,
    changes: {
      provisioner: "example.com/b",
      parameters: { a: "2" },
      reclaimPolicy: "Retain",
      volumeBindingMode: "WaitForFirstConsumer",
    },
  },
  "storage.k8s.io/VolumeAttributesClass": {
    object: { driverName: "example.com", parameters: { a: "1" } },
    changes: { driverName: "example.org", parameters: { a: "2" } },
  },
  "scheduling.k8s.io/PriorityClass": { object: { value: 5 }, changes: { value: 6, preemptionPolicy: "Never" } },
  "networking.k8s.io/IngressClass": {
    object: { spec: { controller: "example.com/a" } },
    changes: { "spec.controller": "example.com/b" },
  },
  "node.k8s.io/RuntimeClass": { object: { handler: "a" }, changes: { handler: "b" } },
  "discovery.k8s.io/EndpointSlice": {
    object: { addressType: "IPv4", endpoints: [] },
    changes: { addressType: "IPv6" },
  },
  "apiextensions.k8s.io/CustomResourceDefinition": {
    object: { metadata: { name: "gizmos.example.com" }, spec: definition },
    changes: { "spec.scope": "Cluster" },
  },
};

const MERGE = { type: "application/merge-patch+json" };
const at = (path: string, value: unknown): Fields => {
  // `spec.containers.*.image` is given as the whole list.
  const steps = path.replace(/\.\*.*$/, "").split(".");
  return steps.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Fields;
};
const keyOf = ({ group, kind }: { group: string; kind: string }): string => `${group}/${kind}`;

interface ServedResource {
  resource: string;
  scope: "Cluster" | "Namespaced";
  verbs: string[];
  responseKind: { kind: string };
}

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("the provider's tables against a real API server", () => {
  let sandbox: ScratchSandbox;
  let admin: ApiClient;
  /** What the server serves: version and resource by group and kind. */
  const served = new Map<string, { group: string; version: string; resource: ServedResource }>();

  beforeAll(async () => {
    sandbox = scratchSandbox();
    await startControlPlane({ folder: sandbox.folder, nodes: [testNode("a", "a")] });
    admin = adminClient(sandbox.folder);
    const groups = await admin.call<{ groups: { name: string; versions: { version: string }[] }[] }>("GET", "/apis");
    const versions = [{ group: "", version: "v1" }];
    for (const { name, versions: all } of groups.groups)
      for (const { version } of all.slice(0, 1)) versions.push({ group: name, version });
    for (const { group, version } of versions) {
      const path = group === "" ? "/api/v1" : `/apis/${group}/${version}`;
      const { resources } = await admin.call<{
        resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
      }>("GET", path);
      for (const { name, kind, namespaced, verbs } of resources) {
        if (name.includes("/")) continue;
        const resource = {
          resource: name,
          scope: namespaced ? "Namespaced" : "Cluster",
          verbs,
          responseKind: { kind },
        } as const;
        served.set(`${group}/${kind}`, { group, version, resource });
      }
    }
  });
  afterAll(async () => {
    await sandbox.remove();
  });

  it("kind-table: every kind that the server keeps is in the table, with its plural and scope", () => {
    const kept = [...served.values()].filter(
      ({ group, resource }) => isBuiltInGroup(group) && resource.verbs.includes("patch"),
    );
    expect(kept.length).toBeGreaterThan(40);
    const wrong = kept.filter(({ group, resource }) => {
      const row = builtInKind(group, resource.responseKind.kind);
      return row?.plural !== resource.resource || row.namespaced !== (resource.scope === "Namespaced");
    });
    expect(wrong.map(({ group, resource }) => `${group}/${resource.responseKind.kind}`)).toEqual([]);
  });

  it("kind-table: no row contradicts the server; only kinds behind a feature gate are not served", () => {
    const missing = BUILT_IN_KINDS.filter((row) => !served.has(keyOf(row))).map(keyOf);
    expect(missing).toEqual([]);
  });

  it("diff-immutable: every row of the table has a sample", () => {
    expect(Object.keys(SAMPLES).sort()).toEqual(IMMUTABLE_FIELDS.map(keyOf).sort());
  });

  /** Creates the sample and gives a function that asks, without storing, for a change of it. */
  async function created(row: ImmutableRow, sample: Fields): Promise<(change: Fields) => Promise<number>> {
    const found = served.get(keyOf(row));
    if (found === undefined) throw new Error(`${keyOf(row)} is not served`);
    const { group, version, resource } = found;
    const root = group === "" ? "/api/v1" : `/apis/${group}/${version}`;
    const collection = `${root}${resource.scope === "Namespaced" ? "/namespaces/default" : ""}/${resource.resource}`;
    const metadata = { name: `sample-${row.kind.toLowerCase()}`, ...(sample.metadata as Fields | undefined) };
    await admin.call("POST", collection, {
      apiVersion: group === "" ? version : `${group}/${version}`,
      kind: row.kind,
      ...sample,
      metadata,
    });
    // A definition's scope is fixed from the moment it is served.
    if (row.kind === "CustomResourceDefinition") {
      await vi.waitFor(async () => await admin.call("GET", "/apis/example.com/v1"), { timeout: 10_000, interval: 50 });
    }
    return async (change) => {
      try {
        await admin.call("PATCH", `${collection}/${metadata.name}?dryRun=All`, change, MERGE);
        return 200;
      } catch (error) {
        return (error as { status?: number }).status ?? 0;
      }
    };
  }

  it.each(IMMUTABLE_FIELDS.map((row) => [keyOf(row), row] as const))(
    "diff-immutable: %s refuses what the table says it refuses",
    async (key, row) => {
      const { object, changes, allowed = {} } = SAMPLES[key]!;
      const ask = await created(row, object);
      const answers = await Promise.all(
        Object.entries(changes).map(async ([path, value]) => [path, await ask(at(path, value))]),
      );
      // 403 is the answer of the admission that protects a quota's or class's fields.
      expect(answers.filter(([, code]) => code !== 422 && code !== 403)).toEqual([]);
      const accepted = await Promise.all(
        Object.entries(allowed).map(async ([path, value]) => [path, await ask(at(path, value))]),
      );
      expect(accepted.filter(([, code]) => code !== 200)).toEqual([]);
      const tried = Object.keys(changes);
      const untried = (row.refused ?? []).filter(
        (path) => !tried.some((change) => change === path || change.startsWith(`${path}.`)),
      );
      // One volume source stands for all: they are one field in the API.
      expect(untried.filter((path) => !(row.kind === "PersistentVolume" && path !== "spec.volumeMode"))).toEqual([]);
    },
  );
});
