import { type Resources } from "../../model/service";
import { bytes, formatCpu, formatMebibytes } from "../../model/quantity";

/** Name of every object, and upstream's: others (dashboards, `kubectl top`'s messages) look for it. */
export const name = "metrics-server";

/** Port on which it serves its API and its own metrics, both by TLS; the kubelet's number, and above 1024. */
export const securePort = 10250;

/**
 * Seconds between two readings. Upstream's smallest sensible value is 10, because kubelets measure no more often; the
 * horizontal autoscaler itself looks every 15 seconds.
 */
export const resolutionSeconds = 15;

/** Where it keeps the certificate that it makes for itself; a memory-sized volume, since the root is read-only. */
export const certificateFolder = { name: "tmp", mountPath: "/tmp", sizeLimit: "16Mi" } as const;

/** Disk beside its volumes: its log, which the kubelet cuts at 5 files of 10 MiB. */
export const logMebibytes = 64;

/** Sizes of upstream's own guide: enough for 100 nodes, and a little more for each node above. */
const upstream = {
  nodes: 100,
  cpuMillicores: 100,
  memoryMebibytes: 200,
  perNode: { cpuMillicores: 1, memoryMebibytes: 2 },
};

/** Largest ratio between limit and request (plan; ALT-K8S-004). */
const limitRatio = 2;

/** Requests and limits of one pod for a cluster of so many nodes. */
export function resourcesFor(maximumNodes: number): Resources {
  const more = Math.max(0, maximumNodes - upstream.nodes);
  const cpu = upstream.cpuMillicores + more * upstream.perNode.cpuMillicores;
  const memory = upstream.memoryMebibytes + more * upstream.perNode.memoryMebibytes;
  return {
    requests: { cpu: formatCpu(cpu), memory: formatMebibytes(memory) },
    limits: { cpu: formatCpu(limitRatio * cpu), memory: formatMebibytes(limitRatio * memory) },
  };
}

/** Disk of the node that a pod asks for and may use, in MiB. */
export const ephemeralMebibytes = {
  limit: logMebibytes + bytes(certificateFolder.sizeLimit) / 2 ** 20,
  request: (logMebibytes + bytes(certificateFolder.sizeLimit) / 2 ** 20) / limitRatio,
} as const;
