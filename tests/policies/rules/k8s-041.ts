import { add, app, init, pod, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, job } from "../objects";

const secret = (name: string, key: string) => ({ valueFrom: { secretKeyRef: { name, key } } });
const variable = (value: Record<string, unknown>) => set("Deployment", `${app}.env[1]`, value);

export const cases: RuleCases = {
  pass: [
    {
      title: "a file of the Secret",
      edits: [
        variable({ name: "DB_PASSWORD_FILE", value: "/run/secrets/database/password" }),
        set("Deployment", `${pod}.volumes[1]`, { name: "database", secret: { secretName: "database" } }),
      ],
    },
    {
      title: "settings of a data system that are no secret",
      edits: [
        set("Deployment", `${app}.envFrom`, [{ configMapRef: { name: "database" } }]),
        variable({ name: "DB_HOST", valueFrom: { configMapKeyRef: { name: "database", key: "host" } } }),
      ],
    },
    {
      title: "a word that only contains a data system's",
      edits: [variable({ name: "CACHED_PAGE_KEY", ...secret("dbus", "key") })],
    },
  ],
  fail: [
    {
      title: "by the variable's name",
      edits: [variable({ name: "DB_PASSWORD", ...secret("archive", "password") })],
      says: /Container app .* takes DB_PASSWORD from a Secret into its environment .*; mount the Secret .* DB_PASSWORD_FILE/,
      at: `${container}.env[1].valueFrom.secretKeyRef`,
    },
    {
      title: "by the Secret's name, in an init container",
      edits: [set("Deployment", `${init}.env`, [{ name: "PASSWORD", ...secret("archive-postgresql", "password") }])],
      says: /Init container migrate .* takes PASSWORD from a Secret/,
      at: `${pod}.initContainers[0].env[0].valueFrom.secretKeyRef`,
    },
    {
      title: "by the key's name, in a Job",
      edits: [add(job({ containers: [{ name: "report", env: [{ name: "URL", ...secret("report", "nats-url") }] }] }))],
      says: /Container report of Job altlas\/extra takes URL from a Secret/,
      at: `${container}.env[0].valueFrom.secretKeyRef`,
    },
    {
      title: "a whole Secret",
      edits: [set("Deployment", `${app}.envFrom`, [{ secretRef: { name: "archive-service" } }])],
      says: /takes every key of Secret archive-service into its environment/,
      at: `${container}.envFrom[0].secretRef`,
    },
    {
      title: "another variable than the one that must stay",
      edits: [variable({ name: "DB_PASSWORD", ...secret("archive", "password") })],
      options: {
        settings: {
          "ALT-K8S-041": {
            environmentOnly: [
              { workload: "archive-service", variables: ["DB_URL"], reason: "Its driver reads the address only." },
            ],
          },
        },
      },
      says: /takes DB_PASSWORD from a Secret/,
      at: `${container}.env[1].valueFrom.secretKeyRef`,
    },
    {
      title: "a certain one beside one that is not known",
      edits: [variable({ name: "DB_PASSWORD", ...secret("a", "b") }), unknown("Deployment", `${app}.env[0].valueFrom`)],
      says: /takes DB_PASSWORD from a Secret/,
      at: `${container}.env[1].valueFrom.secretKeyRef`,
    },
  ],
  notApplicable: [{ title: "no workloads", edits: [without("Deployment")] }],
  unknown: [
    {
      title: "a Secret's name from an output",
      edits: [unknown("Deployment", `${app}.env[1].valueFrom.secretKeyRef.name`)],
      because: `${container}.env[1].valueFrom.secretKeyRef.name`,
    },
    {
      title: "an environment from an output",
      edits: [unknown("Deployment", `${app}.envFrom`)],
      because: `${container}.envFrom`,
    },
  ],
  configured: [
    {
      title: "a program that reads the variable only",
      edits: [variable({ name: "DB_PASSWORD", ...secret("archive", "password") })],
      options: {
        settings: {
          "ALT-K8S-041": {
            environmentOnly: [
              { workload: "archive-service", variables: ["DB_PASSWORD"], reason: "Its driver reads no file at all." },
            ],
          },
        },
      },
      outcome: "pass",
    },
    {
      title: "other words for data systems",
      edits: [variable({ name: "DB_PASSWORD", ...secret("archive", "password") })],
      options: { settings: { "ALT-K8S-041": { dataSystems: ["ORACLE"] } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "the gateway takes a password that its contract does not know",
    edits: [
      set("Deployment/api-gateway", `${app}.env[0]`, {
        name: "PGPASSWORD",
        ...secret("api-gateway-secrets", "database"),
      }),
    ],
    says: /Container api-gateway of Deployment altlas\/api-gateway takes PGPASSWORD from a Secret/,
  },
];
