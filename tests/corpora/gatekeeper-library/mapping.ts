import { type RuleUse, whole } from "../corpus";

/** Templates on the API version itself: their files are read as they are written. */
export const onApiVersions: ReadonlySet<string> = new Set(["verifydeprecatedapi"]);

const node = (at: RegExp): RuleUse => ({ rule: "ALT-K8S-024", at });

/** What a container may add at the baseline level, and NET_RAW, which the constraint adds. */
const baselineCapabilities = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW"],
  ...["SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];

/** Gatekeeper's templates with the constraint of the suite, as `template/constraint`. */
export const mapping: Readonly<Record<string, readonly RuleUse[]>> = {
  "allowedrepos/repo-must-be-openpolicyagent": [
    { rule: "ALT-K8S-032", settings: { allowed: ["docker.io/openpolicyagent"] } },
  ],
  "automount-serviceaccount-token/automount-serviceaccount-token": [
    { rule: "ALT-K8S-025", at: /automountServiceAccountToken$/ },
  ],
  "block-loadbalancer-services/block-load-balancer": [{ rule: "ALT-K8S-064", at: /type$/ }],
  "block-nodeport-services/block-node-port": [{ rule: "ALT-K8S-064", at: /type$/ }],
  "block-wildcard-ingress/block-wildcard-ingress": [{ rule: "ALT-NET-007", at: /host$/ }],
  "containerresources/container-must-have-limits-and-requests": [
    whole("ALT-K8S-001"),
    whole("ALT-K8S-002"),
    whole("ALT-K8S-003"),
  ],
  "containerresources/container-must-have-cpu-requests-memory-limits-and-requests": [
    whole("ALT-K8S-001"),
    whole("ALT-K8S-002"),
  ],
  "containerresourceratios/container-must-meet-ratio": [whole("ALT-K8S-004")],
  "disallowedtags/container-image-must-not-have-latest-tag": [whole("ALT-K8S-030")],
  "ephemeralstoragelimit/container-must-have-ephemeral-storage-limit": [{ rule: "ALT-K8S-006", at: /limits/ }],
  "horizontalpodautoscaler/horizontalpodautoscaler": [
    { rule: "ALT-SCALE-002", at: /scaleTargetRef$/ },
    { rule: "ALT-SCALE-001", at: /minReplicas$/, settings: { minimum: 3 } },
    {
      rule: "ALT-SCALE-003",
      at: /(min|max)Replicas$/,
      settings: { ceilings: [{ workload: "nginx-deployment", maximum: 6 }] },
    },
  ],
  "httpsonly/ingress-https-only": [{ rule: "ALT-NET-007", at: /tls/ }],
  "imagedigests/container-image-must-have-digest": [whole("ALT-K8S-031")],
  "poddisruptionbudget/poddisruptionbudget": [{ rule: "ALT-SCALE-021", anywhere: true }],
  "requiredprobes/must-have-probes": [whole("ALT-K8S-010")],
  "uniqueingresshost/unique-ingress-host": [{ rule: "ALT-NET-007", says: /does already/, anywhere: true }],
  "verifydeprecatedapi/verify-1.16": [
    { rule: "ALT-K8S-052", settings: { kubernetesVersion: "1.16" }, says: /serves no more/ },
  ],
  "verifydeprecatedapi/verify-1.22": [
    { rule: "ALT-K8S-052", settings: { kubernetesVersion: "1.22" }, says: /serves no more/ },
  ],
  "verifydeprecatedapi/verify-1.25": [
    { rule: "ALT-K8S-052", settings: { kubernetesVersion: "1.25" }, says: /serves no more/ },
  ],
  "verifydeprecatedapi/verify-1.26": [
    { rule: "ALT-K8S-052", settings: { kubernetesVersion: "1.26" }, says: /serves no more/ },
  ],
  "verifydeprecatedapi/verify-1.27": [
    { rule: "ALT-K8S-052", settings: { kubernetesVersion: "1.27" }, says: /serves no more/ },
  ],
  "verifydeprecatedapi/verify-1.29": [
    { rule: "ALT-K8S-052", settings: { kubernetesVersion: "1.29" }, says: /serves no more/ },
  ],
  "allow-privilege-escalation/psp-allow-privilege-escalation-container": [
    { rule: "ALT-K8S-023", at: /allowPrivilegeEscalation$/ },
  ],
  "apparmor/psp-apparmor": [node(/appArmorProfile|apparmor/)],
  "capabilities/psp-capabilities-baseline": [
    { rule: "ALT-K8S-023", at: /capabilities\.add/, settings: { allowedCapabilities: baselineCapabilities } },
  ],
  "capabilities/psp-capabilities-restricted": [{ rule: "ALT-K8S-023", at: /capabilities/ }],
  "host-filesystem/no-host-paths": [node(/hostPath$/)],
  "host-namespaces/psp-host-namespace": [node(/host(PID|IPC)$/)],
  "host-network-ports/block_host_network": [node(/hostNetwork$|hostPort$/)],
  "host-probes-lifecycle/psp-host-probes-lifecycle": [node(/\.host$/)],
  "host-process/psp-host-process": [node(/hostProcess$/)],
  "privileged-containers/psp-privileged-container": [node(/privileged$/)],
  "proc-mount/psp-proc-mount": [node(/procMount$/)],
  "read-only-root-filesystem/psp-readonlyrootfilesystem": [whole("ALT-K8S-022")],
  "seccompv2/psp-seccomp-restricted": [whole("ALT-K8S-021")],
  "seccompv2/psp-seccomp-baseline": [{ rule: "ALT-K8S-021", says: /filters nothing/ }],
  "users/psp-pods-allowed-user-ranges": [whole("ALT-K8S-020")],
};
