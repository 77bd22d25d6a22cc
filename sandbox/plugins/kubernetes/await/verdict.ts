/** What a readiness rule says about a live object. */
import { getList, getNumber, getText, type PlainObject } from "../wire/properties";

export type Verdict =
  | { state: "ready"; note?: string }
  | { state: "waiting"; why: string }
  /** It cannot become ready any more: waiting on would waste the reader's time. */
  | {
      state: "failed";
      why: string;
      /** When its controller found that out, where it may find otherwise later; absent for what is final. */
      foundAt?: number;
    };

export const ready: Verdict = { state: "ready" };
export const waiting = (why: string): Verdict => ({ state: "waiting", why });
export const failed = (why: string, foundAt?: number): Verdict => ({
  state: "failed",
  why,
  ...(foundAt === undefined ? {} : { foundAt }),
});

/** Reads other objects that a rule or an explanation needs. */
export interface Lookup {
  /** The items of a collection; empty when it does not exist. */
  list(path: string, query?: Record<string, string>): Promise<PlainObject[]>;
  /** One object, or undefined. */
  get(path: string): Promise<PlainObject | undefined>;
}

export type Rule = (live: PlainObject, lookup: Lookup) => Verdict | Promise<Verdict>;

export interface Condition {
  status: string;
  reason: string;
  message: string;
  /** Milliseconds; absent when the controller does not say. */
  updatedAt?: number;
}

/** The condition of that type in an object's status, if it is there. */
export function condition(live: PlainObject, type: string): Condition | undefined {
  const found = getList(live, "status", "conditions").find((entry) => getText(entry, "type") === type);
  if (found === undefined) return undefined;
  const updatedAt = Date.parse(getText(found, "lastUpdateTime") ?? getText(found, "lastTransitionTime") ?? "");
  return {
    status: getText(found, "status") ?? "Unknown",
    reason: getText(found, "reason") ?? "",
    message: getText(found, "message") ?? "",
    ...(Number.isNaN(updatedAt) ? {} : { updatedAt }),
  };
}

/** A number of the status; absent counts are zero in the API. */
export const count = (live: PlainObject, field: string): number => getNumber(live, "status", field) ?? 0;

/** True when the controller has seen the last change. */
export function observed(live: PlainObject): boolean {
  const generation = getNumber(live, "metadata", "generation");
  const seen = getNumber(live, "status", "observedGeneration");
  return generation === undefined || (seen !== undefined && seen >= generation);
}

export const namespaceOf = (live: PlainObject): string => getText(live, "metadata", "namespace") ?? "default";

/** A condition as a clause: `MinimumReplicasUnavailable: Deployment does not have minimum availability.` */
export const clause = ({ reason, message }: Condition): string =>
  [reason, message].filter((part) => part !== "").join(": ");
