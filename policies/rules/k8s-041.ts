import { z } from "zod";
import { matchesResource } from "../../model/exemptions";
import { anyKnown, type Field } from "../field";
import { containers } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { aspects, defineRule, each, part } from "../rule";
import { deployment } from "./examples";

const settings = z.strictObject({
  dataSystems: z
    .array(z.string().regex(/^[A-Z0-9]+$/, "must be one word of capital letters and digits"))
    .default([
      // Databases, caches and brokers by the words that their own images and drivers use for variables.
      ...["DATABASE", "DB", "PG", "PGPASSWORD", "PGPASSFILE", "POSTGRES", "POSTGRESQL", "MYSQL", "MARIADB", "MONGO"],
      ...["MONGODB", "REDIS", "VALKEY", "CACHE", "RABBITMQ", "AMQP", "NATS", "KAFKA", "ELASTICSEARCH", "CASSANDRA"],
    ])
    .describe("words in the name of a variable, Secret or key by which it is a data system's"),
  environmentOnly: z
    .array(
      z.strictObject({
        workload: z.string().min(1).describe("Kind/namespace/name, Kind/name or name; * for any part of a segment"),
        variables: z.array(z.string().min(1)).min(1),
        reason: z.string().min(20).describe("why its program cannot read a file"),
      }),
    )
    .default([])
    .describe("programs that read these variables and no file"),
});
type Settings = z.infer<typeof settings>;

const reference = { name: "archive-database", key: "password" };

export const rule = defineRule<Settings>({
  id: "ALT-K8S-041",
  slug: "kubernetes-container-prefers-secret-files",
  title: "Credentials of data systems are mounted as files, not put into the environment",
  severity: "low",
  gate: "advisory",
  scope: "resource",
  why:
    "Every child process inherits the environment, and crash reports and debugging pages print it. It is read once: a " +
    "new password needs new pods, while a mounted file changes below the running process.",
  fix: "Mount the Secret as a volume and point the program at the file, such as by POSTGRES_PASSWORD_FILE.",
  planSteps: ["2.2"],
  peers: ["checkov CKV_K8S_35", "kubescape C-0207", "kyverno disallow-secrets-from-env-vars"],
  settings,
  examples: {
    pass: {
      title: "a file, and the variable that says where it is",
      manifests: [
        deployment(
          {
            env: [{ name: "DB_PASSWORD_FILE", value: "/run/secrets/database/password" }],
            volumeMounts: [{ name: "database", mountPath: "/run/secrets/database", readOnly: true }],
          },
          { volumes: [{ name: "database", secret: { secretName: "archive-database" } }] },
        ),
      ],
    },
    fail: {
      title: "a password in the environment",
      manifests: [deployment({ env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: reference } }] })],
    },
  },
  parts: [
    part(
      ({ graph }) => containers(graph),
      function* ({ field, workload }, { settings: options }) {
        return yield* aspects(
          () =>
            each(field.at("env").items(), function* (variable) {
              const source = variable.at("valueFrom", "secretKeyRef");
              if (!source.exists) return;
              const name = variable.at("name").text() ?? "";
              if (readsNoFile(workload, name, options)) return;
              if (!isOfDataSystem([variable.at("name"), source.at("name"), source.at("key")], options)) return;
              const problem = `takes ${name} from a Secret into its environment`;
              const fix = `mount the Secret as a file and name the file in ${name}_FILE or the program's own setting`;
              yield { problem, path: source.path, fix };
            }),
          () =>
            each(field.at("envFrom").items(), function* (source) {
              const secret = source.at("secretRef");
              // All keys of a Secret, those that it gets later too, so no word of its name clears it.
              if (!secret.exists || readsNoFile(workload, "*", options)) return;
              const problem = `takes every key of Secret ${secret.at("name").text() ?? ""} into its environment`;
              yield { problem, path: secret.path, fix: "mount the Secret as a folder of files" };
            }),
        );
      },
    ),
  ],
});

function readsNoFile({ object }: Workload, variable: string, { environmentOnly }: Settings): boolean {
  return environmentOnly.some(
    ({ workload, variables }) => variables.includes(variable) && matchesResource(workload, object.identity),
  );
}

function isOfDataSystem(names: readonly Field[], { dataSystems }: Settings): boolean {
  return anyKnown(names, (name) => {
    const words = (name.text() ?? "").toUpperCase().split(/[^A-Z0-9]+/);
    return words.some((word) => dataSystems.includes(word));
  });
}
