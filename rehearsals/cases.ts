import { type Amount, evenly, type PodGroup } from "../model/capacity/pods";
import { type Random, seededRandom } from "../model/random";
import { type Trial } from "./trial";

/**
 * Sizes of generated pods. `usual`: as owners write them. `large`: anything up to half a node, some four pods to a node,
 * where packing is hardest and more depends on the order than anywhere in practice.
 */
export const podSizes = ["usual", "large"] as const;
export type PodSizes = (typeof podSizes)[number];

/**
 * Machines to choose from, as pods find them: CPU and memory of 4 × 16, 8 × 16, 4 × 32 and 2 × 8 as the plan has and dev
 * uses them, and of beta's general and memory pools.
 */
const machines: Readonly<Record<PodSizes, readonly [Amount, ...Amount[]]>> = (() => {
  const plan: readonly [Amount, ...Amount[]] = [
    { cpuMillicores: 3920, memoryMebibytes: 14_336, pods: 58 },
    { cpuMillicores: 7910, memoryMebibytes: 14_336, pods: 58 },
    { cpuMillicores: 3920, memoryMebibytes: 29_696, pods: 58 },
    { cpuMillicores: 1930, memoryMebibytes: 6_963, pods: 29 },
  ];
  const beta = [
    { cpuMillicores: 7910, memoryMebibytes: 29_317, pods: 58 },
    { cpuMillicores: 7910, memoryMebibytes: 59_627, pods: 58 },
  ];
  return { usual: [...plan, ...beta], large: plan };
})();

/**
 * Requests in the steps in which owners write them, from the smallest to the largest of the platform's own table
 * (`npm run report -- capacity --stack beta --json`; 50m to 2 CPUs, 64 MiB to 6 GiB). Small ones are as frequent as large
 * ones, each step as likely as the next.
 */
const steps = {
  cpuMillicores: [50, 100, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1500, 2000],
  memoryMebibytes: [64, 128, 192, 256, 384, 512, 640, 768, 1024, 1536, 2048, 3072, 4096, 6144],
} as const;

/** A catalogue of up to six workloads and a pool for it, from a seed. */
export function generateCase(seed: number, sizes: PodSizes = "usual"): Trial {
  const random = seededRandom(seed);
  const node = random.pick(machines[sizes]);
  const zones = random.pick([1, 3, 3]);
  const groups = Array.from({ length: random.whole(1, 6) }, (_, index) =>
    generateGroup(`w${index}`, node, sizes, random),
  );
  const most = (amount: "cpuMillicores" | "memoryMebibytes") =>
    groups.reduce((sum, { pod, count }) => sum + pod[amount] * count, 0) / node[amount];
  const needed = Math.max(most("cpuMillicores"), most("memoryMebibytes"), 1);
  // From two thirds of what the pods ask for to three times as much: owners rarely hit the edge, and neither side is rare.
  const count = Math.max(1, Math.round((needed * random.whole(66, 300)) / 100));
  return { name: `case-${seed}`, nodes: { node, zones: evenly(count, zones) }, taints: [], groups, daemons: [] };
}

/** A pod of at most half a node, as the plan's largest is. */
function podOf(node: Amount, sizes: PodSizes, random: Random): Amount {
  const { cpuMillicores, memoryMebibytes } = node;
  if (sizes === "large") {
    return {
      cpuMillicores: random.whole(1, Math.floor(cpuMillicores / 100)) * 50,
      memoryMebibytes: random.whole(1, Math.floor(memoryMebibytes / 128)) * 64,
      pods: 1,
    };
  }
  const step = (all: readonly number[], most: number) => {
    const [first = 1, ...rest] = all.filter((size) => size <= most / 2);
    return random.pick([first, ...rest]);
  };
  return {
    cpuMillicores: step(steps.cpuMillicores, cpuMillicores),
    memoryMebibytes: step(steps.memoryMebibytes, memoryMebibytes),
    pods: 1,
  };
}

function generateGroup(name: string, node: Amount, sizes: PodSizes, random: Random): PodGroup {
  return {
    name,
    count: random.whole(1, 12),
    pod: podOf(node, sizes, random),
    ...(random.chance(0.2) ? { zoneSkew: random.whole(1, 2) } : {}),
    ...(random.chance(0.1) ? { alone: "node" as const } : {}),
  };
}
