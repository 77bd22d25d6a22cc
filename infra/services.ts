import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1";
import { type NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { Microservice } from "../components/microservice";
import { type Platform } from "../model/platform";
import { type Foundation } from "./foundation";
import { type ServiceSecrets } from "./secrets";
import { claimSpecs, microserviceArgs } from "./specs/services";

/** The five services and the claims they share; five calls that differ only in data. */
export function createServices(
  platform: Platform,
  foundation: Foundation,
  policies: readonly NetworkPolicy[],
  secrets: ServiceSecrets,
  options: ComponentResourceOptions,
): Microservice[] {
  const namespace = foundation.namespaces.services;
  const claims = createClaims(platform, foundation, options);
  return platform.services.map((service) => {
    const secret = secrets.get(service.name);
    return new Microservice(service.name, microserviceArgs(service, platform), {
      ...options,
      // A pod that starts before its policies sees its first calls refused.
      dependsOn: [namespace, ...foundation.classes, ...policies, ...claims, ...(secret ? [secret] : [])],
    });
  });
}

function createClaims(
  platform: Platform,
  foundation: Foundation,
  options: ComponentResourceOptions,
): PersistentVolumeClaim[] {
  return claimSpecs(platform).map(
    (spec) =>
      new PersistentVolumeClaim(spec.metadata.name, spec, {
        ...options,
        dependsOn: [foundation.namespaces.services, ...foundation.classes],
      }),
  );
}
