import { databaseObjects } from "../names";
import { smallest } from "../settings/search";
import { type BudgetInput, fewestConnections } from "./numbers";

/** As far as anybody looks: Kubernetes' own bound of pods on a cluster is 150 000, and no service here comes near this. */
const mostOfAnything = 10_000;

/** How far a service may grow before the budget is refused, with all others as they are. */
export interface Growth {
  readonly service: string;
  /** Pods at most, as the stack has it. */
  readonly maximum: number;
  /** Pods at most with which the budget still has room; less than `maximum` where it has none already. */
  readonly most: number;
}

/** Most pods of a service with which there is room; 0 where there is none with one pod. */
export function mostPods(input: BudgetInput, service: string): number {
  return most((maximum) => ({
    ...input,
    services: input.services.map((one) => (one.name === service ? { ...one, replicas: { maximum } } : one)),
  }));
}

/** Most connections of each pod of a service to the pooler with which there is room; 0 where there is none with one. */
export function mostPerPod(input: BudgetInput, service: string): number {
  return most((connectionsPerPod) => ({
    ...input,
    edges: input.edges.map((edge) =>
      edge.from === service && edge.to === databaseObjects.pooler && edge.database
        ? { ...edge, database: { ...edge.database, connectionsPerPod } }
        : edge,
    ),
  }));
}

/** How far each service with a database may grow; the one that is nearest to its end first. */
export function growth(input: BudgetInput): Growth[] {
  const callers = new Set(input.edges.filter(({ database }) => database).map(({ from }) => from));
  return input.services
    .filter(({ name }) => callers.has(name))
    .map(({ name, replicas: { maximum } }) => ({ service: name, maximum, most: mostPods(input, name) }))
    .sort((a, b) => a.most / a.maximum - b.most / b.maximum || (a.service < b.service ? -1 : 1));
}

/** Percent of their pods to which all services may grow together; below 100 where there is no room already. */
export function growthTogether(input: BudgetInput): number {
  return most((percent) => ({
    ...input,
    services: input.services.map((one) => ({
      ...one,
      replicas: { maximum: Math.ceil((one.replicas.maximum * percent) / 100) },
    })),
  }));
}

/** Largest number from 1 on with which there is room; 0 where there is none. */
function most(change: (value: number) => BudgetInput): number {
  const hasRoom = (input: BudgetInput) => fewestConnections(input) <= input.maxConnections;
  return smallest(1, mostOfAnything, (value) => !hasRoom(change(value))) - 1;
}
