import { type RuleUse, whole } from "../corpus";

/** What a pod that keeps a whole level is asked. */
export const everything = "everything";

/** What a container may add at the baseline level (Pod Security Standards); by default our rule allows what restricted does. */
const baselineCapabilities = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"],
  ...["SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];

/** Failures of ALT-K8S-024 on one control. */
const node = (at: RegExp, level: "baseline" | "restricted"): RuleUse => ({
  rule: "ALT-K8S-024",
  at,
  settings: { level },
});

/** Controls of the baseline level; the same at the restricted one. */
const controls = (level: "baseline" | "restricted"): Record<string, readonly RuleUse[]> => ({
  apparmorprofile: [node(/appArmorProfile|apparmor/, level)],
  hostnamespaces: [node(/host(Network|PID|IPC)$/, level)],
  hostpathvolumes: [node(/hostPath$/, level)],
  hostports: [node(/hostPort$/, level)],
  hostprobesandhostlifecycle: [node(/\.host$/, level)],
  privileged: [node(/privileged$/, level)],
  procmount: [node(/procMount$/, level)],
  selinuxoptions: [node(/seLinuxOptions/, level)],
  sysctls: [node(/sysctls/, level)],
  windowshostprocess: [node(/hostProcess$/, level)],
  // Our rule wants a profile to be set, as the restricted level does; the baseline refuses only one that filters nothing.
  seccompprofile_baseline: [{ rule: "ALT-K8S-021", says: /filters nothing/ }],
});

const baseline = {
  ...controls("baseline"),
  capabilities_baseline: [
    { rule: "ALT-K8S-023", at: /capabilities\.add/, settings: { allowedCapabilities: baselineCapabilities } },
  ],
};

const restricted = {
  ...controls("restricted"),
  allowprivilegeescalation: [{ rule: "ALT-K8S-023", at: /allowPrivilegeEscalation$/ }],
  capabilities_baseline: [{ rule: "ALT-K8S-023", at: /capabilities\.add/ }],
  capabilities_restricted: [{ rule: "ALT-K8S-023", at: /capabilities/ }],
  procmount_restricted: [node(/procMount$/, "restricted")],
  restrictedvolumes: [node(/volumes/, "restricted")],
  runasnonroot: [{ rule: "ALT-K8S-020", at: /runAsNonRoot$/ }],
  runasuser: [{ rule: "ALT-K8S-020", at: /runAsUser$/ }],
  seccompprofile_restricted: [whole("ALT-K8S-021")],
};

const named = (level: string, table: Readonly<Record<string, readonly RuleUse[]>>) =>
  Object.fromEntries(Object.entries(table).map(([control, uses]) => [`${level}: ${control}`, uses]));

/**
 * The standards' controls by level. Our rules are the restricted level (020, 021, 023 and 024 with their defaults), and the
 * baseline one with the settings given here.
 */
export const mapping: Readonly<Record<string, readonly RuleUse[]>> = {
  ...named("baseline", baseline),
  [`baseline: ${everything}`]: Object.values(baseline).flat(),
  ...named("restricted", restricted),
  [`restricted: ${everything}`]: ["ALT-K8S-020", "ALT-K8S-021", "ALT-K8S-023", "ALT-K8S-024"].map(whole),
};
