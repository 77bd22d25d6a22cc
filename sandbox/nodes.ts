import { readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { projectRoot } from "./paths";

/** A taint of a node, as Kubernetes writes it. */
export interface SandboxTaint {
  key: string;
  value?: string;
  effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** A simulated node of the local control plane. */
export interface SandboxNode {
  /** Unique name, such as "general-1". */
  name: string;
  labels: Readonly<Record<string, string>>;
  taints: readonly SandboxTaint[];
  /** Kubernetes quantities by resource name (cpu, memory, pods, ephemeral-storage); capacity is the same. */
  allocatable: Readonly<Record<string, string>>;
}

/** A node pool as a stack's configuration describes it. */
interface NodePool {
  name: string;
  instanceType?: string;
  /** YAML reads 4 as a number and 3920m as text; both are quantities. */
  allocatable: Record<"cpu" | "memory" | "pods", string | number> & { ephemeralStorage?: string | number };
  minimum: number;
  maximum: number;
  taints?: readonly SandboxTaint[];
  labels?: Readonly<Record<string, string>>;
}

/** The region of the simulated zones; no provider has one of this name. */
const REGION = "local";
/** Disk of a node that does not say: the 20 GiB volume that EKS gives by default, less the system's part. */
const EPHEMERAL_STORAGE = "18Gi";
/** Every image in the catalogue is built for it. */
const ARCHITECTURE = "amd64";

/** The stack's file cannot be made into nodes; the message names each thing that is wrong. */
export class NodePoolError extends Error {
  override readonly name = "NodePoolError";
}

/**
 * The nodes of a stack at its smallest: `minimum` nodes of each pool, spread over the zones in turn.
 *
 * @param stack name as in `Pulumi.<stack>.yaml`.
 * @throws NodePoolError when the file is missing or its pools are not usable.
 */
export function nodesOfStack(stack: string, folder = projectRoot()): SandboxNode[] {
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new NodePoolError(`There is no stack "${stack}": ${file} cannot be read.`);
  }
  return nodesOfConfiguration(text, path.basename(file));
}

/** {@link nodesOfStack} from the file's text; `name` is what messages call it. */
export function nodesOfConfiguration(text: string, name: string): SandboxNode[] {
  let document: unknown;
  try {
    document = load(text);
  } catch (error) {
    throw new NodePoolError(`${name} is no YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const config = (document as { config?: Record<string, unknown> } | null | undefined)?.config ?? {};
  const pools = config["altlas:nodePools"];
  const zones = (config["altlas:cluster"] as { zones?: unknown } | undefined)?.zones ?? [`${REGION}-a`];
  const problems = [...problemsOfPools(pools), ...problemsOfZones(zones)];
  if (problems.length > 0) {
    throw new NodePoolError(
      [`${name} does not describe usable nodes:`, ...problems.map((problem) => `  ${problem}`)].join("\n"),
    );
  }
  return (pools as NodePool[]).flatMap((pool) => nodesOfPool(pool, zones as string[]));
}

function problemsOfZones(zones: unknown): string[] {
  return Array.isArray(zones) && zones.length > 0 && zones.every((zone) => typeof zone === "string" && zone !== "")
    ? []
    : ["altlas:cluster.zones must be a list of zone names, such as [local-a, local-b]."];
}

function problemsOfPools(pools: unknown): string[] {
  if (!Array.isArray(pools) || pools.length === 0) {
    return ["altlas:nodePools must be a list with at least one pool."];
  }
  const names = new Set<unknown>();
  return (pools as (Partial<NodePool> | null)[]).flatMap((pool, index) => {
    const at = `altlas:nodePools[${index}]`;
    const problems: string[] = [];
    if (typeof pool?.name !== "string" || !/^[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?$/.test(pool.name)) {
      problems.push(
        `${at}.name is ${JSON.stringify(pool?.name)}; it becomes part of a node name: lower case, digits, dashes.`,
      );
    } else if (names.has(pool.name)) {
      problems.push(`${at}.name is "${pool.name}", which an earlier pool has; names are unique.`);
    }
    names.add(pool?.name);
    const minimum = pool?.minimum;
    if (!Number.isInteger(minimum) || (minimum ?? -1) < 0) {
      problems.push(`${at}.minimum is ${JSON.stringify(minimum)}; give a whole number of nodes, 0 or more.`);
    }
    for (const key of ["cpu", "memory", "pods"] as const) {
      const value = pool?.allocatable?.[key];
      if (!/^\d+(\.\d+)?(m|[kKMGT]i?)?$/.test(String(value))) {
        problems.push(
          `${at}.allocatable.${key} is ${JSON.stringify(value)}; give a quantity, such as 3920m, 14Gi or 58.`,
        );
      }
    }
    return problems;
  });
}

function nodesOfPool(pool: NodePool, zones: readonly string[]): SandboxNode[] {
  return Array.from({ length: pool.minimum }, (_, index) => {
    const name = `${pool.name}-${index + 1}`;
    return {
      name,
      labels: {
        ...pool.labels,
        "altlas.io/pool": pool.name,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": ARCHITECTURE,
        "node.kubernetes.io/instance-type": pool.instanceType ?? `simulated.${pool.name}`,
        "topology.kubernetes.io/region": REGION,
        "topology.kubernetes.io/zone": zones[index % zones.length] ?? "",
      },
      taints: pool.taints ?? [],
      allocatable: {
        cpu: String(pool.allocatable.cpu),
        memory: String(pool.allocatable.memory),
        pods: String(pool.allocatable.pods),
        "ephemeral-storage": String(pool.allocatable.ephemeralStorage ?? EPHEMERAL_STORAGE),
      },
    };
  });
}
