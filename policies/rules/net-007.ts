import { z } from "zod";
import { type Field, UnknownValue } from "../field";
import {
  type Entry,
  gatewayObjects,
  ingressClass,
  ingressEntries,
  ingresses,
  isAttached,
  type Listener,
  listenersOf,
  onlyRedirectsToTls,
  routeEntries,
} from "../graph/entry";
import { type Graph } from "../graph/graph";
import { describeIdentity, type KubernetesObject } from "../graph/object";
import { attempt, push } from "../graph/selection";
import { aspects, defineRule, each, type Failure, NotApplicable, part, type Subject } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  wildcardHosts: z
    .array(z.string().min(1))
    .default([])
    .describe("hosts with * that are meant, such as *.preview.example.org"),
  tlsAnnotations: z
    .array(z.string().min(1))
    // https://kubernetes-sigs.github.io/aws-load-balancer-controller and https://cloud.google.com/kubernetes-engine/docs
    .default([
      "alb.ingress.kubernetes.io/certificate-arn",
      "networking.gke.io/managed-certificates",
      "ingress.gcp.kubernetes.io/pre-shared-cert",
    ])
    .describe("annotations by which a controller takes its certificate from elsewhere, in place of tls"),
});
type Settings = z.infer<typeof settings>;

const ingress = (host: string | undefined, tls?: readonly unknown[]) =>
  object("networking.k8s.io/v1", "Ingress", "api-gateway", {
    spec: {
      ...(tls && { tls }),
      rules: [
        {
          ...(host !== undefined && { host }),
          http: {
            paths: [
              { path: "/", pathType: "Prefix", backend: { service: { name: "api-gateway", port: { number: 3000 } } } },
            ],
          },
        },
      ],
    },
  });
const [host, secretName] = ["api.example.org", "api-tls"];

export const rule = defineRule<Settings>({
  id: "ALT-NET-007",
  slug: "kubernetes-ingress-requires-tls-and-host",
  title: "What enters from outside has TLS, an explicit host, no snippets, and a host and path that nobody else has",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "Without TLS passwords and tokens cross the internet readable. Without a host an entry answers for every name, also for " +
    "those of others. A snippet is configuration of the controller itself, whose account reads every Secret. Of two entries " +
    "for one host and path one is silently dead.",
  fix: "Give every entry a host and TLS; write options instead of snippets; merge entries for one host and path.",
  planSteps: ["2.2.4"],
  peers: [
    "polaris tlsSettingsMissing",
    "kyverno require-ingress-https, unique-ingress-host-and-path",
    "checkov CKV_K8S_152, CKV_K8S_153, CKV_K8S_154",
    "kubescape C-0059",
  ],
  settings,
  examples: {
    pass: { title: "a host with its certificate", manifests: [ingress(host, [{ hosts: [host], secretName }])] },
    fail: { title: "every host, in clear text", manifests: [ingress(undefined)] },
  },
  parts: [
    part(
      ({ graph }) => ingresses(graph).map(subjectOf),
      (object, { graph, settings: options }) =>
        aspects(
          () => checkTls(object, options),
          () => checkHosts(object, options),
          () => checkSnippets(object),
          () => checkUnique(object, ingressEntries(object), graph),
        ),
    ),
    part(
      ({ graph }) => gatewayObjects(graph, "Gateway").map(subjectOf),
      function* (gateway) {
        return yield* each(listenersOf(gateway), checkListener);
      },
    ),
    part(
      ({ graph }) => gatewayObjects(graph, "HTTPRoute").map(subjectOf),
      function* (route, { graph, settings: options }) {
        const parents = route.spec.at("parentRefs").items();
        if (parents.length > 0 && parents.every((parent) => (parent.at("kind").text() ?? "Gateway") !== "Gateway")) {
          return new NotApplicable("It is a route inside a mesh, and no way in.");
        }
        const listeners = () =>
          gatewayObjects(graph, "Gateway")
            .flatMap(listenersOf)
            .filter((listener) => isAttached(route, listener));
        return yield* aspects(
          () => checkClearText(route, listeners()),
          () => checkRouteHosts(route, listeners(), options),
          () => checkUnique(route, routeEntries(route), graph),
        );
      },
    ),
  ],
});

function subjectOf(object: KubernetesObject): Subject<KubernetesObject> {
  return { resource: object.resource, identity: object.identity, read: () => object };
}

function* checkTls(ingress: KubernetesObject, { tlsAnnotations }: Settings): Generator<Failure> {
  const redirect = "nginx.ingress.kubernetes.io/ssl-redirect";
  if (ingress.annotation(redirect) === "false") {
    const path = ingress.metadata.at("annotations", redirect).path;
    yield { problem: `answers in clear text too: ${redirect} is "false"`, path, fix: "remove that annotation" };
  }
  if (tlsAnnotations.some((key) => ingress.annotation(key) !== undefined)) return;
  const tls = ingress.spec.at("tls");
  const certified = tls.items().map((entry) => ({
    hosts: entry
      .at("hosts")
      .items()
      .map((name) => (name.text() ?? "").toLowerCase()),
  }));
  if (certified.length === 0) {
    yield {
      problem: "has no tls and so answers in clear text",
      path: tls.path,
      fix: "name the host's certificate in tls",
    };
    return;
  }
  // Without hosts the certificate is for all of them.
  if (certified.some(({ hosts }) => hosts.length === 0)) return;
  yield* each(ingress.spec.at("rules").items(), function* (rule) {
    const name = (rule.at("host").text() ?? "").toLowerCase();
    if (name === "" || certified.some(({ hosts }) => hosts.some((host) => covers(host, name)))) return;
    const fix = `add ${name} to tls, with a certificate for it`;
    yield { problem: `answers for ${name} in clear text: tls does not name it`, path: tls.path, fix };
  });
}

/** Whether a certificate's host is good for a name; `*` stands for one part. */
function covers(host: string, name: string): boolean {
  return host === name || (host.startsWith("*.") && host.slice(1) === name.slice(name.indexOf(".")));
}

function* checkHosts(ingress: KubernetesObject, options: Settings): Generator<Failure, undefined> {
  const backend = ingress.spec.at("defaultBackend");
  if (backend.exists) {
    const fix = "write a rule with its host instead";
    yield { problem: "has a defaultBackend, which answers for every host", path: backend.path, fix };
  }
  return yield* each(ingress.spec.at("rules").items(), (rule) => checkHost(rule.at("host"), options));
}

function* checkHost(field: Field, { wildcardHosts }: Settings): Generator<Failure> {
  const host = field.text() ?? "";
  if (host === "") {
    yield { problem: "has a rule without host, which answers for every name", path: field.path, fix: "name the host" };
  } else if (host.includes("*") && !wildcardHosts.includes(host)) {
    const fix = "name each host, or list this one in the rule's wildcardHosts";
    yield { problem: `answers for ${host}, names that nobody has chosen yet included`, path: field.path, fix };
  }
}

function* checkSnippets(ingress: KubernetesObject): Generator<Failure> {
  for (const [key, { path }] of ingress.metadata.at("annotations").entries()) {
    if (!/-snippets?$/.test(key)) continue;
    const fix = "use the controller's own option, or its ConfigMap";
    yield { problem: `puts text into the controller's configuration by ${key}`, path, fix };
  }
}

function* checkListener({ field, name, protocol }: Listener): Generator<Failure> {
  if (protocol !== "HTTPS" && protocol !== "TLS") return;
  const tls = field.at("tls");
  if (tls.at("mode").text() === "Passthrough" || tls.at("certificateRefs").items().length > 0) return;
  // Some implementations take the certificate from options of their own.
  if (tls.at("options").entries().length > 0) return;
  const path = tls.at("certificateRefs").path;
  yield { problem: `has the ${protocol} listener ${name} without certificate`, path, fix: "name its certificate" };
}

function* checkClearText(route: KubernetesObject, listeners: readonly Listener[]): Generator<Failure> {
  const clear = listeners.find(({ protocol }) => protocol === "HTTP");
  if (!clear || onlyRedirectsToTls(route)) return;
  const problem = `is served in clear text by listener ${clear.name} of ${describeIdentity(clear.gateway.identity)}`;
  const fix = "name the HTTPS listener in sectionName, and let only a redirect to https stay on this one";
  yield { problem, path: route.spec.at("parentRefs").path, fix };
}

function* checkRouteHosts(
  route: KubernetesObject,
  listeners: readonly Listener[],
  options: Settings,
): Generator<Failure, undefined> {
  const hosts = route.spec.at("hostnames");
  if (hosts.items().length > 0) return yield* each(hosts.items(), (host) => checkHost(host, options));
  if (onlyRedirectsToTls(route)) return undefined;
  const open = listeners.find(({ field }) => (field.at("hostname").text() ?? "") === "");
  if (!open) return undefined;
  const where = `listener ${open.name} of ${describeIdentity(open.gateway.identity)}`;
  yield {
    problem: `answers for every name: neither it nor ${where} has one`,
    path: hosts.path,
    fix: "name its hostnames",
  };
  return undefined;
}

/** All entries of a graph, and why there may be more. */
interface Entries {
  /** Those of a host and path in the order of their places. */
  readonly byKey: ReadonlyMap<string, readonly Entry[]>;
  readonly doubt: UnknownValue | undefined;
}

/** Each object is compared with all others, so they are gathered once. */
const gathered = new WeakMap<Graph, Entries>();

function allEntries(graph: Graph): Entries {
  const known = gathered.get(graph);
  if (known) return known;
  const byKey = new Map<string, Entry[]>();
  let doubt: UnknownValue | undefined;
  const add = (objects: readonly KubernetesObject[], read: (object: KubernetesObject) => Entry[]) => {
    for (const object of objects) {
      const entries = attempt(() => read(object));
      if (entries instanceof UnknownValue) doubt ??= entries;
      else for (const entry of entries ?? []) push(byKey, keyOf(entry), entry);
    }
  };
  add(ingresses(graph), ingressEntries);
  add(gatewayObjects(graph, "HTTPRoute"), routeEntries);
  for (const [key, twins] of byKey) byKey.set(key, inOrder(twins));
  const entries = { byKey, doubt };
  gathered.set(graph, entries);
  return entries;
}

function* checkUnique(
  object: KubernetesObject,
  entries: readonly Entry[],
  graph: Graph,
): Generator<Failure, undefined> {
  if (isCanary(object)) return undefined;
  const all = allEntries(graph);
  yield* each(entries, function* (entry) {
    // One of the two is enough to report; which one may not depend on the order of the sources.
    const first = (all.byKey.get(keyOf(entry)) ?? []).find((other) => mayCollide(entry, other));
    if (!first || placeOf(first) >= placeOf(entry)) return;
    const whose = first.object === object ? "itself" : describeIdentity(first.object.identity);
    const where = `${entry.host || "every host"}${entry.path}`;
    const fix = "give one of them another path, or merge them";
    yield { problem: `answers for ${where}, as ${whose} does already`, path: entry.field.path, fix };
  });
  if (all.doubt) throw all.doubt;
  return undefined;
}

function keyOf({ object, host, path, kind }: Entry): string {
  return JSON.stringify([object.kind, host, path, kind]);
}

function inOrder(entries: readonly Entry[]): Entry[] {
  const placed = entries.map((entry) => ({ entry, place: placeOf(entry) }));
  return placed.sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0)).map(({ entry }) => entry);
}

function placeOf({ object, field }: Entry): string {
  return `${describeIdentity(object.identity)} ${field.path}`;
}

/** Controllers of different classes do not meet, and a canary has its main entry's host and path on purpose. */
function mayCollide(entry: Entry, other: Entry): boolean {
  if (entry.object.kind !== "Ingress") return true;
  const [own, others] = [ingressClass(entry.object), ingressClass(other.object)];
  return !isCanary(other.object) && (own === others || own === "" || others === "");
}

function isCanary(object: KubernetesObject): boolean {
  return object.annotation("nginx.ingress.kubernetes.io/canary") === "true";
}
