/** Runs helm: fetches a chart from its source, and renders it without touching a cluster. */
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../../paths";
import { tools } from "../../../toolchain/tools";
import { ProviderError } from "../wire/errors";

const run = promisify(execFile);

/** A chart's source that does not answer: previews go on without it, updates refuse. */
export class SourceUnreachable extends Error {
  constructor(
    readonly source: string,
    readonly why: string,
  ) {
    super(`the chart's source ${source} cannot be reached: ${why}`);
    this.name = "SourceUnreachable";
  }
}

export interface ChartSource {
  chart: string;
  version?: string;
  repo?: string;
  username?: string;
  password?: string;
  /** PEM texts. */
  certificateAuthority?: string;
  certificate?: string;
  key?: string;
  plainHttp: boolean;
  devel: boolean;
  verify: boolean;
  keyring?: string;
}

export interface Rendering {
  release: string;
  namespace: string;
  /** JSON texts of values, later ones winning. */
  values: string[];
  includeCrds: boolean;
  kubeVersion?: string;
  apiVersions: string[];
}

/** A healthy repository answers in a second or two; without network some resolvers take forever to say no. */
const FETCH_TIMEOUT = 20_000;
/** Rendering is local work; the largest charts take a few seconds. */
const RENDER_TIMEOUT = 120_000;

/** A folder of its own for one rendering: helm's caches, fetched charts, values. Removed afterwards, whatever happens. */
export async function inScratch<T>(work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "altlas-chart-"));
  try {
    return await work(scratch);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

function helmBinary(): string {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const file = path.join(folder, "helm");
    if (folder !== "" && fs.existsSync(file)) return file;
  }
  // The sandbox's toolchain keeps it here; see sandbox/toolchain.
  const cached = path.join(cacheFolder(), "tools", "helm");
  for (const folder of fs.existsSync(cached) ? fs.readdirSync(cached) : []) {
    const file = path.join(cached, folder, "helm");
    if (folder.startsWith(tools.helm.version) && fs.existsSync(file)) return file;
  }
  throw new ProviderError(
    "Charts are rendered by helm 4, which is neither on PATH nor in the sandbox's cache. Install it, or run `npm start` once.",
  );
}

/** Everything helm writes goes to the scratch folder; the user's repositories are still found by their names. */
function environment(scratch: string, overrides: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HELM_REGISTRY_CONFIG: process.env.HELM_REGISTRY_CONFIG ?? path.join(scratch, "registry.json"),
    HELM_CONTENT_CACHE: path.join(scratch, "content"),
    HELM_DATA_HOME: path.join(scratch, "data"),
    ...overrides,
  };
}

function failureText(error: unknown): string {
  const { stderr, message, killed } = error as { stderr?: string; message: string; killed?: boolean };
  if (killed === true) return `no answer within ${FETCH_TIMEOUT / 1000} s`;
  const said = (stderr ?? "").trim();
  return (said === "" ? message : said)
    .split("\n")
    .filter((line) => !line.startsWith("WARNING:") && line.trim() !== "")
    .join("\n")
    .replace(/^Error: /, "");
}

/** Answers that only a reached source gives. */
const ANSWERED =
  /not found|404|401|unauthori[sz]ed|no chart version|no cached repo|improper constraint|invalid_reference|verif|repo .* not found/i;
const NETWORK =
  /no such host|server misbehaving|dial tcp|timeout|timed out|deadline exceeded|refused|reset|network is unreachable|proxyconnect/i;

/** True when `chart` is a folder or archive of this machine rather than a name or address. */
export const isLocal = (chart: string): boolean =>
  /^(\.{1,2}(\/|$)|\/|~\/)/.test(chart) || (!chart.includes("://") && fs.existsSync(chart));

/**
 * The chart's local path: itself when it is one, else what helm fetched into `scratch`.
 * @throws SourceUnreachable when the source does not answer.
 */
export async function locateChart(source: ChartSource, scratch: string): Promise<string> {
  if (isLocal(source.chart) && source.repo === undefined) {
    const resolved = path.resolve(source.chart.replace(/^~(?=\/)/, os.homedir()));
    if (!fs.existsSync(resolved)) {
      throw new ProviderError(`The chart ${source.chart} does not exist (looked for ${resolved}). Correct the path.`);
    }
    return resolved;
  }
  const target = path.join(scratch, "chart");
  fs.mkdirSync(target);
  const address = source.repo ?? (source.chart.includes("://") ? source.chart : `the repository of ${source.chart}`);
  const pull = ["pull", ...sourceArguments(source, scratch), "--destination", target];
  try {
    await run(helmBinary(), pull, { env: credentials(source, scratch), timeout: FETCH_TIMEOUT });
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    const why = failureText(error);
    if (NETWORK.test(why) || !ANSWERED.test(why)) throw new SourceUnreachable(address, why.replaceAll("\n", " "));
    throw new ProviderError(`The chart ${source.chart} was not found at ${address}: ${why}`);
  }
  const archive = fs.readdirSync(target).find((file) => file.endsWith(".tgz"));
  if (archive === undefined)
    throw new ProviderError(`helm fetched ${source.chart} from ${address}, but left no archive.`);
  return path.join(target, archive);
}

function sourceArguments(source: ChartSource, scratch: string): string[] {
  const file = (name: string, text: string): string => {
    const target = path.join(scratch, name);
    fs.writeFileSync(target, text, { mode: 0o600 });
    return target;
  };
  const args = [source.chart];
  if (source.repo !== undefined) args.push("--repo", source.repo);
  if (source.version !== undefined) args.push("--version", source.version);
  if (source.certificateAuthority !== undefined) args.push("--ca-file", file("ca.pem", source.certificateAuthority));
  if (source.certificate !== undefined) args.push("--cert-file", file("client.pem", source.certificate));
  if (source.key !== undefined) args.push("--key-file", file("client-key.pem", source.key));
  if (source.plainHttp) args.push("--plain-http");
  if (source.devel) args.push("--devel");
  if (source.verify) args.push("--verify");
  if (source.keyring !== undefined) args.push("--keyring", source.keyring);
  return args;
}

/** A registry's password goes into a file that only its owner reads; on a command line everybody on the machine would. */
function credentials(source: ChartSource, scratch: string): NodeJS.ProcessEnv {
  if (source.username === undefined) return environment(scratch);
  const address = source.repo ?? source.chart;
  if (!address.startsWith("oci://")) {
    throw new ProviderError(
      "repositoryOpts.username and password are supported for OCI registries only. Use an OCI source, a client certificate, or a mirror without login.",
    );
  }
  const host = new URL(address.replace(/^oci:/, "https:")).host;
  const auth = Buffer.from(`${source.username}:${source.password ?? ""}`).toString("base64");
  const config = path.join(scratch, "login.json");
  fs.writeFileSync(config, JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
  return environment(scratch, { HELM_REGISTRY_CONFIG: config });
}

/** The chart's objects as YAML. Hooks are among them; the caller leaves them out and can name them. */
export async function renderChart(chart: string, rendering: Rendering, scratch: string): Promise<string> {
  const args = ["template", rendering.release, chart, "--namespace", rendering.namespace, "--skip-tests"];
  for (const [index, values] of rendering.values.entries()) {
    const file = path.join(scratch, `values-${index}.yaml`);
    fs.writeFileSync(file, values, { mode: 0o600 });
    args.push("--values", file);
  }
  if (rendering.includeCrds) args.push("--include-crds");
  if (rendering.kubeVersion !== undefined) args.push("--kube-version", rendering.kubeVersion);
  for (const apiVersion of rendering.apiVersions) args.push("--api-versions", apiVersion);
  // A kubeconfig must not decide what is rendered: helm template would ask the cluster for nothing, but reads the file.
  const env = environment(scratch, { HELM_CACHE_HOME: path.join(scratch, "cache"), KUBECONFIG: "/dev/null" });
  try {
    return (await run(helmBinary(), args, { env, timeout: RENDER_TIMEOUT, maxBuffer: 256 * 1024 * 1024 })).stdout;
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    throw new ProviderError(`The chart ${path.basename(chart)} cannot be rendered: ${failureText(error)}`);
  }
}

/** Fetches what a chart folder's Chart.yaml depends on, when it is not there yet. */
export async function buildDependencies(chart: string, scratch: string, update: boolean): Promise<void> {
  try {
    await run(helmBinary(), ["dependency", update ? "update" : "build", chart], {
      env: environment(scratch),
      timeout: FETCH_TIMEOUT,
    });
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    const why = failureText(error);
    if (NETWORK.test(why)) throw new SourceUnreachable(`of the dependencies of ${chart}`, why.replaceAll("\n", " "));
    throw new ProviderError(`The dependencies of the chart ${chart} cannot be had: ${why}`);
  }
}
