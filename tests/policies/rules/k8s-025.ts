import { add, drop, type Manifest, pod, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { cronJob, namespaced } from "../objects";

const ownToken = `${pod}.automountServiceAccountToken`;
const silent = drop("Deployment", ownToken);
const account = (rest: Manifest = {}) => namespaced("v1", "ServiceAccount", "archive-service", rest);
const declared = (workload: string) => ({
  settings: { "ALT-K8S-025": { tokenUsers: [{ workload, reason: "It watches the Services of its namespace." }] } },
});

export const cases: RuleCases = {
  pass: [
    {
      title: "the account hands out no token",
      edits: [silent, add(account({ automountServiceAccountToken: false }))],
    },
    {
      title: "the pod refuses what its account hands out",
      edits: [add(account({ automountServiceAccountToken: true }))],
    },
    {
      title: "the former name of the property",
      edits: [drop("Deployment", `${pod}.serviceAccountName`), set("Deployment", `${pod}.serviceAccount`, "archive")],
    },
    {
      title: "a token for a purpose, as a projected volume with an audience",
      edits: [
        set("Deployment", `${pod}.volumes[1]`, {
          name: "vault",
          projected: { sources: [{ serviceAccountToken: { audience: "vault", path: "token" } }] },
        }),
      ],
    },
  ],
  fail: [
    {
      title: "a token that nothing declares",
      edits: [set("Deployment", ownToken, true)],
      says: /Deployment altlas\/archive-service mounts the token of its account, though nothing declares what for/,
      at: ownToken,
    },
    {
      title: "nothing said, and no account at hand that says it",
      edits: [silent],
      says: /mounts the token of the account archive-service by default .*; set automountServiceAccountToken to false/,
      at: ownToken,
    },
    {
      title: "an account that says nothing either",
      edits: [silent, add(account())],
      says: /mounts the token of the account archive-service by default/,
      at: ownToken,
    },
    {
      title: "an account that hands it out",
      edits: [silent, add(account({ automountServiceAccountToken: true }))],
      says: /mounts the token that the account archive-service hands out/,
      at: ownToken,
    },
    {
      title: "an account of the same name elsewhere",
      edits: [
        silent,
        add({
          ...account({ automountServiceAccountToken: false }),
          metadata: { name: "archive-service", namespace: "x" },
        }),
      ],
      says: /mounts the token of the account archive-service by default/,
      at: ownToken,
    },
    {
      title: "no account of its own",
      edits: [drop("Deployment", `${pod}.serviceAccountName`)],
      says: /names no account and runs as default .*; make a ServiceAccount for it alone/,
      at: `${pod}.serviceAccountName`,
    },
    {
      title: "the common account by name, though its token is declared",
      edits: [set("Deployment", `${pod}.serviceAccountName`, "default"), silent],
      options: declared("archive-service"),
      says: /runs as the account default/,
      at: `${pod}.serviceAccountName`,
    },
    {
      title: "both faults of a CronJob",
      edits: [add(cronJob({}))],
      says: /CronJob altlas\/extra (names no account|mounts the token of the account default by default)/,
      at: "spec.jobTemplate.spec.template.spec.automountServiceAccountToken",
      count: 2,
    },
    {
      title: "no account of its own, beside a token that is not known",
      edits: [drop("Deployment", `${pod}.serviceAccountName`), unknown("Deployment", ownToken)],
      says: /names no account and runs as default/,
      at: `${pod}.serviceAccountName`,
    },
  ],
  notApplicable: [{ title: "no workloads", edits: [without("Deployment")] }],
  unknown: [
    {
      title: "an account from an output",
      edits: [unknown("Deployment", `${pod}.serviceAccountName`)],
      because: `${pod}.serviceAccountName`,
    },
    {
      title: "an account whose setting is an output",
      edits: [silent, add(account()), unknown("ServiceAccount", "automountServiceAccountToken")],
      because: "automountServiceAccountToken",
    },
    {
      title: "an account whose name is an output, so that it may be this one",
      edits: [silent, add(account()), unknown("ServiceAccount", "metadata.name")],
      because: "metadata.name",
    },
  ],
  configured: [
    {
      title: "a workload that talks to the API server",
      edits: [set("Deployment", ownToken, true)],
      options: declared("Deployment/altlas/archive-service"),
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a service mounts its token",
    edits: [set("Deployment/runner-service", ownToken, true)],
    says: /Deployment altlas\/runner-service mounts the token of its account/,
  },
  {
    title: "a service runs as the common account",
    edits: [drop("Deployment/runner-service", `${pod}.serviceAccountName`)],
    says: /Deployment altlas\/runner-service names no account and runs as default/,
  },
];
