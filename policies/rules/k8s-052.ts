import { z } from "zod";
import { kubernetesVersion } from "../../model/versions";
import { isOwnGroup, removalOf } from "../checks/removed-apis";
import { apiGroup } from "../graph/kinds";
import { type KubernetesObject } from "../graph/object";
import { objects, workloads } from "../graph/subjects";
import { defineRule, type Failure, NotApplicable, part } from "../rule";
import { deployment, object } from "./examples";

const settings = z.strictObject({
  kubernetesVersion: z
    .string()
    .regex(/^\d+\.\d+$/, "must be a minor release such as 1.36")
    .default(kubernetesVersion)
    .describe("oldest and newest release at once: the one that the manifests are for"),
  allowedVersions: z
    .array(
      z.strictObject({
        apiVersion: z.string().min(1),
        kind: z.string().min(1),
        reason: z.string().min(20).describe("why it cannot wait, and what switches it on in the cluster"),
      }),
    )
    .default([])
    .describe("alpha and beta versions that the cluster serves and the stack needs"),
});
type Settings = z.infer<typeof settings>;

const chartHook = "helm.sh/hook";

export const rule = defineRule<Settings>({
  id: "ALT-K8S-052",
  slug: "kubernetes-object-requires-stable-kind",
  title: "No pods without a controller; no alpha, beta or removed API versions",
  severity: "medium",
  gate: "mandatory",
  scope: "resource",
  why:
    "Nobody makes a pod again whose node dies or is drained, so it is gone for good. An API version that the release " +
    "does not serve stops the update half way; alpha and beta ones are off in most clusters and change or vanish.",
  fix: "Let a Deployment, StatefulSet, DaemonSet or Job make the pod; use the kind's stable API version.",
  planSteps: ["2.2"],
  peers: [
    "pulumi compliance-policies disallowPod, disallowAlphaResource, disallowBetaResource",
    "kube-score stable-version",
    "kubescape C-0073",
    "gatekeeper-library verifydeprecatedapi",
  ],
  settings,
  examples: {
    pass: { title: "a controller, by its stable version", manifests: [deployment({})] },
    fail: {
      title: "a version that is gone",
      manifests: [object("batch/v1beta1", "CronJob", "report", { spec: { schedule: "0 4 * * *" } })],
    },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph).filter(({ identity }) => identity.kind === "Pod"),
      function* ({ object: pod }) {
        if (pod.annotation(chartHook) !== undefined) {
          return new NotApplicable("It is a hook of a chart, which makes it for a moment and looks at how it ends.");
        }
        const fix = "let a Deployment, StatefulSet, DaemonSet or Job make it";
        yield { problem: "is a pod without a controller, which nobody makes again", path: "", fix };
        return undefined;
      },
    ),
    part(
      ({ graph }) => objects(graph),
      function* (subject, { settings: options }) {
        const { apiVersion } = subject;
        if (!isOwnGroup(apiGroup(apiVersion))) {
          return new NotApplicable("It is a custom resource; its definition says which of its versions are served.");
        }
        yield* version(subject, options);
        return undefined;
      },
    ),
  ],
});

function* version({ apiVersion, kind, root }: KubernetesObject, options: Settings): Generator<Failure> {
  const removal = removalOf(apiVersion, kind);
  const field = root.at("apiVersion");
  const stable = removal?.replacement;
  const gone = removal && minorOf(removal.removedIn) <= minorOf(options.kubernetesVersion);
  if (gone) {
    const fix =
      stable === undefined
        ? `remove it: the kind itself is gone since Kubernetes ${removal.removedIn}`
        : `use ${stable} and look up what changed in the API's deprecation guide`;
    const problem = `uses ${apiVersion}, which Kubernetes serves no more since ${removal.removedIn}`;
    yield { problem, path: field.path, fix };
    return;
  }
  const stage = /\d(alpha|beta)\d+$/.exec(apiVersion)?.[1];
  if (stage === undefined) return;
  if (options.allowedVersions.some((allowed) => allowed.apiVersion === apiVersion && allowed.kind === kind)) return;
  const end = removal ? `, which Kubernetes ${removal.removedIn} removes` : "";
  const fix = `use ${stable ?? "a stable version"}, or name it in the rule's allowedVersions`;
  yield { problem: `uses the ${stage} version ${apiVersion}${end}`, path: field.path, fix };
}

/** Minor releases of one major as one number; there has been no other major. */
function minorOf(release: string): number {
  const [major = "0", minor = "0"] = release.split(".");
  return Number(major) * 1000 + Number(minor);
}
