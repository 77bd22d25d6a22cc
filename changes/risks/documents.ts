import { parsed } from "../compare/fields";
import { type PropertyObject, type PropertyValue } from "../../registrations/property-values";

/** One statement of a policy document, as far as rights are concerned. */
interface Statement {
  readonly allow: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  readonly condition: string;
}

/** What a policy document lets somebody do that it did not before. */
export interface Widening {
  /** Whether it was a condition of the connection (TLS) that is gone, and so encryption on the way. */
  readonly transport: boolean;
  /** `allows s3:GetObject on …`; after the resource's name. */
  readonly what: string;
}

/**
 * Compares two policy documents of AWS by what they allow: a new pair of action and resource for a principal, an allowing
 * statement with fewer conditions, a refusing statement that is gone.
 */
export function widenings(before: PropertyValue | undefined, after: PropertyValue | undefined): Widening[] {
  const [old, now] = [statements(before), statements(after)];
  const grants = now.filter(({ allow }) => allow).flatMap((statement) => newGrants(statement, old));
  const refusals = old.filter(({ allow }) => !allow).filter((refusal) => !now.some((each) => covers(each, refusal)));
  return [
    ...grants.map((what) => ({ transport: false, what })),
    ...refusals.map((refusal) => ({
      transport: /SecureTransport|TlsVersion/i.test(refusal.condition),
      what: `no longer refuses ${list(refusal.actions)} on ${list(refusal.resources)}${
        refusal.condition === "" ? "" : ` where ${refusal.condition}`
      }`,
    })),
  ];
}

function newGrants(statement: Statement, old: readonly Statement[]): string[] {
  const allowed = old.filter(({ allow }) => allow);
  const isNew = (action: string) =>
    !statement.resources.every((resource) =>
      statement.principals.every((principal) =>
        allowed.some((each) => permits(each, action, resource, principal, statement)),
      ),
    );
  const actions = statement.actions.filter(isNew);
  if (actions.length === 0) return [];
  const whom = statement.principals.filter((principal) => principal !== "");
  const to = whom.length === 0 ? "" : ` to ${list(whom)}`;
  const where = statement.condition === "" ? "" : ` where ${statement.condition}`;
  return [`allows ${list(actions)} on ${list(statement.resources)}${to}${where}`];
}

function permits(
  { actions, resources, principals, condition }: Statement,
  action: string,
  resource: string,
  principal: string,
  wanted: Statement,
): boolean {
  return (
    actions.some((each) => isWithin(action, each)) &&
    resources.some((each) => isWithin(resource, each)) &&
    principals.some((each) => isWithin(principal, each)) &&
    (condition === "" || condition === wanted.condition)
  );
}

function covers(statement: Statement, refusal: Statement): boolean {
  if (statement.allow) return false;
  const all = (wanted: readonly string[], given: readonly string[]) =>
    wanted.every((each) => given.some((pattern) => isWithin(each, pattern)));
  return (
    all(refusal.actions, statement.actions) &&
    all(refusal.resources, statement.resources) &&
    all(refusal.principals, statement.principals) &&
    (statement.condition === "" || statement.condition === refusal.condition)
  );
}

/** Whether every text that a pattern of AWS stands for also falls under another. */
function isWithin(text: string, pattern: string): boolean {
  if (text === pattern || pattern === "*") return true;
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`, "i").test(text);
}

function statements(document: PropertyValue | undefined): Statement[] {
  const read = (parsed(document) ?? document) as PropertyObject | undefined;
  if (typeof read !== "object" || (read as unknown) === null) return [];
  const given = read.Statement;
  const listed = Array.isArray(given) ? (given as readonly PropertyValue[]) : given === undefined ? [] : [given];
  return listed.map((each) => {
    const statement = each as PropertyObject;
    // What is left out by `Not…` is most of everything; it is only equal to itself.
    const of = (key: string) => [
      ...texts(statement[key]),
      ...texts(statement[`Not${key}`]).map((text) => `all but ${text}`),
    ];
    return {
      allow: statement.Effect === "Allow",
      actions: of("Action"),
      resources: orNone(of("Resource")),
      principals: orNone(of("Principal")),
      condition: statement.Condition === undefined ? "" : JSON.stringify(statement.Condition),
    };
  });
}

/** A trust policy has no resource and a role's policy no principal. */
function orNone(given: readonly string[]): readonly string[] {
  return given.length === 0 ? [""] : given;
}

/** Every text in a value; principals are objects of lists. */
function texts(value: PropertyValue | undefined): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return (value as readonly PropertyValue[]).flatMap(texts);
  if (typeof value === "object") return Object.values(value as PropertyObject).flatMap(texts);
  return [String(value)];
}

/** The first few, so that a document of a hundred actions is one sentence. */
function list(all: readonly string[]): string {
  const known = all.filter((each) => each !== "");
  if (known.length === 0) return "itself";
  const most = 4;
  return known.length <= most ? known.join(", ") : `${known.slice(0, most).join(", ")} and ${known.length - most} more`;
}
