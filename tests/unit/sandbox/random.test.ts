import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedInputs, checkInputs, UNKNOWN } from "../../../sandbox/plugins/random/check";
import {
  petName,
  randomInteger,
  randomText,
  shuffled,
  shuffleList,
  SPECIAL_CHARACTERS,
  type TextRules,
} from "../../../sandbox/plugins/random/generators";
import { type Kind, kinds, type Values } from "../../../sandbox/plugins/random/kinds";
import { typeOfUrn } from "../../../sandbox/plugins/random/provider";

function kind(name: string): Kind {
  const found = Object.entries(kinds).find(([token]) => token.endsWith(`:${name}`));
  if (!found) throw new Error(`no kind ${name}`);
  return found[1];
}

const reasons = (name: string, values: Values) =>
  checkInputs(kind(name), values).map(({ property, reason }) => `${property} ${reason}`);

describe("random text", () => {
  const rules = fc
    .record({
      lower: fc.boolean(),
      upper: fc.boolean(),
      numeric: fc.boolean(),
      special: fc.boolean(),
      minLower: fc.nat(4),
      minUpper: fc.nat(4),
      minNumeric: fc.nat(4),
      minSpecial: fc.nat(4),
      overrideSpecial: fc.constantFrom("", "_", "+-"),
      more: fc.nat(20),
    })
    .filter(({ lower, upper, numeric, special }) => lower || upper || numeric || special)
    .map(({ more, ...rule }): TextRules => {
      const least = {
        minLower: rule.lower ? rule.minLower : 0,
        minUpper: rule.upper ? rule.minUpper : 0,
        minNumeric: rule.numeric ? rule.minNumeric : 0,
        minSpecial: rule.special ? rule.minSpecial : 0,
      };
      const sum = Object.values(least).reduce((total, count) => total + count, 0);
      return { ...rule, ...least, length: Math.max(1, sum + more) };
    });

  it("has the length, only the allowed classes, and at least the required number of each, by any rules", () => {
    fc.assert(
      fc.property(rules, (rule) => {
        const text = randomText(rule);
        const special = rule.overrideSpecial === "" ? SPECIAL_CHARACTERS : rule.overrideSpecial;
        const counts = { lower: 0, upper: 0, numeric: 0, special: 0 };
        for (const character of text) {
          if (/[a-z]/.test(character)) counts.lower += 1;
          else if (/[A-Z]/.test(character)) counts.upper += 1;
          else if (/\d/.test(character)) counts.numeric += 1;
          else if (special.includes(character)) counts.special += 1;
        }
        expect(text).toHaveLength(rule.length);
        expect(counts.lower + counts.upper + counts.numeric + counts.special).toBe(rule.length);
        expect(counts.lower).toBeGreaterThanOrEqual(rule.minLower);
        expect(counts.upper).toBeGreaterThanOrEqual(rule.minUpper);
        expect(counts.numeric).toBeGreaterThanOrEqual(rule.minNumeric);
        expect(counts.special).toBeGreaterThanOrEqual(rule.minSpecial);
        if (!rule.lower) expect(counts.lower).toBe(0);
        if (!rule.special) expect(counts.special).toBe(0);
      }),
    );
  });
});

describe("other generators", () => {
  it("draw integers from both ends of a range and never beyond, however wide it is", () => {
    const drawn = new Set(Array.from({ length: 500 }, () => randomInteger(-1, 1)));
    expect([...drawn].sort()).toEqual([-1, 0, 1]);
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (one, other) => {
        const [min, max] = [Math.min(one, other), Math.max(one, other)];
        const result = randomInteger(min, max);
        expect(result).toBeGreaterThanOrEqual(min);
        expect(result).toBeLessThanOrEqual(max);
      }),
    );
  });

  it("shuffle without losing or adding an item", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (items) => {
        expect(shuffled(items).sort()).toEqual([...items].sort());
      }),
    );
  });

  it("repeat items of a shuffled list only in whole rounds", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.nat(30), (items, count) => {
        const result = shuffleList(items, count);
        const counts = items.map((item) => result.filter((other) => other === item).length);
        expect(result).toHaveLength(count);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
    expect(shuffleList([], 3)).toEqual([]);
  });

  it("name pets with the wanted number of words", () => {
    for (const length of [1, 2, 3, 5]) expect(petName(length, ".").split(".")).toHaveLength(length);
  });
});

describe("checks of inputs", () => {
  it("report every wrong input at once", () => {
    expect(
      reasons("RandomPassword", { length: 0, lower: "yes", minUpper: -1, overrideSpecial: 7, colour: "red" }),
    ).toEqual([
      expect.stringMatching(/^colour is unknown; the inputs are keepers, length/),
      "length is 0; the least is 1",
      `lower is "yes"; give true or false`,
      "minUpper is -1; the least is 0",
      "overrideSpecial is 7; give a text",
    ]);
  });

  it.each<[string, Values, string]>([
    ["RandomPassword", {}, "length is missing; give a whole number"],
    ["RandomPassword", { length: 2.5 }, "length is 2.5; give a whole number"],
    [
      "RandomString",
      { length: 3, number: false, numeric: true },
      "number is the old name of numeric and says the opposite; leave it out",
    ],
    [
      "RandomString",
      { length: 3, lower: false, upper: false, numeric: false, special: false },
      "lower leaves no characters to choose from; switch on lower, upper, numeric or special",
    ],
    ["RandomId", { byteLength: 0 }, "byteLength is 0; the least is 1"],
    ["RandomBytes", {}, "length is missing; give a whole number"],
    ["RandomInteger", { min: 5, max: 1 }, "min is 5, more than max = 1; exchange them"],
    ["RandomPet", { length: 0 }, "length is 0; the least is 1"],
    ["RandomShuffle", { inputs: "abc" }, `inputs is "abc"; give a list of texts`],
    ["RandomUuid", { keepers: "x" }, `keepers is "x"; give a table of texts`],
  ])("of %s: %j", (name, values, reason) => {
    expect(reasons(name, values)).toEqual([reason]);
  });

  it.each(["RandomInteger", "RandomShuffle"])("of %s refuse a seed by name", (name) => {
    const values = { min: 1, max: 2, inputs: ["a"], seed: "s" };
    const own = Object.fromEntries(Object.entries(values).filter(([input]) => input in kind(name).inputs));
    expect(reasons(name, own)).toEqual([expect.stringMatching(/^seed is not supported by the sandbox's provider/)]);
  });

  it("wait for values that are not known yet, and still find the others", () => {
    expect(reasons("RandomPassword", { length: UNKNOWN, minLower: 50 })).toEqual([]);
    expect(reasons("RandomPassword", { length: UNKNOWN, minLower: -1 })).toEqual(["minLower is -1; the least is 0"]);
    expect(reasons("RandomUuid", { keepers: { a: UNKNOWN } })).toEqual([]);
  });

  it("accept the least that works", () => {
    const least: Record<string, Values> = {
      RandomPassword: { length: 1 },
      RandomString: { length: 1 },
      RandomId: { byteLength: 1 },
      RandomBytes: { length: 1 },
      RandomUuid: {},
      RandomUuid4: {},
      RandomInteger: { min: 1, max: 1 },
      RandomPet: {},
      RandomShuffle: { inputs: [] },
    };
    for (const [name, values] of Object.entries(least)) expect(reasons(name, values), name).toEqual([]);
  });
});

describe("differences of inputs", () => {
  const password = kind("RandomPassword");

  it("count each changed input, and no default that is left out or written", () => {
    expect(changedInputs(password, { length: 8 }, { length: 9, upper: false })).toEqual(["length", "upper"]);
    expect(changedInputs(password, { length: 8 }, { length: 8, lower: true, minLower: 0 })).toEqual([]);
    expect(changedInputs(password, { length: 8, special: true }, { length: 8 })).toEqual([]);
  });

  it("of keepers ignore their order and those without a value", () => {
    const keepers = (value: Values) => ({ length: 8, keepers: value });
    expect(changedInputs(password, keepers({ a: "1", b: "2" }), keepers({ b: "2", a: "1" }))).toEqual([]);
    expect(changedInputs(password, { length: 8 }, keepers({}))).toEqual([]);
    expect(changedInputs(password, { length: 8 }, keepers({ a: null }))).toEqual([]);
    expect(changedInputs(password, keepers({ a: "1" }), keepers({ a: "2" }))).toEqual(["keepers"]);
    expect(changedInputs(password, keepers({ a: "1" }), { length: 8 })).toEqual(["keepers"]);
  });

  it("take an unknown value for a change", () => {
    expect(changedInputs(password, { length: 8, keepers: { a: "1" } }, { length: 8, keepers: { a: UNKNOWN } })).toEqual(
      ["keepers"],
    );
  });
});

describe("tokens", () => {
  it("are found in a URN with and without parents", () => {
    const token = "random:index/randomPet:RandomPet";
    expect(typeOfUrn(`urn:pulumi:dev::p::${token}::name`)).toBe(token);
    expect(typeOfUrn(`urn:pulumi:dev::p::a:b:C$d:e:F$${token}::a::b`)).toBe(token);
  });
});
