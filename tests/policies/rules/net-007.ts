import { add, type Edit, type Manifest, set, unknown } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { namespaced } from "../objects";

const host = "api.example.org";
const paths = (path = "/", pathType = "Prefix") => ({
  paths: [{ path, pathType, backend: { service: { name: "archive-service", port: { number: 9000 } } } }],
});
const ingress = (name: string, spec: Manifest = {}): Edit =>
  add(
    namespaced("networking.k8s.io/v1", "Ingress", name, {
      spec: { tls: [{ hosts: [host], secretName: "tls" }], rules: [{ host, http: paths() }], ...spec },
    }),
  );
const one = ingress("one");
const annotate = (name: string, key: string, value: string) =>
  set(`Ingress/${name}`, ["metadata", "annotations", key], value);
const gatewayApi = "gateway.networking.k8s.io/v1";
const https = { name: "https", protocol: "HTTPS", port: 443, tls: { certificateRefs: [{ name: "tls" }] } };
const http = { name: "http", protocol: "HTTP", port: 80 };
const gateway = (...listeners: Manifest[]) => add(namespaced(gatewayApi, "Gateway", "public", { spec: { listeners } }));
const route = (name: string, parent: Manifest = {}, spec: Manifest = {}) =>
  add(
    namespaced(gatewayApi, "HTTPRoute", name, {
      spec: {
        parentRefs: [{ name: "public", sectionName: "https", ...parent }],
        hostnames: [host],
        rules: [{ matches: [{ path: { type: "PathPrefix", value: "/" } }] }],
        ...spec,
      },
    }),
  );
const redirect = [{ filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }] }];

export const cases: RuleCases = {
  pass: [
    { title: "a host with its certificate", edits: [one] },
    {
      title: "a wildcard certificate for one part",
      edits: [one, set("Ingress", "spec.tls[0].hosts", ["*.example.org"])],
    },
    { title: "the controller's own certificate for all hosts", edits: [one, set("Ingress", "spec.tls", [{}])] },
    {
      title: "a certificate of the cloud",
      edits: [
        one,
        set("Ingress", "spec.tls", []),
        annotate("one", "alb.ingress.kubernetes.io/certificate-arn", "arn:a"),
      ],
    },
    { title: "another path of the same host", edits: [one, ingress("two", { rules: [{ host, http: paths("/v2") }] })] },
    {
      title: "an exact path beside a prefix, which wins by the API's own rule",
      edits: [one, ingress("two", { rules: [{ host, http: paths("/", "Exact") }] })],
    },
    {
      title: "the same for another controller",
      edits: [ingress("one", { ingressClassName: "public" }), ingress("two", { ingressClassName: "internal" })],
    },
    {
      title: "a canary of the same host and path",
      edits: [one, ingress("two"), annotate("two", "nginx.ingress.kubernetes.io/canary", "true")],
    },
    {
      title: "a gateway whose clear-text listener only redirects",
      edits: [
        gateway(https, http),
        route("api"),
        route("redirect", { sectionName: "http" }, { hostnames: [], rules: redirect }),
      ],
    },
    {
      title: "routes that differ in a header",
      edits: [
        gateway(https),
        route("api"),
        route("beta", {}, { rules: [{ matches: [{ headers: [{ name: "x-beta", value: "1" }] }] }] }),
      ],
    },
    {
      title: "a route whose listener has the host",
      edits: [gateway({ ...https, hostname: host }), route("api", {}, { hostnames: [] })],
    },
  ],
  fail: [
    {
      title: "no TLS",
      edits: [ingress("one", { tls: [] })],
      says: /Ingress altlas\/one has no tls and so answers in clear text/,
      at: "spec.tls",
    },
    {
      title: "TLS for another host",
      edits: [one, set("Ingress", "spec.tls[0].hosts", ["*.api.example.org", "www.example.org"])],
      says: /answers for api.example.org in clear text: tls does not name it/,
      at: "spec.tls",
    },
    {
      title: "clear text beside TLS",
      edits: [one, annotate("one", "nginx.ingress.kubernetes.io/ssl-redirect", "false")],
      says: /answers in clear text too: nginx.ingress.kubernetes.io\/ssl-redirect is "false"/,
      at: 'metadata.annotations["nginx.ingress.kubernetes.io/ssl-redirect"]',
    },
    {
      title: "no host",
      edits: [ingress("one", { rules: [{ http: paths() }] })],
      says: /has a rule without host/,
      at: "spec.rules[0].host",
    },
    {
      title: "any host of a domain",
      edits: [ingress("one", { tls: [{}], rules: [{ host: "*.example.org", http: paths() }] })],
      says: /answers for \*\.example\.org/,
      at: "spec.rules[0].host",
    },
    {
      title: "a default for every host",
      edits: [ingress("one", { defaultBackend: { service: { name: "web", port: { number: 80 } } } })],
      says: /has a defaultBackend/,
      at: "spec.defaultBackend",
    },
    {
      title: "snippets",
      edits: [
        one,
        annotate("one", "nginx.ingress.kubernetes.io/configuration-snippet", "lua_x;"),
        annotate("one", "nginx.org/server-snippets", "x"),
      ],
      says: /puts text into the controller's configuration by nginx\./,
      at: 'metadata.annotations["nginx.org/server-snippets"]',
      count: 2,
    },
    {
      title: "two for one host and path, in two namespaces",
      edits: [
        one,
        ingress("two", { rules: [{ host: "API.example.org", http: paths("/") }] }),
        set("Ingress/two", "metadata.namespace", "a"),
      ],
      says: /Ingress altlas\/one answers for api.example.org\/, as Ingress a\/two does already/,
      at: "spec.rules[0].http.paths[0]",
    },
    {
      title: "one path twice in one object, once with a slash at its end",
      edits: [ingress("one", { rules: [{ host, http: { paths: [...paths("/a").paths, ...paths("/a/").paths] } }] })],
      says: /answers for api.example.org\/a, as itself does already/,
      at: "spec.rules[0].http.paths[1]",
    },
    {
      title: "a listener without certificate",
      edits: [gateway({ ...https, tls: {} })],
      says: /Gateway altlas\/public has the HTTPS listener https without certificate/,
      at: "spec.listeners[0].tls.certificateRefs",
    },
    {
      title: "a route on the clear-text listener",
      edits: [gateway(https, http), route("api", { sectionName: undefined })],
      says: /HTTPRoute altlas\/api is served in clear text by listener http of Gateway altlas\/public/,
      at: "spec.parentRefs",
    },
    {
      title: "a route for every name",
      edits: [gateway(https), route("api", {}, { hostnames: [] })],
      says: /answers for every name: neither it nor listener https of Gateway altlas\/public has one/,
      at: "spec.hostnames",
    },
    {
      title: "two routes for one host and path of one gateway",
      edits: [gateway(https), route("api"), route("web", {}, { rules: [{}] })],
      says: /HTTPRoute altlas\/web answers for api.example.org\/, as HTTPRoute altlas\/api does already/,
      at: "spec.rules[0].matches[0]",
    },
  ],
  notApplicable: [
    {
      title: "a route inside a mesh",
      edits: [route("inside", { kind: "Service", group: "", name: "archive-service" })],
    },
  ],
  unknown: [
    {
      title: "a host from an output",
      edits: [one, unknown("Ingress", "spec.rules[0].host")],
      because: "spec.rules[0].host",
    },
    {
      title: "another one's path from an output, which may be the same",
      edits: [one, ingress("two"), unknown("Ingress/two", "spec.rules[0].http.paths[0].path")],
      because: "spec.rules[0].http.paths[0].path",
    },
    { title: "tls from an output", edits: [one, unknown("Ingress", "spec.tls")], because: "spec.tls" },
    {
      title: "a header of a route from an output",
      edits: [
        gateway(https),
        route("api", {}, { rules: [{ matches: [{ headers: [{ name: "x", value: "" }] }] }] }),
        unknown("HTTPRoute", "spec.rules[0].matches[0].headers[0].value"),
      ],
      because: "spec.rules[0].matches[0].headers[0].value",
    },
  ],
  configured: [
    {
      title: "a wildcard that is meant",
      edits: [ingress("one", { tls: [{}], rules: [{ host: "*.example.org", http: paths() }] })],
      options: { settings: { "ALT-NET-007": { wildcardHosts: ["*.example.org"] } } },
      outcome: "pass",
    },
    {
      title: "certificates that another annotation names",
      edits: [ingress("one", { tls: [] }), annotate("one", "example.org/certificate", "a")],
      options: { settings: { "ALT-NET-007": { tlsAnnotations: ["example.org/certificate"] } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "somebody publishes the gateway by an Ingress without TLS",
    change: (resources) => {
      resources.push({
        type: "kubernetes:networking.k8s.io/v1:Ingress",
        name: "api-gateway-ingress",
        inputs: {
          apiVersion: "networking.k8s.io/v1",
          kind: "Ingress",
          metadata: { name: "api-gateway", namespace: "altlas" },
          spec: { rules: [{ host, http: paths() }] },
        },
      });
    },
    says: /Ingress altlas\/api-gateway has no tls and so answers in clear text/,
  },
];
