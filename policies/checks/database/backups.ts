import { inputsOf, isGiven } from "../aws";
import { type Field } from "../../field";
import { type Graph } from "../../graph/graph";
import { type Workload } from "../../graph/workload";
import { cronJobs, isSuspended, wordsOf } from "./jobs";
import { matching } from "./known";
import { type GivenSettings, valueOf } from "./settings";
import { ofOperator, type OperatedServer, type PlainServer } from "./servers";

/** A job that makes base backups. */
export interface BackupJob {
  /** `CronJob postgresql-backup`, for sentences. */
  readonly name: string;
  readonly schedule: Field;
  readonly suspended: boolean;
}

/** Where backups and log go. */
export interface BackupPlace {
  /** `s3://bucket/prefix`, `a volume`. */
  readonly name: string;
  /** Why it is lost together with the cluster, as the end of a sentence. */
  readonly inside?: string;
  /** Whether what is stored there is encrypted. */
  readonly encrypted: boolean;
  readonly path: string;
}

/** How a server is saved, as far as the stack shows it. */
export interface Backups {
  readonly jobs: readonly BackupJob[];
  /** Whether the log is archived between two base backups. */
  readonly archived: boolean;
  readonly place?: BackupPlace;
  /** Property that a message on what is missing points at. */
  readonly path: string;
}

const address = /\b(?:s3|gs|azure|https?):\/\/[^\s"',]+/i;
/** Programs that make base backups, by their command. */
const backupPrograms = /\b(?:pg_basebackup|pgbackrest|wal-g|barman|pg_probackup)\b/;
const restores = /restore|drill/i;

/**
 * Backups of a Cluster: ScheduledBackups, and the plugin's or the operator's own archive.
 *
 * @param trusted Buckets that encrypt, though nothing here shows it.
 */
export function operatedBackups({ object }: OperatedServer, graph: Graph, trusted: readonly string[]): Backups {
  const { spec, name, namespace } = object;
  const scheduled = ofOperator(graph, "ScheduledBackup").map(({ read }) => read());
  const jobs = matching(
    scheduled,
    (each) => each.namespace === namespace && each.spec.at("cluster", "name").text() === name,
  ).map((each) => ({
    name: `ScheduledBackup ${each.name}`,
    schedule: each.spec.at("schedule"),
    suspended: each.spec.at("suspend").flag() === true,
  }));
  const plugins = spec.at("plugins");
  const archiver = plugins
    .items()
    .find((plugin) => plugin.at("isWALArchiver").flag() === true && plugin.at("enabled").flag() !== false);
  if (archiver) {
    const reference = archiver.at("parameters", "barmanObjectName");
    const store = graph.find("ObjectStore", reference.text() ?? "", namespace);
    const place = store && placeOf(store.spec.at("configuration"), reference.path, graph, trusted);
    return { jobs, archived: true, path: reference.path, ...(place && { place }) };
  }
  const own = spec.at("backup", "barmanObjectStore");
  if (!own.exists) return { jobs, archived: false, path: plugins.path };
  const place = placeOf(own, own.path, graph, trusted);
  return { jobs, archived: true, path: own.path, ...(place && { place }) };
}

/** Source: https://cloudnative-pg.io/plugin-barman-cloud/docs/concepts/ */
function placeOf(store: Field, path: string, graph: Graph, trusted: readonly string[]): BackupPlace | undefined {
  const destination = store.at("destinationPath").text();
  if (destination === undefined) return undefined;
  const endpoint = store.at("endpointURL").text() ?? "";
  const encrypted =
    (isGiven(store.at("data", "encryption")) && isGiven(store.at("wal", "encryption"))) ||
    isEncryptedBucket(destination, graph, trusted);
  const inside = /\.svc(?:[.:/]|$)/.test(endpoint) ? `${endpoint} is a Service of the same cluster` : undefined;
  return { name: destination, encrypted, path, ...(inside !== undefined && { inside }) };
}

/** Whether a bucket that the stack registers encrypts what is put there with a key of the account. */
function isEncryptedBucket(destination: string, graph: Graph, trusted: readonly string[]): boolean {
  const name = /^s3:\/\/([^/]+)/.exec(destination)?.[1];
  const type = "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
  const buckets = inputsOf(graph, "s3/bucket:Bucket");
  const bucket = buckets.find(({ root }) => !root.at("bucket").undecided && root.at("bucket").text() === name);
  if (name === undefined) return false;
  if (trusted.includes(name)) return true;
  return inputsOf(graph, type).some(({ root, resource }) => {
    const field = root.at("bucket");
    if (!field.undecided) return field.text() === name;
    // The bucket's name is an output of it; the engine tells which.
    const from = resource.edges?.propertyDependencies?.bucket ?? [];
    return bucket?.resource.urn !== undefined && from.includes(bucket.resource.urn);
  });
}

/** Backups of a plain server: a CronJob beside it, and the archive that its settings name. */
export function plainBackups({ object, workload }: PlainServer, given: GivenSettings, graph: Graph): Backups {
  const found = matching(cronJobs(graph), (job) => {
    if (job.object.namespace !== object.namespace || restores.test(job.object.name)) return false;
    return /backup/i.test(job.object.name) || backupPrograms.test(wordsOf(job));
  });
  const jobs = found.map((job) => ({
    name: `CronJob ${job.object.name}`,
    schedule: job.object.spec.at("schedule"),
    suspended: isSuspended(job),
  }));
  const archives = ["archive_command", "archive_library"].some((name) => valueOf(given, name) !== "");
  const archived = valueOf(given, "archive_mode") !== "off" && archives;
  const [first] = found;
  const place = first && workloadPlace(first, `${wordsOf(workload)}\n${valueOf(given, "archive_command")}`);
  return { jobs, archived, path: given.path, ...(place && { place }) };
}

/** Where a CronJob puts its backups: an address among its words, else a volume that it mounts. */
function workloadPlace(job: Workload, more: string): BackupPlace | undefined {
  const { path } = job.podSpec.at("volumes");
  const [found] = address.exec(`${wordsOf(job)}\n${more}`) ?? [];
  if (found !== undefined) {
    const inside = /\.svc(?:[.:/]|$)/.test(found) ? `${found} is a Service of the same cluster` : undefined;
    const encrypted = /\b(?:sse|kms|encrypt|cipher)/i.test(wordsOf(job));
    return { name: found, encrypted, path, ...(inside !== undefined && { inside }) };
  }
  const claims = job.podSpec.at("volumes").items();
  if (!claims.some((volume) => volume.at("persistentVolumeClaim").exists)) return undefined;
  // The volume's own encryption is for ALT-K8S-067.
  return { name: "a volume", inside: "it is a volume of the same cluster", encrypted: true, path };
}

/** CronJobs that restore a backup to see whether that is possible. */
export function restoreDrills(namespace: string, graph: Graph): Workload[] {
  return matching(cronJobs(graph), ({ object }) => object.namespace === namespace && restores.test(object.name));
}
