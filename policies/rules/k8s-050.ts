import { z } from "zod";
import { type KubernetesObject } from "../graph/object";
import { objects } from "../graph/subjects";
import { childOf, mend, setDefault } from "../remediation";
import { aspects, defineRule, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
const levels: readonly string[] = ["privileged", "baseline", "restricted"];
const enforceLabel = "pod-security.kubernetes.io/enforce";
const systemNamespaces: readonly string[] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** What the API server itself keeps in namespace default; an export of a cluster holds it. */
const ownObjects: readonly string[] = [
  ...["ConfigMap/kube-root-ca.crt", "Endpoints/kubernetes", "EndpointSlice/kubernetes", "Service/kubernetes"],
  "ServiceAccount/default",
];

const settings = z.strictObject({
  meshKey: z.string().default("linkerd.io/inject").describe("label or annotation that says whether pods get a proxy"),
  meshValues: z.array(z.string()).default(["enabled", "disabled", "ingress"]).describe("values that it may have"),
  privilegedNamespaces: z.array(z.string()).default([]).describe("namespaces that may have the level privileged"),
});

const namespace = (labels: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "altlas-apps", labels },
});

export const rule = defineRule<z.infer<typeof settings>>({
  id: "ALT-K8S-050",
  slug: "kubernetes-object-requires-governed-namespace",
  title: "Objects name their namespace, never default; a namespace says its Pod Security level and its mesh",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "What names no namespace lands in whichever one the caller happens to use. In default nothing is denied, nothing " +
    "is counted, and pods of any sort are admitted. A namespace without a level admits privileged pods.",
  fix: "Set metadata.namespace; label the namespace with pod-security.kubernetes.io/enforce and linkerd.io/inject.",
  planSteps: ["2.3.2"],
  peers: ["checkov CKV_K8S_21", "kyverno disallow-default-namespace", "kubescape C-0061", "kube-linter use-namespace"],
  settings,
  examples: {
    pass: {
      title: "a governed namespace and an object in it",
      manifests: [namespace({ [enforceLabel]: "restricted", "linkerd.io/inject": "enabled" }), deployment({})],
    },
    fail: { title: "a namespace without a level", manifests: [namespace({ "linkerd.io/inject": "enabled" })] },
  },
  parts: [
    part(
      ({ graph }) => objects(graph).filter(({ identity }) => identity.kind !== "Namespace"),
      function* (object) {
        const { namespaced } = object;
        if (namespaced === false) return new NotApplicable("Objects of this kind have no namespace.");
        const field = object.metadata.at("namespace");
        const name = field.text() ?? "";
        const fix = "set metadata.namespace to one of the stack's namespaces";
        if (name === "default" && ownObjects.includes(`${object.kind}/${object.identity.name}`)) {
          return new NotApplicable("It is one of Kubernetes' own, which the API server keeps.");
        } else if (name === "default") {
          yield { problem: "is in the namespace default", path: field.path, fix };
        } else if (name === "" && namespaced === undefined) {
          return new NotApplicable("Its definition is not at hand, so it cannot be said whether it has a namespace.");
        } else if (name === "") {
          yield { problem: "names no namespace", path: field.path, fix };
        }
        return undefined;
      },
    ),
    part(
      ({ graph }) => objects(graph, "Namespace"),
      function* (object, { settings: { meshKey, meshValues, privilegedNamespaces } }) {
        const name = object.metadata.at("name").text();
        if (name !== undefined && systemNamespaces.includes(name)) {
          return new NotApplicable("It is a namespace of Kubernetes itself.");
        }
        return yield* aspects(
          function* () {
            const field = object.metadata.at("labels", enforceLabel);
            const level = field.text();
            if (level === undefined || !levels.includes(level)) {
              const actual = level === undefined ? "has no Pod Security level" : `has the unknown level ${level}`;
              yield { problem: actual, path: field.path, fix: `set the label ${enforceLabel} to restricted` };
            } else if (level === "privileged" && !privilegedNamespaces.includes(name ?? "")) {
              const fix = "use restricted or baseline, or name it in the rule's privilegedNamespaces";
              yield { problem: "admits privileged pods", path: field.path, fix };
            }
          },
          function* () {
            const mesh = meshSetting(object, meshKey);
            if (mesh !== undefined && meshValues.includes(mesh)) return;
            const actual =
              mesh === undefined ? "does not say whether its pods are meshed" : `has ${meshKey} set to ${mesh}`;
            const { path } = object.metadata.at("labels", meshKey);
            yield { problem: actual, path, fix: `set ${meshKey} to one of ${meshValues.join(", ")}` };
          },
        );
      },
    ),
  ],
  // Which namespace an object belongs to, and whether its pods are meshed, follows from nothing here.
  remediate: (inputs, { privilegedNamespaces }) => {
    if (inputs.apiVersion !== "v1" || inputs.kind !== "Namespace") return undefined;
    return mend(inputs, (draft) => {
      const metadata = childOf(draft, "metadata", true);
      const name = metadata?.name;
      if (typeof name === "string" && [...systemNamespaces, ...privilegedNamespaces].includes(name)) return;
      if (metadata) setDefault(childOf(metadata, "labels", true), enforceLabel, "restricted");
    });
  },
});

function meshSetting(object: KubernetesObject, key: string): string | undefined {
  return object.label(key) ?? object.annotation(key);
}
