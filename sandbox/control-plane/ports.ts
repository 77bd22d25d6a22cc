import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { readIfPresent, writeIfChanged } from "../files";
import { type Layout } from "./layout";
import { type ComponentName } from "./types";

/** What listens, and which component does. All on the loopback interface. */
export const PORT_OWNERS = {
  etcd: "etcd",
  etcdPeer: "etcd",
  apiserver: "kube-apiserver",
  controllerManager: "kube-controller-manager",
  scheduler: "kube-scheduler",
  /** All simulated kubelets; kwok listens there only when they tell what pods use. */
  kubelets: "kwok",
} as const satisfies Record<string, ComponentName>;

/** A port number for each listener. */
export type Ports = Record<keyof typeof PORT_OWNERS, number>;

const NAMES = Object.keys(PORT_OWNERS) as (keyof Ports)[];

/**
 * Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 on macOS):
 * one of those would often be taken when we come back to it. Above the well-known ones.
 */
const RANGE = { from: 20_000, below: 30_000 };
/** After so many taken ports the system may choose. */
const ATTEMPTS = 100;

/** A port of the loopback interface that nobody listens on, and that the system gives to nobody by itself. */
export async function freePort(taken: readonly number[]): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = await probe(randomInt(RANGE.from, RANGE.below));
    if (port !== undefined && !taken.includes(port)) {
      return port;
    }
  }
  const port = await probe(0);
  if (port === undefined || taken.includes(port)) {
    throw new Error("The system gives no free port on 127.0.0.1; is the loopback interface up (ip addr show lo)?");
  }
  return port;
}

/** Listens on the port (0: any) for a moment; undefined when it is taken. */
async function probe(port: number): Promise<number | undefined> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}

/** The ports of the last start, or none when the file is missing or damaged. */
export function savedPorts(layout: Layout): Partial<Ports> {
  try {
    const settings = JSON.parse(readIfPresent(layout.settings) ?? "{}") as { ports?: Partial<Ports> };
    const valid = Object.entries(settings.ports ?? {}).filter(
      ([, port]) => Number.isInteger(port) && port > 0 && port < 65_536,
    );
    return Object.fromEntries(valid);
  } catch {
    return {};
  }
}

/**
 * Chooses the ports: those of the last start while they are free or held by our own running
 * process, other free ones else. Remembers them for the next start.
 */
export async function choosePorts(layout: Layout, running: ReadonlySet<ComponentName>): Promise<Ports> {
  const saved = savedPorts(layout);
  const chosen: Partial<Ports> = {};
  for (const name of NAMES) {
    const last = saved[name];
    const kept = last !== undefined && (running.has(PORT_OWNERS[name]) || (await probe(last)) === last);
    const others = Object.values(chosen);
    const port = kept && !others.includes(last) ? last : await freePort(others);
    chosen[name] = port;
  }
  const ports = chosen as Ports;
  writeIfChanged(layout.settings, `${JSON.stringify({ ports }, undefined, 2)}\n`);
  return ports;
}
