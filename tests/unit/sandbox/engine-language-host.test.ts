import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import language from "@pulumi/pulumi/proto/language_pb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseRuntimeOptions, splitWords } from "../../../sandbox/plugins/language-nodejs/options";
import { installedPackages, requiredProviders } from "../../../sandbox/plugins/language-nodejs/packages";
import { environmentOf } from "../../../sandbox/plugins/language-nodejs/plugin";
import { configVariable, runArguments } from "../../../sandbox/plugins/language-nodejs/run";

describe("arguments for Node", () => {
  it.each([
    ["", []],
    ["  --a   --b=1 ", ["--a", "--b=1"]],
    [`--require './my file.js' --x="a \\" b"`, ["--require", "./my file.js", `--x=a " b`]],
    [`one\\ word '' "two"three`, ["one word", "", "twothree"]],
    [`'a\\b'`, ["a\\b"]],
  ])("are split like a shell does: %s", (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });

  it("with an open quote are refused", () => {
    expect(() => splitWords("--title='open")).toThrow(`the quote ' is not closed in: --title='open`);
  });
});

describe("runtime options", () => {
  it("have the official host's defaults", () => {
    expect(parseRuntimeOptions(undefined)).toEqual({ typescript: true, nodeargs: [] });
    expect(parseRuntimeOptions({ typescript: false, nodeargs: "--a --b", tsconfig: "t.json" })).toEqual({
      typescript: false,
      nodeargs: ["--a", "--b"],
      tsconfig: "t.json",
    });
  });

  it.each([
    [{ typescript: "false" }, `"typescript" is a string; write true or false`],
    [{ tsconfig: 1 }, `"tsconfig" is a number; write the path of a tsconfig.json`],
    [{ nodeargs: ["--a"] }, `"nodeargs" is a list; write the arguments as one text`],
  ])("of a wrong type are named: %j", (options, message) => {
    expect(() => parseRuntimeOptions(options)).toThrow(message);
  });
});

describe("what the runner is given", () => {
  it("is the configuration with the older form of its keys, colons in values and names kept", () => {
    expect(
      JSON.parse(
        configVariable([
          ["p:name", "a:b"],
          ["p:config:old", "1"],
          ["p:a:b", "2"],
        ]),
      ),
    ).toEqual({
      "p:config:name": "a:b",
      "p:config:old": "1",
      "p:config:a:b": "2",
    });
  });

  it("names monitor, engine and stack, and leaves out what is empty", () => {
    const request = new language.RunRequest();
    const info = new language.ProgramInfo();
    info.setRootDirectory("/project");
    info.setProgramDirectory("/project/program");
    info.setEntryPoint(".");
    request.setInfo(info);
    request.setMonitorAddress("127.0.0.1:1");
    request.setProject("p");
    request.setStack("s");
    request.setParallel(8);
    request.setArgsList(["more"]);
    const args = [
      "--monitor",
      "127.0.0.1:1",
      "--engine",
      "127.0.0.1:2",
      "--project",
      "p",
      "--root-directory",
      "/project",
    ];
    const rest = ["--stack", "s", "--pwd", "/project/program", "--parallel", "8"];
    expect(runArguments(request, "127.0.0.1:2")).toEqual([...args, ...rest, ".", "more"]);
    request.setDryrun(true);
    request.setOrganization("o");
    expect(runArguments(request, "")).toEqual(expect.arrayContaining(["--organization", "o", "--dry-run"]));
    expect(runArguments(request, "")).not.toContain("--engine");
  });

  it("is an environment in which a later entry wins and values keep their equals signs", () => {
    expect(environmentOf(["A=1", "B=x=y", "A=2", "C="])).toEqual({ A: "2", B: "x=y", C: "" });
  });
});

describe("installed packages", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "altlas-packages-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (folder: string, manifest: object) => {
    mkdirSync(path.join(root, folder), { recursive: true });
    writeFileSync(path.join(root, folder, "package.json"), JSON.stringify(manifest));
  };

  it("are found through dependencies of dependencies, nested ones first, each once, development ones on demand", () => {
    write(".", { dependencies: { a: "1", missing: "1" }, devDependencies: { dev: "1" } });
    write("node_modules/a", { name: "a", version: "1.0.0", dependencies: { b: "1", c: "1" } });
    write("node_modules/a/node_modules/b", { name: "b", version: "2.0.0", dependencies: { a: "1" } });
    write("node_modules/b", { name: "b", version: "9.9.9" });
    write("node_modules/c", { name: "c", version: "3.0.0", devDependencies: { never: "1" } });
    write("node_modules/dev", { name: "dev", version: "4.0.0" });
    const found = (options = {}) => installedPackages(root, options).map(({ name, version }) => `${name} ${version}`);
    expect(found().sort()).toEqual(["a 1.0.0", "b 2.0.0", "c 3.0.0", "dev 4.0.0"]);
    expect(found({ development: false })).not.toContain("dev 4.0.0");
    expect(
      installedPackages(root)
        .filter(({ direct }) => direct)
        .map(({ name }) => name),
    ).toEqual(["a", "dev"]);
  });

  it("name the providers they are SDKs of: by their own name and version, or the package's", () => {
    write(".", { dependencies: { "@pulumi/one": "1", "@x/two": "1", plain: "1", tool: "1" } });
    write("node_modules/@pulumi/one", {
      name: "@pulumi/one",
      version: "1.0.0",
      pulumi: { resource: true, name: "uno", version: "1.2.3", server: "https://s" },
    });
    write("node_modules/@x/two", { name: "@x/two", version: "2.0.0", pulumi: { resource: true } });
    write("node_modules/plain", { name: "plain", version: "1.0.0" });
    write("node_modules/tool", { name: "tool", version: "1.0.0", pulumi: { resource: false, name: "tool" } });
    expect(requiredProviders(root)).toEqual([
      { name: "uno", version: "1.2.3", server: "https://s" },
      { name: "two", version: "2.0.0", server: "" },
    ]);
  });

  it("of the project itself are those of its SDKs, with the versions in package.json", () => {
    expect(requiredProviders(process.cwd()).map(({ name, version }) => `${name} ${version}`)).toEqual([
      "aws 7.48.0",
      "kubernetes 4.34.2",
      "random 4.21.2",
    ]);
  });
});
