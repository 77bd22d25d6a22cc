import { UNKNOWN, ENCRYPTED } from "../../../policies/field";
import { rules } from "../../../policies/rules";
import { type Resource } from "../../../policies/sources/resource";
import { add, app, drop, init, type Manifest, set, today, unknown, without } from "../fixtures";
import { type RuleCases } from "./case";

const container = "spec.template.spec.containers[0]";
// Made up for these tests; each has the shape and none opens anything.
const jwt = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJ0ZXN0In0", "c2lnbmF0dXJlLW9mLXRlc3Q"].join(".");
const privateKey = ["-----BEGIN", "PRIVATE KEY-----\nMIIB\n-----END", "PRIVATE KEY-----"].join(" ");
const certificate = `-----BEGIN CERTIFICATE-----\n${"MIIBszCCAVmgAwIBAgIUQ2x1c3RlckF1dGg0NTY3".repeat(4)}\n-----END CERTIFICATE-----\n`;
const awsKey = ["AKIA", "IOSFODNN7EXAMPLE"].join("");
const address = "postgres://archive:not-a-real-one@postgresql:5432/archive";
const variable = (name: string, value: unknown) => set("Deployment", `${app}.env[0]`, { name, value });
const annotation = (key: string, value: string) => set("Service", ["metadata", "annotations", key], value);
const data = (key: string, value: string) => set("ConfigMap", "data", { [key]: value });

const resource = (type: string, rest: Partial<Resource>): Resource => ({
  type,
  name: "one",
  inputs: {},
  secrets: { inputs: new Set(), outputs: new Set() },
  ...rest,
});
const password = (outputs: Manifest, secret: string[]) =>
  resource("random:index/randomPassword:RandomPassword", {
    outputs,
    secrets: { inputs: new Set(), outputs: new Set(secret) },
  });
const secretObject = (inputs: Manifest, secret: string[]) =>
  resource("kubernetes:core/v1:Secret", {
    inputs: { apiVersion: "v1", kind: "Secret", metadata: { name: "db", namespace: "altlas" }, ...inputs },
    secrets: { inputs: new Set(secret), outputs: new Set() },
  });
const configMap = (inputs: Manifest, secret: string[]) =>
  resource("kubernetes:core/v1:ConfigMap", {
    inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "config", namespace: "altlas" }, ...inputs },
    secrets: { inputs: new Set(secret), outputs: new Set() },
  });
const exemption = (changes: Manifest) => ({
  rule: "ALT-K8S-030",
  resource: "Deployment/altlas/archive-service",
  reason: "The project publishes no other tag until its first release.",
  owner: "platform",
  expires: "2027-01-31",
  ...changes,
});

export const secretCases: Readonly<Record<string, RuleCases>> = {
  "ALT-K8S-040": {
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
          ["a certificate, which is public", data("ca.crt", certificate)],
          ["a name of a Secret", data("secretName", "archive-service")],
          [
            "a configuration file that names a password file",
            data("app.yaml", "database:\n  password_file: /run/secrets/db\n  user: archive\n"),
          ],
          [
            "an image under the tag of a commit",
            variable("JOB_IMAGE", "ghcr.io/a/b:006128e27cea4cd93f35631311542be46db8812b"),
          ],
          ["a commit", data("revision", "006128e27cea4cd93f35631311542be46db8812b")],
          ["a long path", variable("MODEL", "/models/Llama3Instruct/70B/Quantized4Bit/model.safetensors")],
          ["a text of words", data("notice", "ThisServiceKeepsTheArchivesOfFinishedJobs")],
        ] as const
      ).map(([title, edit]) => ({ title, edits: [edit] })),
    ],
    fail: [
      {
        title: "a password in a variable",
        edits: [variable("DB_PASSWORD", "hunter22")],
        says: /Container app of Deployment altlas\/archive-service sets DB_PASSWORD, which is named like a secret/,
        at: `${container}.env[0].value`,
      },
      {
        title: "an address with a password in it",
        edits: [variable("DATABASE_URL", address)],
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
        edits: [data("tls.key", privateKey)],
        says: /ConfigMap altlas\/archive-service has key tls.key, which looks like a private key/,
        at: 'data["tls.key"]',
      },
      {
        title: "a private key in base64",
        edits: [data("bundle", Buffer.from(privateKey).toString("base64"))],
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
        edits: [data("app.ini", "[database]\nuser = archive\npassword = hunter22\n")],
        says: /has key app.ini, which sets password to a literal value/,
        at: 'data["app.ini"]',
      },
      {
        title: "an access key in a script",
        edits: [data("run.sh", `export REGION=eu-central-1\nexport ID=${awsKey}\n`)],
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
        edits: [
          (manifests) => manifests.splice(0),
          add({ apiVersion: "v1", kind: "Service", metadata: { name: "a" } }),
        ],
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
  },
  "ALT-OPS-003": {
    pass: [
      {
        title: "a generated password with its marks",
        resources: [password({ result: "q7Vx2LmPz9RtKw4Y", bcryptHash: "x" }, ["result", "bcryptHash"])],
      },
      {
        title: "a Secret whose data is marked as a whole",
        resources: [secretObject({ stringData: { password: "hunter22" } }, ["stringData"])],
      },
      {
        title: "a Secret whose values are marked one by one, encrypted in an export",
        resources: [secretObject({ data: { password: ENCRYPTED } }, ["data.password"])],
      },
      { title: "a Secret of a source that marks nothing, among others" },
      {
        title: "a kubeconfig that is marked",
        resources: [
          resource("pulumi:providers:kubernetes", {
            inputs: {
              kubeconfig: `users:\n- user:\n    client-key-data: ${Buffer.from(privateKey).toString("base64")}`,
            },
            secrets: { inputs: new Set(["kubeconfig"]), outputs: new Set() },
          }),
        ],
      },
    ],
    fail: [
      {
        title: "a generated password whose mark was lost",
        resources: [password({ result: "q7Vx2LmPz9RtKw4Y" }, [])],
        says: /Outputs of RandomPassword one makes result without marking it secret/,
        at: "result",
      },
      {
        title: "a generated text as long as a secret",
        resources: [
          resource("random:index/randomString:RandomString", {
            outputs: { result: "q7Vx2LmPz9RtKw4YbN8cHd3FgJ6sTa5U" },
          }),
        ],
        says: /Outputs of RandomString one has a value that holds a long random text/,
        at: "result",
      },
      {
        title: "a Secret without a mark",
        resources: [secretObject({ stringData: { password: "hunter22" } }, [])],
        says: /Secret altlas\/db holds password without a mark/,
        at: "stringData.password",
      },
      {
        title: "a kubeconfig with a key",
        resources: [
          resource("pulumi:providers:kubernetes", {
            inputs: {
              kubeconfig: `users:\n- user:\n    client-key-data: ${Buffer.from(privateKey).toString("base64")}`,
            },
          }),
        ],
        says: /Provider one has a value that looks like a private key in base64/,
        at: "kubeconfig",
      },
      {
        title: "a password in a list of any resource's input",
        resources: [
          resource("aws:rds/instance:Instance", { inputs: { users: [{ name: "a", password: "hunter22" }] } }),
        ],
        says: /Instance one has a value that is named like a secret/,
        at: "users[0].password",
      },
      {
        title: "a stack output",
        resources: [resource("pulumi:pulumi:Stack", { outputs: { database: address } })],
        says: /Outputs of Stack one has a value that has an address with a password in it/,
        at: "database",
      },
      {
        title: "a property of an object that ALT-K8S-040 does not look at",
        edits: [set("Deployment", "spec.template.spec.hostname", jwt)],
        says: /Deployment altlas\/archive-service has a value that looks like a JSON web token/,
        at: "spec.template.spec.hostname",
      },
    ],
    notApplicable: [{ title: "no resources", resources: [] }],
    unknown: [
      {
        title: "an input from an output",
        resources: [resource("aws:s3/bucket:Bucket", { inputs: { policy: UNKNOWN } })],
        because: "policy",
      },
      {
        title: "a stack output that is not known yet",
        resources: [resource("pulumi:pulumi:Stack", { outputs: { address: UNKNOWN } })],
        because: "address",
      },
    ],
  },
  "ALT-OPS-005": {
    pass: [
      {
        title: "one that may be needed by what was not judged",
        options: { exemptions: [exemption({})], complete: false },
      },
    ],
    fail: [
      {
        title: "one that ended yesterday",
        options: { exemptions: [exemption({ expires: "2026-11-22" })] },
        says: /Exemption altlas:exemptions\[0\] \(ALT-K8S-030 on .*\) does not hold: it ended on 2026-11-22, 1 days ago/,
        at: "",
      },
      {
        title: "one that lasts too long",
        options: { exemptions: [exemption({ expires: "2027-05-23" })] },
        says: /does not hold: it ends on 2027-05-23, 181 days ahead; at most 180 are allowed/,
        at: "",
      },
      {
        title: "one of a rule that there is not",
        options: { exemptions: [exemption({ rule: "ALT-K8S-999" })] },
        says: /does not hold: there is no rule ALT-K8S-999/,
        at: "",
      },
      {
        title: "one of the rule that judges exemptions",
        options: { exemptions: [exemption({ rule: "ALT-OPS-005" })] },
        says: /does not hold: .*cannot be exempted itself/,
        at: "",
      },
      {
        title: "a reason that is too short",
        options: { exemptions: [exemption({ reason: "later" })] },
        says: /Exemption altlas:exemptions\[0\]\.reason cannot be used: is shorter than 20 characters/,
        at: "",
      },
      {
        title: "no owner, and a date that is none",
        options: { exemptions: [exemption({ owner: "", expires: "soon" })] },
        says: /Exemption altlas:exemptions\[0\]\.(owner|expires) cannot be used/,
        at: "",
        count: 2,
      },
      {
        title: "a pattern that names everything",
        options: { exemptions: [exemption({ resource: "Deployment/*/*" })] },
        says: /names every resource/,
        at: "",
      },
      {
        title: "one that nothing needs",
        options: { exemptions: [exemption({})], only: rules },
        says: /is not needed: nothing that it names breaks ALT-K8S-030/,
        at: "",
      },
    ],
    notApplicable: [{ title: `no exemptions on ${today}`, edits: [without("Deployment"), drop("ConfigMap", "data")] }],
    unknown: [
      {
        title: "one that may be needed once the image is known",
        edits: [set("Deployment", `${app}.image`, UNKNOWN)],
        options: { exemptions: [exemption({})], only: rules },
        because: `${container}.image`,
      },
    ],
  },
};
