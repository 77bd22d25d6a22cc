import { type RuleSettings } from "../../model/rule-settings";
import { declaredConnectivity } from "../../stacks/altlas/declared";
import { databaseClients } from "./database";

/**
 * What a stack declares about who may talk to whom, for ALT-NET-004 and the rules on callers of databases. Manifests without a
 * stack declare nothing.
 *
 * @param config The stack's configuration as the engine hands it over.
 */
export function connectivitySettings(config: Readonly<Record<string, string>>): RuleSettings {
  const declared = declaredConnectivity(config);
  return declared ? { "ALT-NET-004": { declared }, ...databaseClients(declared) } : {};
}
