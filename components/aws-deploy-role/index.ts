import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { Policy } from "@pulumi/aws/iam/policy";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import { deployTrust, sessionSeconds, type Trusted } from "./specs";

export { type Trusted } from "./specs";

/** A role for those who deploy, and what it may do. */
export interface DeployRoleArgs extends Trusted {
  readonly roleName: string;
  readonly purpose: string;
  /** ARNs of policies that exist in the account. */
  readonly managedPolicies?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** A role that named workflows and principals take, and nobody else. */
export class DeployRole extends ComponentResource {
  public readonly arn: Output<string>;
  private readonly role: Role;
  private readonly label: string;
  private readonly args: DeployRoleArgs;

  constructor(name: string, args: DeployRoleArgs, options?: ComponentResourceOptions) {
    super("platform:aws:DeployRole", name, {}, options);
    this.label = name;
    this.args = args;
    this.role = new Role(
      `${name}-role`,
      {
        name: args.roleName,
        description: args.purpose,
        assumeRolePolicy: deployTrust(args),
        maxSessionDuration: sessionSeconds,
        tags: { ...args.tags },
      },
      { parent: this },
    );
    for (const policyArn of args.managedPolicies ?? []) this.attach(policyArn.split("/").at(-1) ?? "", policyArn);
    this.arn = this.role.arn;
    this.registerOutputs({ arn: this.arn });
  }

  /**
   * Gives the role rights, in a policy of its own: all that a role has inline may be 10,240 characters together, a policy
   * 6,144, and ten can be attached. Apart from the constructor, because a key names the role and these rights a key.
   */
  allow(right: string, policy: Input<string>): void {
    const { roleName, purpose, tags } = this.args;
    const own = new Policy(
      `${this.label}-${right}`,
      { name: `${roleName}-${right}`, description: `${purpose}: ${right}`, policy, tags: { ...tags } },
      { parent: this },
    );
    this.attach(right, own.arn);
  }

  private attach(right: string, policyArn: Input<string>): void {
    new RolePolicyAttachment(`${this.label}-attach-${right}`, { role: this.role.name, policyArn }, { parent: this });
  }
}
