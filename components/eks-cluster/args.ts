import { type Input, type Resource } from "@pulumi/pulumi";

/** An EKS cluster without nodes. */
export interface EksClusterArgs {
  readonly clusterName: string;
  readonly region: string;
  readonly account: string;
  /** Kubernetes minor such as `1.36`. */
  readonly version: string;
  readonly vpcId: Input<string>;
  /** Block of the VPC, whose machines may reach the API server. */
  readonly vpcCidr: string;
  /** Private subnets, in two zones at least. */
  readonly subnetIds: readonly Input<string>[];
  /** Addresses of Kubernetes services. */
  readonly serviceCidr: string;
  readonly endpoint: { readonly public: boolean; readonly publicCidrs: readonly string[] };
  /** Who may do what, by a name that stays. */
  readonly access: Readonly<
    Record<
      string,
      { readonly principal: string; readonly policy: string; readonly namespaces?: readonly string[] | undefined }
    >
  >;
  readonly secretsKeyArn: Input<string>;
  readonly logKeyArn: Input<string>;
  readonly logRetentionDays: number;
  readonly deletionProtection: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** A managed add-on of a cluster. */
export interface AddonArgs {
  readonly addonName: string;
  readonly clusterName: string;
  /** Values of the add-on's own schema. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** The role that pods of a service account of the add-on get. */
  readonly identity?: { readonly serviceAccount: string; readonly roleArn: Input<string> };
  /** What must be there before. */
  readonly after: readonly Resource[];
  readonly tags: Readonly<Record<string, string>>;
}
