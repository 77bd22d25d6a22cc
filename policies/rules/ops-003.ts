import { secretInText } from "../checks/secret-values";
import { Field, Unknown, UnknownValue } from "../field";
import { type Graph } from "../graph/graph";
import { identityOf } from "../graph/identity";
import { type KubernetesObject } from "../graph/object";
import { objects } from "../graph/subjects";
import { defineRule, type Failure, NotApplicable, part, type Subject } from "../rule";
import { type Resource } from "../sources/resource";

/** What ALT-K8S-040 judges, which knows better what may stand there. */
const judgedElsewhere =
  /(?:^|\.)metadata\.annotations|(?:^|\.)(?:containers|initContainers|ephemeralContainers)\[\d+\]\.(?:env\[\d+\]\.value|args\[\d+\]|command\[\d+\])$/;
/** Resources whose outputs are made to be secrets, and which outputs those are. */
const secretOutputs: Readonly<Record<string, readonly string[]>> = {
  "random:index/randomPassword:RandomPassword": ["result", "bcryptHash"],
  "random:index/randomBytes:RandomBytes": ["base64", "hex"],
};

/** Tokens of AWS that keep a request from being carried out twice; anybody may know them. */
const requestTokens: ReadonlySet<string> = new Set(["creationToken", "clientToken", "clientRequestToken"]);

const password = (secret: boolean): Resource => ({
  type: "random:index/randomPassword:RandomPassword",
  name: "archive-database",
  inputs: { length: 32 },
  outputs: { result: "not-a-real-one" },
  secrets: { inputs: new Set(), outputs: new Set(secret ? ["result"] : []) },
});

export const rule = defineRule({
  id: "ALT-OPS-003",
  slug: "pulumi-resource-forbids-plain-secrets",
  title: "No secret stands unmarked in an input or a stack output",
  severity: "critical",
  gate: "mandatory",
  scope: "resource",
  why:
    "What is not marked secret is written to the state in the clear, with every version of it, and is printed in every " +
    "diff and in every log of a pipeline.",
  fix: "Generate it with @pulumi/random, set it with pulumi config set --secret, or wrap it in pulumi.secret().",
  planSteps: [],
  peers: [],
  examples: {
    pass: { title: "a generated password, marked", resources: [password(true)] },
    fail: { title: "a generated password whose mark was lost", resources: [password(false)] },
  },
  parts: [
    part(
      ({ graph }) => everyResource(graph),
      function* ({ inputs, isConfigMap, isSecret, isAws }) {
        yield* search(inputs, (path) => {
          if (isAws && requestTokens.has(path)) return false;
          if (judgedElsewhere.test(path)) return false;
          // A Secret's data is judged by its mark, a ConfigMap's by ALT-K8S-040.
          return !(isConfigMap || isSecret) || !/^(?:data|stringData|binaryData)\b/.test(path);
        });
        return undefined;
      },
    ),
    part(
      ({ graph }) => objects(graph, "Secret"),
      function* ({ resource, root }) {
        if (resource.secrets === undefined) return new NotApplicable("Where it comes from, nothing is marked secret.");
        for (const key of ["data", "stringData"]) {
          for (const [name, value] of root.at(key).undecided ? [] : root.at(key).entries()) {
            if (value.secret) continue;
            const fix = "wrap the value in pulumi.secret()";
            yield { problem: `holds ${name} without a mark that it is secret`, path: value.path, fix };
          }
        }
        return undefined;
      },
    ),
    part(
      ({ graph }) => withOutputs(graph, ({ type }) => type === "pulumi:pulumi:Stack"),
      function* ({ outputs }) {
        yield* search(outputs, () => true);
        return undefined;
      },
    ),
    part(
      ({ graph }) => withOutputs(graph, ({ type }) => type.startsWith("random:")),
      function* ({ outputs, resource }) {
        const secret = secretOutputs[resource.type];
        if (secret === undefined) {
          yield* search(outputs, () => true);
          return undefined;
        }
        for (const name of secret) {
          const field = outputs.at(name);
          if (field.secret || (!field.undecided && !field.exists)) continue;
          const fix = `add ${name} to additionalSecretOutputs`;
          yield { problem: `makes ${name} without marking it secret`, path: field.path, fix };
        }
        return undefined;
      },
    ),
  ],
});

interface Inputs {
  readonly inputs: Field;
  readonly isConfigMap: boolean;
  readonly isSecret: boolean;
  readonly isAws: boolean;
}

function everyResource(graph: Graph): Subject<Inputs>[] {
  const kubernetes = new Map(graph.objects.map((object) => [object.resource, object]));
  return graph.resources.map((resource) => {
    const object: KubernetesObject | undefined = kubernetes.get(resource);
    const kind = object?.kind;
    const inputs = Field.root(resource.inputs, resource.secrets?.inputs);
    return {
      resource,
      identity: object?.identity ?? identityOf(resource),
      read: () => ({
        inputs,
        isConfigMap: kind === "ConfigMap",
        isSecret: kind === "Secret",
        isAws: resource.type.startsWith("aws:"),
      }),
    };
  });
}

interface Outputs {
  readonly resource: Resource;
  readonly outputs: Field;
}

function withOutputs(graph: Graph, chosen: (resource: Resource) => boolean): Subject<Outputs>[] {
  return graph.resources
    .filter((resource) => resource.outputs !== undefined && chosen(resource))
    .map((resource) => {
      const outputs = Field.root(resource.outputs, resource.secrets?.outputs);
      return { resource, identity: identityOf(resource), part: "outputs", read: () => ({ resource, outputs }) };
    });
}

/** Looks at every value that is not marked secret; goes on past unknown ones and reports the first at the end. */
function* search(root: Field, isJudged: (path: string) => boolean): Generator<Failure> {
  let doubt: UnknownValue | undefined;
  for (const { field, key, value, secret } of root.leaves()) {
    if (secret) continue;
    if (value instanceof Unknown && isJudged(field.path)) doubt ??= new UnknownValue(field.path, value.why);
    const shape = typeof value === "string" ? secretInText(key, value) : undefined;
    if (shape === undefined || !isJudged(field.path)) continue;
    const fix = "mark it with pulumi.secret(), or refer to a Secret object";
    yield { problem: `has a value that ${shape}`, path: field.path, fix };
  }
  if (doubt) throw doubt;
}
