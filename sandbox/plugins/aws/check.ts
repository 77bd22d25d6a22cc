import { closest } from "fastest-levenshtein";
import { type Property, type Schema } from "./schema";
import { type Value, type Values } from "./values";
import { isUnknown } from "./values";

/** Something wrong with an input. */
export interface Problem {
  /** Where: `vpcConfig.subnetIds`. */
  readonly property: string;
  /** What, and what to do, after the property's name. */
  readonly reason: string;
}

/** Everything wrong with the inputs of a resource of a type; unknown values are checked by the update. */
export function checkInputs(schema: Schema, declared: ReadonlyMap<string, Property>, inputs: Values): Problem[] {
  return [...checkObject(schema, declared, inputs, "")];
}

function* checkObject(
  schema: Schema,
  declared: ReadonlyMap<string, Property>,
  values: Values,
  place: string,
): Generator<Problem> {
  const at = (name: string) => (place === "" ? name : `${place}.${name}`);
  for (const [name, value] of Object.entries(values)) {
    // What the engine and the official provider put beside the inputs.
    if (name.startsWith("__") || value === null) continue;
    const property = declared.get(name);
    if (!property) {
      const nearest = closest(name, [...declared.keys()]);
      yield { property: at(name), reason: `is not known here; did you mean ${nearest}?` };
    } else if (!isUnknown(value)) {
      yield* checkValue(schema, property.type, value, at(name));
    }
  }
  for (const { name, required } of declared.values()) {
    if (required && (values[name] ?? undefined) === undefined)
      yield { property: at(name), reason: "is missing; give it" };
  }
}

function* checkValue(schema: Schema, type: string, value: Value, place: string): Generator<Problem> {
  const list = /\[\](?: \| undefined)?>;?$/.test(type);
  if (list !== Array.isArray(value)) {
    const free = type.includes("any") || (/\bstring\b/.test(type) && type.includes("[]"));
    if (!free || list) yield { property: place, reason: list ? "is no list; write one" : "is a list; give one value" };
    return;
  }
  const declared = schema.object(type);
  for (const [index, item] of (Array.isArray(value) ? value : [value]).entries()) {
    const here = list ? `${place}[${String(index)}]` : place;
    if (isUnknown(item)) continue;
    const isObject = typeof item === "object" && item !== null && !Array.isArray(item);
    // Policy documents may be given as text.
    if (declared && !isObject && !/\bstring\b/.test(type)) yield { property: here, reason: "is no object; write one" };
    else if (declared && isObject) yield* checkObject(schema, declared, item, here);
    else if (isObject && isScalar(type)) yield { property: here, reason: "is an object; give one value" };
  }
}

/** A type of texts, numbers and flags only. */
function isScalar(type: string): boolean {
  return /^pulumi\.Input<(?:pulumi\.Input<)?(?:string|number|boolean)\b/.test(type) && !type.includes("{");
}
