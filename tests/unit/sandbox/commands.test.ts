import { afterEach, describe, expect, it, vi } from "vitest";
import { prependPath } from "../../../sandbox/commands/env";
import { nearest } from "../../../sandbox/commands/nearest";
import { describeStatus } from "../../../sandbox/commands/status";
import { COMPONENTS, type ControlPlaneStatus } from "../../../sandbox/control-plane";
import { cacheFolder, controlPlaneFolder, projectRoot, stateFolder } from "../../../sandbox/paths";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("folders", () => {
  it("follow the XDG variables, and ignore relative ones as the specification says", () => {
    vi.stubEnv("ALTLAS_SANDBOX_HOME", "");
    vi.stubEnv("XDG_CACHE_HOME", "/caches");
    vi.stubEnv("XDG_STATE_HOME", "/states");
    expect(cacheFolder()).toBe("/caches/altlas-infra");
    expect(stateFolder()).toBe("/states/altlas-infra/sandbox");
    vi.stubEnv("XDG_STATE_HOME", "states");
    expect(stateFolder()).toMatch(/^\/.*\/\.local\/state\/altlas-infra\/sandbox$/);
  });

  it("of the sandbox can be set, but only to an absolute path", () => {
    vi.stubEnv("ALTLAS_SANDBOX_HOME", "/elsewhere/");
    expect(controlPlaneFolder()).toBe("/elsewhere/control-plane");
    vi.stubEnv("ALTLAS_SANDBOX_HOME", "here");
    expect(() => stateFolder()).toThrow('ALTLAS_SANDBOX_HOME is "here"; give an absolute path');
  });

  it("of the project is the one with this test", () => {
    expect(import.meta.filename.startsWith(projectRoot())).toBe(true);
  });
});

describe("the search path for a shell", () => {
  it("has the tools first and each folder once", () => {
    expect(prependPath(["/kubectl", "/helm"], "/usr/bin:/helm:/bin")).toBe("/kubectl:/helm:/usr/bin:/bin");
  });
});

describe("an unknown word", () => {
  it.each([
    ["strat", '; did you mean "start"?'],
    ["kubctl", '; did you mean "kubectl"?'],
    ["xyzzy", "."],
  ])("%s gives %s", (word, expected) => {
    expect(nearest(word, ["start", "stop", "kubectl"])).toBe(expected);
  });
});

describe("the status for people", () => {
  const base: ControlPlaneStatus = {
    folder: "/s/control-plane",
    state: "running",
    kubeconfig: "/s/control-plane/kubeconfig",
    server: "https://127.0.0.1:1",
    nodes: { total: 5, ready: 4 },
    components: COMPONENTS.map((name, index) => ({ name, running: true, pid: 100 + index, log: `/s/${name}.log` })),
  };

  it("shows the address, the nodes and each process", () => {
    const lines = describeStatus(base).split("\n");
    expect(lines[0]).toBe("control plane  running  https://127.0.0.1:1");
    expect(lines[1]).toBe("nodes          4 of 5 ready");
    expect(lines.filter((line) => line.includes("running"))).toHaveLength(1 + COMPONENTS.length);
  });

  it.each([
    ["absent", "npm start"],
    ["stopped", "npm run sandbox -- start"],
    ["partial", "npm run sandbox -- start"],
  ] as const)("%s comes with the remedy", (state, remedy) => {
    expect(
      describeStatus({ ...base, state })
        .trimEnd()
        .split("\n")
        .at(-1),
    ).toContain(remedy);
  });
});
