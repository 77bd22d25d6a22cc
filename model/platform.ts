import { type ChartSource } from "./charts";
import { type DatabaseDefinition } from "./database/definition";
import { type PlatformDatabase } from "./database/platform-database";
import { type Concern, type Edge, type Endpoint } from "./endpoint";
import { type NodePool } from "./node-pool";
import { type SecretDefinition } from "./secret";
import { type Contract, type ContractName, type Service, type SettingName, type SharedClaim } from "./service";

/** How much of the plan's sizes a stack uses; see `model/scale.ts`. */
export interface Scale {
  /** Factor on CPU and memory, above 0 and at most 1; memory never falls below a service's floor. */
  readonly resources: number;
  /** Largest number of replicas a service starts with. */
  readonly minimumReplicas: number;
  /** Largest number of replicas an autoscaler may reach. */
  readonly maximumReplicas: number;
}

/** Everything the ALT_LAS project says about itself, before a stack chooses among it. */
export interface Catalogue {
  readonly services: readonly Service[];
  readonly edges: readonly Edge[];
  /** Ends of edges that are not services. */
  readonly endpoints: readonly Endpoint[];
  readonly secrets: readonly SecretDefinition[];
  readonly claims: readonly SharedClaim[];
  /** The platform's own database; what services keep in databases of their own is theirs. */
  readonly database: DatabaseDefinition;
}

/** A service as one stack runs it: one contract chosen, sizes scaled. */
export interface PlatformService extends Omit<Service, "contracts"> {
  readonly contract: Contract;
  readonly contractName: ContractName;
  /** Full image reference, with digest where the stack gives one. */
  readonly image: string;
}

/** Reference to one key of a Secret object. */
export interface SecretKey {
  readonly secretName: string;
  readonly key: string;
}

/** What a stack's cluster measures and scales itself by. */
export interface PlatformScaling {
  readonly metricsServer: {
    readonly image: string;
    /** Whether the API server can reach a pod; on simulated nodes nothing listens at a pod's address. */
    readonly aggregated: boolean;
    /** Who signed the certificates of the kubelets: the cluster's authority, or each its own. */
    readonly kubeletCertificates: "verified" | "unverified";
  };
  /** Absent where the nodes are not ours to add. */
  readonly clusterAutoscaler?: { readonly image: string; readonly clusterName: string; readonly region: string };
  /** Address blocks that nodes and the API server have their addresses in. */
  readonly networks: readonly string[];
  /** Those, and the block of the API server's Service where it lies in none of them. */
  readonly apiServerNetworks: readonly string[];
}

/** What makes load balancers in a stack's cloud. */
export interface PlatformLoadBalancing {
  readonly chart: ChartSource;
  readonly image: string;
  readonly clusterName: string;
  readonly region: string;
  /** Tags that the cluster's network has, and no other one. */
  readonly vpcTags: Readonly<Record<string, string>>;
  /** Tags of what it makes. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Operators that other components' resources need, with what they need themselves. */
export interface PlatformOperators {
  /** Runs PostgreSQL. */
  readonly cloudNativePg: { readonly chart: ChartSource; readonly image: string };
  /** Its backups in object storage. */
  readonly barmanCloud: { readonly chart: ChartSource; readonly image: string; readonly sidecarImage: string };
  /** Certificates between the two. */
  readonly certManager: {
    readonly chart: ChartSource;
    readonly images: { readonly controller: string; readonly webhook: string; readonly injector: string };
  };
}

/** One stack's platform as plain data: checked, resolved, ready to be registered. */
export interface Platform {
  readonly environment: string;
  /** Team that answers for the stack. */
  readonly owner: string;
  readonly services: readonly PlatformService[];
  /** Exactly the edges that exist in this stack. */
  readonly edges: readonly Edge[];
  readonly endpoints: readonly Endpoint[];
  readonly secrets: readonly SecretDefinition[];
  /** Where the foreign secrets are, by the name of their definition. */
  readonly foreignSecrets: Readonly<Record<string, SecretKey>>;
  readonly claims: readonly SharedClaim[];
  readonly pools: readonly NodePool[];
  readonly zones: readonly string[];
  readonly settings: Readonly<Record<SettingName, string>>;
  /** Namespace of each concern. */
  readonly namespaces: Readonly<Record<Concern, string>>;
  /** Whether pods carry a mesh proxy. */
  readonly meshed: boolean;
  readonly scaling: PlatformScaling;
  readonly database: PlatformDatabase;
  /** Absent where no cloud of ours makes load balancers. */
  readonly loadBalancing?: PlatformLoadBalancing;
  /** Absent where nothing is run by one. */
  readonly operators?: PlatformOperators;
  /** Whether the custom-metrics API is there to scale on. */
  readonly customMetrics: boolean;
  /** How often each generated secret was rotated, by name; raising it makes a new one. */
  readonly rotations: Readonly<Record<string, number>>;
}
