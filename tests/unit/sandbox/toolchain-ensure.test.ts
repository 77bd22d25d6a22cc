import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { silentProgress } from "../../../sandbox/progress";
import { ensureFrom, ToolFailure } from "../../../sandbox/toolchain";
import { findChecksum } from "../../../sandbox/toolchain/download";
import { type Source } from "../../../sandbox/toolchain/types";
import { closedNetwork, type FakeMachine, fakeMachine, fakeTool } from "../../support/fake-tools";

const machines: FakeMachine[] = [];

function machine(...args: Parameters<typeof fakeMachine>): FakeMachine {
  const made = fakeMachine(...args);
  machines.push(made);
  return made;
}

afterEach(() => {
  machines.splice(0).forEach(({ folder }) => rmSync(folder, { recursive: true, force: true }));
});

/** The message of the failure that getting the tools ends with. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  let error: unknown;
  try {
    await work;
  } catch (reason) {
    error = reason;
  }
  expect(error).toBeInstanceOf(ToolFailure);
  return (error as ToolFailure).message;
}

const anvil = { anvil: fakeTool("anvil") };

describe("getting a tool", () => {
  it("builds it once and takes it from the cache from then on", async () => {
    const { options, builds } = machine();
    const first = await ensureFrom(anvil, ["anvil"], options, silentProgress);
    const second = await ensureFrom(anvil, ["anvil", "anvil"], options, silentProgress);
    expect(first.anvil).toBe(path.join(options.cache, "tools", "anvil", "1.2.3-linux-x64", "anvil"));
    expect(second).toEqual(first);
    expect(builds()).toHaveLength(1);
    expect(builds()[0]).toContain("-mod=readonly");
  });

  it("builds it once for two runs at the same time; the second waits for the first", async () => {
    const { options, builds } = machine({ build: `sleep 0.3\n${buildOf("anvil")}` });
    const details: string[] = [];
    const progress = {
      note: () => undefined,
      step: () => ({ update: (text: string) => details.push(text), done: () => undefined, fail: () => undefined }),
    };
    const [one, two] = await Promise.all([
      ensureFrom(anvil, ["anvil"], options, progress),
      ensureFrom(anvil, ["anvil"], options, progress),
    ]);
    expect(one).toEqual(two);
    expect(builds()).toHaveLength(1);
    expect(details).toContain(`waiting for process ${process.pid}, which is getting it`);
  });

  it("prefers a compatible binary on PATH to everything else", async () => {
    const { options, builds, script } = machine();
    const own = script("bin/anvil", 'echo "anvil version 1.2.9"');
    expect(await ensureFrom(anvil, ["anvil"], options, silentProgress)).toEqual({ anvil: own });
    expect(builds()).toEqual([]);
  });

  it.each([
    ["too old", 'echo "anvil version 1.1.0"'],
    ["too new", 'echo "anvil version 1.3.0"'],
    ["broken", "exit 1"],
    ["another program of that name", "echo hello"],
  ])("passes over a binary on PATH that is %s", async (_, body) => {
    const { options, script } = machine();
    script("bin/anvil", body);
    const { anvil: file } = await ensureFrom(anvil, ["anvil"], options, silentProgress);
    expect(file.startsWith(options.cache)).toBe(true);
  });

  it("replaces a cached binary that does not run any more", async () => {
    const { options, builds } = machine();
    const { anvil: file } = await ensureFrom(anvil, ["anvil"], options, silentProgress);
    writeFileSync(file, "#!/bin/sh\nexit 1\n");
    chmodSync(file, 0o755);
    expect(await ensureFrom(anvil, ["anvil"], options, silentProgress)).toEqual({ anvil: file });
    expect(builds()).toHaveLength(2);
  });

  it("leaves nothing in the final place when a build dies half-way, and cleans up after a killed run", async () => {
    const broken = machine({ build: 'printf half > "$out"; exit 1' });
    await failureOf(ensureFrom(anvil, ["anvil"], broken.options, silentProgress));
    const folder = path.join(broken.options.cache, "tools", "anvil");
    expect(readdirSync(folder)).toEqual([]);
    mkdirSync(path.join(folder, ".staging-0123", "output"), { recursive: true });
    broken.script("bin/go", readFileSync(path.join(machine().folder, "bin", "go"), "utf8"));
    await ensureFrom(anvil, ["anvil"], broken.options, silentProgress);
    expect(readdirSync(folder)).toEqual(["1.2.3-linux-x64"]);
  });

  it("refuses a binary that says another version than its source promised", async () => {
    const { options } = machine({ build: buildOf("anvil", "1.2.4") });
    const message = await failureOf(ensureFrom(anvil, ["anvil"], options, silentProgress));
    expect(message).toContain("gave version 1.2.4 instead of 1.2.3");
  });

  it("builds the tools of a group in one command, so that what they share is compiled once", async () => {
    const { options, builds } = machine();
    const table = { anvil: fakeTool("anvil", { group: "smithy" }), bellows: fakeTool("bellows", { group: "smithy" }) };
    const found = await ensureFrom(table, ["anvil", "bellows"], options, silentProgress);
    expect(Object.values(found).map((file) => existsSync(file))).toEqual([true, true]);
    expect(builds()).toHaveLength(1);
    expect(builds()[0]).toMatch(/example\.org\/one\/cmd\/anvil example\.org\/one\/cmd\/bellows$/);
  });
});

describe("a tool that cannot be had", () => {
  it("gives one message with the tool, the command, the end of its output and the log, which has all of it", async () => {
    const { options } = machine({ build: 'echo "cmd/anvil.go:3: syntax error" >&2; exit 2' });
    const message = await failureOf(ensureFrom(anvil, ["anvil"], options, silentProgress));
    const log = path.join(options.cache, "logs", "anvil.log");
    expect(message).toContain("anvil 1.2.3 could not be had");
    expect(message).toMatch(/command: .*\/bin\/go build .*example\.org\/one\/cmd\/anvil/);
    expect(message).toContain("cmd/anvil.go:3: syntax error");
    expect(message).toContain(`full log: ${log}`);
    expect(readFileSync(log, "utf8")).toContain("cmd/anvil.go:3: syntax error");
    expect(message).not.toMatch(/\n\s+at /);
  });

  it("says so when Go is missing, and where to get it", async () => {
    const { options, folder } = machine();
    rmSync(path.join(folder, "bin", "go"));
    const searchPath = path.join(folder, "bin");
    const message = await failureOf(ensureFrom(anvil, ["anvil"], { ...options, searchPath }, silentProgress));
    expect(message).toContain('Go is missing: no "go" on PATH; install Go 1.26.0 or newer');
  });

  it("says so when Go is too old and may not fetch a newer one", async () => {
    const { options } = machine({ version: "go1.22.1" });
    const message = await failureOf(ensureFrom(anvil, ["anvil"], options, silentProgress));
    expect(message).toMatch(/Go is too old: .* is 1\.22\.1, 1\.26\.0 is needed and GOTOOLCHAIN=local/);
  });

  it("says so when the cache cannot be written, and how to use another", async () => {
    const { options } = machine();
    writeFileSync(options.cache, "a file where the folder should be");
    const message = await failureOf(ensureFrom(anvil, ["anvil"], options, silentProgress));
    expect(message).toContain(`the cache folder ${options.cache} cannot be written`);
    expect(message).toContain("set XDG_CACHE_HOME");
  });

  it("names every source that was tried, and stops at the first tool that fails", async () => {
    const { options, builds } = machine({ build: "exit 1" });
    const table = {
      anvil: fakeTool("anvil", { sources: [download("https://tools.example/anvil"), ...fakeTool("anvil").sources] }),
    };
    const message = await failureOf(ensureFrom(table, ["anvil"], options, silentProgress));
    expect(message).toContain("official download: tools.example cannot be reached (getaddrinfo ENOTFOUND)");
    expect(message).toContain("Go build: ");
    expect(builds()).toHaveLength(1);
  });
});

function buildOf(name: string, version = "1.2.3"): string {
  return `printf '#!/bin/sh\\necho "${name} version ${version}"\\n' > "$out"; chmod +x "$out"`;
}

function download(url: string): Source {
  return { kind: "download", asset: () => ({ url, checksumUrl: `${url}.sha256`, members: [] }) };
}

/** A network that serves these texts and counts the requests. */
function serving(contents: Record<string, string>): { request: typeof fetch; asked: string[] } {
  const asked: string[] = [];
  const request = (input: string | URL | Request): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input);
    asked.push(url);
    const text = contents[url];
    return Promise.resolve(text === undefined ? new Response("", { status: 404 }) : new Response(text));
  };
  return { request, asked };
}

describe("the official download", () => {
  const url = "https://tools.example/anvil";
  const content = '#!/bin/sh\necho "anvil version 1.2.3"\n';
  const sum = createHash("sha256").update(content).digest("hex");
  const table = { anvil: fakeTool("anvil", { sources: [download(url), ...fakeTool("anvil").sources] }) };

  it("is taken when its sum is the published one", async () => {
    const { options, builds } = machine({
      request: serving({ [url]: content, [`${url}.sha256`]: `${sum}\n` }).request,
    });
    const { anvil: file } = await ensureFrom(table, ["anvil"], options, silentProgress);
    expect(readFileSync(file, "utf8")).toBe(content);
    expect(builds()).toEqual([]);
  });

  it("is thrown away when its sum is another, and the next source is taken", async () => {
    const wrong = { [url]: content.replace("anvil", "virus"), [`${url}.sha256`]: sum };
    const { options, builds } = machine({ request: serving(wrong).request });
    await ensureFrom(table, ["anvil"], options, silentProgress);
    expect(builds()).toHaveLength(1);
    expect(readFileSync(path.join(options.cache, "logs", "anvil.log"), "utf8")).toContain(`its maker publishes ${sum}`);
  });

  it("is not even fetched when nobody publishes a sum", async () => {
    const { request, asked } = serving({ [url]: content });
    const { options } = machine({ request });
    await ensureFrom(table, ["anvil"], options, silentProgress);
    expect(asked).toEqual([`${url}.sha256`]);
  });

  it("is not tried any more in a run after two hosts did not answer", async () => {
    const asked: string[] = [];
    const request: typeof fetch = async (input, init) => {
      asked.push(new URL(input instanceof Request ? input.url : input).host);
      return await closedNetwork(input, init);
    };
    const { options, builds } = machine({ request });
    for (const name of ["a", "b", "c", "d"]) {
      const tool = fakeTool(name, {
        sources: [download(`https://${name}.example/${name}`), ...fakeTool(name).sources],
      });
      await ensureFrom({ [name]: tool }, [name], options, silentProgress);
    }
    expect(asked).toEqual(["a.example", "b.example"]);
    expect(builds()).toHaveLength(4);
  });
});

describe("finding a published sum", () => {
  const sum = "ab".repeat(32);

  it.each([
    ["a lone sum", `${sum}\n`],
    ["a sum with the name", `${sum}  anvil.tar.gz\n`],
    ["a list", `${"cd".repeat(32)}  other.tar.gz\n${sum} *anvil.tar.gz\n`],
    [
      "GitHub's description of a release",
      JSON.stringify({ assets: [{ name: "anvil.tar.gz", digest: `sha256:${sum}` }] }),
    ],
  ])("in %s", (_, text) => {
    expect(findChecksum(text, "anvil.tar.gz")).toBe(sum);
  });

  it.each([
    ["a list without the file", `${sum}  other.tar.gz\n${sum}  another.tar.gz\n`],
    ["an error page", "<html><body>not found</body></html>"],
    ["a release whose asset has no sum", JSON.stringify({ assets: [{ name: "anvil.tar.gz", digest: null }] })],
    ["nothing", ""],
  ])("gives none in %s", (_, text) => {
    expect(findChecksum(text, "anvil.tar.gz")).toBeUndefined();
  });
});
