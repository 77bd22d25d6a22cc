import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { load } from "js-yaml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  absentKubeconfig,
  childEnvironment,
  engineEnvironment,
  engineFolders,
  leakingNames,
  makeEngineFolders,
  shellExports,
} from "../../../sandbox/engine/environment";
import { enginePlugins, installPlugins, pluginFolder } from "../../../sandbox/engine/plugins";

let base: string;
beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), "altlas-environment-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe("the engine's environment", () => {
  it("names folders of the sandbox only, and the project's Node before the CLI before everything else", () => {
    const environment = engineEnvironment({ stateFolder: base, cliFolder: "/tools/cli" });
    expect(environment).toMatchObject({
      PULUMI_HOME: path.join(base, "engine", "home"),
      PULUMI_BACKEND_URL: `file://${path.join(base, "engine", "state")}`,
      KUBECONFIG: path.join(base, "control-plane", "kubeconfig"),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    });
    const [first, second] = (environment.PATH ?? "").split(path.delimiter);
    expect(first).toBe(path.resolve("node_modules/.bin"));
    expect(second).toBe("/tools/cli");
  });

  it("drops logins, backends and clouds of the user, and keeps the rest", () => {
    const user = {
      HOME: "/home/me",
      AWS_PROFILE: "production",
      AWS_SECRET_ACCESS_KEY: "x",
      PULUMI_ACCESS_TOKEN: "x",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/mine",
      PULUMI_HOME: "/home/me/.pulumi",
      PULUMI_PARALLEL: "4",
    };
    const engine = { PULUMI_HOME: "/sandbox" };
    expect(leakingNames(user, engine)).toEqual([
      "AWS_PROFILE",
      "AWS_SECRET_ACCESS_KEY",
      "PULUMI_ACCESS_TOKEN",
      "PULUMI_CONFIG_PASSPHRASE_FILE",
    ]);
    expect(childEnvironment(engine, user)).toEqual({ HOME: "/home/me", PULUMI_HOME: "/sandbox", PULUMI_PARALLEL: "4" });
  });

  it("survives a shell, whatever characters a folder has", () => {
    const odd = `a 'b' "c" $d`;
    const text = shellExports({ ODD: odd }, { AWS_REGION: "x" });
    const shown = execFileSync("sh", ["-c", `eval "$0"; printf '%s|%s' "$ODD" "\${AWS_REGION-unset}"`, text], {
      env: { AWS_REGION: "x", PATH: process.env.PATH },
      encoding: "utf8",
    });
    expect(shown).toBe(`${odd}|unset`);
  });

  it("has folders that only their owner can read", () => {
    const folders = engineFolders(base);
    makeEngineFolders(folders);
    for (const folder of Object.values(folders) as string[]) expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it("stands for no cluster with a file that does not exist, and says so when it does", () => {
    const file = absentKubeconfig(base);
    expect(existsSync(file)).toBe(false);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, "");
    expect(() => absentKubeconfig(base)).toThrow(`it stands for "no cluster"; delete it`);
  });
});

describe("committed stack files", () => {
  it("of the sandbox have a salt, so that the engine writes nothing into a clone", () => {
    const { encryptionsalt } = load(readFileSync("Pulumi.dev.yaml", "utf8")) as { encryptionsalt?: string };
    // Whether the passphrase fits it is shown by every engine test: they use the same salt.
    expect(encryptionsalt).toBe("v1:AjEOxiPCRo8=:v1:XrtpLLpMmHA5maL4:MjsIaMXMXM/BaLfW0esKAsa4mB+mpA==");
  });
});

describe("installed plugins", () => {
  it("are where the engine looks, for the versions of the installed SDKs, and start on the project's Node", () => {
    const folders = installPlugins(base);
    expect(folders.map((folder) => path.relative(base, folder))).toEqual([
      "plugins/language-nodejs-v3.259.0",
      "plugins/resource-random-v4.21.2",
      "plugins/resource-aws-v7.48.0",
      "plugins/resource-kubernetes-v4.34.2",
    ]);
    for (const [index, plugin] of enginePlugins().entries()) {
      const folder = pluginFolder(base, plugin);
      expect(folders[index]).toBe(folder);
      const script = path.join(folder, `pulumi-${plugin.kind}-${plugin.name}`);
      expect(statSync(script).mode & 0o111).not.toBe(0);
      expect(readFileSync(script, "utf8")).toContain(path.resolve("node_modules/.bin/node"));
    }
  });

  it("stay untouched by a second installation, and are repaired when one is damaged", () => {
    const [folder = ""] = installPlugins(base);
    const file = path.join(folder, "plugin.cjs");
    const { mtimeMs, ino } = statSync(file);
    installPlugins(base);
    expect(statSync(file)).toMatchObject({ mtimeMs, ino });
    writeFileSync(file, "damaged");
    installPlugins(base);
    expect(readFileSync(file, "utf8")).toContain("AnalyzerProxy");
    expect(readdirSync(folder).sort()).toEqual(["plugin.cjs", "pulumi-language-nodejs"]);
  });
});
