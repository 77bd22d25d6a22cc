import { describe, expect, test } from "vitest";
import { Postgresql } from "../../../../components/postgresql";
import { type PostgresqlArgs } from "../../../../components/postgresql/args";
import { postgresqlFootprints, postgresqlManifests } from "../../../../components/postgresql/objects";
import { type DatabaseForm } from "../../../../model/database/platform-database";
import { type Manifest } from "../../../../model/manifest";
import { recordRegistrations } from "../../../../registrations/record";
import { passwordOf, somePostgresqlArgs } from "../../../support/postgresql-args";

const external: DatabaseForm = {
  kind: "external",
  host: "db.example",
  port: 6432,
  cidrs: ["10.9.0.0/24"],
  administrator: { user: "master", password: { secretName: "master", key: "password" } },
};

interface Container {
  readonly command?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}
interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly projected?: { readonly sources: readonly object[] } }[];
}

function find(args: PostgresqlArgs, kind: string, name: string): Manifest {
  const found = postgresqlManifests(args).find(
    (each) => each.kind === kind && (each.metadata.name === name || each.metadata.name.startsWith(`${name}-`)),
  );
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

function has(args: PostgresqlArgs, kind: string, name: string): boolean {
  return postgresqlManifests(args).some((each) => each.kind === kind && each.metadata.name === name);
}

function podOf(manifest: Manifest): PodSpec {
  const { spec } = manifest as Manifest & {
    spec: { template?: { spec: PodSpec }; jobTemplate?: { spec: { template: { spec: PodSpec } } } };
  };
  return (spec.template ?? spec.jobTemplate?.spec.template)!.spec;
}

function environmentOf(manifest: Manifest): Record<string, string> {
  return Object.fromEntries(podOf(manifest).containers[0]?.env?.map(({ name, value }) => [name, value]) ?? []);
}

describe.each<[string, DatabaseForm, number]>([
  ["plain", { kind: "plain" }, 1],
  ["plain with replicas", { kind: "plain" }, 3],
  ["by the operator", { kind: "cloudNativePg" }, 3],
  ["of somebody else", external, 1],
])("PostgreSQL %s", (_, form, instances) => {
  const args = somePostgresqlArgs({ database: { form, instances } });

  test("registers exactly its manifests", async () => {
    const { registrations } = await recordRegistrations(() => {
      new Postgresql("postgresql", args);
    });
    const registered = registrations
      .filter(({ custom }) => custom)
      .map(({ inputs }) => {
        const { kind, metadata } = inputs as unknown as Manifest;
        return `${kind} ${metadata.name}`;
      });
    const written = postgresqlManifests(args).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(registered.sort()).toEqual(written.sort());
  });

  test("has the same jobs, plan and exporter as every other form", () => {
    const jobs = postgresqlManifests(args).filter(({ kind }) => kind === "Job" || kind === "CronJob");
    const ours = jobs.map(({ metadata }) => metadata.name).filter((name) => !/backup|drill/.test(name));
    expect(ours).toEqual([
      expect.stringMatching(/^postgresql-migrations-[0-9a-f]{10}$/),
      "postgresql-maintenance",
      "postgresql-refresh-usage-monthly",
      "postgresql-refresh-jobs-daily",
    ]);
    expect(has(args, "Deployment", "postgres-exporter")).toBe(true);
    expect(has(args, "ConfigMap", "postgresql-partitions")).toBe(true);
  });

  test("stands in no namespace but its own, and puts no password anywhere", () => {
    const manifests = postgresqlManifests(args);
    expect(new Set(manifests.map(({ metadata }) => metadata.namespace))).toEqual(new Set([args.namespace]));
    expect(JSON.stringify(manifests)).not.toContain(passwordOf("monitoring"));
    expect(manifests.map(({ kind }) => kind)).not.toContain("Secret");
  });

  test("is ready when its roles are made and its pooler is there", async () => {
    const ready: string[] = [];
    await recordRegistrations(() => {
      const { ready: resources } = new Postgresql("postgresql", args);
      for (const { urn } of resources) urn.apply((each) => ready.push(each.split("::").at(-1) ?? ""));
    });
    const pooler = form.kind === "cloudNativePg" ? "postgresql-pooler" : "pgbouncer";
    expect(ready.sort()).toEqual([pooler, "postgresql-migrations"].sort());
  });

  test("says for its quota what each of its workloads takes", () => {
    const names = postgresqlFootprints(args).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["postgres-exporter", "postgresql-migrations", "pgbouncer"]));
    expect(names.includes("postgresql")).toBe(form.kind !== "external");
  });
});

describe("the migration Job", () => {
  const nameOf = (args: PostgresqlArgs) => find(args, "Job", "postgresql-migrations").metadata.name;
  const args = somePostgresqlArgs();

  test("is another one when what it applies is another, and the same when it is not", () => {
    const { definition } = args.database;
    const [first, ...others] = definition.migrations;
    const edited = { ...definition, migrations: [{ ...first!, sql: `${first!.sql}-- more` }, ...others] };
    const names = [
      args,
      somePostgresqlArgs({ database: { definition: edited } }),
      somePostgresqlArgs({ database: { roles: args.database.roles.slice(1) } }),
      somePostgresqlArgs({ passwordGenerations: { monitoring: 2 } }),
      somePostgresqlArgs({ database: { images: { ...args.database.images, server: "postgres:19" } } }),
    ].map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    expect(nameOf(somePostgresqlArgs())).toBe(names[0]);
  });

  test("comes to somebody else's server as whom its stack names, with that password and no other superuser's", () => {
    const job = find(somePostgresqlArgs({ database: { form: external } }), "Job", "postgresql-migrations");
    expect(environmentOf(job)).toMatchObject({ PGHOST: "db.example", PGPORT: "6432", PGUSER: "master" });
    const { sources = [] } = podOf(job).volumes.find(({ name }) => name === "passwords")?.projected ?? {};
    expect(JSON.stringify(sources)).toContain('"name":"master"');
    expect(JSON.stringify(sources)).not.toContain('"key":"postgres"');
  });

  test("waits for the servers, and everything that needs its roles for it", async () => {
    const { registrations } = await recordRegistrations(() => {
      new Postgresql("postgresql", args);
    });
    const named = (suffix: string) => registrations.find(({ name }) => name === `postgresql-${suffix}`);
    const job = named("migrations");
    expect(job?.options.dependsOn).toEqual(expect.arrayContaining([named("servers")?.key]));
    for (const later of ["exporter", "postgresql-maintenance"]) {
      expect(named(later)?.options.dependsOn).toEqual(expect.arrayContaining([job?.key]));
    }
    const pooler = registrations.find(({ type }) => type === "platform:data:Pgbouncer");
    expect(pooler?.options.dependsOn).toEqual([job?.key]);
  });
});

describe("whoever connects", () => {
  test("only encrypts where there is no authority, and verifies the server where there is one", () => {
    const job = (args: PostgresqlArgs) => environmentOf(find(args, "CronJob", "postgresql-maintenance"));
    expect(job(somePostgresqlArgs())).toMatchObject({ PGSSLMODE: "require" });
    expect(job(somePostgresqlArgs({ certificateSecret: "tls" }))).toMatchObject({
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: "/etc/postgresql-authority/ca.crt",
    });
    const exporter = (args: PostgresqlArgs) =>
      environmentOf(find(args, "Deployment", "postgres-exporter")).DATA_SOURCE_URI;
    expect(exporter(somePostgresqlArgs())).toMatch(/^postgresql:5432\/altlas\?.*sslmode=require$/);
    expect(exporter(somePostgresqlArgs({ certificateSecret: "tls" }))).toMatch(/sslmode=verify-full&sslrootcert=/);
  });

  test("gets the passwords that it needs and no others", () => {
    const passwords = (name: string) =>
      JSON.stringify(
        podOf(find(somePostgresqlArgs(), "CronJob", name)).volumes.find((each) => each.name === "passwords"),
      );
    expect(passwords("postgresql-maintenance")).toMatch(/"items":\[\{"key":"platform_maintenance"/);
    expect(passwords("postgresql-maintenance")).not.toMatch(/"key":"(postgres|replicator)"/);
  });
});
