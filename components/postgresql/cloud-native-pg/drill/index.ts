import { databaseObjects, postgresqlPort, systemRoles } from "../../../../model/database/names";
import { type BackupPlan } from "../../../../model/database/backup";
import { type Manifest } from "../../../../model/manifest";
import { formatMebibytes } from "../../../../model/quantity";
import { apiServerEgress, dnsEgress } from "../../../shared/egress";
import { objectLabels, selector } from "../../../shared/labels";
import { type ListedObject } from "../../../shared/object-list";
import { type PostgresqlArgs } from "../../args";
import { type Form } from "../../form";
import { jobLabels, jobPod } from "../../jobs/pod";
import { drillSeconds } from "../defaults";
import { drillCluster } from "./cluster";
import { drillScript } from "./script";

const { server, backupStore, restoreDrill: name } = databaseObjects;

/** Folders of the drill's container. */
const folders = { files: `/etc/${name}`, scratch: "/scratch", kubectl: "/opt/kubectl" } as const;

/** Disk of the node in MiB for counts and for what kubectl remembers of the API. */
const scratchMebibytes = 16;

/** The CronJob that restores the last backup, and exactly the rights that it needs for it. */
export function drillObjects(args: PostgresqlArgs, form: Form, plan: BackupPlan): ListedObject[] {
  const metadata = { name, namespace: args.namespace, labels: objectLabels(name, args) };
  const bind = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name };
  const list: readonly (readonly [string, Manifest])[] = [
    ["account", { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false }],
    ["role", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules: drillRules() }],
    [
      "rights",
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata,
        roleRef: bind,
        subjects: [{ kind: "ServiceAccount", name, namespace: args.namespace }],
      },
    ],
    [
      "files",
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata,
        data: { "restore-drill.sh": drillScript, "cluster.json": JSON.stringify(drillCluster(args)) },
      },
    ],
    ["network", drillNetworkPolicy(args)],
  ];
  const before = list.map(([suffix, manifest]) => ({ suffix: `${name}-${suffix}`, manifest }));
  return [...before, { suffix: name, manifest: cronJob(args, form, plan), after: before.map(({ suffix }) => suffix) }];
}

/** What the drill may ask the API server for. A name cannot bound what is made, only what is read and deleted. */
export function drillRules() {
  const clusters = { apiGroups: ["postgresql.cnpg.io"], resources: ["clusters"] };
  return [
    { ...clusters, verbs: ["create"] },
    { ...clusters, resourceNames: [name], verbs: ["get", "list", "watch", "delete"] },
    { apiGroups: ["barmancloud.cnpg.io"], resources: ["objectstores"], resourceNames: [backupStore], verbs: ["get"] },
    { apiGroups: [""], resources: ["secrets"], resourceNames: [`${name}-superuser`], verbs: ["get"] },
  ];
}

function drillNetworkPolicy(args: PostgresqlArgs): Manifest {
  const own = `${name}-job`;
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: own, namespace: args.namespace, labels: objectLabels(own, args) },
    spec: {
      podSelector: { matchLabels: selector(name) },
      policyTypes: ["Egress"],
      egress: [apiServerEgress(args.apiServerNetworks), dnsEgress()],
    },
  };
}

function cronJob(args: PostgresqlArgs, form: Form, { drillSchedule }: BackupPlan): Manifest {
  const labels = jobLabels(name, args, form);
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name, namespace: args.namespace, labels },
    spec: {
      schedule: drillSchedule,
      timeZone: "Etc/UTC",
      // A second one would delete the first one's Cluster.
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels },
        spec: {
          // Each try takes hours; the next one is a week away, and the age of the last good restore tells.
          backoffLimit: 0,
          activeDeadlineSeconds: drillSeconds.restore + 2 * drillSeconds.remove + drillSeconds.rest,
          template: pod(args, form),
        },
      },
    },
  };
}

function pod(args: PostgresqlArgs, form: Form) {
  const { definition, images } = args.database;
  if (images.kubectl === undefined) throw new Error("the restore drill needs an image of kubectl");
  const { metadata, spec } = jobPod(args, form, {
    name,
    login: { role: systemRoles.maintenance, database: definition.name, application: name },
    command: ["sh", `${folders.files}/restore-drill.sh`],
    files: { configMap: name, folder: folders.files },
    environment: {
      KUBECTL: `${folders.kubectl}/bin/kubectl`,
      NAMESPACE: args.namespace,
      CLUSTER: name,
      MANIFEST: `${folders.files}/cluster.json`,
      STORE: backupStore,
      ORIGIN: server,
      SCHEMA: definition.schema,
      SCRATCH: folders.scratch,
      // kubectl keeps there what it remembers of the API.
      HOME: folders.scratch,
      RESTORED_HOST: `${name}-rw`,
      RESTORED_PORT: String(postgresqlPort),
      RESTORED_SSLMODE: "require",
      WAIT_SECONDS: String(drillSeconds.restore),
      REMOVE_SECONDS: String(drillSeconds.remove),
    },
  });
  const [container, ...others] = spec?.containers ?? [];
  if (!spec || !container) throw new Error("a job has a container");
  return {
    metadata,
    spec: {
      ...spec,
      automountServiceAccountToken: true,
      // A Cluster that is being made is deleted, and that written down, before the pod ends.
      terminationGracePeriodSeconds: drillSeconds.end,
      containers: [
        {
          ...container,
          volumeMounts: [
            ...(container.volumeMounts ?? []),
            { name: "kubectl", mountPath: folders.kubectl, readOnly: true },
            { name: "scratch", mountPath: folders.scratch },
          ],
        },
        ...others,
      ],
      volumes: [
        ...(spec.volumes ?? []),
        // Its image has the program and nothing else, no shell either; psql's image has no kubectl.
        { name: "kubectl", image: { reference: images.kubectl, pullPolicy: "IfNotPresent" } },
        { name: "scratch", emptyDir: { sizeLimit: formatMebibytes(scratchMebibytes) } },
      ],
    },
  };
}
