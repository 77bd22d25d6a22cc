import { type DeclaredConnectivity } from "../../model/connectivity/platform-network";
import { type Edge } from "../../model/endpoint";
import { catalogue } from ".";
import { readSettings } from "../settings/load";
import { activeEdges, stackEndpoints } from "./active-edges";
import { namespaces } from "./namespaces";

/** What a stack declares, its edges with all that they say: as whom a caller comes to a database, among others. */
export type Declared = Omit<DeclaredConnectivity, "edges"> & { readonly edges: readonly Edge[] };

/**
 * Who may talk to whom in a stack, from its configuration as the engine hands it over; for those who judge a stack and do
 * not build it.
 *
 * @returns `undefined` when the configuration is no stack's of this project, or has mistakes that the program refuses.
 */
export function declaredConnectivity(config: Readonly<Record<string, string>>): Declared | undefined {
  const { environment, contract, services, mail, edges, database } = readSettings(config).settings;
  if (environment === undefined || contract === undefined || services === undefined || edges === undefined) {
    return undefined;
  }
  const stack = { environment, contract, services, mail, edges, database };
  return { edges: activeEdges(stack, catalogue), endpoints: stackEndpoints(stack, catalogue), namespaces };
}
