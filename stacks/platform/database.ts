import { bucketName } from "../../model/aws";
import { type BackupPlan } from "../../model/database/backup";
import {
  connectionBudget,
  type ConnectionBudget,
  fewestConnections,
  poolerPlan,
} from "../../model/database/connections";
import { type DatabaseForm, type PlatformDatabase } from "../../model/database/platform-database";
import { databaseObjects } from "../../model/database/names";
import { partitionProblems } from "../../model/database/partitions";
import { type ServerSize } from "../../model/database/server";
import { leastMemory, serverSettings, settingProblems } from "../../model/database/settings";
import { type Edge } from "../../model/endpoint";
import { type Catalogue, type PlatformService } from "../../model/platform";
import { type Problem } from "../../model/problem";
import { type Bytes, type Cpu, formatCpu, formatMebibytes, mebibytes, millicores } from "../../model/quantity";
import { planScale } from "../../model/scale";
import { type Resources } from "../../model/service";
import { type ImageName, imageReference, images, postgresqlMajor } from "../../model/versions";
import { databaseOf } from "../altlas/database/shape";
import { backupDefaults, databaseSizes, poolerReplicas } from "../altlas/database/sizes";
import { type DatabaseSettings } from "../settings/database";
import { type Settings } from "../settings/schema";

/** Ratio of CPU limit and request (plan; ALT-K8S-004). A server waits for its clients most of the time, and then needs more. */
const cpuLimitRatio = 2;

/** What a stack's database is made of: services with their edges, settings, defaults. */
export interface DatabaseInput {
  readonly settings: Settings;
  readonly catalogue: Catalogue;
  readonly services: readonly PlatformService[];
  /** The stack's own. */
  readonly edges: readonly Edge[];
}

/** PostgreSQL of a stack. Call it with what {@link databaseProblems} found nothing wrong in. */
export function resolveDatabase(input: DatabaseInput): PlatformDatabase {
  const { settings, catalogue } = input;
  const database = databaseOf(settings);
  const budget = stackBudget(input);
  const { roles } = budget;
  const common = {
    ownDatabases: roles.flatMap(({ access }) =>
      access.rights === "owner" ? [{ name: access.database, owner: access.role }] : [],
    ),
    roles,
    pooler: poolerPlan(budget, poolerReplicas, (settings.scale ?? planScale).resources),
    definition: catalogue.database,
    images: {
      // The operator's has what its instances are run by.
      server: image(database.form === "cloudNativePg" ? "cloudnative-pg-postgresql" : "postgresql", settings),
      pooler: image("pgbouncer", settings),
      postgresExporter: image("postgres-exporter", settings),
      pgbouncerExporter: image("pgbouncer-exporter", settings),
      ...(database.form === "cloudNativePg" ? { kubectl: image("kubectl", settings) } : {}),
    },
  };
  if (database.form === "external") {
    const { host, port, cidrs, administrator, maxConnections } = database;
    const { user, secretName, key } = administrator;
    const form: DatabaseForm = {
      kind: "external",
      host,
      port,
      cidrs,
      administrator: { user, password: { secretName, key } },
    };
    // Its owner's to know; nothing here is made of them.
    const none = { instances: 0, resources: noResources, volume: "0Gi", walVolume: "0Gi", settings: [] } as const;
    return { ...common, ...none, form, maxConnections };
  }
  const size = serverSize(input, database);
  const backup = backupPlan(settings, database);
  return {
    ...common,
    form: ownForm(database),
    instances: size.replicas + 1,
    resources: size.resources,
    volume: size.volume,
    walVolume: size.walVolume,
    maxConnections: size.maxConnections,
    settings: serverSettings(size, overridesOf(database)),
    ...(backup ? { backup } : {}),
  };
}

function ownForm(database: OwnDatabase): DatabaseForm {
  if (database.form === "cloudNativePg") return { kind: "cloudNativePg" };
  const { primary, certificate } = database;
  return {
    kind: "plain",
    ...(primary === undefined ? {} : { primaryOrdinal: primary }),
    ...(certificate === undefined ? {} : { certificateSecret: certificate }),
  };
}

/** What contradicts itself between a stack's database, its services and the tables of the catalogue. */
export function databaseProblems(input: DatabaseInput): Problem[] {
  const database = databaseOf(input.settings);
  const { tables } = input.catalogue.database;
  const budget = stackBudget(input).problems;
  if (database.form === "external") return [...budget, ...partitionProblems(tables)];
  const size = serverSize(input, database);
  return [
    ...settingProblems(size, overridesOf(database)),
    ...budget,
    ...partitionProblems(tables, size.volume),
    ...primaryProblems(database, size.replicas + 1),
  ];
}

function primaryProblems(database: OwnDatabase, instances: number): Problem[] {
  if (database.form !== "plain" || database.primary === undefined || database.primary < instances) return [];
  return [
    {
      setting: "altlas:database.primary",
      value: database.primary,
      why: `Of ${instances} servers, numbered from 0, there is none of that number: nobody would take a write.`,
      remedy: `Name one from 0 to ${instances - 1}, or raise altlas:database.instances.`,
    },
  ];
}

/** How the connections of a stack's server are shared out. */
export function stackBudget(input: DatabaseInput): ConnectionBudget {
  const { settings, services, edges } = input;
  const database = databaseOf(settings);
  return connectionBudget({
    services,
    edges,
    maxConnections: maxConnectionsOf(input),
    poolers: poolerReplicas,
    ...(database.form === "external" ? {} : { server: serverSize(input, database) }),
  });
}

/** As the stack says; else the form's usual number, or as many tens as the services need. */
function maxConnectionsOf({ settings, services, edges }: DatabaseInput): number {
  const database = databaseOf(settings);
  if (database.form === "external") return database.maxConnections;
  if (database.maxConnections !== undefined) return database.maxConnections;
  const needed = fewestConnections({ services, edges, poolers: poolerReplicas });
  return Math.max(databaseSizes[database.form].maxConnections, 10 * Math.ceil(needed / 10));
}

const noResources: Resources = { requests: { cpu: "0", memory: "0Mi" }, limits: { cpu: "0", memory: "0Mi" } };

type OwnDatabase = Exclude<DatabaseSettings, { form: "external" }>;

function serverSize(input: DatabaseInput, database: OwnDatabase): ServerSize {
  const usual = databaseSizes[database.form];
  const { cpu, memory } = database.resources ?? usual.resources;
  const size = {
    resources: resourcesOf(cpu, memory),
    volume: database.volume ?? usual.volume,
    walVolume: database.walVolume ?? usual.walVolume,
    maxConnections: maxConnectionsOf(input),
    replicas: (database.instances ?? usual.instances) - 1,
    major: postgresqlMajor,
  };
  // Where the stack says nothing of memory, as much as the services' connections need, in steps.
  const needed = memoryStep * Math.ceil(leastMemory(size) / memoryStep);
  if (database.resources || needed <= mebibytes(memory)) return size;
  return { ...size, resources: resourcesOf(cpu, formatMebibytes(needed)) };
}

/** Mebibytes by which memory is raised. */
const memoryStep = 64;

function resourcesOf(cpu: Cpu, memory: Bytes): Resources {
  return {
    requests: { cpu, memory },
    // As much memory as it asks for: a server that is promised more than there is ends in the middle of its work.
    limits: { cpu: formatCpu(cpuLimitRatio * millicores(cpu)), memory },
  };
}

function overridesOf({ settings }: OwnDatabase): Readonly<Record<string, string>> {
  const text = (value: string | number | boolean) =>
    typeof value === "boolean" ? (value ? "on" : "off") : String(value);
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, text(value)]));
}

/** Absent where there is nowhere to write to: by the operator, outside of EKS, to no bucket. */
function backupPlan({ cluster }: Settings, database: OwnDatabase): BackupPlan | undefined {
  const { backup } = database;
  const target = backupTarget(database, cluster);
  if (!target) return undefined;
  return {
    target,
    schedule: backup?.schedule ?? backupDefaults.schedule,
    retentionDays: backup?.retentionDays ?? backupDefaults.retentionDays,
    drillSchedule: backup?.drillSchedule ?? backupDefaults.drillSchedule,
    archiveTimeoutSeconds: backupDefaults.archiveTimeoutSeconds,
  };
}

function backupTarget(database: OwnDatabase, cluster: Settings["cluster"]): BackupPlan["target"] | undefined {
  if (database.form === "plain") return { kind: "volume", size: database.backup?.size ?? backupDefaults.volume };
  const { bucket, region } = database.backup ?? {};
  const own = cluster.mode === "eks" ? { bucket: bucketName(cluster, "backups"), region: cluster.region } : undefined;
  const place = { bucket: bucket ?? own?.bucket, region: region ?? own?.region };
  if (place.bucket === undefined || place.region === undefined) return undefined;
  return { kind: "s3", bucket: place.bucket, region: place.region, prefix: databaseObjects.server };
}

function image(name: ImageName, { images: { mirrors, digests } }: Settings): string {
  return imageReference(images[name], { mirrors, digest: (digests as Partial<Record<ImageName, string>>)[name] });
}
