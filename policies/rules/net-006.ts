import { z } from "zod";
import { namespaceNameLabel } from "../../model/labels";
import { type Field } from "../field";
import { rulesOf } from "../graph/network";
import { type KubernetesObject } from "../graph/object";
import { objects } from "../graph/subjects";
import { childOf, type Draft, isDraft, mend } from "../remediation";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  copies: z
    .array(z.string().min(1))
    // What guides told people to set before Kubernetes 1.21 gave every namespace a label of its own.
    .default(["name"])
    .describe(
      "labels that hold a copy of their namespace's name; remediation writes the built-in label in their place",
    ),
  allowed: z
    .array(z.string().min(1))
    .default([])
    .describe("other labels of namespaces that may be selected by, because only administrators can set them"),
});
type Settings = z.infer<typeof settings>;

const policy = (matchLabels: Record<string, string>) =>
  object("networking.k8s.io/v1", "NetworkPolicy", "from-gateway", {
    spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [{ namespaceSelector: { matchLabels } }] }] },
  });

export const rule = defineRule<Settings>({
  id: "ALT-NET-006",
  slug: "kubernetes-network-policy-selects-namespaces-by-name",
  title: "Network policies and gateways select namespaces by the label that the API server sets",
  severity: "medium",
  gate: "mandatory",
  scope: "resource",
  why:
    "A label that somebody set can be lost when the namespace is applied again, which cuts the connection, and whoever may " +
    "edit a namespace can give it the label, which opens one. kubernetes.io/metadata.name is always there and always true.",
  fix: "Select namespaces by kubernetes.io/metadata.name.",
  planSteps: ["2.2.4"],
  peers: [],
  settings,
  examples: {
    pass: {
      title: "the built-in label",
      manifests: [policy({ "kubernetes.io/metadata.name": "altlas-ingress" })],
    },
    fail: { title: "a label that somebody set", manifests: [policy({ name: "altlas-ingress" })] },
  },
  parts: [
    part(
      ({ graph }) => objects(graph, "NetworkPolicy"),
      function* (policy, { settings: options }) {
        const peers = function* () {
          for (const [direction, key] of [
            ["Ingress", "from"],
            ["Egress", "to"],
          ] as const) {
            for (const each of rulesOf(policy, direction)) yield* each.at(key).items();
          }
        };
        return yield* checkSelectors(policy, peers(), (peer) => peer.at("namespaceSelector"), options);
      },
    ),
    part(
      ({ graph }) => objects(graph, "Gateway").filter(({ read }) => isGatewayApi(read())),
      function* (gateway, { settings: options }) {
        const listeners = gateway.spec.at("listeners").items();
        const selector = (listener: Field) => listener.at("allowedRoutes", "namespaces", "selector");
        return yield* checkSelectors(gateway, listeners, selector, options);
      },
    ),
  ],
  remediate: (inputs, { copies }) =>
    inputs.kind === "NetworkPolicy" ? mend(inputs, (draft) => renameLabels(draft, copies)) : undefined,
});

function isGatewayApi({ apiVersion }: KubernetesObject): boolean {
  return apiVersion.startsWith("gateway.networking.k8s.io/");
}

function* checkSelectors(
  { kind }: KubernetesObject,
  holders: Iterable<Field>,
  selectorOf: (holder: Field) => Field,
  options: Settings,
): Generator<Failure, NotApplicable | undefined> {
  let selectors = 0;
  yield* each(holders, function* (holder) {
    const selector = selectorOf(holder);
    if (!selector.exists) return;
    selectors += 1;
    yield* checkSelector(selector, options);
  });
  return selectors === 0 ? new NotApplicable(`This ${kind} selects no namespaces by their labels.`) : undefined;
}

function checkSelector(selector: Field, { copies, allowed }: Settings): Generator<Failure, undefined> {
  const failure = (label: string, path: string, names?: string): Failure => ({
    problem: `selects namespaces by the label ${label}, which whoever edits a namespace can set and lose`,
    path,
    fix: `select them by ${namespaceNameLabel}${names !== undefined && copies.includes(label) ? `: ${names}` : ""}`,
  });
  const isTrusted = (label: string) => label === namespaceNameLabel || allowed.includes(label);
  return aspects(
    function* () {
      for (const [label, value] of selector.at("matchLabels").entries()) {
        if (!isTrusted(label)) yield failure(label, value.path, value.undecided ? undefined : value.text());
      }
    },
    function* () {
      yield* each(selector.at("matchExpressions").items(), function* (expression) {
        const label = expression.at("key").text() ?? "";
        if (!isTrusted(label)) yield failure(label, expression.at("key").path);
      });
    },
  );
}

/** Puts the built-in label in the place of its copies; a selector that already has it and says something else stays. */
function renameLabels(policy: Draft, copies: readonly string[]): void {
  const spec = childOf(policy, "spec");
  if (!spec) return;
  for (const rule of [...listOf(spec, "ingress"), ...listOf(spec, "egress")]) {
    for (const peer of [...listOf(rule, "from"), ...listOf(rule, "to")]) {
      const selector = childOf(peer, "namespaceSelector");
      if (!selector) continue;
      const labels = childOf(selector, "matchLabels");
      if (labels) selector.matchLabels = renamed(labels, copies);
      for (const expression of listOf(selector, "matchExpressions")) {
        const { key, operator } = expression;
        const comparesValues = operator === "In" || operator === "NotIn";
        if (comparesValues && typeof key === "string" && copies.includes(key)) expression.key = namespaceNameLabel;
      }
    }
  }
}

function renamed(labels: Draft, copies: readonly string[]): Draft {
  const names = new Set(Object.keys(labels).flatMap((label) => (isCopy(label, copies) ? [labels[label]] : [])));
  const own = labels[namespaceNameLabel];
  if (own !== undefined) names.add(own);
  const [name, ...others] = names;
  // Two names contradict each other, and an unknown one may; which of them is meant is not for us to say.
  if (others.length > 0 || typeof name !== "string") return labels;
  const entries = Object.entries(labels).map(([label, value]) => [
    isCopy(label, copies) ? namespaceNameLabel : label,
    value,
  ]);
  return Object.fromEntries(entries) as Draft;
}

function isCopy(label: string, copies: readonly string[]): boolean {
  return label !== namespaceNameLabel && copies.includes(label);
}

function listOf(holder: Draft, key: string): Draft[] {
  const list = holder[key];
  return Array.isArray(list) ? list.filter(isDraft) : [];
}
