import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { vi } from "vitest";
import { type PostgresqlArgs } from "../../../components/postgresql/args";
import { postgresqlManifests } from "../../../components/postgresql/objects";
import { databaseObjects, systemRoles } from "../../../model/database/names";
import { type Manifest } from "../../../model/manifest";
import { freePort } from "../../../sandbox/control-plane/ports";
import { passwordOf, passwordsSecret } from "../postgresql-args";
import { type Registered, type Running, runRegistered, startRegistered, type Workload } from "../registered";
import { installation, serverFolder } from "./programs";

/** As whom and where a statement is sent. */
export interface Question {
  readonly role?: string;
  readonly database?: string;
  readonly sslmode?: string;
  /** Which server; default the primary. */
  readonly ordinal?: number;
  /** Another port than a server's: the pooler's. */
  readonly port?: number;
}

/** What the component registers in its plain form, to be run here. */
export interface PlainForm {
  readonly objects: readonly Manifest[];
  /** The registered object of a kind whose name begins so. */
  of(kind: string, name: string): Manifest;
  /** Folder of a server's pod. */
  podFolder(ordinal: number): string;
  /** Port of each server. */
  readonly ports: readonly number[];
  /** What a container of the server's image is started with. */
  readonly image: Registered["image"];
  /** Prepares a server as its init container does, starts it, and waits until it has started. */
  start(ordinal: number): Promise<Running>;
  /** What psql answers to a client of the network. @throws with its error. */
  ask(sql: string, question?: Question): Promise<string>;
  /** Runs a registered job's container against the primary. */
  runJob(job: Workload, container: string): Promise<{ readonly code: number | NodeJS.Signals; readonly log: string }>;
}

/** Milliseconds for initdb, a copy or a start on a busy machine. */
const startTimeout = 90_000;

/**
 * Makes room for as many servers as the arguments have; none is started.
 *
 * @param former what was registered before with the same pods and volumes
 */
export async function plainForm(args: PostgresqlArgs, former?: PlainForm): Promise<PlainForm> {
  const { programs } = await installation(18);
  const root = former ? path.dirname(former.podFolder(0)) : serverFolder("plain");
  const objects = [...postgresqlManifests(args), passwordsSecret(args)];
  const ports = [...(former?.ports ?? [])];
  const primary = args.primaryOrdinal ?? 0;
  while (ports.length < args.database.instances) ports.push(await freePort(ports));
  const image: Registered["image"] = {
    programs: { postgres: path.join(programs, "postgres"), bash: "/bin/bash", sh: "/bin/sh" },
    path: [programs],
    account: "postgres",
  };
  const of = (kind: string, name: string): Manifest => {
    const found = objects.find((each) => each.kind === kind && each.metadata.name.startsWith(name));
    if (!found) throw new Error(`there is no ${kind} ${name}`);
    return found;
  };
  const podFolder = (ordinal: number) => path.join(root, String(ordinal));
  let jobs = 0;
  return {
    objects,
    of,
    podFolder,
    ports,
    image,
    start: async (ordinal) => {
      const workload = of("StatefulSet", databaseObjects.server) as Workload;
      const pod = { workload, objects, folder: podFolder(ordinal), image, ordinal };
      const peers = ports.flatMap((port, each) =>
        each === primary ? [] : [[`postgresql-${each}.postgresql-nodes:5432`, `127.0.0.1:${port}`] as const],
      );
      const addresses = {
        "host=postgresql port=5432": `host=127.0.0.1 port=${ports[primary]}`,
        ...Object.fromEntries(peers),
      };
      const prepared = await runRegistered({ ...pod, container: "prepare", ports: {}, addresses }, startTimeout);
      if (prepared.code !== 0) throw new Error(prepared.log);
      const running = await startRegistered({
        ...pod,
        container: databaseObjects.server,
        ports: { postgresql: ports[ordinal] ?? 0 },
        leaveOut: ["prepare"],
        tell: ({ path: at }) => {
          // It finds its log by a link in its data.
          at("/var/lib/postgresql-wal");
          return ["-c", "listen_addresses=127.0.0.1"];
        },
      });
      await vi.waitUntil(
        async () => {
          if (running.ended() !== undefined) throw new Error(running.log());
          return (await running.probe("startupProbe")) === undefined;
        },
        { timeout: startTimeout, interval: 100 },
      );
      return running;
    },
    ask: async (
      sql,
      { role = systemRoles.administrator, database = "postgres", sslmode = "require", ordinal = primary, port } = {},
    ) => {
      const url = `host=127.0.0.1 port=${port ?? ports[ordinal]} user=${role} dbname=${database} sslmode=${sslmode}`;
      const { stdout } = await promisify(execFile)(
        path.join(programs, "psql"),
        ["--no-psqlrc", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", `--dbname=${url}`, `--command=${sql}`],
        { env: { PATH: process.env.PATH, PGPASSWORD: passwordOf(role) } },
      );
      return stdout.trim();
    },
    runJob: async (workload, container) =>
      await runRegistered({
        workload,
        container,
        objects,
        folder: path.join(root, `job-${(jobs += 1)}`),
        image,
        ports: {},
        addresses: { postgresql: "127.0.0.1", "5432": String(ports[primary]) },
      }),
  };
}
