import { readFileSync } from "node:fs";
import { writeIfChanged } from "../files";
import { type Layout } from "./layout";
import { type LeafName, pkiFile } from "./pki";
import { CONTEXT_NAME } from "./types";

/** Users of the API server: who they are is in their certificate. */
const COMPONENT_USERS = ["controller-manager", "scheduler", "kwok", "agent"] as const satisfies readonly LeafName[];

function base64(file: string): string {
  return readFileSync(file).toString("base64");
}

/** A kubeconfig that needs no other file, so that its text alone can be given to a program. */
function kubeconfigOf(layout: Layout, server: string, user: LeafName): string {
  return `apiVersion: v1
kind: Config
current-context: ${CONTEXT_NAME}
clusters:
  - name: ${CONTEXT_NAME}
    cluster:
      server: ${server}
      certificate-authority-data: ${base64(pkiFile(layout, "ca.crt"))}
users:
  - name: ${CONTEXT_NAME}
    user:
      client-certificate-data: ${base64(pkiFile(layout, `${user}.crt`))}
      client-key-data: ${base64(pkiFile(layout, `${user}.key`))}
contexts:
  - name: ${CONTEXT_NAME}
    context:
      cluster: ${CONTEXT_NAME}
      user: ${CONTEXT_NAME}
      namespace: default
`;
}

/** Writes the administrator's kubeconfig and those of the components. */
export function writeKubeconfigs(layout: Layout, server: string): void {
  writeIfChanged(layout.kubeconfig, kubeconfigOf(layout, server, "admin"));
  for (const user of COMPONENT_USERS) {
    writeIfChanged(layout.componentKubeconfig(user), kubeconfigOf(layout, server, user));
  }
}
