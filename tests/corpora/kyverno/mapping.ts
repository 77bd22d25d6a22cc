import { type RuleUse, whole } from "../corpus";

const node = (at: RegExp): readonly RuleUse[] => [{ rule: "ALT-K8S-024", at }];

/** Theirs counts every Secret, ours those of data systems, by words of names; this is the word of their cases. */
const secretInEnvironment: RuleUse = { rule: "ALT-K8S-041", at: /\.env\[/, settings: { dataSystems: ["SECRET"] } };

/** What a container may add at the baseline level (Pod Security Standards). */
const baselineCapabilities = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"],
  ...["SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];

/** Policies on the API version itself: their files are read as they are written. */
export const onApiVersions: ReadonlySet<string> = new Set(["check-deprecated-apis"]);

const removedIn = (kubernetesVersion: string): readonly RuleUse[] => [
  { rule: "ALT-K8S-052", says: /serves no more/, settings: { kubernetesVersion } },
];

/** Kyverno's policies with their rules, as `policy/rule`. */
export const mapping: Readonly<Record<string, readonly RuleUse[]>> = {
  // Pod Security Standards
  "disallow-capabilities/adding-capabilities": [
    { rule: "ALT-K8S-023", at: /capabilities\.add/, settings: { allowedCapabilities: baselineCapabilities } },
  ],
  "disallow-capabilities-strict/adding-capabilities-strict": [{ rule: "ALT-K8S-023", at: /capabilities\.add/ }],
  "disallow-capabilities-strict/require-drop-all": [{ rule: "ALT-K8S-023", at: /capabilities\.drop/ }],
  "disallow-host-namespaces/host-namespaces": node(/host(Network|PID|IPC)$/),
  "disallow-host-path/host-path": node(/hostPath$/),
  "disallow-host-ports/host-ports-none": node(/hostPort$/),
  "disallow-host-process/host-process-containers": node(/hostProcess$/),
  "disallow-privilege-escalation/privilege-escalation": [{ rule: "ALT-K8S-023", at: /allowPrivilegeEscalation$/ }],
  "disallow-privileged-containers/privileged-containers": node(/privileged$/),
  "disallow-proc-mount/check-proc-mount": node(/procMount$/),
  "disallow-selinux/selinux-type": node(/seLinuxOptions\.type$/),
  "disallow-selinux/selinux-user-role": node(/seLinuxOptions\.(user|role)$/),
  "require-run-as-non-root-user/run-as-non-root-user": [{ rule: "ALT-K8S-020", at: /runAsUser$/ }],
  "require-run-as-nonroot/run-as-non-root": [{ rule: "ALT-K8S-020", at: /runAsNonRoot$/ }],
  "restrict-apparmor-profiles/app-armor": node(/appArmorProfile|apparmor/),
  "restrict-seccomp/check-seccomp": [{ rule: "ALT-K8S-021", says: /filters nothing/ }],
  "restrict-seccomp-strict/check-seccomp-strict": [whole("ALT-K8S-021")],
  "restrict-sysctls/check-sysctls": node(/sysctls/),
  "restrict-volume-types/restricted-volumes": node(/volumes/),
  // Workloads
  "check-deprecated-apis/validate-v1-25-removals": removedIn("1.25"),
  "check-deprecated-apis/validate-v1-29-removals": removedIn("1.29"),
  "check-deprecated-apis/validate-v1-32-removals": removedIn("1.32"),
  "disallow-latest-tag/require-image-tag": [{ rule: "ALT-K8S-030", says: /without a tag/ }],
  "disallow-latest-tag/validate-image-tag": [{ rule: "ALT-K8S-030", says: /tag latest is moved/ }],
  "drop-all-capabilities/require-drop-all": [{ rule: "ALT-K8S-023", at: /capabilities\.drop/ }],
  "disallow-container-sock-mounts/validate-containerd-sock-mount": [
    { rule: "ALT-K8S-024", at: /hostPath$/, says: /containerd\.sock/ },
  ],
  "disallow-container-sock-mounts/validate-crio-sock-mount": [
    { rule: "ALT-K8S-024", at: /hostPath$/, says: /crio\.sock/ },
  ],
  "disallow-container-sock-mounts/validate-docker-sock-mount": [
    { rule: "ALT-K8S-024", at: /hostPath$/, says: /docker\.sock/ },
  ],
  "enforce-resources-as-ratio/check-memory-requests-limits": [{ rule: "ALT-K8S-004", at: /memory/ }],
  "no-secrets/secrets-not-from-env": [secretInEnvironment],
  "no-secrets/secrets-not-from-envfrom": [{ rule: "ALT-K8S-041", at: /envFrom/ }],
  "secrets-not-from-env-vars/secrets-not-from-env-vars": [secretInEnvironment],
  "secrets-not-from-env-vars/secrets-not-from-envfrom": [{ rule: "ALT-K8S-041", at: /envFrom/ }],
  "prevent-bare-pods/bare-pods": [{ rule: "ALT-K8S-052", says: /without a controller/ }],
  "require-cpu-limits/check-cpu-limits": [whole("ALT-K8S-003")],
  "require-emptydir-requests-and-limits/check-emptydir-requests-limits": [whole("ALT-K8S-006")],
  "require-image-checksum/require-image-checksum": [whole("ALT-K8S-031")],
  "require-pod-priorityclassname/check-priorityclassname": [{ rule: "ALT-K8S-061", at: /priorityClassName$/ }],
  "require-pod-probes/validate-probes": [whole("ALT-K8S-010")],
  "require-requests-limits/validate-resources": [whole("ALT-K8S-001"), whole("ALT-K8S-002")],
  "require-ro-rootfs/validate-readOnlyRootFilesystem": [whole("ALT-K8S-022")],
  "restrict-automount-sa-token/validate-automountServiceAccountToken": [
    { rule: "ALT-K8S-025", at: /automountServiceAccountToken$/ },
  ],
  "restrict-deprecated-registry/restrict-deprecated-registry": [whole("ALT-K8S-032")],
  "restrict-image-registries/validate-registries": [
    { rule: "ALT-K8S-032", settings: { allowed: ["eu.foo.io", "bar.io"] } },
  ],
  "require-storageclass/ss-storageclass": [{ rule: "ALT-K8S-067", at: /storageClassName$/, says: /default class/ }],
  "validate-probes/validate-probes": [whole("ALT-K8S-011")],
  // Access, services, network
  "disallow-default-namespace/validate-namespace": [{ rule: "ALT-K8S-050", at: /metadata\.namespace$/ }],
  "disallow-default-namespace/validate-podcontroller-namespace": [{ rule: "ALT-K8S-050", at: /metadata\.namespace$/ }],
  "no-loadbalancer-service/no-LoadBalancer": [{ rule: "ALT-K8S-064", says: /LoadBalancer/ }],
  "restrict-external-ips/check-ips": [{ rule: "ALT-K8S-064", at: /externalIPs/ }],
  "restrict-nodeport/validate-nodeport": [{ rule: "ALT-K8S-064", says: /NodePort/ }],
  "restrict-binding-clusteradmin/clusteradmin-bindings": [{ rule: "ALT-K8S-026", says: /gives cluster-admin/ }],
  "restrict-escalation-verbs-roles/escalate": [{ rule: "ALT-K8S-026", at: /^rules/ }],
  "restrict-secret-role-verbs/secret-verbs": [{ rule: "ALT-K8S-026", at: /^rules/ }],
  "restrict-wildcard-resources/wildcard-resources": [{ rule: "ALT-K8S-026", at: /resources/ }],
  "restrict-wildcard-verbs/wildcard-verbs": [{ rule: "ALT-K8S-026", at: /verbs/ }],
  "disallow-empty-ingress-host/disallow-empty-ingress-host": [{ rule: "ALT-NET-007", at: /host$/ }],
  "disallow-ingress-nginx-custom-snippets/check-ingress-annotations": [
    { rule: "ALT-NET-007", at: /annotations/, says: /puts text/ },
  ],
  "ingress-host-match-tls/host-match-tls": [{ rule: "ALT-NET-007", at: /tls/ }],
  "require-ingress-https/has-tls": [{ rule: "ALT-NET-007", at: /tls/ }],
  "restrict-ingress-defaultbackend/restrict-ingress-defaultbackend": [{ rule: "ALT-NET-007", at: /defaultBackend$/ }],
  "restrict-ingress-wildcard/block-ingress-wildcard": [{ rule: "ALT-NET-007", at: /host$/ }],
  // Scaling and disruption
  "pdb-maxunavailable/pdb-maxunavailable": [{ rule: "ALT-SCALE-021", at: /maxUnavailable$/ }],
  // Not require-pdb (its budgets stand in variables of the test), require-reasonable-pdbs (how large a share may go, where
  // ours asks for one pod) and the policies that change or make objects.
  "topologyspreadconstraints-policy/spread-pods": [whole("ALT-SCALE-011")],
};
