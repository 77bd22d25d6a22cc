import { exemptionSchema, type Exemption } from "../../model/exemptions";
import { partOf, partOfLabel, platformLabelKeys } from "../../model/labels";
import { type Scale } from "../../model/platform";
import { type Problem } from "../../model/problem";
import { type PolicyLevel, ruleSettingsSchema, type RuleSettings } from "../../model/rule-settings";
import { planScale } from "../../model/scale";
import { declaredConnectivity } from "../../stacks/altlas/declared";
import { componentPods } from "../../stacks/altlas/component-pods";
import { namespaces } from "../../stacks/altlas/namespaces";
import { withBaseline } from "./baseline";
import { catalogueSettings, readScale } from "./catalogue";
import { connectivitySettings } from "./connectivity";
import { type Part, partOfEnvironment } from "./layers";
import { resolveLevels } from "./levels";
import { platformSettings, stackRuleSettings } from "./platform";
import { chartPods, operatedPods } from "./system";
import { type Rule } from "../rule";
import { type Resource } from "../sources/resource";
import { SettingsError, toProblems } from "./error";

export { SettingsError };

/** The project's namespace in a stack's configuration. */
const namespace = "altlas";

/**
 * What this project sets for every stack, so that the rules themselves know nothing about ALT_LAS; what the catalogue says
 * about its services is in `catalogue.ts`. A stack's own `altlas:policySettings` replace single keys of both.
 */
export const projectSettings: RuleSettings = {
  ...platformSettings,
  "ALT-K8S-051": {
    // Whatever is in our namespaces is part of the platform, and what is part of it says the rest.
    namespaces: Object.fromEntries(Object.values(namespaces).map((name) => [name, [partOfLabel]])),
    parts: { [partOf]: ["app.kubernetes.io/managed-by", ...Object.values(platformLabelKeys)] },
    values: { "app.kubernetes.io/managed-by": "pulumi" },
  },
  "ALT-NET-003": {
    // Data systems, brokers and monitoring are not part of the program yet; their ends of the edges are.
    otherPods: [...componentPods, ...chartPods, ...operatedPods],
    // The platform knows every end of its edges, so a peer that is not here is a mistake and not somebody else's.
    closedNamespaces: Object.values(namespaces),
  },
  // The gateway sends the mails of password resets. A new way out needs a line here besides its edge: two people see it.
  "ALT-NET-005": { internetEgress: ["Deployment/*/api-gateway"] },
  // It receives the access logs of the others; logging its own access there would log each log for ever.
  "ALT-AWS-013": { logBuckets: ["access-logs-bucket"] },
};

/** What a stack's configuration says to the pack. */
export interface PolicySettings {
  /** `dev`, `beta`, `prod`; anything but dev, or nothing, is judged strictly. */
  readonly environment?: string;
  /** Levels that the stack sets, by rule id; the others have their gate's. */
  readonly levels?: ReadonlyMap<string, PolicyLevel>;
  /** Parsed settings of each rule that has any, by id. */
  readonly ruleSettings: ReadonlyMap<string, unknown>;
  readonly exemptions: readonly Exemption[];
  /** Exemptions that could not be read; ALT-OPS-005 reports them. */
  readonly exemptionProblems: readonly Problem[];
  /** Of a stack that is only a part of its environment. */
  readonly part?: Part;
}

/**
 * Reads the pack's settings from a stack's configuration as the engine hands it over (`altlas:key` to text).
 *
 * @param root The project's folder, for files that settings name.
 * @throws SettingsError when levels or a rule's settings do not fit the rules. Exemptions that cannot be read are no such
 *   error: they exempt nothing, and a rule reports them.
 */
export function readPolicySettings(
  config: Readonly<Record<string, string>>,
  rules: readonly Rule[],
  root: string = process.cwd(),
): PolicySettings {
  const environment = config[`${namespace}:environment`];
  const problems: Problem[] = [];
  const read = <T>(key: string, resolve: (given: unknown) => T): T | undefined => {
    try {
      return resolve(parseJson(config[`${namespace}:${key}`], {}));
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const levels = read("policyLevels", (given) => resolveLevels(given, rules));
  const scale = config[`${namespace}:scale`] === undefined ? planScale : read("scale", readScale);
  const stack = {
    ...stackRuleSettings((key) => parseJson(config[`${namespace}:${key}`], undefined)),
    ...connectivitySettings(config),
  };
  const part = partOfEnvironment(parseJson(config[`${namespace}:layers`], undefined), declaredConnectivity(config));
  const ruleSettings = read("policySettings", (given) =>
    resolveRuleSettings(withBaseline(given, root), rules, scale, stack),
  );
  if (!levels || !ruleSettings || !scale) throw new SettingsError(problems);
  return {
    ...(environment !== undefined && { environment }),
    levels,
    ruleSettings,
    ...(part && { part }),
    ...readExemptions(parseJson(config[`${namespace}:exemptions`], [])),
  };
}

/** A stack's resources and what rules on them need to know of the stack beneath. */
export function withBeneath(resources: readonly Resource[], { part }: PolicySettings): readonly Resource[] {
  return part ? [...resources, ...part.beneath] : resources;
}

/** Reads a list of exemptions entry by entry, so that one that is wrong takes no other with it. */
export function readExemptions(given: unknown): Pick<PolicySettings, "exemptions" | "exemptionProblems"> {
  const exemptions: Exemption[] = [];
  const exemptionProblems: Problem[] = [];
  const setting = `${namespace}:exemptions`;
  if (!Array.isArray(given)) {
    const why = "It is not a list.";
    exemptionProblems.push({ setting, value: given, why, remedy: "Write a list of exemptions." });
    return { exemptions, exemptionProblems };
  }
  for (const [index, entry] of given.entries()) {
    const parsed = exemptionSchema.safeParse(entry);
    if (parsed.success) exemptions.push(parsed.data);
    else exemptionProblems.push(...toProblems(`${setting}[${index}]`, entry, parsed.error));
  }
  return { exemptions, exemptionProblems };
}

/**
 * Settings of all rules: their defaults, then the project's and the catalogue's, then the stack's.
 *
 * @param scale Part of the plan's sizes that the stack uses.
 * @param stack What the stack's other settings say to rules.
 * @throws SettingsError with every rule id that does not exist and every key that its rule does not take.
 */
export function resolveRuleSettings(
  given: unknown,
  rules: readonly Rule[],
  scale: Scale = planScale,
  stack: RuleSettings = {},
): ReadonlyMap<string, unknown> {
  const setting = `${namespace}:policySettings`;
  const parsed = ruleSettingsSchema.safeParse(given);
  if (!parsed.success) throw new SettingsError(toProblems(setting, given, parsed.error));
  const problems: Problem[] = [];
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  for (const [id, value] of Object.entries(parsed.data)) {
    if (known.get(id)?.settings) continue;
    const why = known.has(id) ? "This rule has no settings." : "There is no such rule.";
    problems.push({
      setting: `${setting}.${id}`,
      value,
      why,
      remedy: "Remove it; policies/README.md lists the rules.",
    });
  }
  const resolved = new Map<string, unknown>();
  const planned = catalogueSettings(scale);
  for (const { id, settings } of rules) {
    if (!settings) continue;
    const result = settings.safeParse({ ...projectSettings[id], ...planned[id], ...stack[id], ...parsed.data[id] });
    if (result.success) resolved.set(id, result.data);
    else problems.push(...toProblems(`${setting}.${id}`, parsed.data[id], result.error));
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return resolved;
}

/** The engine hands structured values over as JSON text. */
function parseJson(text: string | undefined, otherwise: unknown): unknown {
  if (text === undefined) return otherwise;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
