import { describe, expect, test } from "vitest";
import { Pgbouncer } from "../../../components/pgbouncer";
import { type PgbouncerArgs } from "../../../components/pgbouncer/args";
import { configurationFile } from "../../../components/pgbouncer/specs/configuration";
import { deploymentSpec } from "../../../components/pgbouncer/specs/deployment";
import { pgbouncerFootprint, pgbouncerObjects } from "../../../components/pgbouncer/specs/objects";
import { poolerArgs } from "../../../components/postgresql/objects";
import { recordRegistrations } from "../../../registrations/record";
import { somePostgresqlArgs } from "../../support/postgresql-args";

function args(changes: Partial<PgbouncerArgs> = {}): PgbouncerArgs {
  return { ...poolerArgs(somePostgresqlArgs())!, ...changes };
}

/** Lines of a section of the configuration. */
function section(name: string, text: string): string[] {
  const [, lines = ""] = text.split(`[${name}]\n`);
  return (lines.split("\n[")[0] ?? "").split("\n").filter(Boolean);
}

describe("the pooler", () => {
  test("knows each database and each role's pool of the plan, and no others", () => {
    const pools = [
      { role: "archive", database: "atlas_db", size: 7 },
      { role: "api_gateway", database: "altlas", size: 3 },
    ];
    const text = configurationFile(args({ plan: { ...args().plan, pools } }));
    expect(section("databases", text)).toEqual([
      "altlas = host=postgresql port=5432",
      "atlas_db = host=postgresql port=5432",
    ]);
    expect(section("users", text)).toEqual(["archive = pool_size=7", "api_gateway = pool_size=3"]);
  });

  test("is set up as the plan says, but for what follows from where it runs", () => {
    const settings = { max_prepared_statements: "200", auth_type: "any", listen_port: "1" };
    const lines = section("pgbouncer", configurationFile(args({ plan: { ...args().plan, settings } })));
    expect(lines).toEqual(
      expect.arrayContaining([
        "max_prepared_statements = 200",
        "auth_type = scram-sha-256",
        "listen_port = 5432",
        "max_client_conn = 200",
        "max_db_connections = 40",
      ]),
    );
    expect(lines.filter((line) => line.startsWith("auth_type"))).toHaveLength(1);
  });

  test("encrypts both ways, and verifies the server where its authority is known", () => {
    const trusting = section("pgbouncer", configurationFile(args()));
    expect(trusting).toEqual(expect.arrayContaining(["client_tls_sslmode = require", "server_tls_sslmode = require"]));
    const verifying = configurationFile(args({ serverAuthority: { secretName: "tls", key: "ca.crt" } }));
    expect(section("pgbouncer", verifying)).toEqual(
      expect.arrayContaining([
        "server_tls_sslmode = verify-full",
        "server_tls_ca_file = /etc/pgbouncer-authority/ca.crt",
      ]),
    );
  });

  test("makes new pods when its configuration or one of its two passwords is another, and not for others", () => {
    const annotations = (changes: Partial<PgbouncerArgs>) =>
      deploymentSpec(args(changes)).template.metadata?.annotations;
    const usual = annotations({});
    expect(annotations({ plan: { ...args().plan, maxClientConnections: 1 } })).not.toEqual(usual);
    expect(annotations({ passwordGenerations: { monitoring: 2 } })).not.toEqual(usual);
    expect(annotations({ passwordGenerations: { archive: 2 } })).toEqual(usual);
  });

  test("has time to leave, to let transactions end, and then some", () => {
    const { terminationGracePeriodSeconds, containers } = deploymentSpec(args()).template.spec!;
    expect(terminationGracePeriodSeconds).toBe(75);
    expect(containers[0]?.lifecycle?.preStop?.exec?.command?.at(-1)).toMatch(/^sleep 10; .*kill -INT/);
  });

  test("takes what its footprint says, the exporter beside it included", () => {
    expect(pgbouncerFootprint(args())).toMatchObject({
      pods: { minimum: 2, expected: 2, maximum: 2 },
      surgePercent: 50,
      pod: { requests: { cpuMillicores: 520, memoryMebibytes: 1056, ephemeralMebibytes: 64 } },
    });
  });

  test("has no budget when there is one of it", () => {
    const kinds = (replicas: number) =>
      pgbouncerObjects(args({ plan: { ...args().plan, replicas } })).map(({ manifest }) => manifest.kind);
    expect(kinds(2)).toContain("PodDisruptionBudget");
    expect(kinds(1)).not.toContain("PodDisruptionBudget");
  });

  test("registers exactly its objects", async () => {
    const { registrations } = await recordRegistrations(() => {
      new Pgbouncer("pgbouncer", args());
    });
    const names = registrations.filter(({ custom }) => custom).map(({ name }) => name);
    expect(names.sort()).toEqual(
      pgbouncerObjects(args())
        .map(({ suffix }) => `pgbouncer-${suffix}`)
        .sort(),
    );
  });
});
