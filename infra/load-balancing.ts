import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { LoadBalancerController } from "../components/aws-load-balancer-controller";
import { type Platform } from "../model/platform";
import { loadBalancerControllerArgs } from "./specs/load-balancing";

/**
 * What makes load balancers, where a cloud has them. It comes before the namespaces and so goes after them: a namespace
 * is not gone before the Services in it are, and they wait for this controller to take their load balancers away.
 */
export function createLoadBalancing(platform: Platform, options: ComponentResourceOptions): LoadBalancerController[] {
  const args = loadBalancerControllerArgs(platform);
  return args ? [new LoadBalancerController("load-balancer-controller", args, options)] : [];
}
