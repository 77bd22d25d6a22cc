import { pretendId } from "../../../registrations/pretend-aws";
import { type PropertyObject, type PropertyValue, withoutSecretMarks } from "../../../registrations/property-values";
import { type Registration } from "../../../registrations/record";
import { networkRows } from "./network";
import { type Call, type Parameters, rename, type Row, type Rule } from "./rules";
import { serviceRows } from "./services";

/** How each AWS type that is registered becomes calls of AWS' interfaces. */
export const rows: Readonly<Record<string, Row>> = { ...networkRows, ...serviceRows };

/** A call with its parameters. */
export interface Request {
  /** Key of the registration that it is made of. */
  readonly id: string;
  readonly service: string;
  readonly operation: string;
  readonly params: Parameters;
}

/** An IAM document among the inputs of a resource. */
export interface Document {
  readonly id: string;
  /** `trust`: who may take a role; it names no resource. */
  readonly kind: "trust" | "policy";
  readonly text: string;
}

/** What is wrong with an input, and where. */
export interface Problem {
  readonly id: string;
  readonly path: string;
  readonly problem: string;
}

/** Calls and documents of registrations. What the table has no rule for is a problem, so that nothing slips through. */
export function awsInputs(registrations: readonly Registration[]): {
  readonly requests: readonly Request[];
  readonly documents: readonly Document[];
  readonly problems: readonly Problem[];
} {
  const aws = registrations.filter(({ type }) => type.startsWith("aws:"));
  const made = aws.map(requestsOf);
  return {
    requests: made.flatMap(({ requests }) => requests),
    documents: aws.flatMap(({ key, inputs }) => documentsIn(key, inputs)),
    problems: made.flatMap(({ problems }) => problems),
  };
}

function requestsOf(registration: Registration): { requests: Request[]; problems: Problem[] } {
  const { key: id, type, name } = registration;
  const row = rows[type];
  const problem = (path: string, text: string): Problem => ({ id, path, problem: text });
  if (!row) return { requests: [], problems: [problem("", `the table has no row for ${type}`)] };
  const inputs = withoutSecretMarks(registration.inputs) as PropertyObject;
  const own = type === "aws:kms/key:Key" ? `key-of-${name}` : pretendId({ type, name });
  const main: Record<string, PropertyValue> = {};
  const others: Request[] = [];
  const problems: Problem[] = [];
  for (const [property, value] of Object.entries(inputs)) {
    const rule: Rule | undefined = row.rules?.[property];
    if (rule === undefined) {
      if (row.call) Object.assign(main, rename({ [property]: value }, row.call.style));
      else problems.push(problem(property, "the table has no rule for it"));
    } else if ("as" in rule) {
      main[rule.as] = rename(value, row.call!.style);
    } else if ("raw" in rule) {
      main[rule.raw] = value;
    } else if ("params" in rule) {
      const params = rule.params(value, inputs, { own });
      if (rule.call) others.push(request(id, rule.call, params));
      else Object.assign(main, params);
    } else if ("with" in rule) {
      if (!(rule.with in inputs)) problems.push(problem(property, `is said by ${rule.with}, which is absent`));
    } else if (rule.values && !rule.values.some((known) => JSON.stringify(known) === JSON.stringify(value))) {
      problems.push(problem(property, `the table has no rule for ${JSON.stringify(value)}`));
    }
  }
  return { requests: [...(row.call ? [request(id, row.call, main)] : []), ...others], problems };
}

function request(id: string, { service, operation }: Call, params: Parameters): Request {
  return { id, service, operation, params };
}

/** Every text that holds statements, wherever it stands: a document cannot be overlooked for its property's name. */
function documentsIn(id: string, value: PropertyValue, property = ""): Document[] {
  const kind = property === "assumeRolePolicy" ? "trust" : "policy";
  if (typeof value === "string") return /^\s*\{[\s\S]*"Statement"/.test(value) ? [{ id, kind, text: value }] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, item]: [string, PropertyValue]) => documentsIn(id, item, name));
}
