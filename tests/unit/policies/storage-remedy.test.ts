import { describe, expect, test } from "vitest";
import { UNKNOWN } from "../../../policies/field";
import { rule } from "../../../policies/rules/k8s-006";

interface PodSpec {
  readonly containers: readonly Record<string, unknown>[];
  readonly initContainers?: readonly Record<string, unknown>[];
  readonly volumes?: readonly unknown[];
}

/** A Pod after mending; nothing where nothing was changed. */
function mended(spec: PodSpec): PodSpec | undefined {
  const manifest = { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec };
  return rule.remediate!(manifest, undefined)?.spec as PodSpec | undefined;
}

const storage = (spec: PodSpec | undefined, list: "containers" | "initContainers" = "containers") =>
  spec?.[list]?.map(({ resources }) => {
    const { requests, limits } = resources as Record<string, Record<string, unknown> | undefined>;
    return [requests?.["ephemeral-storage"], limits?.["ephemeral-storage"]];
  });
const readOnly = { securityContext: { readOnlyRootFilesystem: true } };
const mounts = (...names: string[]) => ({ volumeMounts: names.map((name) => ({ name, mountPath: `/${name}` })) });

describe("the remedy for unbounded ephemeral storage", () => {
  test("gives logs alone to a container that can write nothing else", () => {
    expect(storage(mended({ containers: [{ name: "app", ...readOnly }] }))).toEqual([["32Mi", "64Mi"]]);
  });

  test("adds the writable layer where there is one", () => {
    expect(storage(mended({ containers: [{ name: "app" }] }))).toEqual([["82Mi", "164Mi"]]);
  });

  test("bounds volumes, and covers those that a container mounts", () => {
    const spec = mended({
      containers: [
        { name: "app", ...readOnly, ...mounts("tmp", "data", "memory") },
        { name: "side", ...readOnly, ...mounts("settings") },
      ],
      initContainers: [{ name: "first", ...readOnly, ...mounts("data") }],
      volumes: [
        { name: "tmp", emptyDir: {} },
        { name: "data", emptyDir: { sizeLimit: "1Gi" } },
        { name: "memory", emptyDir: { medium: "Memory" } },
        { name: "settings", configMap: { name: "settings" } },
      ],
    });
    expect(spec?.volumes).toEqual([
      { name: "tmp", emptyDir: { sizeLimit: "100Mi" } },
      { name: "data", emptyDir: { sizeLimit: "1Gi" } },
      { name: "memory", emptyDir: { medium: "Memory", sizeLimit: "100Mi" } },
      { name: "settings", configMap: { name: "settings" } },
    ]);
    expect(storage(spec)).toEqual([
      ["594Mi", "1188Mi"],
      ["32Mi", "64Mi"],
    ]);
    expect(storage(spec, "initContainers")).toEqual([["544Mi", "1088Mi"]]);
  });

  test("reads amounts that are written as numbers of bytes", () => {
    const volume = { name: "data", emptyDir: { sizeLimit: 2 ** 30 } };
    expect(
      storage(mended({ containers: [{ name: "app", ...readOnly, ...mounts("data") }], volumes: [volume] })),
    ).toEqual([["544Mi", "1088Mi"]]);
  });

  test("keeps what somebody chose, and no limit below its request", () => {
    const resources = (list: string, amount: string) => ({ resources: { [list]: { "ephemeral-storage": amount } } });
    const spec = mended({
      containers: [
        { name: "a", ...readOnly, ...resources("limits", "1Gi") },
        { name: "b", ...readOnly, ...resources("requests", "10Mi") },
        { name: "c", ...readOnly, ...resources("requests", "1Gi") },
      ],
    });
    expect(storage(spec)).toEqual([
      ["512Mi", "1Gi"],
      ["10Mi", "64Mi"],
      ["1Gi", "1Gi"],
    ]);
  });

  test("leaves a container alone whose amounts, volumes or resources cannot be read", () => {
    const own = (amount: unknown) => ({ resources: { requests: { "ephemeral-storage": amount } } });
    const volume = { name: "tmp", emptyDir: { sizeLimit: UNKNOWN } };
    expect(mended({ containers: [{ name: "a", ...own(UNKNOWN) }] })).toBeUndefined();
    expect(mended({ containers: [{ name: "a", ...own("lots") }] })).toBeUndefined();
    expect(mended({ containers: [{ name: "a", resources: UNKNOWN }] })).toBeUndefined();
    expect(mended({ containers: [{ name: "a", resources: { limits: UNKNOWN } }] })).toBeUndefined();
    expect(mended({ containers: [{ name: "a", ...mounts("tmp") }], volumes: [volume] })).toBeUndefined();
  });
});
