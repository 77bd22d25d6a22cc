import type * as types from "@pulumi/kubernetes/types";
import { type Plain } from "./plain";

/**
 * Pod-level half of the pod-security level `restricted`, which the API server enforces on the namespace.
 * @param userId user and group of every process, and group of every volume; 10000 or above, so that it is nobody's on
 *   the node.
 */
export function restrictedPod(userId: number): Plain<types.input.core.v1.PodSecurityContext> {
  return {
    runAsNonRoot: true,
    runAsUser: userId,
    runAsGroup: userId,
    fsGroup: userId,
    // Otherwise the kubelet changes the owner of every file of a shared claim at each start, for minutes.
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** Container-level half of `restricted`, and a root file system that nobody can write to. */
export function restrictedContainer(): Plain<types.input.core.v1.SecurityContext> {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    privileged: false,
    readOnlyRootFilesystem: true,
  };
}
