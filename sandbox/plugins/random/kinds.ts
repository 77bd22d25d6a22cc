import { randomBytes, randomUUID } from "node:crypto";
import { hashSync } from "bcryptjs";
import { characterClasses, petName, randomInteger, randomText, shuffleList, type TextRules } from "./generators";

/** A plain property value of a resource. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };
/** Properties of a resource. */
export type Values = Record<string, Value>;

/** The type of an input, as the schema has it. */
export type InputType = "integer" | "boolean" | "string" | "strings" | "keepers";

/** One input of a kind. */
export interface Input {
  type: InputType;
  required?: boolean;
  /** Used when the input is absent, and by comparison: leaving a default out changes nothing. */
  default?: Value;
  /** The least number allowed. */
  least?: number;
  /** Why the sandbox refuses it. */
  refused?: string;
}

/** A problem with one input. */
export interface Problem {
  property: string;
  reason: string;
}

/** What a kind makes once and keeps: the resource's ID and its generated outputs. */
export interface Made {
  id: string;
  outputs: Values;
}

/** One resource type of the provider. */
export interface Kind {
  inputs: Record<string, Input>;
  /** Outputs that do not exist before the resource does. */
  computed: string[];
  /** The inputs as outputs repeat them, from inputs with defaults; default: unchanged. */
  repeat?: (values: Values) => Values;
  /** Problems between inputs; called with defaults filled in and only when no input is unknown or wrong by itself. */
  validate?: (values: Values) => Problem[];
  make: (values: Values) => Made;
}

const keepers: Input = { type: "keepers" };
// The official provider draws from Go's math/rand, whose sequence for a seed nobody else can be sure to repeat.
const seed: Input = { type: "string", refused: "a result for a seed must be the one the official provider gives" };

const textInputs: Record<string, Input> = {
  keepers,
  length: { type: "integer", required: true, least: 1 },
  lower: { type: "boolean", default: true },
  upper: { type: "boolean", default: true },
  numeric: { type: "boolean" },
  number: { type: "boolean" },
  special: { type: "boolean", default: true },
  minLower: { type: "integer", default: 0, least: 0 },
  minUpper: { type: "integer", default: 0, least: 0 },
  minNumeric: { type: "integer", default: 0, least: 0 },
  minSpecial: { type: "integer", default: 0, least: 0 },
  overrideSpecial: { type: "string" },
};

/** The inputs of a text with `number`, the old name of `numeric`, taken into account. */
function textRules(values: Values): TextRules {
  const numeric = values.numeric ?? values.number ?? true;
  return { ...values, numeric, overrideSpecial: values.overrideSpecial ?? "" } as unknown as TextRules;
}

function validateText(values: Values): Problem[] {
  const problems: Problem[] = [];
  if (values.numeric !== undefined && values.number !== undefined && values.numeric !== values.number)
    problems.push({ property: "number", reason: "is the old name of numeric and says the opposite; leave it out" });
  const rules = textRules(values);
  const classes = characterClasses(rules);
  if (classes.every(({ characters }) => characters === ""))
    problems.push({
      property: "lower",
      reason: "leaves no characters to choose from; switch on lower, upper, numeric or special",
    });
  for (const { name, characters, least } of classes) {
    const minimum = `min${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    if (characters === "" && least > 0)
      problems.push({
        property: minimum,
        reason: `is ${least}, but ${name} is switched off; switch it on or leave ${minimum} out`,
      });
  }
  const sum = classes.reduce((total, { least }) => total + least, 0);
  if (sum > rules.length)
    problems.push({
      property: "length",
      reason: `is ${rules.length}, less than minLower + minUpper + minNumeric + minSpecial = ${sum}; raise it to ${sum} or more`,
    });
  return problems;
}

const text = {
  inputs: textInputs,
  validate: validateText,
  repeat: (values: Values): Values => {
    const { numeric } = textRules(values);
    return { ...values, numeric, number: numeric };
  },
};
const uuid: Kind = {
  inputs: { keepers },
  computed: ["result"],
  make: () => {
    const result = randomUUID();
    return { id: result, outputs: { result } };
  },
};

/** Every resource type the sandbox's random provider has, by its token. */
export const kinds: Readonly<Record<string, Kind>> = {
  "random:index/randomPassword:RandomPassword": {
    ...text,
    computed: ["result", "bcryptHash"],
    make: (values) => {
      const result = randomText(textRules(values));
      // The ID is no secret, so it says nothing.
      return { id: "none", outputs: { result, bcryptHash: hashSync(result, 10) } };
    },
  },
  "random:index/randomString:RandomString": {
    ...text,
    computed: ["result"],
    make: (values) => {
      const result = randomText(textRules(values));
      return { id: result, outputs: { result } };
    },
  },
  "random:index/randomId:RandomId": {
    inputs: { keepers, byteLength: { type: "integer", required: true, least: 1 }, prefix: { type: "string" } },
    computed: ["b64Std", "b64Url", "dec", "hex"],
    make: (values) => {
      const bytes = randomBytes(values.byteLength as number);
      const prefix = (values.prefix ?? "") as string;
      const id = bytes.toString("base64url");
      return {
        id,
        outputs: {
          b64Std: prefix + bytes.toString("base64"),
          b64Url: prefix + id,
          hex: prefix + bytes.toString("hex"),
          dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
        },
      };
    },
  },
  "random:index/randomBytes:RandomBytes": {
    inputs: { keepers, length: { type: "integer", required: true, least: 1 } },
    computed: ["base64", "hex"],
    make: (values) => {
      const bytes = randomBytes(values.length as number);
      return { id: "none", outputs: { base64: bytes.toString("base64"), hex: bytes.toString("hex") } };
    },
  },
  "random:index/randomUuid:RandomUuid": uuid,
  "random:index/randomUuid4:RandomUuid4": uuid,
  "random:index/randomInteger:RandomInteger": {
    inputs: { keepers, min: { type: "integer", required: true }, max: { type: "integer", required: true }, seed },
    computed: ["result"],
    validate: ({ min, max }) =>
      (min as number) > (max as number)
        ? [{ property: "min", reason: `is ${min as number}, more than max = ${max as number}; exchange them` }]
        : [],
    make: ({ min, max }) => {
      const result = randomInteger(min as number, max as number);
      return { id: String(result), outputs: { result } };
    },
  },
  "random:index/randomPet:RandomPet": {
    inputs: {
      keepers,
      length: { type: "integer", default: 2, least: 1 },
      prefix: { type: "string" },
      separator: { type: "string", default: "-" },
    },
    computed: [],
    make: ({ length, prefix, separator }) => {
      const name = petName(length as number, separator as string);
      return { id: prefix === undefined ? name : `${prefix as string}${separator as string}${name}`, outputs: {} };
    },
  },
  "random:index/randomShuffle:RandomShuffle": {
    inputs: {
      keepers,
      inputs: { type: "strings", required: true },
      resultCount: { type: "integer", least: 0 },
      seed,
    },
    computed: ["results"],
    make: ({ inputs, resultCount }) => {
      const items = inputs as string[];
      return { id: "-", outputs: { results: shuffleList(items, (resultCount as number | undefined) ?? items.length) } };
    },
  },
};
