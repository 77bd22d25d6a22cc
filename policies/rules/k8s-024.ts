import { z } from "zod";
import { matchesResource } from "../../model/exemptions";
import { containerChecks, podChecks, securityControls, securityLevels } from "../checks/pod-security";
import { containers, workloads } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { aspects, defineRule, part } from "../rule";
import { deployment } from "./examples";

const ofTheNode = ["privileged", "hostNetwork", "hostPID", "hostIPC", "hostPath", "hostPort", "hostProcess"] as const;
const privileges = [...ofTheNode, ...securityControls] as const;
type Privilege = (typeof privileges)[number];

const settings = z.strictObject({
  exceptions: z
    .array(
      z.strictObject({
        workload: z.string().min(1).describe("Kind/namespace/name, Kind/name or name; * for any part of a segment"),
        allow: z.array(z.enum(privileges)).min(1),
        reason: z.string().min(20).describe("why its work cannot be done without"),
      }),
    )
    .default([])
    .describe("agents of the node itself: node exporter, log agent, network plugin"),
  level: z
    .enum(securityLevels)
    .default("restricted")
    .describe("the Pod Security level that pods must keep; restricted also refuses volumes past claims"),
});
type Settings = z.infer<typeof settings>;

export const rule = defineRule<Settings>({
  id: "ALT-K8S-024",
  slug: "kubernetes-pod-forbids-host-access",
  title: "No privileged containers, no access to the node, nothing else that the Pod Security Standards refuse",
  severity: "critical",
  gate: "mandatory",
  scope: "resource",
  why:
    "Each of them hands the node to whoever takes over the container: its processes, its network with the address of " +
    "every other pod, its files with the kubelet's credentials. A host port also keeps a second pod off the node. And a " +
    "namespace that enforces a Pod Security level refuses the pods, after the rollout has begun.",
  fix: "Remove it. For an agent of the node itself, name the workload in the rule's exceptions, with the reason.",
  planSteps: ["2.2"],
  peers: [
    "checkov CKV_K8S_16, CKV_K8S_17, CKV_K8S_18, CKV_K8S_19, CKV_K8S_26, CKV_K8S_27",
    "kyverno disallow-privileged-containers, disallow-host-namespaces, disallow-host-path, disallow-host-ports, " +
      "disallow-host-process, disallow-proc-mount, disallow-selinux, restrict-apparmor-profiles, restrict-sysctls, " +
      "restrict-volume-types",
    "polaris hostIPCSet, hostPIDSet, hostNetworkSet, hostPortSet",
    "kubescape C-0057, C-0038, C-0041, C-0044, C-0048",
    "pod-security-admission privileged, hostNamespaces, hostPathVolumes, hostPorts, windowsHostProcess, appArmorProfile, " +
      "hostProbesAndHostLifecycle, procMount, seLinuxOptions, sysctls (baseline), restrictedVolumes (restricted)",
  ],
  settings,
  examples: {
    pass: { title: "an ordinary pod", manifests: [deployment({})] },
    fail: { title: "the node's network", manifests: [deployment({}, { hostNetwork: true })] },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { settings: options }) {
        const { podSpec } = workload;
        const forbidden = (what: Privilege) => !isExcepted(workload, what, options);
        const namespaces = (["hostNetwork", "hostPID", "hostIPC"] as const).map(
          (what) =>
            function* () {
              const field = podSpec.at(what);
              if (field.flag() !== true || !forbidden(what)) return;
              yield {
                problem: `shares the node's ${what.slice(4)} namespace`,
                path: field.path,
                fix: `remove ${what}`,
              };
            },
        );
        return yield* aspects(
          ...namespaces,
          function* () {
            for (const volume of podSpec.at("volumes").items()) {
              const hostPath = volume.at("hostPath");
              if (!hostPath.exists || !forbidden("hostPath")) continue;
              const problem = `mounts ${hostPath.at("path").text() ?? "a folder"} of the node as volume ${volume.at("name").text() ?? ""}`;
              yield { problem, path: hostPath.path, fix: "use an emptyDir, a claim or a projected volume" };
            }
          },
          function* () {
            const process = podSpec.at("securityContext", "windowsOptions", "hostProcess");
            if (process.flag() !== true || !forbidden("hostProcess")) return;
            yield { problem: "runs as a process of the Windows node", path: process.path, fix: "remove hostProcess" };
          },
          ...podChecks
            .filter(({ control }) => forbidden(control))
            .map(
              ({ check }) =>
                () =>
                  check(workload, options.level),
            ),
        );
      },
    ),
    part(
      ({ graph }) => containers(graph),
      function* (container, { settings: options }) {
        const { field, workload } = container;
        const forbidden = (what: Privilege) => !isExcepted(workload, what, options);
        return yield* aspects(
          function* () {
            const privileged = field.at("securityContext", "privileged");
            if (privileged.flag() !== true || !forbidden("privileged")) return;
            yield { problem: "is privileged", path: privileged.path, fix: "remove securityContext.privileged" };
          },
          function* () {
            for (const port of field.at("ports").items()) {
              const hostPort = port.at("hostPort");
              const number = hostPort.number() ?? 0;
              if (number === 0 || !forbidden("hostPort")) continue;
              const fix = "remove hostPort and reach the pod through a Service";
              yield { problem: `takes port ${number} of the node`, path: hostPort.path, fix };
            }
          },
          function* () {
            const process = field.at("securityContext", "windowsOptions", "hostProcess");
            if (process.flag() !== true || !forbidden("hostProcess")) return;
            yield { problem: "runs as a process of the Windows node", path: process.path, fix: "remove hostProcess" };
          },
          ...containerChecks
            .filter(({ control }) => forbidden(control))
            .map(
              ({ check }) =>
                () =>
                  check(container, options.level),
            ),
        );
      },
    ),
  ],
});

function isExcepted({ object }: Workload, what: Privilege, { exceptions }: Settings): boolean {
  return exceptions.some(({ workload, allow }) => allow.includes(what) && matchesResource(workload, object.identity));
}
