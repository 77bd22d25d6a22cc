import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { load } from "js-yaml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseStackCommand, UsageError } from "../../../sandbox/engine/arguments";
import {
  clusterIdentity,
  forgetIdentity,
  needsRefresh,
  rememberIdentity,
} from "../../../sandbox/engine/cluster-identity";
import {
  clearStaleLocks,
  removeBrokenAttributes,
  stackBeneath,
  stackFile,
  stackNames,
  type StackPlace,
  summarizeState,
  writableConfig,
} from "../../../sandbox/engine/stack";
import { tidy } from "../../../sandbox/engine/tidy";

let base: string;
let place: StackPlace;
beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), "altlas-stack-"));
  place = { project: "p", stack: "dev", state: path.join(base, "engine", "state") };
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe("stack files", () => {
  it("are found by name; an unknown one is refused with the names there are", () => {
    for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.a.b.yaml"]) writeFileSync(path.join(base, name), "");
    expect(stackNames(base)).toEqual(["a.b", "dev"]);
    expect(stackFile(base, "dev")).toBe(path.join(base, "Pulumi.dev.yaml"));
    expect(() => stackFile(base, "prod")).toThrow(
      `There is no stack "prod": Pulumi.prod.yaml does not exist. The stacks are: a.b, dev.`,
    );
  });

  it("with a salt are used as they are; others are copied without their secrets provider and stay as they were", () => {
    const salted = path.join(base, "Pulumi.dev.yaml");
    writeFileSync(salted, "encryptionsalt: v1:x\nconfig: {}\n");
    expect(writableConfig(salted, path.join(base, "copies"))).toBe(salted);
    const cloud = path.join(base, "Pulumi.beta.yaml");
    const text = "secretsprovider: awskms://key\nencryptedkey: abc\nconfig:\n  p:a: 1 # why\n";
    writeFileSync(cloud, text);
    const copy = writableConfig(cloud, path.join(base, "copies"));
    expect(copy).toBe(path.join(base, "copies", "Pulumi.beta.yaml"));
    expect(load(readFileSync(copy, "utf8"))).toEqual({ config: { "p:a": 1 } });
    expect(readFileSync(cloud, "utf8")).toBe(text);
  });

  it("name the stack of the same project that theirs stands on, by either of its names", () => {
    const file = path.join(base, "Pulumi.dev.yaml");
    const beneath = (layers: unknown) => {
      writeFileSync(file, JSON.stringify({ config: { "p:layers": layers } }));
      return stackBeneath(file, "p");
    };
    expect(beneath({ registers: ["services"], beneath: "dev-platform" })).toBe("dev-platform");
    expect(beneath({ beneath: "organization/p/dev-platform" })).toBe("dev-platform");
    const none = [{ beneath: "organization/q/dev-platform" }, {}, "x", undefined];
    expect(none.map(beneath)).toEqual(none.map(() => undefined));
    writeFileSync(file, "encryptionsalt: v1:x\n");
    expect(stackBeneath(file, "p")).toBeUndefined();
  });
});

describe("attribute files of the file backend", () => {
  it("that a killed CLI left half written are removed; whole ones and the state stay", () => {
    const folder = path.join(place.state, ".pulumi", "stacks", "p");
    removeBrokenAttributes(place);
    mkdirSync(folder, { recursive: true });
    const texts = {
      "dev.json": "",
      "dev.json.attrs": "",
      "dev.json.bak.attrs": '{"user.con',
      "other.json.attrs": "{}",
    };
    for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(folder, name), text);
    removeBrokenAttributes(place);
    expect(readdirSync(folder).sort()).toEqual(["dev.json", "other.json.attrs"]);
  });
});

describe("locks of the file backend", () => {
  const folder = () => path.join(place.state, ".pulumi", "locks", "organization", "p", "dev");
  const write = (name: string, lock: object) => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(path.join(folder(), `${name}.json`), JSON.stringify(lock));
    writeFileSync(path.join(folder(), `${name}.json.attrs`), "{}");
  };
  const lockOf = (pid: number, host = hostname()) => ({ pid, hostname: host, username: "me", timestamp: "now" });

  it("of processes that are gone are removed, with what lies beside them", async () => {
    const child = spawn("true");
    await new Promise((resolve) => child.on("close", resolve));
    write("dead", lockOf(child.pid ?? 0));
    expect(clearStaleLocks(place)).toEqual([]);
    expect(readdirSync(folder())).toEqual([]);
  });

  it("of processes that took over the number of a dead one are removed", () => {
    write("reused", lockOf(process.pid));
    expect(clearStaleLocks(place)).toEqual([]);
    expect(readdirSync(folder())).toEqual([]);
  });

  it("of other machines are kept and reported", () => {
    write("remote", lockOf(1, "elsewhere"));
    expect(clearStaleLocks(place)).toMatchObject([{ pid: 1, hostname: "elsewhere" }]);
    expect(readdirSync(folder())).toEqual(["remote.json", "remote.json.attrs"]);
  });

  it("that were half written are removed", () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(path.join(folder(), "half.json"), `{"pid":`);
    expect(clearStaleLocks(place)).toEqual([]);
    expect(existsSync(path.join(folder(), "half.json"))).toBe(false);
  });

  it("are none when the stack was never updated", () => {
    expect(clearStaleLocks(place)).toEqual([]);
  });
});

describe("the state of a stack", () => {
  it("is summarised without the engine", () => {
    expect(summarizeState(place)).toEqual({ resources: 0, pending: 0 });
    const folder = path.join(place.state, ".pulumi", "stacks", "p");
    mkdirSync(folder, { recursive: true });
    const latest = { resources: [{}, {}], pending_operations: [{ type: "creating" }] };
    writeFileSync(path.join(folder, "dev.json"), JSON.stringify({ version: 3, checkpoint: { latest } }));
    expect(summarizeState(place)).toEqual({ resources: 2, pending: 1 });
    writeFileSync(path.join(folder, "dev.json"), JSON.stringify({ version: 3, checkpoint: { latest: null } }));
    expect(summarizeState(place)).toEqual({ resources: 0, pending: 0 });
  });

  it("agrees with a cluster only after an update of that cluster succeeded", async () => {
    const namespaces = [{ kind: "Namespace", metadata: { name: "kube-system", namespace: "", uid: "one" } }];
    const identity = await clusterIdentity(() => Promise.resolve(namespaces));
    expect(identity).toBe("one");
    expect(needsRefresh(place, identity)).toBe(true);
    rememberIdentity(place, identity);
    expect(needsRefresh(place, identity)).toBe(false);
    expect(needsRefresh(place, "another")).toBe(true);
    forgetIdentity(place);
    expect(needsRefresh(place, identity)).toBe(true);
  });
});

describe("tidying", () => {
  it("keeps the newest logs and updates, and removes what killed previews left", () => {
    const folders = { home: base, state: place.state, logs: path.join(base, "logs") };
    const history = path.join(place.state, ".pulumi", "history", "p", "dev.eu");
    for (const folder of [folders.logs, history]) mkdirSync(folder, { recursive: true });
    const number = (index: number) => String(index).padStart(2, "0");
    for (let index = 0; index < 25; index++) {
      writeFileSync(path.join(folders.logs, `${index % 2 ? "a" : "b"}-2026-01-01T00-00-${number(index)}.000Z.log`), "");
      for (const kind of ["history.json", "checkpoint.json", "checkpoint.json.attrs"])
        writeFileSync(path.join(history, `dev.eu-10${number(index)}.${kind}`), "");
    }
    mkdirSync(path.join(base, "engine", `temporary-${process.pid}`));
    mkdirSync(path.join(base, "engine", "temporary-999999999"));
    tidy(folders);
    const times = readdirSync(folders.logs).map((name) => name.slice(2));
    expect(times.sort()[0]).toBe("2026-01-01T00-00-05.000Z.log");
    expect(times).toHaveLength(20);
    const updates = readdirSync(history);
    expect(updates).toHaveLength(60);
    expect(updates.sort()[0]).toBe("dev.eu-1005.checkpoint.json");
    expect(readdirSync(path.join(base, "engine")).sort()).toEqual(["state", `temporary-${process.pid}`]);
    tidy({ ...folders, logs: path.join(base, "nowhere") });
  });
});

describe("the command line", () => {
  it("takes a stack as a word or an option, dev without one", () => {
    expect(parseStackCommand([], "usage")).toEqual({ stack: "dev", json: false, help: false, cwd: "." });
    expect(parseStackCommand(["beta", "--json"], "usage")).toMatchObject({ stack: "beta", json: true });
    expect(parseStackCommand(["--stack", "beta"], "usage")).toMatchObject({ stack: "beta" });
  });

  it("takes the folder of another project where one may be given, and then no stack for granted", () => {
    expect(parseStackCommand(["beta", "-C", "bootstrap"], "usage", true)).toMatchObject({
      stack: "beta",
      cwd: "bootstrap",
    });
    expect(() => parseStackCommand(["-C", "bootstrap"], "usage", true)).toThrow("name a stack of bootstrap");
    expect(() => parseStackCommand(["beta", "-C", "bootstrap"], "usage")).toThrow(UsageError);
  });

  it.each([[["a", "b"]], [["a", "--stack", "b"]], [["--colour"]], [["--stack"]]])(
    "refuses %j with the usage",
    (args) => {
      expect(() => parseStackCommand(args, "usage: x")).toThrow(UsageError);
      expect(() => parseStackCommand(args, "usage: x")).toThrow("usage: x");
    },
  );
});
