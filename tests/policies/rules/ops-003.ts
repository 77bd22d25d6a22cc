import { ENCRYPTED, UNKNOWN } from "../../../policies/field";
import { type Manifest, set } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { databaseAddress, engineResource, jwt, privateKey } from "../objects";

const password = (outputs: Manifest, secret: string[]) =>
  engineResource("random:index/randomPassword:RandomPassword", {
    outputs,
    secrets: { inputs: new Set(), outputs: new Set(secret) },
  });
const secretObject = (inputs: Manifest, secret: string[]) =>
  engineResource("kubernetes:core/v1:Secret", {
    inputs: { apiVersion: "v1", kind: "Secret", metadata: { name: "db", namespace: "altlas" }, ...inputs },
    secrets: { inputs: new Set(secret), outputs: new Set() },
  });

export const cases: RuleCases = {
  pass: [
    {
      title: "a token by which AWS knows a request again",
      resources: [engineResource("aws:efs/fileSystem:FileSystem", { inputs: { creationToken: "altlas-beta-files" } })],
    },
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
        engineResource("pulumi:providers:kubernetes", {
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
        engineResource("random:index/randomString:RandomString", {
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
        engineResource("pulumi:providers:kubernetes", {
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
        engineResource("aws:rds/instance:Instance", { inputs: { users: [{ name: "a", password: "hunter22" }] } }),
      ],
      says: /Instance one has a value that is named like a secret/,
      at: "users[0].password",
    },
    {
      title: "a stack output",
      resources: [engineResource("pulumi:pulumi:Stack", { outputs: { database: databaseAddress } })],
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
      resources: [engineResource("aws:s3/bucket:Bucket", { inputs: { policy: UNKNOWN } })],
      because: "policy",
    },
    {
      title: "a stack output that is not known yet",
      resources: [engineResource("pulumi:pulumi:Stack", { outputs: { address: UNKNOWN } })],
      because: "address",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "the Secret's data loses its mark",
    change: (resources) => {
      const index = resources.findIndex(({ name }) => name === "api-gateway-secrets");
      resources[index] = { ...resources[index]!, secrets: { inputs: new Set(), outputs: new Set() } };
    },
    says: /Secret altlas\/api-gateway-secrets holds \S+ without a mark/,
  },
  {
    title: "a stack output tells a password",
    change: (resources) => {
      const index = resources.findIndex(({ type }) => type === "pulumi:pulumi:Stack");
      resources[index] = { ...resources[index]!, outputs: { cache: "redis://:not-a-real-one@cache:6379" } };
    },
    says: /Outputs of Stack altlas-dev has a value that has an address with a password/,
  },
];
