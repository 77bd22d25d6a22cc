import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { type NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { Postgresql } from "../components/postgresql";
import { type Platform } from "../model/platform";
import { type Foundation } from "./foundation";
import { createNetworkPolicies } from "./network";
import { type Secrets } from "./secrets";
import { postgresqlArgs } from "./specs/data";

/** What the layer makes. */
export interface Data {
  readonly postgresql: Postgresql;
  /** Of the calls among components. */
  readonly policies: readonly NetworkPolicy[];
}

/** The systems that keep data, and the policies of the calls among components, which their first jobs already make. */
export function createData(
  platform: Platform,
  foundation: Foundation,
  secrets: Secrets,
  options: ComponentResourceOptions,
): Data {
  const policies = createNetworkPolicies(platform, "platform", foundation, options);
  const postgresql = new Postgresql("postgresql", postgresqlArgs(platform), {
    ...options,
    dependsOn: [foundation.namespaces.data, ...foundation.classes, ...secrets.database, ...policies],
  });
  return { postgresql, policies };
}
