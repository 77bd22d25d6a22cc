import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CredentialSource } from "../../../../sandbox/plugins/kubernetes/api/credentials";
import {
  configurationProblems,
  diffConfiguration,
  readConfiguration,
} from "../../../../sandbox/plugins/kubernetes/configuration";
import { readKubeconfig } from "../../../../sandbox/plugins/kubernetes/kubeconfig";
import { UNKNOWN } from "../../../../sandbox/plugins/kubernetes/wire/properties";
import { kubeconfig } from "./support";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "altlas-configuration-"));
  vi.stubEnv("HOME", folder);
  vi.stubEnv("KUBECONFIG", "");
  vi.stubEnv("KUBERNETES_SERVICE_HOST", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const target = path.join(folder, name);
  writeFileSync(target, text);
  return target;
}

const serverOf = (settings: Parameters<typeof readConfiguration>[0]): string => {
  const { cluster } = readConfiguration(settings);
  return "none" in cluster ? `none: ${cluster.none}` : cluster.server;
};

describe("where the kubeconfig comes from", () => {
  it("config-text: text is read as it is, with a trailing slash of the server taken off", () => {
    expect(serverOf({ kubeconfig: kubeconfig("https://a:1/") })).toBe("https://a:1");
  });

  it("config-path: a path is read, and of several paths the first entry of a name wins", () => {
    const first = file("first", kubeconfig("https://first:1"));
    const second = file("second", kubeconfig("https://second:2"));
    expect(serverOf({ kubeconfig: second })).toBe("https://second:2");
    expect(serverOf({ kubeconfig: [first, second].join(path.delimiter) })).toBe("https://first:1");
    expect(serverOf({ kubeconfig: [path.join(folder, "missing"), second].join(path.delimiter) })).toBe(
      "https://second:2",
    );
  });

  it("config-path: relative certificate files are found beside their kubeconfig, and data wins over files", () => {
    file("ca.pem", "FILE");
    const entry = { name: "c1", cluster: { server: "https://a", "certificate-authority": "ca.pem" } };
    const both = { ...entry.cluster, "certificate-authority-data": Buffer.from("DATA").toString("base64") };
    const text = (cluster: object): string =>
      JSON.stringify({
        "current-context": "x",
        clusters: [{ name: "c1", cluster }],
        contexts: [{ name: "x", context: { cluster: "c1" } }],
      });
    expect(readKubeconfig(file("one", text(entry.cluster))).certificateAuthority?.toString()).toBe("FILE");
    expect(readKubeconfig(file("two", text(both))).certificateAuthority?.toString()).toBe("DATA");
  });

  it("config-ambient: KUBECONFIG comes before ~/.kube/config", () => {
    mkdirSync(path.join(folder, ".kube"));
    writeFileSync(path.join(folder, ".kube", "config"), kubeconfig("https://home"));
    expect(serverOf({})).toBe("https://home");
    vi.stubEnv("KUBECONFIG", file("ambient", kubeconfig("https://ambient")));
    expect(serverOf({})).toBe("https://ambient");
  });

  it("config-ambient: a missing ambient file is no problem, the same missing file given in the program is one", () => {
    const missing = path.join(folder, "missing");
    vi.stubEnv("KUBECONFIG", missing);
    expect(configurationProblems({})).toEqual([]);
    // The SDK copies KUBECONFIG into the provider's settings.
    expect(configurationProblems({ kubeconfig: missing })).toEqual([]);
    expect(serverOf({})).toContain("does not exist");
    vi.stubEnv("KUBECONFIG", "");
    expect(configurationProblems({ kubeconfig: missing })).toEqual([
      { property: "kubeconfig", reason: expect.stringContaining(`${missing} does not exist`) as string },
    ]);
  });

  it("config-context: context and cluster choose, and a name that is not there is answered with those that are", () => {
    const text = JSON.stringify({
      clusters: [
        { name: "c1", cluster: { server: "https://one" } },
        { name: "c2", cluster: { server: "https://two" } },
      ],
      contexts: [{ name: "x", context: { cluster: "c1" } }],
    });
    expect(serverOf({ kubeconfig: text, context: "x" })).toBe("https://one");
    expect(serverOf({ kubeconfig: text, context: "x", cluster: "c2" })).toBe("https://two");
    const [problem] = configurationProblems({ kubeconfig: text, context: "y" });
    expect(problem?.reason).toBe('The kubeconfig has no context "y". It has: x.');
    expect(configurationProblems({ kubeconfig: text })[0]?.reason).toContain(
      'Set the provider\'s "context" to one of: x',
    );
    expect(configurationProblems({ kubeconfig: text, context: "x", cluster: "c3" })[0]?.reason).toContain(
      "It has: c1, c2.",
    );
  });

  it("config-namespace: the setting, then the context's namespace, then default", () => {
    const text = kubeconfig("https://a", { namespace: "team" });
    expect(readConfiguration({ kubeconfig: text, namespace: "mine" }).namespace).toBe("mine");
    expect(readConfiguration({ kubeconfig: text }).namespace).toBe("team");
    expect(readConfiguration({ kubeconfig: kubeconfig() }).namespace).toBe("default");
  });
});

describe("what is wrong with the settings", () => {
  it("config-problems: everything is reported at once, with its property", () => {
    const problems = configurationProblems({
      kubeconfig: "a: [",
      namespace: "Not_Valid",
      enablePatchForce: "perhaps",
      kubeconfigg: "x",
      context: 3,
    });
    expect(problems.map(({ property }) => property).sort()).toEqual([
      "context",
      "enablePatchForce",
      "kubeconfig",
      "kubeconfigg",
      "namespace",
    ]);
  });

  it.each([
    ["a malformed file", "apiVersion: [\n", "is not valid YAML"],
    ["an empty file", "", "is empty"],
    ["a server that is no address", kubeconfig("nonsense"), "no http(s) address"],
    ["a proxy-url", kubeconfig().replace('"server"', '"proxy-url":"http://p","server"'), "proxy-url"],
    ["an auth-provider", kubeconfig("https://a", { user: { "auth-provider": { name: "gcp" } } }), "auth-provider"],
    [
      "a missing certificate file",
      kubeconfig("https://a", { user: { "client-certificate": "nope.pem" } }),
      "cannot be read (ENOENT)",
    ],
  ])("config-problems: %s gets a sentence", (_, text, sentence) => {
    const [problem, ...more] = configurationProblems({ kubeconfig: file("config", text) });
    expect(problem?.reason).toContain(sentence);
    expect(more).toEqual([]);
  });

  it("config-problems: a folder in place of a file gets a sentence", () => {
    expect(configurationProblems({ kubeconfig: folder })[0]?.reason).toContain("cannot be read (EISDIR)");
  });

  it("config-refused: settings of modes that are not there are refused by name", () => {
    const problems = configurationProblems({
      kubeconfig: kubeconfig(),
      renderYamlToDirectory: "./out",
      alwaysRender: "true",
      helmReleaseSettings: JSON.stringify({ driver: "configmap" }),
      enableServerSideApply: "false",
    });
    expect(problems.map(({ property }) => property).sort()).toEqual([
      "alwaysRender",
      "enableServerSideApply",
      "helmReleaseSettings",
      "renderYamlToDirectory",
    ]);
  });

  it("config-refused: the same settings, left at nothing, are no problem", () => {
    expect(
      configurationProblems({
        kubeconfig: kubeconfig(),
        helmReleaseSettings: JSON.stringify({ suppressBetaWarning: null }),
        enableServerSideApply: "true",
        alwaysRender: "false",
      }),
    ).toEqual([]);
  });

  it("config-unknown: a kubeconfig that is known later is accepted", () => {
    expect(configurationProblems({ kubeconfig: UNKNOWN, clusterIdentifier: UNKNOWN })).toEqual([]);
  });

  it("flags and objects are read from the JSON text that the engine sends", () => {
    const configuration = readConfiguration({
      kubeconfig: kubeconfig(),
      enableConfigMapMutable: "true",
      kubeClientSettings: JSON.stringify({ qps: 200, burst: 400, timeout: 5 }),
    });
    expect(configuration).toMatchObject({
      configMapsMutable: true,
      secretsMutable: false,
      rate: { qps: 200, burst: 400 },
      requestTimeout: 5,
    });
  });
});

describe("when the provider is replaced", () => {
  const one = kubeconfig("https://one");
  const two = kubeconfig("https://two");

  it("config-replace: with an identifier only a changed identifier replaces", () => {
    expect(
      diffConfiguration({ kubeconfig: one, clusterIdentifier: "a" }, { kubeconfig: two, clusterIdentifier: "a" }),
    ).toEqual({
      changed: ["kubeconfig"],
      replaced: [],
    });
    expect(diffConfiguration({ clusterIdentifier: "a" }, { clusterIdentifier: "b" }).replaced).toEqual([
      "clusterIdentifier",
    ]);
  });

  it("config-replace: adding or removing an identifier replaces nothing, even with another server", () => {
    expect(diffConfiguration({ kubeconfig: one }, { kubeconfig: two, clusterIdentifier: "a" }).replaced).toEqual([]);
    expect(diffConfiguration({ kubeconfig: one, clusterIdentifier: "a" }, { kubeconfig: two }).replaced).toEqual([]);
  });

  it("config-replace: without one, another server replaces and a rotated token does not", () => {
    expect(diffConfiguration({ kubeconfig: one }, { kubeconfig: two }).replaced).toEqual(["kubeconfig"]);
    const rotated = kubeconfig("https://one", { user: { token: "new" } });
    expect(diffConfiguration({ kubeconfig: one }, { kubeconfig: rotated })).toEqual({
      changed: ["kubeconfig"],
      replaced: [],
    });
  });

  it("config-replace: a kubeconfig that is gone or known later proves nothing, so nothing is replaced", () => {
    expect(diffConfiguration({ kubeconfig: path.join(folder, "gone") }, { kubeconfig: two }).replaced).toEqual([]);
    expect(diffConfiguration({ kubeconfig: one }, { kubeconfig: UNKNOWN }).replaced).toEqual([]);
  });

  it("settings that say nothing about the cluster are updates", () => {
    expect(diffConfiguration({ namespace: "a", version: "1" }, { namespace: "b", version: "2" })).toEqual({
      changed: ["namespace"],
      replaced: [],
    });
  });
});

describe("credentials", () => {
  const source = (user: object): CredentialSource =>
    new CredentialSource(readKubeconfig(kubeconfig("https://a", { user })));

  it("config-login: tokens, token files and passwords become the header; a token file is read each time", async () => {
    expect((await source({ token: "t" }).identity()).authorization).toBe("Bearer t");
    expect((await source({ username: "u", password: "p" }).identity()).authorization).toBe(
      `Basic ${Buffer.from("u:p").toString("base64")}`,
    );
    const tokenFile = file("token", "one\n");
    const rotating = source({ tokenFile });
    expect((await rotating.identity()).authorization).toBe("Bearer one");
    writeFileSync(tokenFile, "two\n");
    expect((await rotating.identity()).authorization).toBe("Bearer two");
  });

  /** A login program that counts how often it ran. */
  const login = (expires: string): object => {
    const counter = path.join(folder, "count");
    const script = `n=$(cat ${counter} 2>/dev/null || echo 0); n=$((n+1)); echo $n > ${counter}; echo '{"status":{"token":"run-'$n'","expirationTimestamp":"${expires}"}}'`;
    return { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "sh", args: ["-c", script] } };
  };

  it("config-login: an exec plugin runs once for parallel requests, and again when its token has expired", async () => {
    const lasting = source(login("2999-01-01T00:00:00Z"));
    const identities = await Promise.all([lasting.identity(), lasting.identity(), lasting.identity()]);
    expect(identities.map(({ authorization }) => authorization)).toEqual([
      "Bearer run-1",
      "Bearer run-1",
      "Bearer run-1",
    ]);
    expect((await lasting.identity()).authorization).toBe("Bearer run-1");
    lasting.forget();
    expect((await lasting.identity()).authorization).toBe("Bearer run-2");
    const expired = source(login("2000-01-01T00:00:00Z"));
    await expired.identity();
    expect((await expired.identity()).authorization).toBe("Bearer run-4");
  });

  it("config-login: a failing login program is quoted, with the kubeconfig's own hint", async () => {
    const failing = source({
      exec: { command: "sh", args: ["-c", "echo token expired >&2; exit 3"], installHint: "Run login." },
    });
    await expect(failing.identity()).rejects.toThrow(/login command "sh" failed: .*token expired.* Run login\./);
    await expect(source({ exec: { command: "sh", args: ["-c", "echo hello"] } }).identity()).rejects.toThrow(
      "no JSON ExecCredential",
    );
  });
});
