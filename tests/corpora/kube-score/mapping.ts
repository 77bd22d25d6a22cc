import { type RuleUse, whole } from "../corpus";

/** Checks on the API version itself: their files are read as they are written. */
export const onApiVersions: ReadonlySet<string> = new Set(["Stable version"]);

/** kube-score's checks, by the names that its tests use. */
export const mapping: Readonly<Record<string, readonly RuleUse[]>> = {
  "Container Image Tag": [whole("ALT-K8S-030")],
  "Container Resources": [whole("ALT-K8S-001"), whole("ALT-K8S-002"), whole("ALT-K8S-003")],
  "Container Resources, IgnoreContainerCpuLimitRequirement": [whole("ALT-K8S-001"), whole("ALT-K8S-002")],
  "Container Resources, IgnoreContainerCpuLimitRequirement, IgnoreContainerMemoryLimitRequirement": [
    whole("ALT-K8S-001"),
  ],
  "Container Ephemeral Storage Request and Limit": [{ rule: "ALT-K8S-006", at: /resources/ }],
  "Container Seccomp Profile": [whole("ALT-K8S-021")],
  "Container Security Context Privileged": [{ rule: "ALT-K8S-024", at: /privileged$/ }],
  "Container Security Context ReadOnlyRootFilesystem": [whole("ALT-K8S-022")],
  // Theirs is on every image, ours on our own: their cases' image is taken for one.
  "Container Security Context User Group ID": [
    { rule: "ALT-K8S-020", at: /runAsUser$/, settings: { ownRepositories: ["foo/bar"] } },
  ],
  "CronJob has deadline": [{ rule: "ALT-K8S-066", at: /startingDeadlineSeconds/ }],
  "Deployment Strategy": [{ rule: "ALT-K8S-062", at: /strategy/ }],
  "Deployment has PodDisruptionBudget": [{ rule: "ALT-SCALE-020", replicas: 2 }],
  "StatefulSet has PodDisruptionBudget": [{ rule: "ALT-SCALE-020", replicas: 2 }],
  "PodDisruptionBudget has policy": [whole("ALT-SCALE-021")],
  "Deployment has host PodAntiAffinity": [{ rule: "ALT-SCALE-011", replicas: 2 }],
  "StatefulSet has host PodAntiAffinity": [{ rule: "ALT-SCALE-011", replicas: 2 }],
  "Deployment targeted by HPA does not have replicas configured": [{ rule: "ALT-SCALE-002", at: /replicas$/ }],
  "HorizontalPodAutoscaler Replicas": [{ rule: "ALT-SCALE-001", at: /minReplicas$/ }],
  "HorizontalPodAutoscaler has target": [{ rule: "ALT-SCALE-002", at: /scaleTargetRef$/ }],
  "NetworkPolicy targets Pod": [{ rule: "ALT-NET-003", at: /^spec\.podSelector/ }],
  "Pod NetworkPolicy": [whole("ALT-NET-002")],
  "Pod Probes": [whole("ALT-K8S-010")],
  "Pod Probes Identical": [whole("ALT-K8S-011")],
  "Service Targets Pod": [{ rule: "ALT-K8S-064", at: /selector$/ }],
  "Service Type": [{ rule: "ALT-K8S-064", at: /type$/ }],
  "Stable version": [whole("ALT-K8S-052")],
  "StatefulSet has ServiceName": [{ rule: "ALT-K8S-067", at: /serviceName$/ }],
  "StatefulSet Pod Selector labels match template metadata labels": [whole("ALT-K8S-063")],
  "Deployment Pod Selector labels match template metadata labels": [whole("ALT-K8S-063")],
};
