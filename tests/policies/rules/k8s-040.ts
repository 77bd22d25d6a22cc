import { createHash } from "node:crypto";
import { add, app, init, type Manifest, set, unknown } from "../fixtures";
import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";
import { container, databaseAddress, engineResource, jwt, privateKey } from "../objects";

const certificate = `-----BEGIN CERTIFICATE-----\n${"MIIBszCCAVmgAwIBAgIUQ2x1c3RlckF1dGg0NTY3".repeat(4)}\n-----END CERTIFICATE-----\n`;
const awsKey = ["AKIA", "IOSFODNN7EXAMPLE"].join("");
const variable = (name: string, value: unknown) => set("Deployment", `${app}.env[0]`, { name, value });
const annotation = (key: string, value: string) => set("Service", ["metadata", "annotations", key], value);
const configData = (key: string, value: string) => set("ConfigMap", "data", { [key]: value });
const configMap = (inputs: Manifest, secret: string[]) =>
  engineResource("kubernetes:core/v1:ConfigMap", {
    inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "config", namespace: "altlas" }, ...inputs },
    secrets: { inputs: new Set(secret), outputs: new Set() },
  });

export const cases: RuleCases = {
  pass: [
    ...(
      [
        ["a file's path", variable("METRICS_API_KEY_FILE", "/run/secrets/metrics")],
        ["a file's path under a secret's name", variable("DB_PASSWORD", "/run/secrets/db")],
        ["another variable's value", variable("DB_PASSWORD", "$(OTHER)")],
        ["an address without credentials", variable("TOKEN_ADDRESS", "https://login.example/token")],
        ["an address whose password is a variable", variable("DATABASE", "postgres://archive:$(DB_PASSWORD)@db/a")],
        ["a number of tokens", variable("MAX_TOKENS", "4096")],
        ["a time to live", variable("TOKEN_TTL_SECONDS", "3600")],
        ["a switch", variable("REQUIRE_PASSWORD", "true")],
        [
          "a checksum",
          annotation("checksum/config", "9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015"),
        ],
        ["a certificate, which is public", configData("ca.crt", certificate)],
        ["a name of a Secret", configData("secretName", "archive-service")],
        [
          "a configuration file that names a password file",
          configData("app.yaml", "database:\n  password_file: /run/secrets/db\n  user: archive\n"),
        ],
        [
          "an image under the tag of a commit",
          variable("JOB_IMAGE", "ghcr.io/a/b:006128e27cea4cd93f35631311542be46db8812b"),
        ],
        ["a commit", configData("revision", "006128e27cea4cd93f35631311542be46db8812b")],
        ["a long path", variable("MODEL", "/models/Llama3Instruct/70B/Quantized4Bit/model.safetensors")],
        ["an option that says there is none", set("Deployment", `${app}.args`, ["--no-password", "--file=run.sql"])],
        ["a program about passwords", configData("next-password.sql", "ALTER ROLE archive")],
        [
          "the checksum of a neighbour",
          set("ConfigMap", "data", {
            "one.sql": "SELECT 1;\n",
            "sums.sql": `VALUES ('one.sql', '${createHash("sha256").update("SELECT 1;\n").digest("hex")}')`,
          }),
        ],
        ["a text of words", configData("notice", "ThisServiceKeepsTheArchivesOfFinishedJobs")],
      ] as const
    ).map(([title, edit]) => ({ title, edits: [edit] })),
  ],
  fail: [
    {
      title: "a checksum of nothing that is there",
      edits: [
        set("ConfigMap", "data", {
          "one.sql": "SELECT 1;\n",
          "sums.sql": `VALUES ('one.sql', '${createHash("sha256").update("SELECT 2;\n").digest("hex")}')`,
        }),
      ],
      says: /has key sums.sql, which holds a long random hexadecimal text/,
      at: 'data["sums.sql"]',
    },
    {
      title: "a private key whose marks are written carelessly",
      edits: [set("Deployment", `${app}.env[0]`, { name: "NOTES", value: privateKey.replaceAll("-----", "---") })],
      says: /looks like a private key/,
      at: `${container}.env[0].value`,
    },
    {
      title: "a password in a variable",
      edits: [variable("DB_PASSWORD", "hunter22")],
      says: /Container app of Deployment altlas\/archive-service sets DB_PASSWORD, which is named like a secret/,
      at: `${container}.env[0].value`,
    },
    {
      title: "an address with a password in it",
      edits: [variable("DATABASE_URL", databaseAddress)],
      says: /sets DATABASE_URL, which has an address with a password in it/,
      at: `${container}.env[0].value`,
    },
    {
      title: "an address with a token in its query",
      edits: [variable("HOOK", "https://example.test/hook?channel=ops&access_token=notreal")],
      says: /has an address with access_token in its query/,
      at: `${container}.env[0].value`,
    },
    {
      title: "a web token under a harmless name",
      edits: [variable("GREETING", jwt)],
      says: /sets GREETING, which looks like a JSON web token/,
      at: `${container}.env[0].value`,
    },
    {
      title: "a random text under a harmless name",
      edits: [variable("SALT", "q7Vx2LmPz9RtKw4YbN8cHd3FgJ6sTa5U")],
      says: /sets SALT, which holds a long random text/,
      at: `${container}.env[0].value`,
    },
    {
      title: "a random hexadecimal text under a harmless name",
      edits: [variable("SEED", "4f9d2c7ab81e03f65d92c84b7e1fa360")],
      says: /holds a long random hexadecimal text/,
      at: `${container}.env[0].value`,
    },
    {
      title: "a private key in a ConfigMap",
      edits: [configData("tls.key", privateKey)],
      says: /ConfigMap altlas\/archive-service has key tls.key, which looks like a private key/,
      at: 'data["tls.key"]',
    },
    {
      title: "a private key in base64",
      edits: [configData("bundle", Buffer.from(privateKey).toString("base64"))],
      says: /has key bundle, which looks like a private key in base64/,
      at: "data.bundle",
    },
    {
      title: "a private key among binary data",
      edits: [set("ConfigMap", "binaryData", { bundle: Buffer.from(privateKey).toString("base64") })],
      says: /has key bundle, which looks like a private key/,
      at: "binaryData.bundle",
    },
    {
      title: "a password in a configuration file",
      edits: [configData("app.ini", "[database]\nuser = archive\npassword = hunter22\n")],
      says: /has key app.ini, which sets password to a literal value/,
      at: 'data["app.ini"]',
    },
    {
      title: "an access key in a script",
      edits: [configData("run.sh", `export REGION=eu-central-1\nexport ID=${awsKey}\n`)],
      says: /looks like an AWS access key id/,
      at: 'data["run.sh"]',
    },
    {
      title: "an option with its value",
      edits: [set("Deployment", `${app}.args`, ["--token=notreal-1"])],
      says: /has an argument that sets token to a literal value/,
      at: `${container}.args[0]`,
    },
    {
      title: "an option and its value as two arguments",
      edits: [set("Deployment", `${init}.command`, ["migrate", "--db-password", "hunter22"])],
      says: /Init container migrate .* has the option --db-password, which is named like a secret/,
      at: "spec.template.spec.initContainers[0].command[2]",
    },
    {
      title: "an annotation",
      edits: [annotation("example.com/api-key", "notreal-1")],
      says: /Service altlas\/archive-service has annotation example.com\/api-key/,
      at: 'metadata.annotations["example.com/api-key"]',
    },
    {
      title: "an annotation of the pods",
      edits: [set("Deployment", ["spec", "template", "metadata", "annotations", "token"], jwt)],
      says: /Deployment altlas\/archive-service has annotation token/,
      at: "spec.template.metadata.annotations.token",
    },
    {
      title: "a value that the stack marks secret, whatever it looks like",
      resources: [configMap({ data: { greeting: "hello" } }, ["data.greeting"])],
      says: /ConfigMap altlas\/config has key greeting with a value that the stack marks secret/,
      at: "data.greeting",
    },
    {
      title: "a secret value that is not even known yet",
      resources: [configMap({ data: { greeting: UNKNOWN } }, ["data.greeting"])],
      says: /has key greeting with a value that the stack marks secret/,
      at: "data.greeting",
    },
  ],
  notApplicable: [
    {
      title: "an object without annotations",
      edits: [(manifests) => manifests.splice(0), add({ apiVersion: "v1", kind: "Service", metadata: { name: "a" } })],
    },
  ],
  unknown: [
    {
      title: "a variable from an output",
      edits: [set("Deployment", `${app}.env[0].value`, UNKNOWN)],
      because: `${container}.env[0].value`,
    },
    { title: "data from an output", edits: [unknown("ConfigMap", "data")], because: "data" },
  ],
};

const ourGateway = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "a password moves from its Secret to the environment",
    edits: [set(ourGateway, `${app}.env[0]`, { name: "REDIS_URL", value: "redis://:not-a-real-one@cache:6379" })],
    says: /sets REDIS_URL, which has an address with a password in it/,
  },
  {
    title: "a generated secret is put into a ConfigMap",
    change: (resources) => {
      const config = resources.findIndex(({ name }) => name === "api-gateway-environment");
      const original = resources[config]!;
      resources[config] = {
        ...original,
        inputs: { ...original.inputs, data: { GREETING: "hello" } },
        secrets: { inputs: new Set(["data.GREETING"]), outputs: new Set() },
      };
    },
    says: /has key GREETING with a value that the stack marks secret/,
  },
];
