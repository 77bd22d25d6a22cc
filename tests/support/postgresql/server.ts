import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { appendFileSync, closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import { freePort } from "../../../sandbox/control-plane/ports";
import { installation, type Major, serverFolder, serverUser } from "./programs";

/** What a scratch server is made of. */
export interface ServerOptions {
  readonly major: Major;
  /** Lines of `postgresql.conf`, besides address, port and socket; `fsync` is off unless said otherwise here. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Content of `pg_hba.conf`; default: everybody by socket, `postgres` by TCP, all others by TCP with their password. */
  readonly hba?: string;
}

/** As whom a statement or client comes. */
export interface Login {
  /** Default `postgres`. */
  readonly database?: string;
  /** Default `postgres`, the superuser. */
  readonly role?: string;
  /** With it the connection comes by TCP, where the server asks for it; without one by the socket, where it does not. */
  readonly password?: string;
}

/** A scratch server of one test file. */
export interface Server {
  readonly major: Major;
  /** Folder of the programs of its version. */
  readonly programs: string;
  readonly dataFolder: string;
  readonly port: number;
  readonly socketFolder: string;
  /** Connection string; by TCP for the superuser or with a password, else by the socket. */
  url(database?: string, role?: string, password?: string): string;
  /**
   * Runs a script by psql, with its variables, and returns what it prints: unaligned, without headers.
   *
   * @throws with what psql said at the first statement that failed.
   */
  psql(script: string, options?: Login & { readonly variables?: Readonly<Record<string, string>> }): Promise<string>;
  /** A connected client, ended with the server at the latest. */
  client(login?: Login & Pick<ClientConfig, "application_name" | "options">): Promise<Client>;
  /** What the server has logged. */
  log(): string;
  /** Ends it as a fast shutdown does, clients included. */
  stop(): Promise<void>;
  /** SIGKILL: nothing is written any more. */
  kill(): Promise<void>;
  /** Starts it again on the same data, port and socket. */
  start(): Promise<void>;
}

/** Milliseconds for a start; recovery after a kill is included. */
const START_TIMEOUT = 60_000;
const STOP_TIMEOUT = 15_000;

/** Servers that were not stopped, so that the end of a test file or process can. */
const running = new Set<Server>();

/** Stops the servers that still run; the set-up of engine tests calls it at the end of each file. */
export async function stopServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.stop()));
}

/** Starts a server of its own, empty but for what initdb makes; it ends with the test file. */
export async function startServer({ major, settings = {}, hba = defaultHba }: ServerOptions): Promise<Server> {
  const { programs, template } = await installation(major);
  const folder = serverFolder("s");
  const dataFolder = path.join(folder, "data");
  // `cp` keeps the modes and owners without which the server refuses its folder.
  execFileSync("cp", ["-a", template, dataFolder]);
  const port = await freePort([]);
  const all = { ...defaults, ...settings, port: String(port), unix_socket_directories: folder };
  appendFileSync(path.join(dataFolder, "postgresql.conf"), settingLines(all));
  writeFileSync(path.join(dataFolder, "pg_hba.conf"), hba);

  let child: ChildProcess | undefined;
  const clients = new Set<Client>();
  const logFile = path.join(folder, "server.log");
  const log = () => (existsSync(logFile) ? readFileSync(logFile, "utf8") : "");
  const file = (name: string) => path.join(programs, name);
  process.on("exit", () => child?.kill("SIGKILL"));

  const end = async (signal: NodeJS.Signals) => {
    const ending = [...clients].map((client) => client.end().catch(() => undefined));
    clients.clear();
    if (signal !== "SIGKILL") await Promise.all(ending);
    child?.kill(signal);
    if (child && !(await ended(child, STOP_TIMEOUT))) {
      child.kill("SIGKILL");
      await ended(child, STOP_TIMEOUT);
    }
    child = undefined;
    running.delete(server);
  };
  const server: Server = {
    major,
    programs,
    dataFolder,
    port,
    socketFolder: folder,
    log,
    url: (database = "postgres", role = "postgres", password) => urlOf(server, database, role, password),
    psql: (script, { variables = {}, ...login } = {}) => {
      const set = Object.entries(variables).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
      const options = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1", ...set];
      const url = server.url(login.database, login.role, login.password);
      return runPsql(file("psql"), [...options, "--dbname", url, "--file", "-"], script);
    },
    client: async ({ database, role, password, ...rest } = {}) => {
      const client = new Client({ connectionString: server.url(database, role, password), ...rest });
      // A killed server ends its clients; without a listener that would end the test process.
      client.on("error", () => clients.delete(client));
      await client.connect();
      clients.add(client);
      return client;
    },
    stop: () => end("SIGINT"),
    kill: () => end("SIGKILL"),
    start: async () => {
      if (child) throw new Error("The server runs already.");
      running.add(server);
      for (const deadline = Date.now() + START_TIMEOUT; ;) {
        const from = log().length;
        const output = openSync(logFile, "a");
        const started = spawn(file("postgres"), ["-D", dataFolder], {
          ...serverUser,
          stdio: ["ignore", output, output],
        });
        closeSync(output);
        child = started;
        while (Date.now() < deadline && started.exitCode === null && started.signalCode === null) {
          if (isReady(dataFolder, started.pid)) return;
          await sleep(20);
        }
        const said = log().slice(from);
        // The processes of a killed server end a moment after it.
        if (!said.includes("is still in use") || Date.now() >= deadline) {
          await end("SIGKILL");
          throw new Error(`PostgreSQL ${major} did not start:\n${said}`);
        }
        await sleep(50);
      }
    },
  };
  await server.start();
  return server;
}

const defaults: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  // Nothing here outlives its test file; a killed process loses nothing either way, only a killed machine does.
  fsync: "off",
  // A dozen of them run side by side.
  shared_buffers: "32MB",
};

const defaultHba = `local all,replication all                   trust
host  all             postgres 127.0.0.1/32 trust
host  all,replication all      127.0.0.1/32 scram-sha-256
`;

/** Lines of `postgresql.conf`, quoted. */
export function settingLines(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join("");
}

/** Connection string in the form that both libpq and `pg` read. */
export function urlOf(
  { port, socketFolder }: Pick<Server, "port" | "socketFolder">,
  database: string,
  role: string,
  password?: string,
): string {
  const [user, name] = [encodeURIComponent(role), encodeURIComponent(database)];
  if (password !== undefined) return `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
  if (role === "postgres") return `postgresql://${user}@127.0.0.1:${port}/${name}`;
  return `postgresql://${user}@/${name}?host=${encodeURIComponent(socketFolder)}&port=${port}`;
}

/** What the server itself says of its state: the file's first line is its process, the eighth its state. */
function isReady(dataFolder: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(path.join(dataFolder, "postmaster.pid"), "utf8").split("\n");
    return lines[0] === String(pid) && ["ready", "standby"].includes(lines[7]?.trim() ?? "");
  } catch {
    return false;
  }
}

async function ended(child: ChildProcess, milliseconds: number): Promise<boolean> {
  const over = () => child.exitCode !== null || child.signalCode !== null;
  for (const deadline = Date.now() + milliseconds; !over() && Date.now() < deadline;) await sleep(20);
  return over();
}

function runPsql(psql: string, args: readonly string[], script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // An inherited PGOPTIONS, service or password file would make another test of it.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PG")));
    const child = execFile(psql, args, { env, maxBuffer: 256 * 1024 ** 2 }, (error, output, errors) => {
      if (error) reject(new Error(errors.trim() || error.message));
      else resolve(output.replace(/\n$/, ""));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(script);
  });
}
