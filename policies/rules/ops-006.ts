import { z } from "zod";
import { Field, Malformed } from "../field";
import { identityOf } from "../graph/identity";
import { type Graph } from "../graph/graph";
import { defineRule, each, type Failure, NotApplicable, part, type Subject } from "../rule";
import { type Resource } from "../sources/resource";

/** What a value is, in the words of JSON Schema. */
const types = ["string", "number", "integer", "boolean", "object", "array"] as const;
type TypeName = (typeof types)[number];

/** The part of JSON Schema by which outputs are documented, and one word more: `secret`. */
interface Documented {
  readonly type: TypeName;
  readonly description?: string | undefined;
  readonly secret?: boolean | undefined;
  readonly properties?: Readonly<Record<string, Documented>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: Documented | boolean | undefined;
  readonly items?: Documented | undefined;
}

const documented: z.ZodType<Documented> = z.lazy(() =>
  // Bounds and patterns may stand there for other readers.
  z.looseObject({
    type: z.enum(types),
    description: z.string().optional(),
    secret: z.boolean().optional(),
    properties: z.record(z.string(), documented).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), documented]).optional(),
    items: documented.optional(),
  }),
);

const settings = z.strictObject({
  schema: documented
    .optional()
    .describe(
      "what the stack tells, as a JSON Schema: of each output its type, its description, and whether it is secret",
    ),
  projects: z
    .record(z.string(), documented)
    .default({})
    .describe("the same for stacks of other projects, by the project's name in Pulumi.yaml"),
});
type Settings = z.infer<typeof settings>;

const typeNames: Readonly<Record<TypeName, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
};
const readers: Readonly<Record<TypeName, (field: Field) => unknown>> = {
  string: (field) => field.text(),
  number: (field) => field.number(),
  integer: (field) => {
    if (!Number.isInteger(field.number())) throw new Malformed(field.path, typeNames.integer);
  },
  boolean: (field) => field.flag(),
  object: (field) => field.entries(),
  array: (field) => field.items(),
};

const schema: Documented = {
  type: "object",
  properties: { gatewayUrl: { type: "string", description: "address of the gateway inside the cluster" } },
};
const stack = (outputs: Record<string, unknown>): Resource => ({
  type: "pulumi:pulumi:Stack",
  name: "altlas-dev",
  inputs: {},
  outputs,
  secrets: { inputs: new Set(), outputs: new Set() },
});

export const rule = defineRule<Settings>({
  id: "ALT-OPS-006",
  slug: "pulumi-stack-documents-its-outputs",
  title: "Every stack output is documented, has the documented type, and is secret only where it says so",
  severity: "medium",
  gate: "mandatory",
  scope: "stack",
  why:
    "Outputs are what other stacks, pipelines and people read. One that is documented nowhere changes its form without " +
    "anybody noticing until a reader breaks, and a secret among them travels into every state that refers to this one.",
  fix: "Describe the output in the schema of the stack's outputs, with its type, and tell names of secrets, not values.",
  planSteps: [],
  peers: [],
  settings,
  examples: {
    pass: {
      title: "a documented address",
      settings: { schema },
      resources: [stack({ gatewayUrl: "http://api-gateway.altlas:3000" })],
    },
    fail: { title: "an output that nobody described", settings: { schema }, resources: [stack({ debug: "yes" })] },
  },
  parts: [
    part(
      ({ graph }) => stacks(graph),
      function* ({ outputs, project }, { settings: { schema, projects } }) {
        const table = Object.hasOwn(projects, project) ? projects[project] : schema;
        if (table === undefined) return new NotApplicable("The settings document no outputs.");
        yield* checkValue(outputs, table);
        return undefined;
      },
    ),
  ],
});

function stacks(graph: Graph): Subject<{ outputs: Field; project: string }>[] {
  return graph.resources
    .filter(({ type, outputs }) => type === "pulumi:pulumi:Stack" && outputs !== undefined)
    .map((resource) => ({
      resource,
      identity: identityOf(resource),
      read: () => ({
        outputs: Field.root(resource.outputs, resource.secrets?.outputs),
        // urn:pulumi:<stack>::<project>::<type>::<name>
        project: resource.urn?.split("::")[1] ?? "",
      }),
    }));
}

function* checkValue(field: Field, table: Documented): Generator<Failure> {
  const { path } = field;
  if (path !== "" && (table.description ?? "").trim() === "") {
    const fix = "add what it means to the schema of the outputs";
    yield { problem: `tells ${path}, whose meaning is not documented`, path, fix };
  }
  // Whether it is secret is known of values that are not.
  if (field.secret !== (table.secret ?? false)) {
    yield field.secret
      ? { problem: `tells the secret ${path}`, path, fix: "tell the name of the Secret, or document it as secret" }
      : { problem: `tells ${path}, which is documented as secret, unmarked`, path, fix: "wrap it in pulumi.secret()" };
    return;
  }
  // What is encrypted shows no type.
  if (field.secret && field.undecided) return;
  if (!has(field, table.type)) {
    const fix = "give it the documented type, or raise the schema's version";
    yield { problem: `tells ${path}, which is not ${typeNames[table.type]} as documented`, path, fix };
  } else if (table.type === "object") {
    yield* checkProperties(field, table);
  } else if (table.type === "array" && table.items) {
    const { items } = table;
    yield* each(field.items(), (item) => checkValue(item, described(items)));
  }
}

function* checkProperties(field: Field, table: Documented): Generator<Failure> {
  const { properties = {}, required = [], additionalProperties = false } = table;
  for (const key of required) {
    const missing = field.at(key);
    if (missing.undecided || missing.exists) continue;
    yield { problem: `does not tell ${missing.path}`, path: missing.path, fix: "tell it, or take it from the schema" };
  }
  yield* each(field.entries(), function* ([key, value]) {
    // Null counts as absent.
    if (!value.undecided && !value.exists) return;
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (own) yield* checkValue(value, own);
    // What a map holds is described once, with the map.
    else if (typeof additionalProperties === "object") yield* checkValue(value, described(additionalProperties));
    else if (!additionalProperties) {
      const fix = "describe it in the schema of the outputs, or do not tell it";
      yield { problem: `tells ${value.path}, which is not documented`, path: value.path, fix };
    }
  });
}

function described(entry: Documented): Documented {
  return { ...entry, description: entry.description ?? "entry" };
}

/** @throws UnknownValue when the value is not known. */
function has(field: Field, type: TypeName): boolean {
  try {
    if (!field.exists) return false;
    readers[type](field);
    return true;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}
