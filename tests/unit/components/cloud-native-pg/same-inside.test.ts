import { describe, expect, test } from "vitest";
import { cluster } from "../../../../components/postgresql/cloud-native-pg/cluster";
import { postgresqlManifests } from "../../../../components/postgresql/objects";
import { configurationFiles, ownSettings } from "../../../../components/postgresql/plain/configuration";
import { databaseObjects } from "../../../../model/database/names";
import { type DatabaseForm } from "../../../../model/database/platform-database";
import { operatorParameters, serverSettings } from "../../../../model/database/settings";
import { type Manifest } from "../../../../model/manifest";
import { somePostgresqlArgs } from "../../../support/postgresql-args";
import { sampleDatabase } from "./sample";

const settings = serverSettings(
  {
    resources: sampleDatabase.resources,
    volume: "100Gi",
    walVolume: "25Gi",
    maxConnections: 200,
    replicas: 2,
    major: 18,
  },
  {},
);

const forms: readonly DatabaseForm[] = [
  { kind: "plain" },
  { kind: "cloudNativePg" },
  {
    kind: "external",
    host: "db.example",
    port: 5432,
    cidrs: ["192.0.2.0/24"],
    administrator: { user: "postgres", password: { secretName: "postgresql-roles", key: "postgres" } },
  },
];
const argsOf = (form: DatabaseForm) => somePostgresqlArgs({ database: { form, instances: 3, settings } });

/** What a form registers under a name. */
function registered(form: DatabaseForm, kind: string, name: string): Manifest {
  const found = postgresqlManifests(argsOf(form)).find(
    (each) => each.kind === kind && each.metadata.name.startsWith(name),
  );
  if (!found) throw new Error(`${form.kind} registers no ${kind} ${name}`);
  return found;
}

/**
 * The files of the migrations, line by line, without the roles of who runs the servers, since operators have their own, and
 * whether the server is ours alone.
 */
function migrations(form: DatabaseForm): Record<string, string[]> {
  const files = registered(form, "ConfigMap", databaseObjects.migrations).data as Record<string, string>;
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      text
        .split("\n")
        .flatMap((line) =>
          /cnpg_metrics_exporter|'replicator'|^.set exclusive /.test(line) ? [] : [line.replace(/[,;]$/, "")],
        ),
    ]),
  );
}

/** Commands of a job's containers. */
function commandOf(manifest: Manifest): unknown {
  const { spec } = manifest as unknown as { spec: Record<string, unknown> };
  const text = JSON.stringify(spec);
  return [...text.matchAll(/"command":(\[(?:"(?:[^"\\]|\\.)*",?)*\])/g)].map(([, command]) => command);
}

describe("every form has the same inside", () => {
  test("migrations with roles and rights, to the line, but for the roles of who runs the servers", () => {
    const [plain, ...others] = forms.map(migrations);
    for (const other of others) expect(other).toEqual(plain);
    expect(Object.keys(plain as object).length).toBeGreaterThan(10);
  });

  test("partitions", () => {
    const [plain, ...others] = forms.map((form) => registered(form, "ConfigMap", databaseObjects.partitions).data);
    for (const other of others) expect(other).toEqual(plain);
  });

  test.each([databaseObjects.maintenance, `${databaseObjects.refresh}-`])("what %s runs, and when", (name) => {
    const [plain, ...others] = forms.map((form) => registered(form, "CronJob", name));
    for (const other of others) {
      expect(commandOf(other)).toEqual(commandOf(plain!));
      expect((other as unknown as { spec: { schedule: string } }).spec.schedule).toBe(
        (plain as unknown as { spec: { schedule: string } }).spec.schedule,
      );
    }
    expect(commandOf(plain!)).not.toEqual([]);
  });

  test("settings of the servers of ours: each that the plain form writes is the Cluster's, or the operator's own", () => {
    const file = configurationFiles(argsOf({ kind: "plain" }))["postgresql.conf"] ?? "";
    const written = [...file.matchAll(/^([a-z_.]+) = '(.*)'$/gm)].map(([, name = "", value = ""]) => ({ name, value }));
    const parameters = cluster(argsOf({ kind: "cloudNativePg" })).spec.postgresql?.parameters ?? {};
    // How a server recovers on its own disk, and where else it is set up, are the operator's business as well.
    const formsOwn = ["allow_alter_system", "include", "recovery_init_sync_method"];
    const missing = written.filter(
      ({ name, value }) =>
        !operatorParameters.has(name) && !formsOwn.includes(name) && parameters[name] !== value.replaceAll("''", "'"),
    );
    expect(missing).toEqual([]);
    expect(written.length).toBeGreaterThan(settings.length - ownSettings(argsOf({ kind: "plain" })).length);
  });
});
