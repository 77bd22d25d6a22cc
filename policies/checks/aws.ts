import { Field, Malformed } from "../field";
import { type Graph } from "../graph/graph";
import { identityOf } from "../graph/identity";
import { type Subject } from "../rule";
import { type Resource } from "../sources/resource";

/** An AWS resource that the program registers. */
export interface AwsResource {
  readonly resource: Resource;
  /** Its inputs. */
  readonly root: Field;
}

/** AWS resources of the given types (`eks/cluster:Cluster`). */
export function awsResources(graph: Graph, ...types: readonly string[]): Subject<AwsResource>[] {
  return graph.resources
    .filter(({ type }) => type.startsWith("aws:") && types.includes(type.slice("aws:".length)))
    .map((resource) => ({
      resource,
      identity: identityOf(resource),
      read: () => ({ resource, root: rootOf(resource) }),
    }));
}

/** The inputs of those resources. */
export function inputsOf(graph: Graph, ...types: readonly string[]): AwsResource[] {
  return awsResources(graph, ...types).map(({ read }) => read());
}

function rootOf(resource: Resource): Field {
  return Field.root(resource.inputs, resource.secrets?.inputs);
}

/** Whether a property is given, be it as a value that only an update knows. */
export function isGiven(field: Field): boolean {
  return field.undecided || field.exists;
}

/** A property that is one text or several. */
export function texts(field: Field): string[] {
  const value = field.plain();
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** The statements of a policy document, which programs give as JSON text or as an object. */
export function statementsOf(document: Field): Field[] {
  const statements = documentOf(document).at("Statement");
  return Array.isArray(statements.plain()) ? statements.items() : [statements];
}

/** A document that programs and the engine write as JSON text or as an object. */
export function documentOf(field: Field): Field {
  const value = field.plain();
  if (typeof value !== "string") return Field.root(value);
  try {
    return Field.root(JSON.parse(value));
  } catch {
    throw new Malformed(field.path, "a JSON document");
  }
}

/** Whether a principal of a statement is everybody. */
export function isEverybody(principal: Field): boolean {
  const value = principal.plain();
  if (typeof value !== "object" || value === null) return value === "*";
  return Object.values(value).some((each) => (Array.isArray(each) ? each.includes("*") : each === "*"));
}

/** Ranges of addresses that mean everybody. */
export const everywhere: readonly string[] = ["0.0.0.0/0", "::/0"];
