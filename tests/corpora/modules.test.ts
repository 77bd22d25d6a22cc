import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GoMissing, moduleFolder, pinnedVersion } from "./modules";

const module = "k8s.io/pod-security-admission";

describe("a module with foreign cases", () => {
  let folder: string;
  /** Puts a Go of our own on PATH that only prints and ends. */
  const fakeGo = (output: string, errors: string, code: number) => {
    const script = `#!/bin/sh\nprintf '%s' '${output}'\nprintf '%s' '${errors}' >&2\nexit ${code}\n`;
    writeFileSync(path.join(folder, "go"), script);
    chmodSync(path.join(folder, "go"), 0o755);
  };
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "altlas-go-"));
    vi.stubEnv("PATH", folder);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it("has a pinned version", () => {
    expect(pinnedVersion(module)).toMatch(/^v\d+\.\d+\.\d+$/);
    expect(() => pinnedVersion("example.com/none")).toThrow(
      "tests/corpora/modules/go.mod pins no version of example.com/none.",
    );
  });

  it("lies where Go has put it", async () => {
    fakeGo('{"Dir": "/cache/cases"}', "go: downloading cases", 0);
    expect(await moduleFolder(module)).toBe("/cache/cases");
  });

  it("cannot be had without Go", async () => {
    await expect(moduleFolder(module)).rejects.toThrow(GoMissing);
    await expect(moduleFolder(module)).rejects.toThrow(/there is no "go" on PATH; see https:\/\/go\.dev\/dl/);
  });

  it.each([
    ["as Go reports it", '{"Error": "no such host"}', "", /pod-security-admission@v[\d.]+ cannot be had: no such host/],
    ["as Go prints it", "", "checksum mismatch", /cannot be had: checksum mismatch/],
  ])("says why it cannot be had, %s", async (_, output, errors, says) => {
    fakeGo(output, errors, 1);
    await expect(moduleFolder(module)).rejects.toThrow(says);
  });
});
