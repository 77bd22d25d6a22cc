import { createHash } from "node:crypto";
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { unzipSync } from "fflate";
import { readFileSync } from "node:fs";
import { run, type ToolLog } from "./run";
import { type DownloadAsset } from "./types";

/** Milliseconds to the first answer. A firewall that drops packets must not cost a newcomer minutes. */
const CONNECT_TIMEOUT = 5_000;
/** Milliseconds without a byte after which a download is given up. */
const STALL_TIMEOUT = 20_000;
/** So many different hosts without an answer mean that the network is closed, not that one host is down. */
const CLOSED_AFTER = 2;

/** Where a source works: a folder for what it needs on the way, and one that holds the result and nothing else. */
export interface Staging {
  root: string;
  work: string;
  output: string;
}

/** A source that gave nothing; the next one is tried. */
export class SourceUnavailable extends Error {
  override readonly name = "SourceUnavailable";
}

/** Remembers, for one run, which hosts did not answer. */
export class Network {
  private readonly silent = new Set<string>();

  /** @param request replaced in tests. */
  constructor(private readonly request: typeof fetch = fetch) {}

  /**
   * Fetches the whole of an address.
   *
   * @throws SourceUnavailable when the host does not answer, answers with an error, or stalls.
   */
  async get(url: string, log: ToolLog, onBytes?: (received: number) => void): Promise<Uint8Array> {
    const { host } = new URL(url);
    if (this.silent.has(host) || this.silent.size >= CLOSED_AFTER) {
      throw new SourceUnavailable(`not tried: ${[...this.silent].join(" and ")} did not answer in this run`);
    }
    log.line(`GET ${url}`);
    const controller = new AbortController();
    let timer = setTimeout(() => controller.abort(), CONNECT_TIMEOUT);
    try {
      const response = await this.request(url, { signal: controller.signal, redirect: "follow" });
      if (!response.ok || response.body === null) {
        throw new SourceUnavailable(`${host} answered ${response.status} ${response.statusText}`.trim());
      }
      const chunks: Uint8Array[] = [];
      let received = 0;
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        clearTimeout(timer);
        timer = setTimeout(() => controller.abort(), STALL_TIMEOUT);
        chunks.push(chunk);
        received += chunk.length;
        onBytes?.(received);
      }
      return Buffer.concat(chunks);
    } catch (error) {
      if (!(error instanceof SourceUnavailable)) {
        this.silent.add(host);
      }
      const reason =
        error instanceof SourceUnavailable ? error.message : `${host} cannot be reached (${reasonOf(error)})`;
      log.line(`→ ${reason}`);
      throw new SourceUnavailable(reason);
    } finally {
      clearTimeout(timer);
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.name === "AbortError") {
    return "no answer in time";
  }
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/**
 * Finds the SHA-256 of a file in what its maker publishes: GitHub's description of a release, a
 * list of sums with names, or a lone sum. Undefined when there is none.
 */
export function findChecksum(text: string, fileName: string): string | undefined {
  if (text.trimStart().startsWith("{")) {
    const release = JSON.parse(text) as { assets?: { name?: string; digest?: string | null }[] };
    const digest = release.assets?.find((asset) => asset.name === fileName)?.digest ?? "";
    return /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  }
  const lines = text.split("\n").map((line) => line.trim().split(/\s+\*?/));
  const named = lines.find(
    ([sum, name]) => sum !== undefined && name !== undefined && path.basename(name) === fileName,
  );
  const lone = lines.filter(([sum]) => sum !== "").length === 1 && lines[0]?.length === 1 ? lines[0] : undefined;
  const sum = (named ?? lone)?.[0]?.toLowerCase() ?? "";
  return /^[0-9a-f]{64}$/.test(sum) ? sum : undefined;
}

/**
 * Downloads the asset, checks its sum and leaves the tool (named `name`) and its companions in the
 * output folder.
 *
 * @throws SourceUnavailable when it cannot be had or its sum is not the published one.
 */
export async function download(
  asset: DownloadAsset,
  name: string,
  staging: Staging,
  network: Network,
  log: ToolLog,
  onDetail: (detail: string) => void,
): Promise<void> {
  const fileName = path.basename(new URL(asset.url).pathname);
  const sums = Buffer.from(await network.get(asset.checksumUrl, log)).toString("utf8");
  const expected = findChecksum(sums, fileName);
  if (expected === undefined) {
    throw new SourceUnavailable(`${asset.checksumUrl} has no SHA-256 of ${fileName}`);
  }
  const content = await network.get(asset.url, log, (bytes) => onDetail(`downloading, ${Math.round(bytes / 1e6)} MB`));
  const found = createHash("sha256").update(content).digest("hex");
  if (found !== expected) {
    throw new SourceUnavailable(`${fileName} has SHA-256 ${found}, its maker publishes ${expected}`);
  }
  if (asset.members.length === 0) {
    await install(content, staging.output, name);
    return;
  }
  const archive = path.join(staging.work, fileName);
  await writeFile(archive, content);
  await extract(archive, asset.members, staging, staging.output, log);
}

/** Takes the members out of a `.zip` or `.tar.gz` and leaves them, flat and executable, in the folder. */
export async function extract(
  archive: string,
  members: readonly string[],
  staging: Staging,
  folder: string,
  log: ToolLog,
): Promise<void> {
  if (archive.endsWith(".zip")) {
    const files = unzipSync(readFileSync(archive), { filter: (file) => members.includes(file.name) });
    for (const member of members) {
      const content = files[member];
      if (content === undefined) {
        throw new SourceUnavailable(`${path.basename(archive)} holds no ${member}`);
      }
      await install(content, folder, path.basename(member));
    }
    return;
  }
  const unpacked = path.join(staging.work, "unpacked");
  await mkdir(unpacked, { recursive: true });
  await run("tar", ["-xzf", archive, "-C", unpacked, ...members], { log });
  for (const member of members) {
    await rename(path.join(unpacked, member), path.join(folder, path.basename(member)));
  }
}

async function install(content: Uint8Array, folder: string, name: string): Promise<void> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  await chmod(file, 0o755);
}
