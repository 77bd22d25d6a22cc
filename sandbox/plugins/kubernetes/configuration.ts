/** The provider's settings: reading and checking them, and deciding when a change means another cluster. */
import os from "node:os";
import path from "node:path";
import { inCluster, KubeconfigError, readKubeconfig, type Cluster } from "./kubeconfig";
import { nameProblem } from "./naming";
import { getFilled, getText, isObject, UNKNOWN, type Plain, type PlainObject } from "./wire/properties";

export interface Configuration {
  /** The cluster, or why there is none; a preview goes on without one, an update refuses. */
  cluster: Cluster | { none: string };
  /** For objects that name no namespace. */
  namespace: string;
  configMapsMutable: boolean;
  secretsMutable: boolean;
  /** Take fields over from other managers on every apply. */
  patchForce: boolean;
  /** Adopt objects that exist already instead of refusing. */
  upsert: boolean;
  deleteUnreachable: boolean;
  skipUpdateUnreachable: boolean;
  quietDeprecations: boolean;
  quietHelmHooks: boolean;
  /** Seconds before a single request is given up. */
  requestTimeout: number;
  /** Requests per second and burst, or no limit: the API server has its own fairness. */
  rate: { qps: number; burst: number } | undefined;
}

export interface ConfigurationProblem {
  property: string;
  reason: string;
}

type Kind = "text" | "flag" | "object";

/** Every setting of the package's Provider. `refused` settings exist in the official plugin only. */
const SETTINGS: Record<string, { kind: Kind; environment?: string; refused?: string }> = {
  kubeconfig: { kind: "text" },
  context: { kind: "text" },
  cluster: { kind: "text" },
  namespace: { kind: "text" },
  clusterIdentifier: { kind: "text" },
  enableServerSideApply: { kind: "flag", environment: "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY" },
  enableConfigMapMutable: { kind: "flag", environment: "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE" },
  enableSecretMutable: { kind: "flag", environment: "PULUMI_K8S_ENABLE_SECRET_MUTABLE" },
  enablePatchForce: { kind: "flag", environment: "PULUMI_K8S_ENABLE_PATCH_FORCE" },
  upsertExistingObjects: { kind: "flag", environment: "PULUMI_K8S_UPSERT_EXISTING_OBJECTS" },
  deleteUnreachable: { kind: "flag", environment: "PULUMI_K8S_DELETE_UNREACHABLE" },
  skipUpdateUnreachable: { kind: "flag", environment: "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE" },
  suppressDeprecationWarnings: { kind: "flag", environment: "PULUMI_K8S_SUPPRESS_DEPRECATION_WARNINGS" },
  suppressHelmHookWarnings: { kind: "flag", environment: "PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS" },
  kubeClientSettings: { kind: "object" },
  helmReleaseSettings: {
    kind: "object",
    refused: "it configures helm.v3.Release, which the embedded provider does not support; leave it out",
  },
  renderYamlToDirectory: {
    kind: "text",
    refused: "the embedded provider has no render mode; use `helm template` or the official plugin",
  },
  alwaysRender: { kind: "flag", refused: "the embedded provider has no render mode; leave it out" },
};

/** The engine sends flags and objects of a provider as JSON text. */
function parsed(kind: Kind, raw: Plain): Plain | undefined {
  if (kind === "text" || typeof raw !== "string" || raw === UNKNOWN) return raw;
  try {
    return JSON.parse(raw) as Plain;
  } catch {
    return undefined;
  }
}

/** Everything that is wrong with the settings, all at once; unknown values are left for the update. */
export function configurationProblems(inputs: PlainObject): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const add = (property: string, reason: string): unknown => problems.push({ property, reason });
  for (const [key, raw] of Object.entries(inputs)) {
    if (key === "version" || key === "pluginDownloadURL" || key.startsWith("__") || raw === null || raw === UNKNOWN)
      continue;
    const setting = SETTINGS[key];
    if (setting === undefined) {
      add(key, `is no setting of the Kubernetes provider. Settings are: ${Object.keys(SETTINGS).join(", ")}.`);
      continue;
    }
    const value = parsed(setting.kind, raw);
    if (value === null) continue;
    const wrong =
      setting.kind === "flag"
        ? typeof value !== "boolean"
        : setting.kind === "object"
          ? !isObject(value)
          : typeof value !== "string";
    if (wrong)
      add(
        key,
        `must be ${setting.kind === "flag" ? "true or false" : setting.kind === "object" ? "an object" : "text"}.`,
      );
    else if (
      setting.refused !== undefined &&
      value !== false &&
      value !== "" &&
      (value === undefined || !isEmpty(value))
    ) {
      add(key, `is refused: ${setting.refused}.`);
    }
  }
  if (parsed("flag", inputs.enableServerSideApply ?? null) === false) {
    add(
      "enableServerSideApply",
      "cannot be false: the embedded provider always applies on the server's side. Leave it out.",
    );
  }
  const namespace = getText(inputs, "namespace");
  const problem = namespace === undefined ? undefined : nameProblem(namespace, "label");
  if (problem !== undefined) add("namespace", `${problem}.`);
  if (inputs.kubeconfig !== UNKNOWN && inputs.context !== UNKNOWN && inputs.cluster !== UNKNOWN) {
    try {
      selectCluster(inputs);
    } catch (error) {
      if (!(error instanceof KubeconfigError)) throw error;
      add(
        getText(inputs, "kubeconfig") === undefined && getText(inputs, "context") !== undefined
          ? "context"
          : "kubeconfig",
        error.message,
      );
    }
  }
  return problems;
}

/** The SDK fills every helmReleaseSettings with nothing but absent values when the program gives none. */
const isEmpty = (value: Plain): boolean =>
  isObject(value) && Object.values(value).every((item) => item === null || item === false || item === "");

/**
 * The cluster the settings lead to. A missing file is no error when it is the machine's own default: previews must work
 * before a cluster exists.
 * @throws KubeconfigError when what is there cannot be used.
 */
function selectCluster(inputs: PlainObject): Configuration["cluster"] {
  const context = getText(inputs, "context");
  const cluster = getText(inputs, "cluster");
  const given = getText(inputs, "kubeconfig");
  const ambient = process.env.KUBECONFIG;
  const source =
    given !== undefined && given !== "" ? given : ambient !== undefined && ambient !== "" ? ambient : undefined;
  try {
    const choice = { ...(context === undefined ? {} : { context }), ...(cluster === undefined ? {} : { cluster }) };
    return readKubeconfig(source ?? path.join(os.homedir(), ".kube", "config"), choice);
  } catch (error) {
    if (!(error instanceof KubeconfigError) || !error.missing) throw error;
    if (given !== undefined && given !== "" && given !== ambient) throw error;
    return source === undefined ? (inCluster() ?? { none: error.message }) : { none: error.message };
  }
}

/** Reads checked settings; a cluster that cannot be had is not an error yet. */
export function readConfiguration(inputs: PlainObject): Configuration {
  const flag = (name: string): boolean => {
    const value = parsed("flag", inputs[name] ?? null);
    const environment = process.env[SETTINGS[name]?.environment ?? ""];
    return value === true || (value === null && (environment === "true" || environment === "1"));
  };
  let cluster: Configuration["cluster"];
  try {
    cluster = selectCluster(inputs);
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    cluster = { none: error.message };
  }
  const client = parsed("object", inputs.kubeClientSettings ?? null);
  const number = (name: string): number | undefined => {
    const value = isObject(client) ? Number(client[name]) : Number.NaN;
    return Number.isFinite(value) && value > 0 ? value : undefined;
  };
  const qps = number("qps");
  return {
    cluster,
    namespace: getFilled(inputs, "namespace") ?? ("none" in cluster ? undefined : cluster.namespace) ?? "default",
    configMapsMutable: flag("enableConfigMapMutable"),
    secretsMutable: flag("enableSecretMutable"),
    patchForce: flag("enablePatchForce"),
    upsert: flag("upsertExistingObjects"),
    deleteUnreachable: flag("deleteUnreachable"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable"),
    quietDeprecations: flag("suppressDeprecationWarnings"),
    quietHelmHooks: flag("suppressHelmHookWarnings"),
    // 32 s is kubectl's own default for discovery; no single request here takes longer on a healthy server.
    requestTimeout: number("timeout") ?? 32,
    rate: qps === undefined ? undefined : { qps, burst: number("burst") ?? qps * 2 },
  };
}

export interface ConfigurationDiff {
  changed: string[];
  /** The settings that make it another cluster, so that every object must be created anew. */
  replaced: string[];
}

/**
 * With a `clusterIdentifier` only that decides on replacement. Without one, another server address or cluster entry
 * means another cluster; a rotated certificate or token in the same kubeconfig is an update.
 */
export function diffConfiguration(olds: PlainObject, news: PlainObject): ConfigurationDiff {
  const changed = Object.keys({ ...olds, ...news }).filter(
    (key) => key !== "version" && JSON.stringify(olds[key] ?? null) !== JSON.stringify(news[key] ?? null),
  );
  const before = getText(olds, "clusterIdentifier");
  const after = news.clusterIdentifier;
  if (before !== undefined || (after !== undefined && after !== null)) {
    // Adding or removing the identifier is no statement about the cluster.
    const both = before !== undefined && typeof after === "string" && after !== UNKNOWN;
    return { changed, replaced: both && after !== before ? ["clusterIdentifier"] : [] };
  }
  const keys = ["kubeconfig", "context", "cluster"].filter((key) => changed.includes(key));
  if (keys.length === 0 || keys.some((key) => news[key] === UNKNOWN)) return { changed, replaced: [] };
  const address = (inputs: PlainObject): string | undefined => {
    try {
      const cluster = selectCluster(inputs);
      return "none" in cluster ? undefined : `${cluster.name} ${cluster.server}`;
    } catch {
      return undefined;
    }
  };
  const oldAddress = address(olds);
  const newAddress = address(news);
  // An old kubeconfig that is gone says nothing: replacing everything on a guess would be the worse mistake.
  const replaced = oldAddress !== undefined && newAddress !== undefined && oldAddress !== newAddress;
  return { changed, replaced: replaced ? keys : [] };
}
