import { bytes, millicores } from "../../quantity";
import { type ServerSize } from "../server";
import { type Parameter } from "./parameters";

/** A setting before it is known whether a new value of it waits for a restart. */
export interface Computed {
  readonly name: string;
  readonly value: string;
  readonly why: string;
}

/** A size in numbers, and the words by which reasons name them. */
export interface Sizing {
  /** Bytes that the server's container may use. */
  readonly memory: number;
  /** Cores that it may use. */
  readonly cpus: number;
  /** Bytes of the data's volume. */
  readonly volume: number;
  /** Bytes of the log's volume. */
  readonly walVolume: number;
  readonly maxConnections: number;
  readonly replicas: number;
  readonly major: number;
  readonly words: {
    readonly memory: string;
    readonly cpus: string;
    readonly volume: string;
    readonly walVolume: string;
  };
}

/** The numbers of a size. */
export function sizing(size: ServerSize): Sizing {
  const { limits } = size.resources;
  const binary = (amount: string) => amount.replace(/([KMGT]i)$/, " $1B");
  return {
    memory: bytes(limits.memory),
    cpus: millicores(limits.cpu) / 1000,
    volume: bytes(size.volume),
    walVolume: bytes(size.walVolume),
    maxConnections: size.maxConnections,
    replicas: size.replicas,
    major: size.major,
    words: {
      memory: `the ${binary(limits.memory)} limit`,
      cpus: `the limit of ${millicores(limits.cpu) / 1000} CPU`,
      volume: `the ${binary(size.volume)} volume`,
      walVolume: `the ${binary(size.walVolume)} volume of the log`,
    },
  };
}

/** Keeps a number within bounds. */
export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** A setting by name, as a group of settings lists it. */
export function setting(name: Parameter["name"], value: string | number, why: string): Computed {
  return { name, value: String(value), why };
}
