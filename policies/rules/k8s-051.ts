import { z } from "zod";
import { partOfLabel as partOf } from "../../model/labels";
import { type Field, UnknownValue } from "../field";
import { parseImage } from "../graph/image";
import { isWorkloadKind } from "../graph/kinds";
import { type KubernetesObject } from "../graph/object";
import { attempt } from "../graph/selection";
import { objects, workloads } from "../graph/subjects";
import { childOf, type Draft, isDraft, isUnset, mend, mendPods, setDefault } from "../remediation";
import { defineRule, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const version = "app.kubernetes.io/version";
const names = ["app.kubernetes.io/name", "app.kubernetes.io/instance"] as const;
/** What a label's value may be: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
const labelValue = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

const keys = z.array(z.string().min(1));
const settings = z.strictObject({
  everywhere: keys.default([]).describe("labels of every object, and of the pods that it makes"),
  workloads: keys
    // https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
    .default([...names, version, partOf, "app.kubernetes.io/managed-by"])
    .describe("further labels of what makes pods, and of the pods"),
  namespaces: z
    .record(z.string(), keys)
    .default({})
    .describe("further labels of a namespace and of all that is in it, by its name"),
  parts: z
    .record(z.string(), keys)
    .default({})
    .describe(`further labels of all that is part of a whole, by the value of ${partOf}`),
  values: z
    .record(z.string(), z.string().regex(labelValue, "must be the value of a label"))
    .default({})
    .describe("values that a fix may set, since they are the same wherever it is applied"),
});
type Settings = z.infer<typeof settings>;

const complete = {
  "app.kubernetes.io/name": "archive-service",
  "app.kubernetes.io/instance": "archive-service",
  [version]: "1.4.2",
  [partOf]: "example",
  "app.kubernetes.io/managed-by": "pulumi",
};

export const rule = defineRule<Settings>({
  id: "ALT-K8S-051",
  slug: "kubernetes-object-requires-recommended-labels",
  title: "Workloads and pods carry the recommended labels, and every object what its platform asks for",
  severity: "low",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "Without labels nobody can tell whose an object is, what it belongs to or which release it runs. Cost reports count " +
    "it to nobody, and in an incident the owner is found by asking around.",
  fix: "Set the labels in metadata.labels, and of what makes pods in its template's metadata.labels too.",
  planSteps: ["5.2"],
  peers: [
    "pulumi compliance-policies configureRecommendedLabels",
    "polaris metadataAndInstanceMismatched",
    "kubescape C-0076, C-0077",
    "kube-linter required-label-owner",
  ],
  settings,
  examples: {
    pass: { title: "on the object and on its pods", manifests: [labelled(complete, complete)] },
    fail: {
      title: "a part of them",
      manifests: [
        labelled(
          { [partOf]: "example", "app.kubernetes.io/managed-by": "kustomize" },
          { "app.kubernetes.io/name": "archive-service" },
        ),
      ],
    },
  },
  parts: [
    part(
      ({ graph }) => objects(graph),
      (subject, { settings: options }) => {
        const isWorkload = isWorkloadKind(subject.apiVersion, subject.kind);
        return judge(subject, subject.metadata.at("labels"), isWorkload ? "workload" : "object", options);
      },
    ),
    part(
      // A pod's own labels are the object's.
      ({ graph }) => workloads(graph).filter(({ identity }) => identity.kind !== "Pod"),
      ({ object, labels }, { settings: options }) => judge(object, labels, "pods", options),
    ),
  ],
  remediate: (inputs, options) => {
    const { apiVersion, kind } = inputs;
    if (typeof apiVersion !== "string" || typeof kind !== "string" || kind.endsWith("List")) return undefined;
    if (!isWorkloadKind(apiVersion, kind)) {
      return mend(inputs, (draft) => {
        const metadata = childOf(draft, "metadata");
        fill(metadata, [...options.everywhere, ...further(metadata, kind, options)], options.values);
      });
    }
    return mendPods(inputs, ({ metadata: ofPods, spec }, workload) => {
      const metadata = childOf(workload, "metadata");
      const wanted = [...options.everywhere, ...options.workloads, ...further(metadata, kind, options)];
      fill(metadata, wanted, { ...options.values, ...derived(metadata, spec) });
      if (kind !== "Pod") fill(ofPods, wanted, (metadata && childOf(metadata, "labels")) ?? {});
    });
  },
});

/** @param what Whose labels these are: any object's, those of an object that makes pods, or its pods'. */
function* judge(
  object: KubernetesObject,
  labels: Field,
  what: "object" | "workload" | "pods",
  { everywhere, workloads: ofWorkloads, namespaces, parts }: Settings,
): Generator<Failure, NotApplicable | undefined> {
  const why = notOurs(object);
  if (why !== undefined) return new NotApplicable(why);
  const more = [
    attempt(() => namespaces[(object.kind === "Namespace" ? object.name : namespaceOf(object)) ?? ""]),
    attempt(() => parts[object.label(partOf) ?? ""]),
  ];
  const wanted = new Set([
    ...everywhere,
    ...(what === "object" ? [] : ofWorkloads),
    ...more.flatMap((labelKeys) => (Array.isArray(labelKeys) ? labelKeys : [])),
  ]);
  yield* missing(labels, wanted, what === "pods" ? "makes pods without" : "lacks");
  const doubt = more.find((found) => found instanceof UnknownValue);
  if (doubt instanceof UnknownValue) throw doubt;
  return wanted.size === 0 ? new NotApplicable("Nothing asks for labels of it.") : undefined;
}

function namespaceOf(object: KubernetesObject): string | undefined {
  return object.namespaced === false ? undefined : object.namespace;
}

/** Why an object is not for whoever wrote the manifests to label. */
function notOurs({ apiVersion, kind, metadata, identity }: KubernetesObject): string | undefined {
  if (kind === "CustomResourceDefinition" && apiVersion.startsWith("apiextensions.k8s.io/")) {
    return "Its maker publishes it whole, and the next release is compared with it.";
  }
  const namespace = kind === "Namespace" ? identity.name : identity.namespace;
  if (namespace?.startsWith("kube-") === true) return "It is in a namespace of Kubernetes itself.";
  const owners = metadata.at("ownerReferences").items();
  return owners.some((owner) => owner.at("controller").flag() === true)
    ? "A controller made it and decides on its labels."
    : undefined;
}

function* missing(labels: Field, wanted: ReadonlySet<string>, verb: string): Generator<Failure> {
  // A label whose value is an output is there; labels that are an output as a whole may hold anything.
  const isThere = (label: Field) => (label.undecided && !labels.undecided) || (label.text() ?? "") !== "";
  const absent = [...wanted].filter((key) => !isThere(labels.at(key)));
  if (absent.length === 0) return;
  const [noun, pronoun] = absent.length === 1 ? ["label", "it"] : ["labels", "them"];
  yield { problem: `${verb} the ${noun} ${absent.join(", ")}`, path: labels.path, fix: `add ${pronoun}` };
}

/** What namespace and whole ask for, as far as they can be read. */
function further(metadata: Draft | undefined, kind: string, { namespaces, parts }: Settings): string[] {
  const namespace = kind === "Namespace" ? metadata?.name : metadata?.namespace;
  const whole = metadata && childOf(metadata, "labels")?.[partOf];
  return [
    ...(typeof namespace === "string" ? (namespaces[namespace] ?? []) : []),
    ...(typeof whole === "string" ? (parts[whole] ?? []) : []),
  ];
}

/** What a workload's name and image say already. */
function derived(metadata: Draft | undefined, podSpec: Draft): Draft {
  const containers = Array.isArray(podSpec.containers) ? (podSpec.containers as unknown[]) : [];
  // Of several containers nobody here knows which one is the application.
  const image = containers.length === 1 && isDraft(containers[0]) ? containers[0].image : undefined;
  const tag = typeof image === "string" ? parseImage(image)?.tag : undefined;
  return { ...Object.fromEntries(names.map((key) => [key, metadata?.name])), [version]: tag };
}

/** Sets those of `wanted` labels that are missing and have a value that a label may have. */
function fill(metadata: Draft | undefined, wanted: readonly string[], values: Draft): void {
  if (!metadata) return;
  for (const key of wanted) {
    const value = values[key];
    if (typeof value !== "string" || !labelValue.test(value) || !isUnset(metadata, "labels", key)) continue;
    setDefault(childOf(metadata, "labels", true), key, value);
  }
}

function labelled(own: Readonly<Record<string, string>>, ofPods: Readonly<Record<string, string>>) {
  const { metadata, spec, ...rest } = deployment({}) as Record<"metadata" | "spec", Record<string, unknown>>;
  return {
    ...rest,
    metadata: { ...metadata, labels: own },
    spec: { ...spec, template: { ...(spec.template as Record<string, unknown>), metadata: { labels: ofPods } } },
  };
}
