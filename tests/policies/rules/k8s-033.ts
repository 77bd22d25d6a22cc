import { add, app, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, cronJob, ephemeral } from "../objects";

const entry = { repository: "krozenking/alt-las-archive-service", source: "its own release page" };
const until = (endOfLife: string | null, tag?: string) => ({
  settings: { "ALT-K8S-033": { catalogue: [{ ...entry, endOfLife, ...(tag !== undefined && { tag }) }] } },
});
/** So that only the one image is judged. */
const alone = [without("Deployment"), add(ephemeral({ image: `mirror.example/${entry.repository}:1.4.2` }))];
const at = "spec.ephemeralContainers[0].image";

export const cases: RuleCases = {
  pass: [
    { title: "no end is announced", options: until(null) },
    { title: "the end is 91 days away", edits: alone, options: until("2027-02-22") },
    { title: "another day", edits: alone, options: { ...until("2025-04-30"), today: "2025-01-01" } },
  ],
  fail: [
    {
      title: "the end was yesterday",
      edits: alone,
      options: until("2026-11-22"),
      says: /debugger .* which nobody mends since 2026-11-22, 1 days ago \(its own release page\)/,
      at,
    },
    {
      title: "the last day is today, a warning",
      edits: alone,
      options: until("2026-11-23"),
      says: /which nobody mends after 2026-11-23, in 0 days/,
      at,
    },
    {
      title: "the end is 90 days away, a warning",
      edits: alone,
      options: until("2027-02-21"),
      says: /which nobody mends after 2027-02-21, in 90 days \(its own release page\)/,
      at,
    },
    {
      title: "the version that has ended, behind a mirror",
      edits: alone,
      options: until("2025-04-30", "1.4.2"),
      says: /has the image mirror\.example\/krozenking\/alt-las-archive-service:1\.4\.2, which nobody mends since 2025-04-30/,
      at,
    },
    {
      title: "init containers, sidecars and CronJobs too",
      edits: [
        add(cronJob({ containers: [{ name: "clean", image: `ghcr.io/${entry.repository}:1` }] })),
        set("Deployment", `${app}.image`, "ghcr.io/a/b:1"),
      ],
      options: until("2026-01-31"),
      says: /(Init container migrate|Sidecar container proxy|Container clean of CronJob) .*since 2026-01-31/,
      at: "spec.template.spec.initContainers[1].image",
      count: 3,
    },
  ],
  notApplicable: [
    { title: "another version than the catalogue's", edits: alone, options: until("2025-04-30", "1.3.0") },
    {
      title: "a repository whose name only ends alike",
      edits: [without("Deployment"), add(ephemeral({ image: `ghcr.io/my${entry.repository}:1` }))],
      options: until("2025-04-30"),
    },
    { title: "an image that nobody could pull", edits: [without("Deployment"), add(ephemeral({ image: "A" }))] },
  ],
  unknown: [
    {
      title: "an image from an output",
      edits: [unknown("Deployment", `${app}.image`), set("Deployment", `${sidecar}.image`, "ghcr.io/a/b:1")],
      because: `${container}.image`,
    },
  ],
  configured: [
    { title: "an end that the stack knows", options: until("2026-01-31"), outcome: "fail" },
    {
      title: "an end that the stack knows to be later",
      edits: [without("Deployment"), add(ephemeral({ image: "ghcr.io/krozenking/alt-las-api-gateway:1" }))],
      options: {
        settings: {
          "ALT-K8S-033": {
            catalogue: [{ ...entry, repository: "krozenking/alt-las-api-gateway", endOfLife: "2028-04-30" }],
          },
        },
      },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a service moves to an image that has ended",
    edits: [set("Deployment/archive-service", `${app}.image`, "ghcr.io/krozenking/alt-las-api-gateway:1.0.0")],
    says: /archive-service of .* has the image ghcr\.io\/krozenking\/alt-las-api-gateway:1\.0\.0, which nobody mends since/,
  },
];
