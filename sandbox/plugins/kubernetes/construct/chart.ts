/** helm.v4.Chart: renders a chart with helm and registers its objects as children. */
import fs from "node:fs";
import path from "node:path";
import type { Session } from "../session";
import { isBuiltInGroup } from "../kinds";
import { ProviderError } from "../wire/errors";
import {
  assetOf,
  get,
  getFilled,
  getList,
  getObject,
  getText,
  isObject,
  type Plain,
  type PlainObject,
} from "../wire/properties";
import { buildDependencies, inScratch, isLocal, locateChart, renderChart, type ChartSource } from "./helm";
import { readManifests, readYamlValues } from "./manifests";

const SUPPORTED = new Set([
  "chart",
  "dependencyUpdate",
  "devel",
  "keyring",
  "name",
  "namespace",
  "plainHttp",
  "repositoryOpts",
  "resourcePrefix",
  "skipAwait",
  "skipCrds",
  "valueYamlFiles",
  "values",
  "verify",
  "version",
]);
const REFUSED: Record<string, string> = {
  postRenderer: "an external program must not change what policies have seen; use Pulumi transforms",
  includeHooks: "hooks are never run, and the embedded provider has no render mode",
};

/** What is wrong with a chart's arguments, all at once. */
export function chartProblems(inputs: PlainObject): string[] {
  const problems: string[] = [];
  for (const [key, value] of Object.entries(inputs)) {
    if (value === null || value === false) continue;
    const why = REFUSED[key];
    if (why !== undefined) problems.push(`${key} is not supported by the embedded provider: ${why}.`);
    else if (!SUPPORTED.has(key))
      problems.push(`${key} is no argument of a Chart. Arguments are: ${[...SUPPORTED].join(", ")}.`);
  }
  if (getFilled(inputs, "chart") === undefined)
    problems.push("chart is missing: give a path, a name with repositoryOpts.repo, or an oci:// address.");
  return problems;
}

export interface RenderedChart {
  objects: PlainObject[];
  /** `Job/migrate (pre-install)` for each hook that was left out. */
  hooks: string[];
  namespace: string;
}

/** @throws SourceUnreachable when the chart's source does not answer. */
export async function renderChartInputs(session: Session, name: string, inputs: PlainObject): Promise<RenderedChart> {
  const namespace = getFilled(inputs, "namespace") ?? session.configuration.namespace;
  const chartName = getText(inputs, "chart") ?? "";
  const text = await inScratch(async (scratch) => {
    const source = chartSource(inputs, scratch);
    let chart = await locateChart(source, scratch);
    const update = get(inputs, ["dependencyUpdate"]) === true;
    if (isLocal(source.chart) && fs.statSync(chart).isDirectory() && (update || lacksDependencies(chart))) {
      chart = workingCopy(chart, scratch);
      await buildDependencies(chart, scratch, update);
    }
    return await renderChart(
      chart,
      {
        release: getFilled(inputs, "name") ?? name,
        namespace,
        values: valueFiles(inputs),
        includeCrds: inputs.skipCrds !== true,
        ...(await capabilities(session)),
      },
      scratch,
    );
  });
  const all = readManifests(text, `The chart ${chartName}`);
  const hooks: string[] = [];
  const objects = all.filter((object) => {
    const hook = getText(object, "metadata", "annotations", "helm.sh/hook");
    if (hook === undefined) return true;
    hooks.push(`${getText(object, "kind") ?? ""}/${getText(object, "metadata", "name") ?? ""} (${hook})`);
    return false;
  });
  return { objects, hooks, namespace };
}

function chartSource(inputs: PlainObject, scratch: string): ChartSource {
  const options = getObject(inputs, "repositoryOpts");
  const text = (key: keyof ChartSource, value: string | undefined): Partial<ChartSource> =>
    value === undefined ? {} : { [key]: value };
  const keyring = inputs.keyring === undefined ? undefined : path.join(scratch, "keyring.gpg");
  if (keyring !== undefined) fs.writeFileSync(keyring, assetText(inputs.keyring, "keyring", "latin1"), "latin1");
  const pem = (key: string): string | undefined =>
    options[key] === undefined ? undefined : assetText(options[key], `repositoryOpts.${key}`);
  return {
    chart: getText(inputs, "chart") ?? "",
    plainHttp: inputs.plainHttp === true,
    devel: inputs.devel === true,
    verify: inputs.verify === true,
    ...text("version", getFilled(inputs, "version")),
    ...text("repo", getFilled(options, "repo")),
    ...text("username", getFilled(options, "username")),
    ...text("password", getFilled(options, "password")),
    ...text("certificateAuthority", pem("caFile")),
    ...text("certificate", pem("certFile")),
    ...text("key", pem("keyFile")),
    ...text("keyring", keyring),
  };
}

/** The text of an asset argument; a remote asset is refused, because nothing would say when it changes. */
function assetText(value: Plain | undefined, argument: string, encoding: "utf8" | "latin1" = "utf8"): string {
  const asset = assetOf(value ?? null);
  if (asset === undefined)
    throw new ProviderError(`The chart's ${argument} must be an asset (StringAsset or FileAsset).`);
  if (asset.uri !== undefined)
    throw new ProviderError(
      `The chart's ${argument} is a remote asset (${asset.uri}), which is not supported. Use a file.`,
    );
  if (asset.path === undefined) return asset.text ?? "";
  try {
    return fs.readFileSync(asset.path, encoding);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new ProviderError(`The chart's ${argument} names the file ${asset.path}, which cannot be read (${code}).`);
  }
}

function valueFiles(inputs: PlainObject): string[] {
  const files = getList(inputs, "valueYamlFiles").map((asset, index) => {
    const argument = `valueYamlFiles[${index}]`;
    const text = assetText(asset, argument);
    if (readYamlValues(text, `The chart's ${argument}`).length > 1)
      throw new ProviderError(`The chart's ${argument} holds several YAML documents; give one.`);
    return text;
  });
  // JSON is YAML, and leaves no doubt about what is text.
  return isObject(inputs.values) ? [...files, JSON.stringify(withAssetTexts(inputs.values, "values"))] : files;
}

function withAssetTexts(value: Plain, argument: string): Plain {
  if (assetOf(value) !== undefined) return assetText(value, argument);
  if (Array.isArray(value)) return value.map((item, index) => withAssetTexts(item, `${argument}[${index}]`));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withAssetTexts(item, `${argument}.${key}`)]),
  );
}

/**
 * A copy for helm to write charts/ and Chart.lock into, so that the user's folder stays as it is. The folder's neighbours
 * are there as links, because a dependency may name one of them (`file://../library`).
 */
function workingCopy(chart: string, scratch: string): string {
  const parent = path.dirname(chart);
  const room = path.join(scratch, "working-copy");
  fs.mkdirSync(room);
  for (const neighbour of fs.readdirSync(parent)) {
    const target = path.join(parent, neighbour);
    if (target !== chart && !scratch.startsWith(target)) fs.symlinkSync(target, path.join(room, neighbour));
  }
  const copy = path.join(room, path.basename(chart));
  fs.cpSync(chart, copy, { recursive: true });
  return copy;
}

/** True for a chart folder whose Chart.yaml names dependencies that are not in charts/. */
function lacksDependencies(folder: string): boolean {
  const [chart] = readYamlValues(fs.readFileSync(path.join(folder, "Chart.yaml"), "utf8"), `${folder}/Chart.yaml`);
  const wanted = getList(chart, "dependencies").length;
  const there = path.join(folder, "charts");
  return (
    wanted > 0 &&
    (!fs.existsSync(there) || fs.readdirSync(there).length === 0) &&
    fs.existsSync(path.join(folder, "Chart.lock"))
  );
}

/** What a reachable cluster can do, so that templates choose as they would when installed. */
async function capabilities(session: Session): Promise<{ kubeVersion?: string; apiVersions: string[] }> {
  const client = await session.reachableClient();
  if (client === undefined) return { apiVersions: [] };
  const version = getText(await client.version(), "gitVersion");
  const { body } = await client.request({ method: "GET", path: "/apis", accept: AGGREGATED_DISCOVERY });
  const apiVersions = getList(body, "items").flatMap((group) => {
    const name = getText(group, "metadata", "name") ?? "";
    // helm knows the built-in groups itself.
    if (isBuiltInGroup(name)) return [];
    return getList(group, "versions").flatMap((served) => {
      const groupVersion = `${name}/${getText(served, "version") ?? ""}`;
      const kinds = getList(served, "resources").map((resource) => getText(resource, "responseKind", "kind") ?? "");
      return [groupVersion, ...kinds.filter((kind) => kind !== "").map((kind) => `${groupVersion}/${kind}`)];
    });
  });
  return { ...(version === undefined ? {} : { kubeVersion: version }), apiVersions };
}

/** One answer with every group, version and kind (Kubernetes 1.30 and later). */
const AGGREGATED_DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
