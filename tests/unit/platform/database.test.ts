import { describe, expect, it } from "vitest";
import { type PartitionedTable } from "../../../model/database/partitioned-table";
import { type Catalogue } from "../../../model/platform";
import { catalogue } from "../../../stacks/altlas";
import { tryLoadPlatform } from "../../../stacks/platform";
import { stackConfig } from "../../support/stack";

/** What is said of a stack with changes, by its settings. */
function refusals(stack: string, database: object, other: Catalogue = catalogue) {
  const read = tryLoadPlatform(stackConfig(stack, { database }), other);
  return "problems" in read ? read.problems : [];
}
const platform = (stack: string, database?: object) => {
  const read = tryLoadPlatform(stackConfig(stack, database ? { database } : {}), catalogue);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.platform;
};
/** The catalogue with one table changed. */
const withTable = (name: string, change: (table: PartitionedTable) => PartitionedTable): Catalogue => ({
  ...catalogue,
  database: {
    ...catalogue.database,
    tables: catalogue.database.tables.map((table) => (table.name === name ? change(table) : table)),
  },
});

describe("PostgreSQL of a stack", () => {
  it("is plain and small in dev, and by the operator with a replica in each zone elsewhere", () => {
    expect(platform("dev").database).toMatchObject({ form: { kind: "plain" }, instances: 1 });
    expect(platform("beta").database).toMatchObject({ form: { kind: "cloudNativePg" }, instances: 3 });
    expect(platform("dev").operators).toBeUndefined();
    expect(platform("beta").operators).toBeDefined();
  });

  it("has a role for each service that an edge leads to it, and a password for each role that logs in", () => {
    const { database, secrets } = platform("dev");
    expect(database.roles.map(({ name }) => name)).toEqual(["archive"]);
    const roles = secrets.flatMap((secret) => (secret.kind === "generated" && secret.role ? [secret.role] : []));
    expect(roles).toEqual(expect.arrayContaining(["archive", "postgres", "monitoring", "pgbouncer", "replicator"]));
  });

  it("of somebody else is an end outside the cluster: no server, no backup, the same inside", () => {
    const external = platform("dev", {
      form: "external",
      host: "db.example.org",
      cidrs: ["10.9.0.0/24"],
      maxConnections: 200,
      administrator: { user: "rds_admin", secretName: "db-admin", key: "password" },
    });
    expect(external.database).toMatchObject({ form: { kind: "external", host: "db.example.org" }, instances: 0 });
    expect(external.database.backup).toBeUndefined();
    expect(external.database.definition).toBe(platform("dev").database.definition);
    expect(external.endpoints.find(({ name }) => name === "postgresql")).toMatchObject({
      kind: "external",
      cidrs: ["10.9.0.0/24"],
    });
    expect(external.edges.map(({ from, to }) => `${from} ${to}`)).not.toContain("postgresql-backup postgresql");
  });

  it("writes its backups to the cluster's own bucket on EKS, and to the one that the stack names elsewhere", () => {
    expect(platform("beta").database.backup?.target).toMatchObject({
      kind: "s3",
      bucket: "altlas-beta-111122223333-backups",
      region: "eu-central-1",
    });
    const named = { form: "cloudNativePg", backup: { bucket: "elsewhere", region: "eu-west-1" } };
    expect(platform("dev", named).database.backup?.target).toMatchObject({ bucket: "elsewhere", region: "eu-west-1" });
    expect(platform("dev", { form: "cloudNativePg" }).database.backup).toBeUndefined();
  });
});

describe("before anything is registered", () => {
  it("refuses a server with too few connections, with the number that fits", () => {
    const [problem] = refusals("beta", { form: "cloudNativePg", maxConnections: 50 });
    expect(problem).toMatchObject({ setting: "altlas:database.maxConnections", value: 50 });
    expect(problem?.remedy).toMatch(/\d+/);
  });

  it("refuses a setting that promises more memory than there is", () => {
    const found = refusals("dev", { form: "plain", settings: { shared_buffers: "2GB" } });
    expect(found.map(({ setting }) => setting)).toContain("altlas:database.settings.shared_buffers");
  });

  it("refuses a primary that is none of the servers", () => {
    expect(refusals("dev", { form: "plain", primary: 1 })).toEqual([
      expect.objectContaining({ setting: "altlas:database.primary", value: 1 }),
    ]);
    expect(refusals("dev", { form: "plain", primary: 1, instances: 2 })).toEqual([]);
  });

  it.each<[string, RegExp, (table: PartitionedTable) => PartitionedTable]>([
    [
      "a horizon that is too short",
      /premake: The horizon is 28 days .* Set premake to 2 or more/,
      (table) => ({ ...table, method: { ...table.method, premake: 1 } as PartitionedTable["method"] }),
    ],
    [
      "a key outside the primary key",
      /primaryKey: .*partition key created_at.* Add created_at to the primary key/,
      (table) => ({ ...table, primaryKey: ["id"] }),
    ],
    [
      "more rows than the volume holds",
      /volume.*\d+ GiB/,
      (table) => ({ ...table, method: { ...table.method, retain: 120 } as PartitionedTable["method"] }),
    ],
  ])("refuses %s, with numbers and a remedy", (_, setting, change) => {
    const found = refusals("beta", { form: "cloudNativePg" }, withTable("jobs", change));
    const told = found.map((problem) => `${problem.setting}: ${problem.why} ${problem.remedy}`).join("\n");
    expect(told).toMatch(setting);
  });
});
