import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  loginRoles,
  migrationCommand,
  migrationFiles,
  type MigrationOptions,
} from "../../../components/postgresql/migrations";
import { databaseFolders } from "../../../model/database/names";
import { type PlatformDatabase } from "../../../model/database/platform-database";
import { installation, serverFolder, serverUser } from "./programs";
import { type Server } from "./server";

/** How a run ended. */
export interface Migrated {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A run that goes on. */
export interface MigrationRun {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly output: () => string;
  readonly ended: Promise<Migrated>;
}

/** The password that {@link migrations} gives a role. */
export function passwordOf(role: string): string {
  return `${role}-Zr5Qq0Xw8Tn2Lm4Kp6Jd9Hs1`;
}

/** The files of a run, in folders as a pod would have them. */
export interface Migrations {
  readonly files: string;
  readonly passwords: string;
  /** Starts a run, by psql of the newest major, which the server's image has. */
  start(options?: MigrationOptions): Promise<MigrationRun>;
  /** A run to its end, whatever that is. */
  run(options?: MigrationOptions): Promise<Migrated>;
  /** A run that must succeed; gives the lines that it printed. */
  apply(options?: MigrationOptions): Promise<string[]>;
}

/** Migrations of `database` for a scratch server. */
export function migrations(server: Server, database: PlatformDatabase): Migrations {
  const folder = serverFolder("migrations");
  chmodSync(folder, 0o755);
  const [files, passwords] = [path.join(folder, "files"), path.join(folder, "passwords")];
  for (const made of [files, passwords]) mkdirSync(made);
  for (const [name, text] of Object.entries(migrationFiles(database))) writeFileSync(path.join(files, name), text);
  for (const role of loginRoles(database)) writeFileSync(path.join(passwords, role), passwordOf(role));

  const start = async (options: MigrationOptions = {}): Promise<MigrationRun> => {
    const { programs } = await installation(18);
    const command = migrationCommand({ server: { host: "127.0.0.1", port: server.port }, ...options }).map((argument) =>
      argument.replace(databaseFolders.migrations, files).replace(databaseFolders.passwords, passwords),
    );
    const child = spawn(path.join(programs, command[0]!), command.slice(1), {
      ...serverUser,
      env: { PATH: process.env.PATH, LC_ALL: "C.UTF-8", PGPASSWORD: passwordOf(options.administrator ?? "postgres") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [output, errors] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const ended = new Promise<Migrated>((resolve) =>
      child.once("close", (exitCode) => resolve({ exitCode, output, errors })),
    );
    return { child, output: () => output, ended };
  };
  const run = async (options?: MigrationOptions) => await (await start(options)).ended;
  return {
    files,
    passwords,
    start,
    run,
    apply: async (options) => {
      const { exitCode, output, errors } = await run(options);
      if (exitCode !== 0) throw new Error(`The migrations ended with ${exitCode}:\n${output}\n${errors}`);
      return output.split("\n").filter(Boolean);
    },
  };
}
