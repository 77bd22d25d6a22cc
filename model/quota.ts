import { demandAt, type Footprint, totalDemand } from "./footprint";
import { bytes, formatCpu, formatMebibytes } from "./quantity";
import { type SharedClaim } from "./service";

/** Hard limits of a ResourceQuota. */
export type NamespaceQuota = Readonly<Record<QuotaKey, string>>;

type QuotaKey =
  | "pods"
  | "requests.cpu"
  | "requests.memory"
  | "limits.cpu"
  | "limits.memory"
  | "requests.storage"
  | "persistentvolumeclaims"
  | "services.nodeports"
  | "services.loadbalancers";

/**
 * What a namespace may use: exactly what its workloads need when every autoscaler is at its maximum and every one of
 * them rolls out a new version. More would hide a workload that nobody declared; less would stop a rollout at the worst
 * moment. A pod that is still ending counts as well, so a rollout at the maximum can wait for the old pods' grace
 * period, but never stops. Nothing may open a port on the nodes or a load balancer; clients enter by the gateway.
 */
export function namespaceQuota(footprints: readonly Footprint[], claims: readonly SharedClaim[] = []): NamespaceQuota {
  const demands = footprints.map((footprint) => demandAt(footprint, "rollout"));
  const total = totalDemand(demands);
  const claimed = claims.reduce((sum, { size }) => sum + bytes(size) / 2 ** 20, 0);
  const podVolumes = footprints.reduce(
    (sum, { volumes }, index) =>
      sum + volumes.reduce((count, { per }) => count + (per === "pod" ? (demands[index]?.pods ?? 0) : 1), 0),
    0,
  );
  return {
    pods: String(total.pods),
    "requests.cpu": formatCpu(total.requests.cpuMillicores),
    "requests.memory": formatMebibytes(total.requests.memoryMebibytes),
    "limits.cpu": formatCpu(total.limits.cpuMillicores),
    "limits.memory": formatMebibytes(total.limits.memoryMebibytes),
    "requests.storage": formatMebibytes(total.volumesMebibytes + claimed),
    persistentvolumeclaims: String(podVolumes + claims.length),
    "services.nodeports": "0",
    "services.loadbalancers": "0",
  };
}
