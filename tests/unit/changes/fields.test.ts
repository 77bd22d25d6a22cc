import { describe, expect, it } from "vitest";
import { compareValues, type FieldChange, leavesOf, showPath } from "../../../changes/compare/fields";
import { type PropertyObject } from "../../../registrations/property-values";

/** Changes as one line each. */
function told(before: PropertyObject, after: PropertyObject): string[] {
  return compareValues(before, after).map(line);
}

function line({ path, before, after }: FieldChange): string {
  const side = (value: unknown) => (value === undefined ? "-" : JSON.stringify(value));
  return `${showPath(path)}: ${side(before)} > ${side(after)}`;
}

describe("fields that differ", () => {
  it("are none between equal values, whatever the order of their keys", () => {
    expect(told({ a: 1, b: { c: [1], d: null } }, { b: { d: null, c: [1] }, a: 1 })).toEqual([]);
  });

  it("are told at the deepest place, with what is there on one side only", () => {
    expect(told({ a: { b: 1, c: 2 } }, { a: { b: 3, d: { e: 4 } } })).toEqual([
      "a.b: 1 > 3",
      "a.c: 2 > -",
      'a.d: - > {"e":4}',
    ]);
  });

  it("are matched by name in lists of containers, variables, ports and statements, wherever they stand", () => {
    const container = (name: string, image: string) => ({ name, image, env: [{ name: "A", value: image }] });
    const before = { containers: [container("app", "1"), container("proxy", "1")] };
    const after = { containers: [container("init", "9"), container("proxy", "1"), container("app", "2")] };
    expect(told(before, after)).toEqual([
      'containers[app].env[A].value: "1" > "2"',
      'containers[app].image: "1" > "2"',
      'containers[init]: - > {"name":"init","image":"9","env":[{"name":"A","value":"9"}]}',
    ]);
  });

  it("are single values that came and went in lists of values, and one change when only the order is another", () => {
    expect(told({ a: ["x", "y", "y"] }, { a: ["y", "z"] })).toEqual(['a[]: "x" > -', 'a[]: "y" > -', 'a[]: - > "z"']);
    expect(told({ a: ["x", "y"] }, { a: ["y", "x"] })).toEqual(['a: ["x","y"] > ["y","x"]']);
  });

  it("are compared pair by pair in lists of objects without names, equal ones left out", () => {
    const [one, two, three] = [{ from: [{ x: 1 }] }, { from: [{ x: 2 }] }, { from: [{ x: 3 }] }];
    expect(told({ rules: [one, two] }, { rules: [two, three] })).toEqual(["rules[0].from[0].x: 1 > 3"]);
    expect(told({ rules: [one] }, { rules: [one, three] })).toEqual(['rules[1]: - > {"from":[{"x":3}]}']);
  });

  it("are found inside of texts that are JSON, such as policy documents, and not in their spacing", () => {
    const document = (actions: string[]) => JSON.stringify({ Statement: [{ Sid: "Read", Action: actions }] });
    expect(told({ policy: document(["a"]) }, { policy: document(["a", "b"]) })).toEqual([
      'policy.Statement[Read].Action[]: - > "b"',
    ]);
    expect(told({ policy: '{"a":1}' }, { policy: '{ "a": 1 }' })).toEqual([]);
  });

  it("keep a secret whole, with its mark", () => {
    expect(told({ a: { $secret: "x" } }, { a: { $secret: "y" } })).toEqual(['a: {"$secret":"x"} > {"$secret":"y"}']);
  });

  it("have a path that can be read when a key is no word", () => {
    expect(showPath(["metadata", "annotations", "altlas.io/checksum", "[0]"])).toBe(
      'metadata.annotations["altlas.io/checksum"][0]',
    );
  });

  it("are told value by value when an object came or went as a whole", () => {
    const change: FieldChange = { path: ["a"], before: { b: [{ name: "n", c: 1 }], d: '{"e":[2]}' } };
    expect(leavesOf(change).map(line)).toEqual(['a.b[n].name: "n" > -', "a.b[n].c: 1 > -", "a.d.e[]: 2 > -"]);
  });
});
