import { Cluster } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster";
import { describe, expect, test } from "vitest";
import { cloudNativePg } from "../../../../components/postgresql/cloud-native-pg";
import { drillRules } from "../../../../components/postgresql/cloud-native-pg/drill";
import { drillCluster } from "../../../../components/postgresql/cloud-native-pg/drill/cluster";
import { databaseObjects } from "../../../../model/database/names";
import { sampleArgs } from "./sample";

const { restoreDrill, server, backupStore } = databaseObjects;

interface DrillPod {
  readonly automountServiceAccountToken: boolean;
  readonly serviceAccountName: string;
  readonly terminationGracePeriodSeconds: number;
  readonly containers: {
    readonly env: { name: string; value: string }[];
    readonly volumeMounts: { mountPath: string }[];
  }[];
  readonly volumes: Record<string, unknown>[];
}

/** The registered CronJob's Job and pod. */
function registered() {
  const objects = cloudNativePg.objects(sampleArgs());
  const cron = objects.find(({ manifest }) => manifest.kind === "CronJob")?.manifest as unknown as {
    spec: { schedule: string; jobTemplate: { spec: { activeDeadlineSeconds: number; template: { spec: DrillPod } } } };
  };
  return { objects, cron, job: cron.spec.jobTemplate.spec, pod: cron.spec.jobTemplate.spec.template.spec };
}

describe("the Cluster of a drill", () => {
  const { spec } = drillCluster(sampleArgs());

  test("is one that the operator's schema takes, from the store of the live one and under its account", () => {
    expect(() => {
      new Cluster(drillCluster(sampleArgs())).validate();
    }).not.toThrow();
    expect(spec.externalClusters).toMatchObject([
      { plugin: { parameters: { barmanObjectName: backupStore, serverName: server } } },
    ]);
    expect(spec.bootstrap?.recovery?.source).toBe(spec.externalClusters?.[0]?.name);
    expect(spec.serviceAccountName).toBe(server);
  });

  test("archives nothing: it would write into the archive that it is read from", () => {
    expect(spec.plugins).toBeUndefined();
  });

  test("has room for everything, on volumes that go with it", () => {
    expect(spec.storage).toEqual({ storageClass: "scratch", size: "100Gi" });
    expect(spec.walStorage).toEqual({ storageClass: "scratch", size: "25Gi" });
    expect(spec.resources).toMatchObject({ requests: { cpu: "250m", memory: "1Gi" } });
    expect(spec.postgresql?.parameters?.shared_buffers).toBe("128MB");
  });

  test("knows no password of the live servers", () => {
    expect(spec.superuserSecret).toBeUndefined();
    expect(spec.enableSuperuserAccess).toBe(true);
  });
});

describe("the drill", () => {
  test("may read and delete its own Cluster, read its password and the state of the store, and nothing else", () => {
    const named = drillRules().filter(({ verbs }) => !verbs.includes("create"));
    for (const rule of named) expect(rule).toHaveProperty("resourceNames");
    expect(JSON.stringify(drillRules())).not.toContain(`"${server}"`);
    expect(drillRules().filter(({ verbs }) => verbs.includes("create"))).toEqual([
      { apiGroups: ["postgresql.cnpg.io"], resources: ["clusters"], verbs: ["create"] },
    ]);
  });

  test("runs when the plan says, as its own account, with time to delete what it made", () => {
    const { cron, job, pod } = registered();
    expect(cron.spec.schedule).toBe("45 3 * * 0");
    expect(pod).toMatchObject({ automountServiceAccountToken: true, serviceAccountName: restoreDrill });
    const value = (name: string) => Number(pod.containers[0]?.env.find((each) => each.name === name)?.value);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(value("REMOVE_SECONDS"));
    expect(job.activeDeadlineSeconds).toBeGreaterThan(value("WAIT_SECONDS") + 2 * value("REMOVE_SECONDS"));
  });

  test("finds every file that its environment and command name", () => {
    const { objects, pod } = registered();
    const files = objects.find(({ suffix }) => suffix === `${restoreDrill}-files`)?.manifest.data as object;
    const container = pod.containers[0] as unknown as { command: string[]; env: { name: string; value: string }[] };
    const named = [...container.command, ...container.env.map(({ value }) => value)].filter((each) =>
      each.startsWith(`/etc/${restoreDrill}/`),
    );
    expect(named.map((file) => file.split("/").pop()).sort()).toEqual(Object.keys(files).sort());
    const mounts = pod.containers[0]?.volumeMounts.map(({ mountPath }) => mountPath) ?? [];
    for (const name of ["KUBECTL", "SCRATCH", "HOME", "MANIFEST"]) {
      const file = container.env.find((each) => each.name === name)?.value ?? "";
      expect(
        mounts.some((mount) => file.startsWith(mount)),
        name,
      ).toBe(true);
    }
  });

  test("is refused without an image of kubectl", () => {
    const images = { ...sampleArgs().database.images, kubectl: undefined };
    expect(() => cloudNativePg.objects(sampleArgs({ images }))).toThrow("kubectl");
  });
});
