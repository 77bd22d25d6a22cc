import { contentChecksum } from "../../../model/checksum";
import { add, app, drop, init, pod, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, cronJob, namespaced, podOf } from "../objects";

const annotations = "spec.template.metadata.annotations";
const ours = `${annotations}["checksum/environment"]`;
const annotated = (value: Record<string, string>) => set("Deployment", annotations, value);
const bare = drop("Deployment", annotations);
const map = (name: string, rest: Record<string, unknown>) => add(namespaced("v1", "ConfigMap", name, rest));
const mount = (...sources: Record<string, unknown>[]) => [
  bare,
  drop("Deployment", `${app}.envFrom`),
  set("Deployment", `${pod}.volumes[0]`, { name: "files", projected: { sources } }),
  set("Deployment", `${app}.volumeMounts`, [{ name: "files", mountPath: "/etc/a", subPath: "a" }]),
];
const variable = (name: string) => ({ name: "LEVEL", valueFrom: { configMapKeyRef: { name, key: "LOG_LEVEL" } } });

export const cases: RuleCases = {
  pass: [
    { title: "the checksum of the data, whatever the order of its keys" },
    { title: "a ConfigMap that cannot change", edits: [bare, set("ConfigMap", "immutable", true)] },
    {
      title: "a name that kustomize made of the content",
      edits: [
        bare,
        map("settings-5h2k8mtgf4", { data: {} }),
        set("Deployment", `${app}.envFrom`, [{ configMapRef: { name: "settings-5h2k8mtgf4" } }]),
      ],
    },
    {
      title: "another tool's checksum, which cannot be recomputed",
      edits: [annotated({ "checksum/config": "0a1b2c" })],
    },
    {
      title: "a controller that restarts the pods",
      edits: [bare, set("Deployment", "metadata.annotations", { "reloader.stakater.com/auto": "true" })],
    },
    {
      title: "a ConfigMap without data",
      edits: [drop("ConfigMap", "data"), annotated({ "checksum/environment": contentChecksum({}) })],
    },
  ],
  fail: [
    {
      title: "nothing in the template changes",
      edits: [bare],
      says: /Deployment altlas\/archive-service reads ConfigMap altlas\/archive-service only when a pod starts/,
      at: `${container}.envFrom[0].configMapRef.name`,
    },
    {
      title: "the checksum of other data",
      edits: [set("ConfigMap", "data.LOG_LEVEL", "debug")],
      says: /has checksum\/environment [0-9a-f]{12}…, which is not the checksum of ConfigMap altlas\/archive-service .*make it [0-9a-f]{12}…/,
      at: ours,
    },
    {
      title: "a checksum of secrets only",
      edits: [annotated({ "checksum/secret": "0a1b2c" })],
      says: /nothing in its pod template changes with it/,
      at: `${container}.envFrom[0].configMapRef.name`,
    },
    {
      title: "one variable of an init container",
      edits: [
        bare,
        drop("Deployment", `${app}.envFrom`),
        set("Deployment", `${init}.env`, [variable("archive-service")]),
      ],
      says: /reads ConfigMap altlas\/archive-service only when a pod starts/,
      at: `${pod}.initContainers[0].env[0].valueFrom.configMapKeyRef.name`,
    },
    {
      title: "a file that is mounted by itself",
      edits: mount({ configMap: { name: "archive-service" } }),
      says: /reads ConfigMap altlas\/archive-service only when a pod starts/,
      at: `${pod}.volumes[0].projected.sources[0].configMap.name`,
    },
    {
      title: "a second ConfigMap that the checksum does not cover",
      edits: [map("more", { data: { A: "1" } }), set("Deployment", `${app}.env`, [variable("more")])],
      says: /has checksum\/environment .* not the checksum of ConfigMap altlas\/more/,
      at: ours,
    },
    {
      title: "unknown data hides no missing checksum",
      edits: [bare, unknown("ConfigMap", "data")],
      says: /nothing in its pod template changes/,
      at: `${container}.envFrom[0].configMapRef.name`,
    },
  ],
  notApplicable: [
    {
      title: "a bare pod and a CronJob",
      edits: [
        without("Deployment"),
        add(
          podOf({ spec: { containers: [{ name: "a", envFrom: [{ configMapRef: { name: "archive-service" } }] }] } }),
          cronJob({ containers: [{ name: "a", envFrom: [{ configMapRef: { name: "archive-service" } }] }] }),
        ),
      ],
    },
    { title: "no configuration", edits: [drop("Deployment", `${app}.envFrom`)] },
    {
      title: "a whole volume, which the kubelet renews",
      edits: [
        ...mount({ configMap: { name: "archive-service" } }),
        set("Deployment", `${app}.volumeMounts`, [{ name: "files", mountPath: "/etc/a" }]),
      ],
    },
    { title: "a ConfigMap that is made elsewhere", edits: [without("ConfigMap")] },
  ],
  unknown: [
    { title: "data from an output", edits: [unknown("ConfigMap", "data")], because: "data" },
    { title: "a name from an output", edits: [unknown("ConfigMap", "metadata.name")], because: "metadata.name" },
    {
      title: "a reference from an output",
      edits: [unknown("Deployment", `${app}.envFrom[0].configMapRef.name`)],
      because: `${container}.envFrom[0].configMapRef.name`,
    },
  ],
  configured: [
    {
      title: "an annotation that is not ours to recompute",
      edits: [set("ConfigMap", "data.LOG_LEVEL", "debug")],
      options: { settings: { "ALT-K8S-065": { computedAnnotations: [] } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a ConfigMap changes and its checksum does not",
    edits: [set("ConfigMap/api-gateway-environment", "data.LOG_LEVEL", "error")],
    says: /api-gateway has checksum\/environment [0-9a-f]{12}…, which is not the checksum of ConfigMap altlas\/api-gateway-environment/,
  },
  {
    title: "a service loses its checksum",
    edits: [drop("Deployment/api-gateway", ["spec", "template", "metadata", "annotations", "checksum/environment"])],
    says: /api-gateway reads ConfigMap altlas\/api-gateway-environment only when a pod starts/,
  },
];
