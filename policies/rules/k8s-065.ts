import { z } from "zod";
import { contentChecksum } from "../../model/checksum";
import { type Field } from "../field";
import { describeIdentity, type KubernetesObject } from "../graph/object";
import { workloads } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment, object } from "./examples";

const settings = z.strictObject({
  computedAnnotations: z
    .array(z.string().min(1))
    .default([])
    .describe("annotations of pods that hold this project's checksum of a ConfigMap's data, and so can be recomputed"),
});
type Settings = z.infer<typeof settings>;

const data = { LOG_LEVEL: "info" };
const reading = (annotations: Record<string, string>) => {
  const example = deployment({ envFrom: [{ configMapRef: { name: "archive-service-environment" } }] });
  const spec = example.spec as { template: { metadata: object } };
  const template = { ...spec.template, metadata: { ...spec.template.metadata, annotations } };
  return [
    { ...example, spec: { ...spec, template } },
    object("v1", "ConfigMap", "archive-service-environment", { data }),
  ];
};
const ours = "checksum/environment";

/** Kinds that make new pods when their template changes. */
const rolled: readonly string[] = ["Deployment", "StatefulSet", "DaemonSet"];

export const rule = defineRule<Settings>({
  id: "ALT-K8S-065",
  slug: "kubernetes-workload-restarts-on-configuration",
  title: "A changed ConfigMap makes new pods: a checksum of its content is in their template",
  severity: "medium",
  gate: "mandatory",
  // It compares a workload with a ConfigMap.
  scope: "stack",
  why:
    "A process reads its environment once. Without a change in the pod template the update reports success while every " +
    "pod goes on with the old configuration, until one is rescheduled some night and differs from its neighbours.",
  fix: "Put a checksum of the ConfigMap's data into an annotation of the pod template.",
  planSteps: [],
  peers: ["kyverno restart-deployment-on-secret-change"],
  settings,
  examples: {
    pass: {
      title: "the checksum of what the pods read",
      manifests: reading({ [ours]: contentChecksum(data) }),
      settings: { computedAnnotations: [ours] },
    },
    fail: { title: "nothing in the template changes with the ConfigMap", manifests: reading({}) },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { graph, settings: { computedAnnotations } }) {
        if (!rolled.includes(workload.kind)) {
          return new NotApplicable(
            workload.isJob ? "Each run makes new pods, which read what is there." : "Nothing replaces its pods.",
          );
        }
        const read = references(workload);
        if (read.length === 0) {
          return new NotApplicable(
            "Its containers read no ConfigMap once and for all; files of a ConfigMap are renewed in running pods.",
          );
        }
        let here = 0;
        yield* each(read, function* (reference) {
          const name = reference.text() ?? "";
          const map = graph.find("ConfigMap", name, workload.object.namespace);
          // Who makes it elsewhere has to roll the pods as well.
          if (map === undefined) return;
          here += 1;
          yield* checkRolls(workload, map, reference, computedAnnotations);
        });
        return here === 0 ? new NotApplicable("The ConfigMaps that it reads are made elsewhere.") : undefined;
      },
    ),
  ],
});

/** Where containers name a ConfigMap of which they never see a later change; each name once. */
function references({ containers, podSpec }: Workload): Field[] {
  const named = containers
    .filter(({ role }) => role !== "ephemeral")
    .flatMap(({ field }) => [
      ...field
        .at("envFrom")
        .items()
        .map((source) => source.at("configMapRef", "name")),
      ...field
        .at("env")
        .items()
        .map((variable) => variable.at("valueFrom", "configMapKeyRef", "name")),
      // The kubelet renews whole volumes; a file that is mounted by itself stays what it was.
      ...field
        .at("volumeMounts")
        .items()
        .filter((mount) => mount.at("subPath").exists || mount.at("subPathExpr").exists)
        .flatMap((mount) => configMapsOf(podSpec, mount.at("name").text() ?? "")),
    ])
    .filter((reference) => reference.undecided || reference.exists);
  const unique = new Map(
    named.map((reference) => [reference.undecided ? reference.path : reference.text(), reference]),
  );
  return [...unique.values()];
}

function configMapsOf(podSpec: Field, volumeName: string): Field[] {
  const volumes = podSpec.at("volumes").items();
  return volumes
    .filter((volume) => volume.at("name").text() === volumeName)
    .flatMap((volume) => [
      volume.at("configMap", "name"),
      ...volume
        .at("projected", "sources")
        .items()
        .map((source) => source.at("configMap", "name")),
    ]);
}

function* checkRolls(
  { template, object: { metadata } }: Workload,
  map: KubernetesObject,
  reference: Field,
  computed: readonly string[],
): Generator<Failure> {
  // What cannot change has another name for each content, and a new name changes the template.
  if (map.root.at("immutable").flag() === true || isGenerated(map.name)) return;
  const annotations = template.at("metadata", "annotations");
  const own = annotations.entries().filter(([key]) => computed.includes(key));
  const others = annotations.entries().some(([key]) => !computed.includes(key) && isChecksum(key));
  const who = describeIdentity(map.identity);
  if (own.length > 0) {
    const expected = contentChecksum(plainData(map));
    if (others || own.some(([, value]) => value.text() === expected)) return;
    const [first] = own;
    const [key, value] = first ?? ["", annotations];
    const problem = `has ${key} ${(value.text() ?? "").slice(0, 12)}…, which is not the checksum of ${who}`;
    yield { problem, path: value.path, fix: `make it ${expected.slice(0, 12)}…, computed where the data is made` };
    return;
  }
  // How another tool computes its checksum is not known here; that there is one is all that can be asked of it.
  if (others || isReloaded(metadata)) return;
  const problem = `reads ${who} only when a pod starts, and nothing in its pod template changes with it`;
  yield {
    problem,
    path: reference.path,
    fix: "put a checksum of the data into an annotation of the pod template, or make the ConfigMap immutable",
  };
}

function plainData(map: KubernetesObject): Record<string, string> {
  return Object.fromEntries(
    map.root
      .at("data")
      .entries()
      .map(([key, value]) => [key, value.text() ?? ""]),
  );
}

/** Helm's way (`checksum/config`) and those like it; a checksum of secrets says nothing of ConfigMaps. */
function isChecksum(key: string): boolean {
  return /checksum|hash/i.test(key) && !/secret/i.test(key);
}

/** Annotations of Reloader, which restarts pods by itself: https://github.com/stakater/Reloader */
function isReloaded(metadata: Field): boolean {
  const annotations = metadata.at("annotations");
  return (
    annotations.at("reloader.stakater.com/auto").text() === "true" ||
    annotations.at("configmap.reloader.stakater.com/auto").text() === "true" ||
    annotations.at("configmap.reloader.stakater.com/reload").exists
  );
}

/** A name that kustomize made of the content; alphabet of its hash: api/hasher/hasher.go of kubernetes-sigs/kustomize. */
function isGenerated(name: string): boolean {
  return /-[2456789bcdfghkmt]{10}$/.test(name);
}
