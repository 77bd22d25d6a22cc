// Who may import whom. The arrows go one way: model <- components <- infra <- stacks; bootstrap is a second, small program
// on the same components; policies, reports, render and promote stand at the side; the sandbox knows nothing of the platform.
const rooms = [
  "model",
  "components",
  "infra",
  "bootstrap",
  "stacks",
  "policies",
  "reports",
  "render",
  "promote",
  "rehearsals",
  "registrations",
  "predestroy",
  "changes",
  "sandbox",
  "tests",
];

/** Forbids every import from `room` into another room that is not in `allowed`. */
function only(room, allowed, exceptions = []) {
  const forbidden = rooms.filter((other) => other !== room && !allowed.includes(other));
  return {
    name: `${room}-imports`,
    comment: `${room}/ may import ${allowed.join(", ") || "nothing of ours"}.`,
    severity: "error",
    from: { path: `^${room}/` },
    to: { path: `^(${forbidden.join("|")})/`, pathNot: exceptions },
  };
}

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    only("model", []),
    only("components", ["model"]),
    only("infra", ["model", "components"]),
    only("bootstrap", ["model", "components"]),
    only("stacks", ["model", "infra"]),
    only("policies", ["model"], ["^stacks/altlas/"]),
    only("reports", ["model", "stacks"]),
    only("render", ["model", "stacks"]),
    only("promote", ["model", "stacks"]),
    only("rehearsals", ["model", "stacks", "sandbox"]),
    only("registrations", ["model", "infra", "stacks"], ["^policies/sources/"]),
    only("predestroy", ["model", "sandbox"], ["^policies/sources/", "^reports/text/"]),
    only("changes", ["model", "policies", "registrations", "sandbox"]),
    only("sandbox", []),
    {
      name: "data-without-pulumi",
      comment: "Data and arithmetic run in reports, policies and tests, where loading the SDK costs half a second.",
      severity: "error",
      from: { path: "^(model|stacks/altlas)/" },
      to: { path: "node_modules/@pulumi" },
    },
    {
      name: "specs-without-pulumi",
      comment: "Specs are plain objects; only a component's index registers. Types may be imported.",
      severity: "error",
      from: { path: "^components/[^/]+/(specs|defaults|footprint)" },
      to: { path: "node_modules/@pulumi", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "layers-specs-without-pulumi",
      comment: "What the layers register is plain data too, so that a stack can be written without the SDK.",
      severity: "error",
      from: { path: "^infra/(specs/|manifests|environment)" },
      to: { path: "node_modules/@pulumi", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "kubernetes-by-sub-path",
      comment:
        "The root index of the Kubernetes SDK loads a hundred files that nobody asked for; of types alone, the type check does.",
      severity: "error",
      from: {},
      to: { path: "node_modules/@pulumi/kubernetes/index\\." },
    },
    {
      name: "postgresql-client-by-need",
      comment:
        "Whoever asks no server does not wait for its client library: import() it where it is used; types are free.",
      severity: "error",
      from: { pathNot: "^tests/" },
      to: { path: "node_modules/(@types/)?pg/", dynamic: false, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "declared-packages",
      comment: "A package that is only there because another one needs it can go at its next update.",
      severity: "error",
      from: {
        path: "^(model|components|infra|bootstrap|stacks|policies|reports|render|promote|rehearsals|registrations|predestroy|changes|sandbox)/",
      },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
