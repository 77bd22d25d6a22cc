import { forPlatform } from "./assets";
import { type Tool } from "./types";

const PGBOUNCER = "1.24.1";
const POSTGRES_EXPORTER = { published: "0.20.1", module: "0.19.1" };
const PGBOUNCER_EXPORTER = { published: "0.12.1", debian: "0.10.2" };
const DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** PostgreSQL and what stands around it; only tests run them. */
export const databaseTools = {
  // The program that the platform runs, and the oldest server that the report on a live one promises.
  "postgresql-18": postgresql("18.6"),
  "postgresql-15": postgresql("15.19"),
  pgbouncer: {
    version: PGBOUNCER,
    versionArguments: ["--version"],
    versionPattern: /PgBouncer ([\d.]+)/,
    // 1.24 is the first with limits on the connections of a client's role.
    compatible: { from: "1.24.0", below: "2.0.0" },
    testsOnly: true,
    sources: [
      // The project publishes its source, which wants a C compiler and the libraries' headers.
      {
        kind: "debian",
        suite: "trixie",
        keyring: DEBIAN_KEYRING,
        packages: [
          "pgbouncer",
          ...["libc6", "libcap2", "libcares2", "libevent-2.1-7t64", "libpam0g", "libssl3t64", "libsystemd0"],
          ...["libaudit1", "libcap-ng0", "libgcc-s1", "libzstd1", "zlib1g"],
        ],
        program: "usr/sbin/pgbouncer",
      },
    ],
  },
  postgres_exporter: {
    version: POSTGRES_EXPORTER.published,
    versionArguments: ["--version"],
    versionPattern: /version (\d+\.\d+\.\d+)/,
    // 0.19 has the flags that the platform gives it; 0.20 names metrics of slots anew, which nothing here reads.
    compatible: { from: "0.19.0", below: "0.21.0" },
    testsOnly: true,
    sources: [
      { kind: "download", asset: exporterAsset("postgres_exporter", POSTGRES_EXPORTER.published) },
      {
        kind: "go",
        // The newest that the module proxy has.
        version: POSTGRES_EXPORTER.module,
        module: "postgres-exporter",
        command: "github.com/prometheus-community/postgres_exporter/cmd/postgres_exporter",
        variables: { "github.com/prometheus/common/version.Version": POSTGRES_EXPORTER.module },
      },
    ],
  },
  pgbouncer_exporter: {
    version: PGBOUNCER_EXPORTER.published,
    versionArguments: ["--version"],
    versionPattern: /version (\d+\.\d+\.\d+)/,
    compatible: { from: "0.10.0", below: "0.13.0" },
    testsOnly: true,
    sources: [
      { kind: "download", asset: exporterAsset("pgbouncer_exporter", PGBOUNCER_EXPORTER.published) },
      {
        kind: "debian",
        version: PGBOUNCER_EXPORTER.debian,
        suite: "trixie",
        keyring: DEBIAN_KEYRING,
        packages: ["prometheus-pgbouncer-exporter", "libc6"],
        program: "usr/bin/prometheus-pgbouncer-exporter",
      },
    ],
  },
} satisfies Record<string, Tool>;

/** The Prometheus community publishes archives with a folder of their own name, and one list of sums. */
function exporterAsset(name: string, version: string) {
  return forPlatform((os, architecture) => {
    const release = `https://github.com/prometheus-community/${name}/releases/download/v${version}`;
    const archive = `${name}-${version}.${os}-${architecture}`;
    return {
      url: `${release}/${archive}.tar.gz`,
      checksumUrl: `${release}/sha256sums.txt`,
      members: [`${archive}/${name}`],
    };
  });
}

/** A major version of PostgreSQL: the folder `bin` of the program has every other one of it (initdb, psql, pgbench, …). */
function postgresql(version: string): Tool {
  const [major = ""] = version.split(".");
  return {
    version,
    executable: "bin/postgres",
    versionArguments: ["--version"],
    versionPattern: /postgres \(PostgreSQL\) ([\d.]+)/,
    compatible: { from: major, below: String(Number(major) + 1) },
    testsOnly: true,
    sources: [
      // The project publishes its source; packages of distributions want root, this one is the same build for all.
      {
        kind: "wheel",
        requirements: `postgresql-${major}/requirements.txt`,
        python: "3.12",
        platforms: {
          "linux-x64": "manylinux_2_17_x86_64",
          "linux-arm64": "manylinux_2_17_aarch64",
          "darwin-x64": "macosx_10_9_x86_64",
          "darwin-arm64": "macosx_11_0_arm64",
        },
      },
    ],
  };
}
