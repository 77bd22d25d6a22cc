/** Reads kubeconfig files: which server to speak to, and who we are. Only what a client needs; nothing is written. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { load as parseYaml } from "js-yaml";
import { get, getFilled, getList, getObject, getText, isObject, type Plain, type PlainObject } from "./wire/properties";

/** A kubeconfig that cannot be used: the message says which file or entry, and what to do. */
export class KubeconfigError extends Error {
  constructor(
    message: string,
    /** The files do not exist: a preview may go on without a cluster. */
    readonly missing = false,
  ) {
    super(message);
    this.name = "KubeconfigError";
  }
}

/** How a request proves who it is; `exec` runs a program such as `aws eks get-token`. */
export interface Credentials {
  certificate?: Buffer;
  key?: Buffer;
  token?: string;
  tokenFile?: string;
  basic?: { username: string; password: string };
  exec?: ExecPlugin;
}

export interface ExecPlugin {
  command: string;
  args: string[];
  environment: Record<string, string>;
  apiVersion: string;
  installHint: string | undefined;
  provideClusterInfo: boolean;
}

export interface Cluster {
  /** The name of the cluster entry. */
  name: string;
  server: string;
  certificateAuthority: Buffer | undefined;
  serverName: string | undefined;
  skipVerify: boolean;
  /** The context's default namespace. */
  namespace: string | undefined;
  credentials: Credentials;
}

interface Entry {
  value: PlainObject;
  /** Relative paths in an entry are relative to its file. */
  folder: string;
}
interface Merged {
  clusters: Map<string, Entry>;
  users: Map<string, Entry>;
  contexts: Map<string, Entry>;
  current: string | undefined;
}

/** Text is a kubeconfig when it is a YAML mapping; anything else is a list of paths, as in KUBECONFIG. */
export function isKubeconfigText(text: string): boolean {
  if (!/[\n{:]/.test(text)) return false;
  try {
    return isObject(parseYaml(text));
  } catch {
    return text.includes("\n");
  }
}

function readSources(source: string): { text: string; folder: string; label: string }[] {
  if (isKubeconfigText(source)) return [{ text: source, folder: process.cwd(), label: "the kubeconfig given as text" }];
  const files = source
    .split(path.delimiter)
    .map((file) => file.trim())
    .filter((file) => file !== "")
    .map((file) => (file.startsWith("~/") ? path.join(os.homedir(), file.slice(2)) : path.resolve(file)));
  const sources = [];
  for (const file of files) {
    try {
      sources.push({ text: fs.readFileSync(file, "utf8"), folder: path.dirname(file), label: file });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      // kubectl passes over the missing files of a list as well.
      if (code === "ENOENT" || code === "ENOTDIR") continue;
      throw new KubeconfigError(`The kubeconfig ${file} cannot be read (${code}). Check its path and permissions.`);
    }
  }
  if (sources.length === 0) {
    throw new KubeconfigError(
      `The kubeconfig ${files.join(", ")} does not exist. Check the path, or start the cluster that writes it.`,
      true,
    );
  }
  return sources;
}

function merge(source: string): Merged {
  const merged: Merged = { clusters: new Map(), users: new Map(), contexts: new Map(), current: undefined };
  for (const { text, folder, label } of readSources(source)) {
    let document: Plain;
    try {
      document = parseYaml(text) as Plain;
    } catch (error) {
      const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      throw new KubeconfigError(
        `The kubeconfig ${label} is not valid YAML: ${why}. Write it anew with your cluster's tool.`,
      );
    }
    if (!isObject(document))
      throw new KubeconfigError(`The kubeconfig ${label} is empty or no YAML mapping. Write it anew.`);
    for (const [list, target] of [
      ["clusters", merged.clusters],
      ["users", merged.users],
      ["contexts", merged.contexts],
    ] as const) {
      for (const entry of getList(document, list)) {
        const name = getText(entry, "name");
        const value = getObject(entry, list.slice(0, -1));
        // The first file that names an entry wins, as in kubectl.
        if (name !== undefined && !target.has(name)) target.set(name, { value, folder });
      }
    }
    merged.current ??= getFilled(document, "current-context");
  }
  return merged;
}

/**
 * The cluster that `source` (text, or paths joined as in KUBECONFIG) selects.
 * @throws KubeconfigError with a sentence for the reader.
 */
export function readKubeconfig(source: string, choice: { context?: string; cluster?: string } = {}): Cluster {
  const merged = merge(source);
  const names = (entries: Map<string, Entry>): string => [...entries.keys()].join(", ") || "none";
  const contextName = choice.context ?? merged.current;
  if (contextName === undefined && choice.cluster === undefined) {
    throw new KubeconfigError(
      `The kubeconfig selects no context. Set the provider's "context" to one of: ${names(merged.contexts)}.`,
    );
  }
  const context = contextName === undefined ? undefined : merged.contexts.get(contextName);
  if (contextName !== undefined && context === undefined) {
    throw new KubeconfigError(`The kubeconfig has no context "${contextName}". It has: ${names(merged.contexts)}.`);
  }
  const clusterName = choice.cluster ?? getText(context?.value, "cluster") ?? "";
  const cluster = merged.clusters.get(clusterName);
  const server = getText(cluster?.value, "server");
  if (cluster === undefined || server === undefined) {
    throw new KubeconfigError(
      `The kubeconfig has no cluster "${clusterName}" with a server. It has: ${names(merged.clusters)}.`,
    );
  }
  if (!/^https?:\/\//.test(server) || !URL.canParse(server)) {
    throw new KubeconfigError(
      `The kubeconfig's cluster "${clusterName}" has the server "${server}", which is no http(s) address.`,
    );
  }
  if (getText(cluster.value, "proxy-url") !== undefined) {
    throw new KubeconfigError(
      `The kubeconfig's cluster "${clusterName}" sets proxy-url, which the embedded provider does not support. Set HTTPS_PROXY instead.`,
    );
  }
  const userName = getText(context?.value, "user");
  const user = userName === undefined ? undefined : merged.users.get(userName);
  if (userName !== undefined && userName !== "" && user === undefined) {
    throw new KubeconfigError(`The kubeconfig has no user "${userName}". It has: ${names(merged.users)}.`);
  }
  return {
    name: clusterName,
    server: server.replace(/\/+$/, ""),
    certificateAuthority: bytes(cluster, "certificate-authority"),
    serverName: getText(cluster.value, "tls-server-name"),
    skipVerify: get(cluster.value, ["insecure-skip-tls-verify"]) === true,
    namespace: getFilled(context?.value, "namespace"),
    credentials: user === undefined ? {} : readUser(userName ?? "", user),
  };
}

/** `<key>-data` (base64) wins over `<key>` (a file), as in kubectl. */
function bytes(entry: Entry, key: string): Buffer | undefined {
  const data = getText(entry.value, `${key}-data`);
  if (data !== undefined && data !== "") return Buffer.from(data, "base64");
  const file = getText(entry.value, key);
  if (file === undefined || file === "") return undefined;
  const resolved = path.resolve(entry.folder, file);
  try {
    return fs.readFileSync(resolved);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new KubeconfigError(`The kubeconfig names the file ${resolved} for ${key}, which cannot be read (${code}).`);
  }
}

function readUser(name: string, user: Entry): Credentials {
  if (isObject(user.value["auth-provider"])) {
    throw new KubeconfigError(
      `The kubeconfig's user "${name}" uses auth-provider, which Kubernetes removed in 1.26. Use an exec plugin or a token.`,
    );
  }
  const certificate = bytes(user, "client-certificate");
  const key = bytes(user, "client-key");
  const token = getText(user.value, "token");
  const tokenFile = getText(user.value, "tokenFile");
  const username = getText(user.value, "username");
  const exec = user.value.exec;
  return {
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
    ...(token === undefined || token === "" ? {} : { token }),
    ...(tokenFile === undefined ? {} : { tokenFile: path.resolve(user.folder, tokenFile) }),
    ...(username === undefined ? {} : { basic: { username, password: getText(user.value, "password") ?? "" } }),
    ...(isObject(exec) ? { exec: readExec(exec, user.folder) } : {}),
  };
}

function readExec(exec: PlainObject, folder: string): ExecPlugin {
  const command = getText(exec, "command") ?? "";
  return {
    // A command with a slash is a path relative to the kubeconfig; a bare one is looked up on PATH.
    command: command.includes("/") ? path.resolve(folder, command) : command,
    args: getList(exec, "args").map(String),
    environment: Object.fromEntries(
      getList(exec, "env").map((entry) => [getText(entry, "name") ?? "", getText(entry, "value") ?? ""]),
    ),
    apiVersion: getText(exec, "apiVersion") ?? "client.authentication.k8s.io/v1",
    installHint: getText(exec, "installHint"),
    provideClusterInfo: exec.provideClusterInfo === true,
  };
}

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The cluster whose pod this process runs in, if any. */
export function inCluster(): Cluster | undefined {
  const host = process.env.KUBERNETES_SERVICE_HOST;
  const port = process.env.KUBERNETES_SERVICE_PORT;
  const tokenFile = `${SERVICE_ACCOUNT}/token`;
  if (host === undefined || port === undefined || !fs.existsSync(tokenFile)) return undefined;
  return {
    name: "in-cluster",
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    certificateAuthority: fs.readFileSync(`${SERVICE_ACCOUNT}/ca.crt`),
    serverName: undefined,
    skipVerify: false,
    namespace: fs.existsSync(`${SERVICE_ACCOUNT}/namespace`)
      ? fs.readFileSync(`${SERVICE_ACCOUNT}/namespace`, "utf8").trim()
      : undefined,
    credentials: { tokenFile },
  };
}
