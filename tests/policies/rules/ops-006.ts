import { ENCRYPTED, UNKNOWN } from "../../../policies/field";
import { type Manifest } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { engineResource } from "../objects";

const stack = (outputs: Manifest, ...secret: string[]) =>
  engineResource("pulumi:pulumi:Stack", { outputs, secrets: { inputs: new Set(), outputs: new Set(secret) } });
/** What this project's own stacks tell. */
const ours = (changes: Manifest = {}): Manifest => ({
  schemaVersion: 1,
  environment: "dev",
  kubernetesVersion: "1.36",
  namespaces: { services: "altlas" },
  services: {
    "api-gateway": {
      url: "http://api-gateway.altlas:3000",
      image: "ghcr.io/example/api-gateway:1.4.2",
      contract: "current",
      secretNames: ["api-gateway-secrets"],
    },
  },
  ...changes,
});
const service = (changes: Manifest) => ({
  services: { "api-gateway": { ...((ours().services as Manifest)["api-gateway"] as Manifest), ...changes } },
});
const text = { type: "string", description: "a text" };
const table = (properties: Manifest, rest: Manifest = {}) => ({
  settings: { "ALT-OPS-006": { schema: { type: "object", properties, ...rest } } },
});

/** Only project `other` documents the output `a`. */
const other = {
  settings: {
    "ALT-OPS-006": {
      schema: { type: "object", properties: {} },
      projects: { other: { type: "object", properties: { a: text } } },
    },
  },
};

export const cases: RuleCases = {
  pass: [
    { title: "what this project's stacks tell", resources: [stack(ours())] },
    {
      title: "a secret that is documented as one",
      resources: [stack({ key: "x" }, "key")],
      options: table({ key: { ...text, secret: true } }),
    },
    {
      title: "a documented secret in an export, encrypted",
      resources: [stack({ key: ENCRYPTED }, "key")],
      options: table({ key: { ...text, secret: true } }),
    },
    {
      title: "numbers and flags",
      resources: [stack({ a: 1.5, b: true })],
      options: table({ a: { ...text, type: "number" }, b: { ...text, type: "boolean" } }),
    },
    {
      title: "any more outputs, where the table says so",
      resources: [stack({ a: "x" })],
      options: table({}, { additionalProperties: true }),
    },
    {
      title: "what a stack of another project tells",
      resources: [{ ...stack({ a: "x" }), urn: "urn:pulumi:dev::other::pulumi:pulumi:Stack::other-dev" }],
      options: other,
    },
    { title: "an output that may be left out", resources: [stack({})], options: table({ a: text }) },
  ],
  fail: [
    {
      title: "what only another project's stacks tell",
      resources: [{ ...stack({ a: "x" }), urn: "urn:pulumi:dev::mine::pulumi:pulumi:Stack::mine-dev" }],
      options: other,
      says: /tells a, which is not documented/,
      at: "a",
    },
    {
      title: "an output that nobody described",
      resources: [stack(ours({ debug: "yes" }))],
      says: /Stack one tells debug, which is not documented \(debug\); describe it/,
      at: "debug",
    },
    {
      title: "an output of another type",
      resources: [stack(ours({ environment: 3 }))],
      says: /tells environment, which is not a text as documented/,
      at: "environment",
    },
    {
      title: "a number with a fraction",
      resources: [stack(ours({ schemaVersion: 1.5 }))],
      says: /is not a whole number/,
      at: "schemaVersion",
    },
    {
      title: "an output without a value",
      resources: [stack(ours({ kubernetesVersion: null }))],
      says: /does not tell kubernetesVersion/,
      at: "kubernetesVersion",
    },
    {
      title: "a key that nobody described deep below",
      resources: [stack(ours(service({ debug: true })))],
      says: /tells services\.api-gateway\.debug, which is not documented/,
      at: "services.api-gateway.debug",
    },
    {
      title: "an entry of another type in a list",
      resources: [stack(ours(service({ secretNames: ["a", 1] })))],
      says: /tells services\.api-gateway\.secretNames\[1\], which is not a text/,
      at: "services.api-gateway.secretNames[1]",
    },
    {
      title: "an entry of another type in a map",
      resources: [stack(ours({ namespaces: { services: ["altlas"] } }))],
      says: /tells namespaces\.services, which is not a text/,
      at: "namespaces.services",
    },
    {
      title: "an object where a list is documented",
      resources: [stack(ours(service({ secretNames: {} })))],
      says: /secretNames, which is not a list/,
      at: "services.api-gateway.secretNames",
    },
    {
      title: "an output that is promised and not told",
      resources: [stack({ ...ours(), namespaces: undefined })],
      says: /does not tell namespaces/,
      at: "namespaces",
    },
    {
      title: "a secret",
      resources: [stack(ours(), "environment")],
      says: /tells the secret environment .*tell the name of the Secret/,
      at: "environment",
    },
    {
      title: "a secret that is not known yet",
      resources: [stack(ours({ environment: UNKNOWN }), "environment")],
      says: /tells the secret environment/,
      at: "environment",
    },
    {
      title: "a secret deep below",
      resources: [stack(ours(), "services.api-gateway.url")],
      says: /tells the secret services\.api-gateway\.url/,
      at: "services.api-gateway.url",
    },
    {
      title: "a documented secret without its mark",
      resources: [stack({ key: "x" })],
      options: table({ key: { ...text, secret: true } }),
      says: /tells key, which is documented as secret, unmarked .*wrap it/,
      at: "key",
    },
    {
      title: "a description without words",
      resources: [stack({ a: "x" })],
      options: table({ a: { type: "string", description: " " } }),
      says: /tells a, whose meaning is not documented/,
      at: "a",
    },
    {
      title: "a wrong type beside a value that is not known",
      resources: [stack(ours({ environment: UNKNOWN, schemaVersion: "1" }))],
      says: /schemaVersion, which is not a whole number/,
      at: "schemaVersion",
    },
  ],
  notApplicable: [
    { title: "no stack", resources: [] },
    { title: "plain manifests" },
    { title: "a stack that has not told anything yet", resources: [engineResource("pulumi:pulumi:Stack", {})] },
  ],
  unknown: [
    {
      title: "an output that only an update knows",
      resources: [stack(ours({ environment: UNKNOWN }))],
      because: "environment",
    },
    {
      title: "one deep below",
      resources: [stack(ours(service({ url: UNKNOWN })))],
      because: "services.api-gateway.url",
    },
    { title: "all of a map", resources: [stack(ours({ services: UNKNOWN }))], because: "services" },
  ],
  configured: [
    { title: "another table", resources: [stack({ a: "x" })], options: table({ a: text }), outcome: "pass" },
    { title: "a stricter table", resources: [stack(ours())], options: table({}), outcome: "fail" },
  ],
};

const change =
  (outputs: Manifest, ...secret: string[]): Mutant["change"] =>
  (resources) => {
    const index = resources.findIndex(({ type }) => type === "pulumi:pulumi:Stack");
    const own = resources[index]!;
    resources[index] = {
      ...own,
      outputs: { ...own.outputs, ...outputs },
      secrets: { inputs: new Set(), outputs: new Set(secret) },
    };
  };

export const mutants: readonly Mutant[] = [
  {
    title: "an output is added without a word",
    change: change({ databaseUrl: "postgresql://archive" }),
    says: /Stack altlas-dev tells databaseUrl, which is not documented/,
  },
  {
    title: "an output becomes a list",
    change: change({ environment: ["dev"] }),
    says: /Stack altlas-dev tells environment, which is not a text as documented/,
  },
  {
    title: "an output comes of a secret",
    change: change({}, "kubernetesVersion"),
    says: /Stack altlas-dev tells the secret kubernetesVersion/,
  },
];
