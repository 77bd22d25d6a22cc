import { z } from "zod";
import { everyKnown, type Field, Malformed } from "../field";
import { type Workload } from "../graph/workload";

/** One pool, as rules take it for a setting. */
export const poolSetting = z.strictObject({
  name: z.string().min(1),
  labels: z
    .record(z.string(), z.array(z.string()).min(1))
    .describe("labels of its nodes, each with the values that nodes have; others are not judged"),
  taints: z
    .array(z.strictObject({ key: z.string().min(1), value: z.string().default(""), effect: z.string() }))
    .default([])
    .describe("taints of all its nodes"),
  minimum: z.int().min(0).describe("nodes that are always there"),
  maximum: z.int().min(1).describe("nodes that the autoscaler may reach"),
});

/** The pools of a cluster as rules take them for a setting; without any, rules do not judge where pods go. */
export const poolsSetting = z.array(poolSetting).default([]).describe("node pools of the cluster");

export type Pool = z.infer<typeof poolSetting>;
type Taint = Pool["taints"][number];

/** A demand on the label of a node. */
export interface NodeRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
  /** Where it stands. */
  readonly field: Field;
}

/** Demands that nodes must fulfil: all of one list, of any list. */
export type NodeTerms = readonly (readonly NodeRequirement[])[];

/** Label by which every node is a domain of its own. */
export const hostLabel = "kubernetes.io/hostname";
export const zoneLabel = "topology.kubernetes.io/zone";
const requiredPath = ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"] as const;
const preferredPath = ["affinity", "nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution"] as const;

/** What a workload demands of its nodes, by nodeSelector and required node affinity. */
export function requiredTerms({ podSpec }: Workload): NodeTerms {
  const selector = selectorDemands(podSpec).map((read) => read());
  const required = podSpec.at(...requiredPath);
  if (!required.exists) return [selector];
  return required
    .at("nodeSelectorTerms")
    .items()
    .map((term) => [...selector, ...termDemands(term).map((read) => read())]);
}

/** Each demand and each wish of a workload by itself, in lists of which each may be unknown. */
export function labelDemands({ podSpec }: Workload): (() => (() => NodeRequirement)[])[] {
  const required = () => podSpec.at(...requiredPath, "nodeSelectorTerms").items();
  const preferred = () => podSpec.at(...preferredPath).items();
  return [
    () => selectorDemands(podSpec),
    () => required().flatMap((term) => termDemands(term)),
    () => preferred().flatMap((term) => termDemands(term.at("preference"))),
  ];
}

function selectorDemands(podSpec: Field): (() => NodeRequirement)[] {
  return podSpec
    .at("nodeSelector")
    .entries()
    .map(([key, field]) => () => ({ key, operator: "In", values: [field.text() ?? ""], field }));
}

function termDemands(term: Field): (() => NodeRequirement)[] {
  return term
    .at("matchExpressions")
    .items()
    .map((field) => () => ({
      key: field.at("key").text() ?? "",
      operator: field.at("operator").text() ?? "",
      values: field
        .at("values")
        .items()
        .map((value) => value.text() ?? ""),
      field,
    }));
}

/** The pools that have nodes which fulfil the terms. A label that no pool declares may be on any node. */
export function matchingPools(terms: NodeTerms, pools: readonly Pool[]): readonly Pool[] {
  const declared = new Set(pools.flatMap(({ labels }) => Object.keys(labels)));
  return pools.filter(({ labels }) => terms.some((term) => fulfils(term, labels, declared)));
}

function fulfils(term: readonly NodeRequirement[], labels: Pool["labels"], declared: ReadonlySet<string>): boolean {
  const judged = term.filter(({ key }) => declared.has(key));
  return judged.every(({ key }) => {
    const demands = judged.filter((demand) => demand.key === key);
    // One node has one value, which must fulfil all demands on it; or it has no such label.
    const values = labels[key] ?? [undefined];
    return values.some((value) => demands.every((demand) => holds(demand, value)));
  });
}

function holds({ operator, values, field }: NodeRequirement, actual: string | undefined): boolean {
  switch (operator) {
    case "In":
      return actual !== undefined && values.includes(actual);
    case "NotIn":
      return actual === undefined || !values.includes(actual);
    case "Exists":
      return actual !== undefined;
    case "DoesNotExist":
      return actual === undefined;
    case "Gt":
      return Number(actual) > Number(values[0]);
    case "Lt":
      return Number(actual) < Number(values[0]);
    default:
      throw new Malformed(field.at("operator").path, "In, NotIn, Exists, DoesNotExist, Gt or Lt");
  }
}

/** A value of a label that pods ask for and no pool's nodes have; absent when the label is none of the pools'. */
export function missingValue(
  { key, operator, values }: NodeRequirement,
  pools: readonly Pool[],
): { readonly value: string; readonly known: readonly string[] } | undefined {
  const known = [...new Set(pools.flatMap(({ labels }) => labels[key] ?? []))].sort();
  if (operator !== "In" || known.length === 0) return undefined;
  const value = values.find((each) => !known.includes(each));
  return value === undefined ? undefined : { value, known };
}

/** Whether terms choose among the pools by a label in which these differ, rather than leave the choice to the scheduler. */
export function choosesPool(terms: NodeTerms, pools: readonly Pool[]): boolean {
  const values = (each: Pool, key: string) => [...(each.labels[key] ?? [])].sort().join();
  const differ = (key: string) => new Set(pools.map((each) => values(each, key))).size > 1;
  const chosen = ({ key, operator }: NodeRequirement) => (operator === "In" || operator === "Exists") && differ(key);
  // With one pool there is nothing to tell apart: naming any of its labels names it.
  const named = ({ key }: NodeRequirement) => pools.length === 1 && pools[0]?.labels[key] !== undefined;
  return terms.length > 0 && terms.every((term) => term.some((each) => chosen(each) || named(each)));
}

/**
 * The taint of a pool that keeps a workload's pods away, or would evict them.
 *
 * Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
 */
export function refusingTaint({ podSpec }: Workload, { taints }: Pool): Taint | undefined {
  const tolerations = podSpec.at("tolerations").items();
  return taints.find(
    // The scheduler avoids PreferNoSchedule where it can, and no more.
    (taint) => taint.effect !== "PreferNoSchedule" && everyKnown(tolerations, (each) => !tolerates(each, taint)),
  );
}

function tolerates(toleration: Field, taint: Taint): boolean {
  const [key, effect] = [toleration.at("key").text() ?? "", toleration.at("effect").text() ?? ""];
  if ((effect !== "" && effect !== taint.effect) || (key !== "" && key !== taint.key)) return false;
  // A time only puts the eviction off.
  if (taint.effect === "NoExecute" && toleration.at("tolerationSeconds").exists) return false;
  const operator = toleration.at("operator").text() ?? "Equal";
  if (operator === "Exists") return true;
  const value = toleration.at("value").text() ?? "";
  if (operator === "Gt") return Number(taint.value) > Number(value);
  if (operator === "Lt") return Number(taint.value) < Number(value);
  return key !== "" && value === taint.value;
}

/** `cpu=high:NoSchedule`, as kubectl writes a taint. */
export function describeTaint({ key, value, effect }: Taint): string {
  return `${key}${value === "" ? "" : `=${value}`}:${effect}`;
}

/** The pools on whose nodes a workload's pods can be. */
export function openPools(workload: Workload, pools: readonly Pool[]): readonly Pool[] {
  return matchingPools(requiredTerms(workload), pools).filter((each) => refusingTaint(workload, each) === undefined);
}

/** Places that a topology key tells apart. */
export interface Domains {
  /** The most there can be. */
  readonly maximum: number;
  /** Whether each of them always has a node. */
  readonly permanent: boolean;
}

/** The domains of pools for a topology key; `undefined` when the pools do not declare the label. */
export function domainsOf(topologyKey: string, pools: readonly Pool[]): Domains | undefined {
  const nodes = { minimum: sum(pools.map((each) => each.minimum)), maximum: sum(pools.map((each) => each.maximum)) };
  if (topologyKey === hostLabel) return { maximum: nodes.maximum, permanent: true };
  if (pools.length === 0 || pools.some(({ labels }) => labels[topologyKey] === undefined)) return undefined;
  const values = new Set(pools.flatMap(({ labels }) => labels[topologyKey] ?? []));
  return { maximum: Math.min(values.size, nodes.maximum), permanent: nodes.minimum >= values.size };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
