import { z } from "zod";
import { type Footprint } from "../../model/footprint";
import { proxyResources } from "../../model/mesh";
import { formatCpu, formatMebibytes } from "../../model/quantity";
import { type RuleSettings } from "../../model/rule-settings";
import { catalogue } from "../../stacks/altlas";
import { cloudAssumptions } from "../../stacks/altlas/cloud";
import { namespaces } from "../../stacks/altlas/namespaces";
import { stackReservations } from "../../stacks/altlas/reservations";
import { type GivenPool, type GivenReservation } from "../checks/capacity/settings";

const stack = z.object({
  environment: z.string(),
  cluster: z.object({ mode: z.string(), region: z.string().optional(), zones: z.array(z.string()).min(1) }),
  scale: z.object({ resources: z.number() }).default({ resources: 1 }),
});
const budget = z.object({ monthlyUsd: z.number(), highestUsd: z.number().optional() });

/**
 * What a stack says to the rules that reckon with room and cost. Where the project orders the nodes itself (EKS), room is
 * kept for components that come later, as the capacity report keeps it, and for the mesh's proxies; a cluster that is
 * there already is judged by what is put on it now.
 *
 * @param pools The stack's pools, as the other rules on pools have them, with what a node has.
 */
export function roomRuleSettings(read: (key: string) => unknown, pools: readonly GivenPool[]): RuleSettings {
  const parsed = stack.safeParse({
    environment: read("environment"),
    cluster: read("cluster"),
    scale: read("scale") ?? undefined,
  });
  if (!parsed.success || parsed.data.cluster.mode !== "eks") return { "ALT-SCALE-008": { pools } };
  const { environment, cluster, scale } = parsed.data;
  const reserved = stackReservations({
    environment,
    factor: scale.resources,
    pools: pools.map(({ name, minimum }) => ({ name, minimum, zones: cluster.zones })),
    aws: true,
  }).map(({ footprint }) => toRow(footprint));
  const { cpu, memory } = proxyResources.requests;
  const sidecars = catalogue.services.map(({ name }) => ({
    workload: `Deployment/${namespaces.services}/${name}`,
    cpu,
    memory,
  }));
  const room = { pools, reserved, sidecars };
  const { loadBalancers, nodeDiskGibibytes, traffic } = cloudAssumptions;
  const given = budget.safeParse(read("budget"));
  return {
    "ALT-SCALE-008": room,
    "ALT-AWS-017": {
      ...room,
      ...(given.success ? given.data : {}),
      ...(cluster.region === undefined ? {} : { region: cluster.region }),
      loadBalancers,
      nodeDiskGibibytes,
      traffic,
    },
  };
}

function toRow(footprint: Footprint): GivenReservation {
  const { name, pod, volumes } = footprint;
  const { cpuMillicores, memoryMebibytes } = pod.requests;
  const size = { name, cpu: formatCpu(cpuMillicores), memory: formatMebibytes(memoryMebibytes) };
  if (footprint.kind === "perNode") return size;
  const [volume] = volumes;
  return {
    ...size,
    pool: footprint.pool,
    pods: footprint.pods.maximum,
    surgePercent: footprint.surgePercent,
    ...footprint.spread,
    ...(volume && { volume: formatMebibytes(volume.sizeMebibytes), zonalVolume: volume.zonal === true }),
  };
}
