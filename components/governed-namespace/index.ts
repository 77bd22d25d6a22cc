import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { LimitRange, Namespace, ResourceQuota } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { type GovernedNamespaceArgs, limitRangeSpec, namespaceSpec, policySpec, quotaSpec } from "./specs";

export { type GovernedNamespaceArgs, type PodSecurityLevel } from "./specs";

/**
 * A namespace that is closed before anything runs in it: pod-security level, quota, container limits, and the network
 * policies that hold for every pod. Whatever goes into it depends on this component, so it is made after all of them.
 */
export class GovernedNamespace extends ComponentResource {
  /** Name of the Namespace object. */
  public readonly namespace: string;

  constructor(name: string, args: GovernedNamespaceArgs, options?: ComponentResourceOptions) {
    super("platform:foundation:GovernedNamespace", name, {}, options);
    this.namespace = args.namespace;
    const namespace = new Namespace(`${name}-namespace`, namespaceSpec(args), { parent: this });
    const inside = { parent: this, dependsOn: [namespace] };
    new ResourceQuota(`${name}-quota`, quotaSpec(args), inside);
    new LimitRange(`${name}-limits`, limitRangeSpec(args), inside);
    for (const policy of args.policies) {
      new NetworkPolicy(`${name}-${policy.name}`, policySpec(policy, args.labels), inside);
    }
    this.registerOutputs({ namespace: this.namespace });
  }
}
