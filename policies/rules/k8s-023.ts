import { z } from "zod";
import { containers } from "../graph/subjects";
import { childOf, type Draft, draftContainers, isUnset, mendPods, onLinux, setDefault } from "../remediation";
import { aspects, defineRule, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const settings = z.strictObject({
  allowedCapabilities: z
    .array(z.string().regex(/^(?!CAP_)[A-Z_]+$/, "must be a capability without CAP_"))
    // The only one that the restricted Pod Security Standard allows.
    .default(["NET_BIND_SERVICE"])
    .describe("capabilities that a container may add"),
});

export const rule = defineRule<z.infer<typeof settings>>({
  id: "ALT-K8S-023",
  slug: "kubernetes-container-forbids-privilege-escalation",
  title: "Containers cannot gain privileges and drop all capabilities",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "A setuid program in an image turns any user into root unless escalation is switched off, and the capabilities that " +
    "a runtime grants by default allow forged packets and changed file owners.",
  fix: "Set allowPrivilegeEscalation: false and capabilities.drop: [ALL] in the container's securityContext.",
  planSteps: ["2.2"],
  peers: [
    "checkov CKV_K8S_20, CKV_K8S_28, CKV_K8S_37",
    "kyverno disallow-privilege-escalation, disallow-capabilities-strict",
    "polaris privilegeEscalationAllowed, insecureCapabilities",
    "kubescape C-0016, C-0046",
    "pod-security-admission allowPrivilegeEscalation, capabilities (restricted)",
  ],
  settings,
  examples: {
    pass: {
      title: "nothing to gain, nothing kept",
      manifests: [
        deployment({ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } }),
      ],
    },
    fail: { title: "left to the runtime, which keeps some", manifests: [deployment({})] },
  },
  parts: [
    part(
      ({ graph }) => containers(graph),
      function* ({ field, workload }, { settings: { allowedCapabilities } }) {
        if (workload.onWindows) return new NotApplicable("Windows has neither setuid programs nor capabilities.");
        const context = field.at("securityContext");
        return yield* aspects(
          function* () {
            const escalation = context.at("allowPrivilegeEscalation");
            if (escalation.flag() === false) return;
            const actual = escalation.exists ? "allows privilege escalation" : "does not forbid privilege escalation";
            const fix = "set securityContext.allowPrivilegeEscalation to false";
            yield { problem: actual, path: escalation.path, fix };
          },
          function* () {
            const drop = context.at("capabilities", "drop");
            const dropped = drop.items().map((item) => item.text() ?? "");
            if (dropped.includes("ALL")) return;
            const actual = dropped.length === 0 ? "drops no capability" : `drops only ${dropped.join(", ")}`;
            yield { problem: actual, path: drop.path, fix: "set securityContext.capabilities.drop to [ALL]" };
          },
          function* () {
            for (const added of context.at("capabilities", "add").items()) {
              const name = added.text() ?? "";
              // Kubernetes' names are without CAP_, and the Pod Security Standards know no others.
              if (allowedCapabilities.includes(name)) continue;
              yield {
                problem: `adds the capability ${name}`,
                path: added.path,
                fix: "remove it from capabilities.add",
              };
            }
          },
        );
      },
    ),
  ],
  remediate: (inputs) =>
    mendPods(inputs, ({ spec }) => {
      if (!onLinux(spec)) return;
      for (const container of draftContainers(spec)) {
        const context = childOf(container, "securityContext", true);
        // The API server refuses the two together, so one of them has to be chosen again.
        if (context && !isPrivileged(context)) setDefault(context, "allowPrivilegeEscalation", false);
        setDefault(context && childOf(context, "capabilities", true), "drop", ["ALL"]);
      }
    }),
});

/** Whether a container may have what forbidding escalation contradicts: all privileges, or the right to get them. */
function isPrivileged(context: Draft): boolean {
  const isOff = isUnset(context, "privileged") || context.privileged === false;
  const added = childOf(context, "capabilities")?.add ?? [];
  const isHarmless =
    Array.isArray(added) && !added.some((name) => typeof name !== "string" || name.endsWith("SYS_ADMIN"));
  return !isOff || !isHarmless;
}
