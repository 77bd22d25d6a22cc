import { type Bytes, type Cpu, formatCpu, formatMebibytes } from "../quantity";

/** Day on which the table was read. */
export const instanceTypesDate = "2026-11-24";

/**
 * Where the table was read: interfaces and addresses in `instance-info.jsonl` of awslabs/amazon-eks-ami at commit 81fec2e
 * (2026-07-23), which AWS generates from the EC2 API; vCPU and memory follow from the size within the family.
 */
export const instanceTypesSource =
  "awslabs/amazon-eks-ami@81fec2e nodeadm/internal/kubelet/instance-info.jsonl, EC2 families";

/** What a machine of EC2 has, as far as pods are concerned. */
export interface InstanceType {
  readonly name: string;
  readonly vcpus: number;
  /** Nominal memory. */
  readonly memoryGibibytes: number;
  /** Network interfaces that it takes, and IPv4 addresses on each. */
  readonly interfaces: number;
  readonly addressesPerInterface: number;
  readonly architecture: "amd64" | "arm64";
}

/** What a machine leaves for pods. */
export interface Allocatable {
  readonly cpu: Cpu;
  readonly memory: Bytes;
  readonly pods: number;
}

interface Family {
  readonly names: readonly string[];
  readonly gibibytesPerVcpu: number;
  readonly architecture: InstanceType["architecture"];
}

/** General, compute and memory families; burstable machines are left out: their CPU is not there when it is needed. */
const families: readonly Family[] = [
  { names: ["m5", "m6i", "m6a", "m7i", "m7a"], gibibytesPerVcpu: 4, architecture: "amd64" },
  { names: ["m6g", "m7g", "m8g"], gibibytesPerVcpu: 4, architecture: "arm64" },
  { names: ["c5", "c6i", "c6a", "c7i", "c7a"], gibibytesPerVcpu: 2, architecture: "amd64" },
  { names: ["c6g", "c7g"], gibibytesPerVcpu: 2, architecture: "arm64" },
  { names: ["r5", "r6i", "r6a", "r7i", "r7a"], gibibytesPerVcpu: 8, architecture: "amd64" },
  { names: ["r6g", "r7g"], gibibytesPerVcpu: 8, architecture: "arm64" },
];

/** Every family of the table has the same interfaces at the same size. */
const sizes = [
  { size: "large", vcpus: 2, interfaces: 3, addressesPerInterface: 10 },
  { size: "xlarge", vcpus: 4, interfaces: 4, addressesPerInterface: 15 },
  { size: "2xlarge", vcpus: 8, interfaces: 4, addressesPerInterface: 15 },
  { size: "4xlarge", vcpus: 16, interfaces: 8, addressesPerInterface: 30 },
] as const;

/**
 * The machines that matter here. The plan's are among them: 4 vCPU and 16 GB is `m….xlarge`, 8 and 16 `c….2xlarge`,
 * 4 and 32 `r….xlarge`. The fifth generation of `c` has 2 GiB for each vCPU as the later ones have.
 */
export const instanceTypes: ReadonlyMap<string, InstanceType> = new Map(
  families.flatMap(({ names, gibibytesPerVcpu, architecture }) =>
    names.flatMap((family) =>
      sizes.map(({ size, vcpus, ...network }): [string, InstanceType] => {
        const name = `${family}.${size}`;
        return [name, { name, vcpus, memoryGibibytes: vcpus * gibibytesPerVcpu, ...network, architecture }];
      }),
    ),
  ),
);

/**
 * Part of the nominal memory that the hypervisor and the kernel keep, so that no node reports it as capacity.
 * Source: Karpenter's default of VM_MEMORY_OVERHEAD_PERCENT, which AWS chose to be safe for every machine.
 */
export const memoryOverhead = 0.075;

/** Memory below which the kubelet evicts (`nodeadm/internal/kubelet/config.go`: `memory.available` 100Mi). */
export const evictionMebibytes = 100;

/** Addresses in one delegated prefix (/28). */
const addressesPerPrefix = 16;
/** Kubernetes' recommendation, which EKS' own calculator keeps to: 110 pods below 30 vCPUs, 250 above. */
const recommendedPods = { small: 110, large: 250, fromVcpus: 30 } as const;

/**
 * Pods for which a node has addresses: each interface keeps one for itself, and two pods use the node's own.
 *
 * @param prefixDelegation whether the CNI plugin takes prefixes of 16 addresses in place of single ones.
 */
export function podsPerNode(type: InstanceType, prefixDelegation = false): number {
  const addresses = type.interfaces * (type.addressesPerInterface - 1);
  if (!prefixDelegation) return addresses + 2;
  const recommended = type.vcpus < recommendedPods.fromVcpus ? recommendedPods.small : recommendedPods.large;
  return Math.min(addresses * addressesPerPrefix + 2, recommended);
}

/** Share of CPU that EKS keeps of each range of millicores (`getCPUMillicoresToReserve`). */
const cpuTiers = [
  { from: 0, to: 1000, share: 0.06 },
  { from: 1000, to: 2000, share: 0.01 },
  { from: 2000, to: 4000, share: 0.005 },
  { from: 4000, to: Infinity, share: 0.0025 },
] as const;

/** CPU that EKS keeps for the kubelet and the container runtime. */
export function reservedMillicores(vcpus: number): number {
  const total = vcpus * 1000;
  return cpuTiers.reduce(
    (sum, { from, to, share }) => sum + Math.floor(Math.max(0, Math.min(total, to) - from) * share),
    0,
  );
}

/** Memory that EKS keeps for the kubelet and the container runtime: it grows with the pods that a node may have. */
export function reservedMebibytes(pods: number): number {
  return 255 + 11 * pods;
}

/**
 * What pods may ask for on one node of EKS (`nodeadm` of AL2023): nominal size, less what the machine keeps for itself,
 * kube-reserved, and the eviction threshold. EKS sets no system-reserved.
 */
export function allocatable(type: InstanceType, prefixDelegation = false): Allocatable {
  const pods = podsPerNode(type, prefixDelegation);
  const capacity = Math.floor(type.memoryGibibytes * 1024 * (1 - memoryOverhead));
  return {
    cpu: formatCpu(type.vcpus * 1000 - reservedMillicores(type.vcpus)),
    memory: formatMebibytes(capacity - reservedMebibytes(pods) - evictionMebibytes),
    pods,
  };
}
