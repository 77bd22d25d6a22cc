import { type Edge, type Endpoint } from "../../model/endpoint";
import { type Catalogue } from "../../model/platform";
import { type ContractName } from "../../model/service";
import { type Settings } from "../settings/schema";

/** The contract a stack chose for a service. */
export function contractOf(name: string, settings: Pick<Settings, "contract" | "services">): ContractName {
  return settings.services.find((service) => service.name === name)?.contract ?? settings.contract;
}

/** Services count as ends of edges like everything else. */
export function allEndpoints(catalogue: Catalogue): readonly Endpoint[] {
  const services = catalogue.services.map(({ name }): Endpoint => ({ kind: "service", name, concern: "services" }));
  return [...services, ...catalogue.endpoints];
}

/** The edges of this stack: of the catalogue those whose contract and needs are met, and the stack's own. */
export function activeEdges(
  settings: Pick<Settings, "contract" | "services" | "mail" | "edges">,
  catalogue: Pick<Catalogue, "edges">,
): readonly Edge[] {
  const declared = catalogue.edges.filter((edge) => {
    if (edge.needs !== undefined && !hasNeed(edge.needs, settings)) return false;
    if (edge.status === "exists") return true;
    return contractOf(edge.follows === "callee" ? edge.to : edge.from, settings) === "target";
  });
  const own = settings.edges.map((edge): Edge => ({ ...edge, idempotent: false, retries: 0, status: "exists" }));
  return [...declared, ...own];
}

/** Whether a stack has the setting without which something is left out. */
export function hasNeed(need: "mail", settings: Pick<Settings, "mail">): boolean {
  return { mail: settings.mail !== undefined }[need];
}
