import { containers } from "../graph/subjects";
import { childOf, draftContainers, mendPods, onLinux, setDefault } from "../remediation";
import { defineRule, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

export const rule = defineRule({
  id: "ALT-K8S-022",
  slug: "kubernetes-container-requires-read-only-root",
  title: "Containers cannot write to their root filesystem",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "Whoever can write to the root filesystem can replace programs and libraries of the image and keep a foothold until " +
    "the pod ends. What a process writes there also fills the node's disk, without a limit that names the culprit.",
  fix: "Set readOnlyRootFilesystem: true in the container's securityContext and mount an emptyDir where it must write.",
  planSteps: ["2.2"],
  peers: [
    "checkov CKV_K8S_22",
    "kyverno require-ro-rootfs",
    "polaris notReadOnlyRootFilesystem",
    "kube-linter no-read-only-root-fs",
    "kubescape C-0017",
    "pulumi compliance-policies enableReadOnlyRootFilesystem",
  ],
  examples: {
    pass: {
      title: "read-only, with a volume for what it writes",
      manifests: [
        deployment(
          {
            securityContext: { readOnlyRootFilesystem: true },
            volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
          },
          { volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }] },
        ),
      ],
    },
    fail: { title: "left to the runtime, which lets it write", manifests: [deployment({})] },
  },
  parts: [
    part(
      ({ graph }) => containers(graph),
      function* ({ field, role, workload }) {
        if (workload.onWindows) return new NotApplicable("Windows has no read-only root filesystem.");
        if (role === "ephemeral") {
          return new NotApplicable("It is added to a running pod by hand, and its tools write beside themselves.");
        }
        const readOnly = field.at("securityContext", "readOnlyRootFilesystem");
        if (readOnly.flag() === true) return undefined;
        const problem = readOnly.exists
          ? "says that its root filesystem may be written to"
          : "does not say that its root filesystem is read-only";
        const fix = "set securityContext.readOnlyRootFilesystem to true and mount an emptyDir where it must write";
        yield { problem, path: readOnly.path, fix };
        return undefined;
      },
    ),
  ],
  remediate: (inputs) =>
    mendPods(inputs, ({ spec }) => {
      if (!onLinux(spec)) return;
      for (const container of draftContainers(spec)) {
        setDefault(childOf(container, "securityContext", true), "readOnlyRootFilesystem", true);
      }
    }),
});
