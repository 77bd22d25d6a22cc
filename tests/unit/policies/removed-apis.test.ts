import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { kubernetesVersion } from "../../../model/versions";
import { isOwnGroup, removalOf, removedApis } from "../../../policies/checks/removed-apis";
import { apiGroup } from "../../../policies/graph/kinds";
import { projectFolder } from "../../support/stack";

const sdk = path.join(projectFolder, "node_modules", "@pulumi", "kubernetes");
const entries = removedApis.flatMap(({ kinds, ...api }) => kinds.map((kind) => ({ ...api, kind })));
const minor = (release: string) => Number(/^1\.(\d+)$/.exec(release)![1]);

/** The SDK's declaration of a kind; it keeps those that are gone. */
function declaration(apiVersion: string, kind: string): string | undefined {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["core", apiVersion];
  // The SDK's folders leave `.k8s.io` out, and all but the first part of what stands before it; letter case varies.
  const folder = path.join(sdk, group!.split(".")[0]!, version!);
  const wanted = `${kind}.d.ts`.toLowerCase();
  const file = existsSync(folder) ? readdirSync(folder).find((name) => name.toLowerCase() === wanted) : undefined;
  return file === undefined ? undefined : readFileSync(path.join(folder, file), "utf8");
}

describe("the table of removed APIs", () => {
  it("names each version of a kind once, of Kubernetes' own groups, as alpha or beta", () => {
    const names = entries.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    for (const { apiVersion } of entries) {
      expect(isOwnGroup(apiGroup(apiVersion)), apiVersion).toBe(true);
      expect(apiVersion).toMatch(/\/v\d+(alpha|beta)\d+$/);
    }
  });

  it("replaces by stable versions that the SDK knows", () => {
    for (const { replacement, kind } of entries) {
      if (replacement === undefined) continue;
      expect(replacement).toMatch(/\/v\d+$/);
      expect(removalOf(replacement, kind)).toBeUndefined();
      // These are asked and answered, never kept, so the SDK has no resources of them.
      if (/Review$|^Event$|^LeaseCandidate$/.test(kind)) continue;
      expect(declaration(replacement, kind), `${replacement} ${kind}`).toBeDefined();
    }
  });

  it("says of each what the SDK says of it", () => {
    const said = entries.flatMap(({ apiVersion, kind, ...entry }) => {
      const note = /is deprecated by (\S+?)\/\w+ and not supported by Kubernetes v([\d.]+)\+/.exec(
        declaration(apiVersion, kind) ?? "",
      );
      return note ? [{ entry, removedIn: note[2], replacement: note[1] }] : [];
    });
    expect(said.length).toBeGreaterThanOrEqual(13);
    for (const { entry, removedIn, replacement } of said) expect(entry).toEqual({ removedIn, replacement });
  });

  it("reaches beyond the release that manifests are written for", () => {
    const releases = entries.map(({ removedIn }) => minor(removedIn));
    expect(Math.max(...releases)).toBeGreaterThan(minor(kubernetesVersion));
  });

  it("knows Kubernetes' own groups from others that end alike", () => {
    for (const group of ["", "apps", "storage.k8s.io", "flowcontrol.apiserver.k8s.io"]) {
      expect(isOwnGroup(group), group).toBe(true);
    }
    for (const group of ["gateway.networking.k8s.io", "snapshot.storage.k8s.io", "metrics.k8s.io", "example.com"]) {
      expect(isOwnGroup(group), group).toBe(false);
    }
  });
});
