import { UNKNOWN } from "../../../policies/field";
import { type Manifest } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { engineResource } from "../objects";

const stack = engineResource("pulumi:pulumi:Stack", {});
const plain = (number: number) =>
  Array.from({ length: number }, () => engineResource("random:index/randomId:RandomId", {}));
const of = (type: string, inputs: Manifest) => engineResource(type, { name: "chart", inputs });
const budget = (settings: Manifest) => ({ settings: { "ALT-OPS-007": settings } });
const chart = "kubernetes:helm.sh/v4:Chart";

export const cases: RuleCases = {
  pass: [
    { title: "as many resources as there may be", resources: [stack, ...plain(599)] },
    { title: "a chart of which all is known", resources: [stack, of(chart, { values: { replicas: 2 } })] },
    {
      title: "a release with an unknown value, which is one resource",
      resources: [stack, of("kubernetes:helm.sh/v3:Release", { values: UNKNOWN })],
    },
    { title: "as long as it may take", resources: [stack], options: { elapsedSeconds: 30 } },
  ],
  fail: [
    {
      title: "a resource too many",
      resources: [stack, ...plain(600)],
      says: /Stack one has 601 resources, and its budget is 600; split it by layers/,
      at: "",
    },
    {
      title: "too many, whatever a chart adds",
      resources: [stack, ...plain(600), of(chart, { values: UNKNOWN })],
      says: /has 602 resources/,
      at: "",
    },
    {
      title: "too long",
      resources: [stack],
      options: { elapsedSeconds: 30.25 },
      says: /Preview of Stack one took 30\.3 s, and its budget is 30 s/,
      at: "",
    },
  ],
  notApplicable: [{ title: "plain manifests, which have no preview" }, { title: "no resources", resources: [] }],
  unknown: [
    {
      title: "a chart's objects are not shown before its values are known",
      resources: [stack, of(chart, { values: { host: UNKNOWN } })],
      because: "chart.values.host",
    },
    {
      title: "nor those of a file",
      resources: [stack, of("kubernetes:yaml/v2:ConfigFile", { file: UNKNOWN })],
      because: "chart.file",
    },
    {
      title: "nor those of files in a folder",
      resources: [stack, of("kubernetes:kustomize/v2:Directory", { directory: UNKNOWN })],
      because: "chart.directory",
    },
  ],
  configured: [
    { title: "a smaller budget", resources: [stack, ...plain(3)], options: budget({ resources: 3 }), outcome: "fail" },
    {
      title: "a larger budget",
      resources: [stack, ...plain(600)],
      options: budget({ resources: 700 }),
      outcome: "pass",
    },
    {
      title: "a shorter time",
      resources: [stack],
      options: { ...budget({ seconds: 5 }), elapsedSeconds: 6 },
      outcome: "fail",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a loop makes a thousand resources",
    change: (resources) => resources.push(...plain(1000)),
    says: /Stack altlas-dev has \d{4} resources, and its budget is 600/,
  },
  {
    title: "the preview becomes slow",
    options: { elapsedSeconds: 90 },
    says: /Preview of Stack altlas-dev took 90\.0 s/,
  },
];
