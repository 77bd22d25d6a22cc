import { type RuleUse, whole } from "../corpus";

const node = (at: RegExp): RuleUse => ({ rule: "ALT-K8S-024", at });

/** Checks on the API version itself: their files are read as they are written. */
export const onApiVersions: ReadonlySet<string> = new Set(["no-extensions-v1beta"]);

/** kube-linter's checks. */
export const mapping: Readonly<Record<string, readonly RuleUse[]>> = {
  "access-to-secrets": [{ rule: "ALT-K8S-026", says: /every Secret/, anywhere: true }],
  "cluster-admin-role-binding": [{ rule: "ALT-K8S-026", says: /gives cluster-admin/ }],
  "dangling-horizontalpodautoscaler": [{ rule: "ALT-SCALE-002", at: /scaleTargetRef$/ }],
  "dangling-networkpolicy": [{ rule: "ALT-NET-003", at: /^spec\.podSelector/ }],
  "dangling-networkpolicypeer-podselector": [{ rule: "ALT-NET-003", at: /gress/ }],
  "dangling-service": [{ rule: "ALT-K8S-064", at: /selector$/ }],
  "default-service-account": [{ rule: "ALT-K8S-025", at: /serviceAccountName$/ }],
  "docker-sock": [{ rule: "ALT-K8S-024", at: /hostPath$/, says: /docker\.sock/ }],
  "drop-net-raw-capability": [{ rule: "ALT-K8S-023", at: /capabilities\.add/, says: /NET_RAW/ }],
  "env-var-secret": [whole("ALT-K8S-040")],
  "exposed-services": [{ rule: "ALT-K8S-064", at: /type$/ }],
  "host-ipc": [node(/hostIPC$/)],
  "host-network": [node(/hostNetwork$/)],
  "host-pid": [node(/hostPID$/)],
  "hpa-minimum-three-replicas": [{ rule: "ALT-SCALE-001", at: /minReplicas$/, settings: { minimum: 3 } }],
  "job-ttl-seconds-after-finished": [{ rule: "ALT-K8S-066", at: /ttlSecondsAfterFinished/ }],
  "latest-tag": [whole("ALT-K8S-030")],
  "liveness-port": [{ rule: "ALT-K8S-012", at: /livenessProbe/ }],
  "readiness-port": [{ rule: "ALT-K8S-012", at: /readinessProbe/ }],
  "startup-port": [{ rule: "ALT-K8S-012", at: /startupProbe/ }],
  "mismatching-selector": [whole("ALT-K8S-063")],
  "no-anti-affinity": [whole("ALT-SCALE-011")],
  "no-extensions-v1beta": [whole("ALT-K8S-052")],
  "no-liveness-probe": [{ rule: "ALT-K8S-010", at: /livenessProbe/ }],
  "no-readiness-probe": [{ rule: "ALT-K8S-010", at: /readinessProbe/ }],
  "no-read-only-root-fs": [whole("ALT-K8S-022")],
  "no-rolling-update-strategy": [{ rule: "ALT-K8S-062", at: /[sS]trategy/ }],
  "non-isolated-pod": [{ rule: "ALT-NET-002", says: /for ingress/ }],
  "pdb-max-unavailable": [whole("ALT-SCALE-021")],
  "pdb-min-available": [whole("ALT-SCALE-021")],
  "pdb-unhealthy-pod-eviction-policy": [whole("ALT-SCALE-023")],
  "priority-class-name": [{ rule: "ALT-K8S-061", at: /priorityClassName$/ }],
  "privilege-escalation-container": [{ rule: "ALT-K8S-023", at: /allowPrivilegeEscalation$/ }],
  "privileged-container": [node(/privileged$/)],
  // Theirs counts every Secret, ours those of data systems, by words of names; this is the word of their case.
  "read-secret-from-env-var": [{ rule: "ALT-K8S-041", settings: { dataSystems: ["TOKEN"] } }],
  "required-label-owner": [
    { rule: "ALT-K8S-051", at: /^metadata\.labels/, says: /owner/, settings: { everywhere: ["owner"] } },
  ],
  "run-as-non-root": [whole("ALT-K8S-020")],
  "sensitive-host-mounts": [node(/hostPath$/)],
  "writable-host-mount": [node(/hostPath$/)],
  "unsafe-proc-mount": [node(/procMount$/)],
  "unsafe-sysctls": [node(/sysctls/)],
  "unset-cpu-requirements": [{ rule: "ALT-K8S-001", at: /cpu$/ }, whole("ALT-K8S-003")],
  "unset-memory-requirements": [{ rule: "ALT-K8S-001", at: /memory$/ }, whole("ALT-K8S-002")],
  "use-namespace": [{ rule: "ALT-K8S-050", at: /metadata\.namespace$/ }],
  "wildcard-in-rules": [whole("ALT-K8S-026")],
};
