import { z } from "zod";
import { databaseServers, type DatabaseServer } from "../checks/database/servers";
import { bytesIn, pathOf, quote, settingsOf } from "../checks/database/settings";
import { bytesOfVolume, type ServerVolume, volumesOf } from "../checks/database/volumes";
import { checkEncryption, checkExpansion, checkStorageClass, storageClassSettings } from "../checks/storage-classes";
import { type Graph } from "../graph/graph";
import { aspects, defineRule, each, type Failure, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  ...storageClassSettings,
  environments: z
    .array(z.string().min(1))
    .default(["prod"])
    .describe("environments in which a volume outlives its claim, whoever deletes that"),
});
type Settings = z.infer<typeof settings>;

const gibibyte = 2 ** 30;

const cluster = (parameters: Record<string, string>) =>
  object("postgresql.cnpg.io/v1", "Cluster", "postgresql", {
    spec: {
      instances: 3,
      storage: { size: "100Gi", storageClass: "retained" },
      walStorage: { size: "25Gi", storageClass: "retained" },
      postgresql: { parameters },
    },
  });
const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "retained" },
  provisioner: "ebs.csi.aws.com",
  parameters: { encrypted: "true" },
  allowVolumeExpansion: true,
  reclaimPolicy: "Retain",
};

export const rule = defineRule<Settings>({
  id: "ALT-DB-007",
  slug: "postgresql-volume-keeps-data-safe",
  title: "A database's volumes are encrypted, can grow and are kept, and its log has one of its own that nothing fills",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "A server whose volume is full stops, and one that cannot grow stays so. The write-ahead log fills it first: a replica " +
    "that is gone keeps every segment, without a bound, until no transaction can end. A volume that goes with its claim is " +
    "one wrong delete away from a restore.",
  fix:
    "Name a StorageClass that encrypts, expands and retains, give the log a volume of its own, and set " +
    "max_slot_wal_keep_size below its size.",
  planSteps: ["2.2.5", "3.4.5"],
  peers: ["checkov CKV2_AWS_8", "awsguard rds-storage-encrypted"],
  settings,
  examples: {
    pass: {
      title: "encrypted volumes, and 8 GB of log at most for a replica that is gone",
      manifests: [cluster({ max_slot_wal_keep_size: "8GB" }), storageClass],
    },
    fail: { title: "a replica that is gone may fill the volume", manifests: [cluster({}), storageClass] },
  },
  parts: [
    part(
      ({ graph }) => databaseServers(graph),
      (server, { graph, settings: options, environment }) => {
        const isKept = environment === undefined || options.environments.includes(environment);
        return aspects(
          () => checkPresence(server, graph),
          () => each(volumesOf(server, graph), (volume) => checkVolume(volume, graph, options, isKept)),
          () => checkSlots(server, graph),
        );
      },
    ),
  ],
});

function* checkPresence(server: DatabaseServer, graph: Graph): Generator<Failure> {
  const volumes = volumesOf(server, graph);
  const { spec } = server.object;
  if (volumes.every(({ use }) => use === "wal")) {
    const path = spec.at(server.form === "plain" ? "volumeClaimTemplates" : "storage").path;
    yield {
      problem: "has no volume for its data that outlives its pods",
      path,
      fix: "claim one and mount it where the server keeps its data",
    };
  } else if (volumes.every(({ use }) => use !== "wal")) {
    const path = spec.at(server.form === "plain" ? "volumeClaimTemplates" : "walStorage").path;
    const problem = "keeps its write-ahead log on the volume of its data, so that either fills it for both";
    yield { problem, path, fix: "give the log a volume of its own" };
  }
}

function checkVolume(volume: ServerVolume, graph: Graph, options: Settings, isKept: boolean) {
  const { name, className } = volume;
  const { path } = className;
  return checkStorageClass(name, className, graph, options, (found, given) =>
    aspects(
      () => checkExpansion(name, found, given, path),
      () => checkEncryption(name, found, given, path, options),
      function* () {
        if (!isKept || found.root.at("reclaimPolicy").text() === "Retain") return;
        const problem = `stores volume ${name} in class ${given}, which deletes a volume together with its claim`;
        yield { problem, path, fix: `set reclaimPolicy of StorageClass ${given} to Retain, or name another class` };
      },
    ),
  );
}

function* checkSlots(server: DatabaseServer, graph: Graph): Generator<Failure> {
  const setting = "max_slot_wal_keep_size";
  const given = settingsOf(server, graph);
  if (given.hidden !== undefined && !given.given.has(setting)) return;
  const path = pathOf(given, setting);
  const kept = bytesIn(given, setting);
  if (kept < 0) {
    const problem = `keeps the log for a replica that is gone until the volume is full (${quote(given, setting)})`;
    yield { problem, path, fix: "set it to less than the volume of the log" };
    return;
  }
  const wal = volumesOf(server, graph).find(({ use }) => use === "wal");
  const size = wal && bytesOfVolume(wal);
  if (size === undefined || kept < size) return;
  const problem = `keeps ${describe(kept)} of log for a replica that is gone on a volume of ${describe(size)}`;
  yield { problem: `${problem} (${quote(given, setting)})`, path, fix: "set it to less than the volume of the log" };
}

function describe(amount: number): string {
  return `${Number((amount / gibibyte).toFixed(1))} GiB`;
}
