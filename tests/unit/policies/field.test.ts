import { describe, expect, test } from "vitest";
import {
  anyKnown,
  ENCRYPTED,
  everyKnown,
  Field,
  joinPath,
  Malformed,
  UNKNOWN,
  UnknownValue,
} from "../../../policies/field";

const root = Field.root(
  { name: "a", count: 0, on: false, list: [1, { deep: "x" }], nothing: null, later: UNKNOWN, "a.b/c": "dotted" },
  new Set(["list[1]"]),
);

describe("a property", () => {
  test("is read with its type and carries its path", () => {
    expect(root.at("name").text()).toBe("a");
    expect(root.at("count").number()).toBe(0);
    expect(root.at("on").flag()).toBe(false);
    expect(root.at("list", 1, "deep").path).toBe("list[1].deep");
    expect(root.at("a.b/c").path).toBe('["a.b/c"]');
    expect(joinPath("metadata.labels", "a.b/c")).toBe('metadata.labels["a.b/c"]');
  });

  test("is absent when it, or anything above it, is missing or null", () => {
    for (const field of [root.at("nothing"), root.at("x", "y", 0), root.at("list", 7), root.at("name", "deeper")]) {
      expect(field.exists).toBe(false);
      expect(field.text()).toBeUndefined();
      expect(field.items()).toEqual([]);
      expect(field.entries()).toEqual([]);
    }
  });

  test("is not read from the prototype of objects", () => {
    expect(root.at("constructor").exists).toBe(false);
    expect(root.at("list", "length").exists).toBe(true);
    expect(Field.root({}).at("__proto__").exists).toBe(false);
  });

  test.each<[string, (field: Field) => unknown]>([
    ["exists", (field) => field.exists],
    ["text", (field) => field.text()],
    ["number", (field) => field.number()],
    ["flag", (field) => field.flag()],
    ["numberOrText", (field) => field.numberOrText()],
    ["items", (field) => field.items()],
    ["entries", (field) => field.entries()],
  ])("cannot be read by %s while it is unknown, nor can anything below it", (_, read) => {
    for (const field of [root.at("later"), root.at("later", "below", 3)]) {
      expect(() => read(field)).toThrow(new UnknownValue("later", "preview"));
    }
  });

  test("of the wrong type is malformed", () => {
    expect(() => root.at("name").number()).toThrow(new Malformed("name", "a number"));
    expect(() => root.at("count").text()).toThrow(Malformed);
    expect(() => root.at("name").items()).toThrow("name is not a list");
    expect(() => root.at("list").entries()).toThrow("list is not an object");
    expect(() => root.at("on").numberOrText()).toThrow(Malformed);
  });

  test("says why it is unknown", () => {
    expect(() => Field.root({ key: ENCRYPTED }).at("key").text()).toThrow("key is encrypted in the state");
    expect(() => root.at("later").text()).toThrow("later is not known before the update");
  });

  test("is secret when it, or anything above it, is marked; that can be asked of unknown ones", () => {
    expect(root.at("list", 1, "deep").secret).toBe(true);
    expect(root.at("list", 0).secret).toBe(false);
    expect(Field.root({ a: UNKNOWN }, new Set(["a"])).at("a", "b").secret).toBe(true);
    expect(Field.root({ a: "x" }, new Set([""])).at("a").secret).toBe(true);
  });

  test("gives all values below it, past unknown ones", () => {
    expect([...root.leaves()].map(({ field, key, secret }) => [field.path, key, secret])).toEqual([
      ["name", "name", false],
      ["count", "count", false],
      ["on", "on", false],
      ["list[0]", "list", false],
      ["list[1].deep", "deep", true],
      ["later", "later", false],
      ['["a.b/c"]', "a.b/c", false],
    ]);
  });
});

describe("a question to several", () => {
  const doubt = () => {
    throw new UnknownValue("x", "preview");
  };

  test("is answered by one that is certain, before or after an unknown one", () => {
    expect(anyKnown([doubt, () => true], (each) => each())).toBe(true);
    expect(anyKnown([() => true, doubt], (each) => each())).toBe(true);
    expect(everyKnown([doubt, () => false], (each) => each())).toBe(false);
  });

  test("is not answered when an unknown one decides", () => {
    expect(() => anyKnown([() => false, doubt], (each) => each())).toThrow(UnknownValue);
    expect(() => everyKnown([() => true, doubt], (each) => each())).toThrow(UnknownValue);
    expect(anyKnown([], () => true)).toBe(false);
    expect(everyKnown([], () => false)).toBe(true);
  });
});
