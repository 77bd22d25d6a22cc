import { type RuleUse, whole } from "../corpus";

const node = (at: RegExp): readonly RuleUse[] => [{ rule: "ALT-K8S-024", at }];

/** checkov's checks, by the names of their classes. */
export const mapping: Readonly<Record<string, readonly RuleUse[]>> = {
  AllowPrivilegeEscalation: [{ rule: "ALT-K8S-023", at: /allowPrivilegeEscalation$/ }],
  AllowedCapabilities: [{ rule: "ALT-K8S-023", at: /capabilities\.add/ }],
  AllowedCapabilitiesSysAdmin: [{ rule: "ALT-K8S-023", at: /capabilities\.add/, says: /SYS_ADMIN/ }],
  CPULimits: [whole("ALT-K8S-003")],
  CPURequests: [{ rule: "ALT-K8S-001", at: /cpu$/ }],
  MemoryLimits: [whole("ALT-K8S-002")],
  MemoryRequests: [{ rule: "ALT-K8S-001", at: /memory$/ }],
  DefaultNamespace: [{ rule: "ALT-K8S-050", at: /metadata\.namespace$/ }],
  DockerSocketVolume: [{ rule: "ALT-K8S-024", at: /hostPath$/, says: /docker\.sock/ }],
  HostPort: node(/hostPort$/),
  ImageDigest: [whole("ALT-K8S-031")],
  ImageTagFixed: [whole("ALT-K8S-030")],
  LivenessProbe: [{ rule: "ALT-K8S-010", at: /livenessProbe/ }],
  ReadinessProbe: [{ rule: "ALT-K8S-010", at: /readinessProbe/ }],
  MinimizeCapabilities: [{ rule: "ALT-K8S-023", at: /capabilities\.drop/ }],
  NginxIngressCVE202125742AllSnippets: [{ rule: "ALT-NET-007", says: /puts text/ }],
  PrivilegedContainers: node(/privileged$/),
  RbacBindRoleBindings: [{ rule: "ALT-K8S-026", at: /^rules/ }],
  RbacEscalateRoles: [{ rule: "ALT-K8S-026", at: /^rules/ }],
  ReadOnlyFilesystem: [whole("ALT-K8S-022")],
  RootContainers: [whole("ALT-K8S-020")],
  Seccomp: [whole("ALT-K8S-021")],
  Secrets: [whole("ALT-K8S-041")],
  ServiceAccountTokens: [{ rule: "ALT-K8S-025", at: /automountServiceAccountToken$/ }],
  ShareHostIPC: node(/hostIPC$/),
  ShareHostPID: node(/hostPID$/),
  SharedHostNetworkNamespace: node(/hostNetwork$/),
  WildcardRoles: [{ rule: "ALT-K8S-026", at: /^rules/ }],
};
