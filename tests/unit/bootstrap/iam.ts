import { type Statement } from "../../../components/shared/iam";

/** One call of AWS: what is done to what, and the condition keys that come with it. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** Whether IAM would let the call pass, as far as the statements of this project go: Allow, wildcards, conditions. */
export function allows(statements: readonly Statement[], { action, resource, context = {} }: Call): boolean {
  return statements.some(
    ({ Effect, Action, Resource = [], Condition = {} }) =>
      Effect === "Allow" &&
      Action.some((pattern) => like(pattern, action)) &&
      list(Resource).some((pattern) => like(pattern, resource)) &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, values]) => holds(operator, context[key], list(values))),
      ),
  );
}

function holds(operator: string, given: string | undefined, values: readonly string[]): boolean {
  switch (operator) {
    case "Null":
      return values.includes(String(given === undefined));
    case "StringEquals":
    case "ArnEquals":
    case "Bool":
      return given !== undefined && values.includes(given);
    case "StringLike":
    case "ArnLike":
      return given !== undefined && values.some((pattern) => like(pattern, given));
    default:
      throw new Error(`no meaning for the operator ${operator}`);
  }
}

function like(pattern: string, text: string): boolean {
  const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(text);
}

function list<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
