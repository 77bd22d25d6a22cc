import { databaseObjects } from "../../model/database/names";
import { type Edge, type Endpoint } from "../../model/endpoint";
import { type Catalogue } from "../../model/platform";
import { type ContractName } from "../../model/service";
import { type Settings } from "../settings/schema";
import { componentEdges } from "./database/component-edges";
import { databaseOf, databaseShape } from "./database/shape";

/** The contract a stack chose for a service. */
export function contractOf(name: string, settings: Pick<Settings, "contract" | "services">): ContractName {
  return settings.services.find((service) => service.name === name)?.contract ?? settings.contract;
}

/** Services count as ends of edges like everything else. */
export function allEndpoints(catalogue: Catalogue): readonly Endpoint[] {
  const services = catalogue.services.map(({ name }): Endpoint => ({ kind: "service", name, concern: "services" }));
  return [...services, ...catalogue.endpoints];
}

/** The ends of a stack's edges; the database is one outside the cluster where somebody else runs it. */
export function stackEndpoints(
  settings: Pick<Settings, "database" | "environment">,
  catalogue: Catalogue,
): readonly Endpoint[] {
  const database = databaseOf(settings);
  if (database.form !== "external") return allEndpoints(catalogue);
  const { host, cidrs } = database;
  const outside: Endpoint = {
    kind: "external",
    name: databaseObjects.server,
    cidrs,
    why: `PostgreSQL at ${host}, which somebody else runs; a NetworkPolicy knows no names.`,
  };
  return allEndpoints(catalogue).map((endpoint) => (endpoint.name === outside.name ? outside : endpoint));
}

/**
 * The edges of this stack: of the catalogue those whose contract and needs are met, the calls among the data systems in
 * the stack's form of them, and the stack's own.
 */
export function activeEdges(
  settings: Pick<Settings, "contract" | "services" | "mail" | "edges" | "database" | "environment">,
  catalogue: Pick<Catalogue, "edges">,
): readonly Edge[] {
  const declared = catalogue.edges.filter((edge) => {
    if (edge.needs !== undefined && !hasNeed(edge.needs, settings)) return false;
    if (edge.status === "exists") return true;
    return contractOf(edge.follows === "callee" ? edge.to : edge.from, settings) === "target";
  });
  const own = settings.edges.map((edge): Edge => ({ ...edge, idempotent: false, retries: 0, status: "exists" }));
  return [...declared, ...componentEdges(databaseShape(settings)), ...own];
}

/** Whether a stack has the setting without which something is left out. */
export function hasNeed(need: "mail", settings: Pick<Settings, "mail">): boolean {
  return { mail: settings.mail !== undefined }[need];
}
