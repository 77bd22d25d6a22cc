import { tagProblems } from "../model/aws/schemas";
import { type Problem } from "../model/problem";
import { readShape } from "../model/read-settings";
import { findProblems } from "./checks";
import { type BootstrapSettings, settingsShape } from "./settings";

/** Reads the configuration as the engine hands it over; every problem at once where there is one. */
export function readBootstrap(
  config: Readonly<Record<string, string>>,
): { readonly settings: BootstrapSettings } | { readonly problems: readonly Problem[] } {
  const { settings, problems: found } = readShape(settingsShape, config);
  const problems = [
    ...found,
    ...(settings.tags ? tagProblems("altlas:tags", settings.tags) : []),
    ...findProblems(settings),
  ];
  // Without problems every key was read.
  return problems.length > 0 ? { problems } : { settings: settings as BootstrapSettings };
}
