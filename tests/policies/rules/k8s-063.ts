import { add, copy, drop, set, unknown, without } from "../fixtures";
import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";
import { job, namespaced } from "../objects";

const selecting = (selector: Readonly<Record<string, unknown>>) => ({
  spec: { selector, template: { metadata: { labels: { app: "own" } }, spec: { containers: [] } } },
});

export const cases: RuleCases = {
  pass: [
    {
      title: "a ReplicationController that selects its own pods",
      edits: [without("Deployment"), add(namespaced("v1", "ReplicationController", "old", selecting({ app: "own" })))],
    },
    {
      title: "the same labels in another namespace",
      edits: [copy("Deployment", "archive-service", set("Deployment", "metadata.namespace", "other"))],
    },
    {
      title: "an expression that matches",
      edits: [
        set("Deployment", "spec.selector", {
          matchExpressions: [{ key: "app.kubernetes.io/name", operator: "In", values: ["archive-service"] }],
        }),
      ],
    },
  ],
  fail: [
    {
      title: "a label that the pods do not have",
      edits: [set("Deployment", "spec.selector", { matchLabels: { app: "archive" } })],
      says: /has a selector that does not match its own pods/,
      at: "spec.selector",
    },
    {
      title: "a Job's own selector that misses its pods",
      edits: [
        without("Deployment"),
        add({ ...job({ containers: [] }), ...selecting({ matchLabels: { app: "other" } }) }),
      ],
      says: /Job .* has a selector that does not match its own pods/,
      at: "spec.selector",
    },
    {
      title: "a CronJob's selector that misses its pods",
      edits: [
        without("Deployment"),
        add(
          namespaced("batch/v1", "CronJob", "cleanup", {
            spec: { jobTemplate: { spec: selecting({ matchLabels: { app: "other" } }).spec } },
          }),
        ),
      ],
      says: /CronJob .* has a selector that does not match its own pods/,
      at: "spec.jobTemplate.spec.selector",
    },
    {
      title: "a ReplicationController's labels that its pods do not have",
      edits: [
        without("Deployment"),
        add(namespaced("v1", "ReplicationController", "old", selecting({ app: "other" }))),
      ],
      says: /ReplicationController .* has a selector that does not match its own pods/,
      at: "spec.selector",
    },
    {
      title: "a second controller with the same selector",
      edits: [copy("Deployment", "archive-worker")],
      says: /Deployment altlas\/archive-(service|worker) selects the pods of Deployment altlas\/archive-(service|worker) too/,
      at: "spec.selector",
      count: 2,
    },
    {
      title: "an empty selector",
      edits: [set("Deployment", "spec.selector", {})],
      says: /has an empty selector/,
      at: "spec.selector",
    },
    {
      title: "no selector",
      edits: [drop("Deployment", "spec.selector")],
      says: /has no selector/,
      at: "spec.selector",
    },
    {
      title: "an expression that excludes its own pods",
      edits: [
        set("Deployment", "spec.selector.matchExpressions", [
          { key: "app.kubernetes.io/name", operator: "DoesNotExist" },
        ]),
      ],
      says: /does not match its own pods/,
      at: "spec.selector",
    },
    {
      title: "an operator that there is not",
      edits: [set("Deployment", "spec.selector.matchExpressions", [{ key: "a", operator: "Equals", values: ["b"] }])],
      says: /has a property that is not In, NotIn, Exists or DoesNotExist/,
      at: "spec.selector.matchExpressions[0].operator",
    },
  ],
  notApplicable: [
    {
      title: "only a Job, which makes its own selector",
      edits: [without("Deployment"), add(job({ containers: [] }))],
    },
  ],
  unknown: [
    {
      title: "a selector from an output",
      edits: [set("Deployment", "spec.selector.matchLabels", { "app.kubernetes.io/name": UNKNOWN })],
      because: 'spec.selector.matchLabels["app.kubernetes.io/name"]',
    },
    {
      title: "another controller's labels from an output",
      edits: [copy("Deployment", "other", unknown("Deployment", "spec.template.metadata.labels"))],
      because: "spec.template.metadata.labels",
    },
  ],
};

const ourGateway = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "two services get the same labels",
    edits: [
      set(ourGateway, "spec.selector.matchLabels", { "app.kubernetes.io/part-of": "altlas" }),
      set(ourGateway, ["spec", "template", "metadata", "labels", "app.kubernetes.io/part-of"], "altlas"),
    ],
    says: /api-gateway selects the pods of Deployment altlas\/runner-service too/,
  },
];
