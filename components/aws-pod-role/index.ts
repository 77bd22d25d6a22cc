import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import { podTrust } from "../shared/iam";

/** What pods of one service account may do on AWS. */
export interface PodRoleArgs {
  readonly roleName: string;
  readonly purpose: string;
  readonly clusterName: string;
  readonly clusterArn: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Policy document; may be known only after something it names is made. */
  readonly policy?: Input<string>;
  /** ARNs of AWS' own policies. */
  readonly managedPolicies?: readonly string[];
  /** The cluster, when the role is to be bound to it here; absent where an add-on binds it. */
  readonly cluster?: Resource;
  readonly tags: Readonly<Record<string, string>>;
}

/** A role that exactly one service account of one cluster gets, by EKS Pod Identity. */
export class PodRole extends ComponentResource {
  public readonly arn: Output<string>;
  public readonly serviceAccount: string;

  constructor(name: string, args: PodRoleArgs, options?: ComponentResourceOptions) {
    super("platform:aws:PodRole", name, {}, options);
    this.serviceAccount = args.serviceAccount;
    const tags = { ...args.tags };
    const role = new Role(
      `${name}-role`,
      {
        name: args.roleName,
        description: args.purpose,
        assumeRolePolicy: podTrust({
          clusterArn: args.clusterArn,
          namespace: args.namespace,
          name: args.serviceAccount,
        }),
        tags,
      },
      { parent: this },
    );
    const child = { parent: this };
    const rights: Resource[] = (args.managedPolicies ?? []).map(
      (policyArn) =>
        new RolePolicyAttachment(`${name}-${policyArn.split("/").at(-1) ?? ""}`, { role: role.name, policyArn }, child),
    );
    if (args.policy !== undefined) {
      rights.push(
        new RolePolicy(`${name}-policy`, { name: args.roleName, role: role.name, policy: args.policy }, child),
      );
    }
    if (args.cluster) {
      new PodIdentityAssociation(
        `${name}-association`,
        {
          clusterName: args.clusterName,
          namespace: args.namespace,
          serviceAccount: args.serviceAccount,
          roleArn: role.arn,
          tags,
        },
        // Pods that start before their role has its rights fail at their first call.
        { parent: this, dependsOn: [args.cluster, ...rights] },
      );
    }
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
