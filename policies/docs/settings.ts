import { z } from "zod";

/** One key of a rule's settings, as its page shows it. */
export interface SettingRow {
  readonly key: string;
  /** `text`, `list of texts`, `whole number, 1 or more` … */
  readonly type: string;
  readonly meaning: string;
  /** Absent when the stack has to give one. */
  readonly standard?: unknown;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

const plainTypes: Readonly<Record<string, string>> = {
  string: "text",
  number: "number",
  integer: "whole number",
  boolean: "true or false",
};

/** The keys that a rule's settings may hold, in the order of its schema. */
export function settingRows(settings: z.ZodType): SettingRow[] {
  const schema = z.toJSONSchema(settings, { io: "input", unrepresentable: "any" }) as Schema;
  return Object.entries(schema.properties ?? {}).map(([key, property]) => ({
    key,
    type: typeName(property),
    meaning: property.description ?? "",
    ...(property.default !== undefined && { standard: property.default }),
  }));
}

function typeName(schema: Schema): string {
  const { enum: choices, items, properties, additionalProperties, anyOf } = schema;
  if (schema.const !== undefined) return code(schema.const);
  if (choices) return choices.map(code).join(" or ");
  if (anyOf) return anyOf.map(typeName).join(" or ");
  if (schema.type === "array") return `list of: ${items ? typeName(items) : "anything"}`;
  if (properties) {
    const keys = Object.keys(properties).map((key) => (schema.required?.includes(key) === true ? key : `${key}?`));
    return `{ ${keys.join(", ")} }`;
  }
  if (schema.type === "object") {
    return `by name: ${typeof additionalProperties === "object" ? typeName(additionalProperties) : "anything"}`;
  }
  const name = typeof schema.type === "string" ? plainTypes[schema.type] : undefined;
  return name === undefined ? "anything" : `${name}${bounds(schema)}`;
}

const code = (value: unknown) => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

/** Ends of the range of whole numbers that stand in every schema of one are not worth a word. */
function bounds({ minimum, maximum, exclusiveMinimum }: Schema): string {
  const least = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? [`${minimum} or more`] : [];
  const above = exclusiveMinimum === undefined ? [] : [`more than ${exclusiveMinimum}`];
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? [`at most ${maximum}`] : [];
  const all = [...least, ...above, ...most];
  return all.length === 0 ? "" : `, ${all.join(", ")}`;
}
