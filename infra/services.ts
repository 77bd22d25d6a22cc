import { type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1";
import { type NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { Microservice } from "../components/microservice";
import { type Platform } from "../model/platform";
import { type Base } from "./platform";
import { claimSpecs, microserviceArgs } from "./specs/services";

/**
 * The five services and the claims they share; five calls that differ only in data.
 *
 * @param base absent where another stack has made it
 */
export function createServices(
  platform: Platform,
  policies: readonly NetworkPolicy[],
  base: Base | undefined,
  options: ComponentResourceOptions,
): Microservice[] {
  const beneath = base ? [base.foundation.namespaces.services, ...base.foundation.classes] : [];
  const claims = createClaims(platform, beneath, options);
  // One that starts before its role and tables are there fails until they are.
  const usesDatabase = new Set(platform.edges.filter(({ database }) => database).map(({ from }) => from));
  return platform.services.map((service) => {
    const secret = base?.secrets.services.get(service.name);
    return new Microservice(service.name, microserviceArgs(service, platform), {
      ...options,
      // A pod that starts before its policies sees its first calls refused.
      dependsOn: [
        ...beneath,
        ...(base?.data.policies ?? []),
        ...policies,
        ...claims,
        ...(secret ? [secret] : []),
        ...(base && usesDatabase.has(service.name) ? base.data.postgresql.ready : []),
      ],
    });
  });
}

function createClaims(
  platform: Platform,
  beneath: readonly Resource[],
  options: ComponentResourceOptions,
): PersistentVolumeClaim[] {
  return claimSpecs(platform).map(
    (spec) => new PersistentVolumeClaim(spec.metadata.name, spec, { ...options, dependsOn: [...beneath] }),
  );
}
