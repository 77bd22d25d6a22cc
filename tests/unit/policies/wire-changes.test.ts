import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNKNOWN } from "../../../policies/field";
import { decodeProperties, encodeChanges } from "../../../policies/sources/wire";

const mark = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [mark]: "1b47061264138c4ac30d75fd1eb44270", value });
const output = (rest: Record<string, unknown>) => ({ [mark]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...rest });
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownList = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2";

/** Decodes, changes and encodes. */
function change(encoded: Record<string, unknown>, edit: (properties: Record<string, unknown>) => void) {
  const { properties } = decodeProperties(encoded);
  edit(properties);
  return encodeChanges(encoded, properties);
}

describe("changed properties in the engine's form", () => {
  test("keep marks, the type of unknown values, assets and providers' notes beside what was added", () => {
    const encoded = {
      password: secret("x"),
      later: unknownText,
      list: unknownList,
      deferred: output({ secret: true }),
      known: output({ value: { a: 1 }, dependencies: ["urn:x"] }),
      asset: { [mark]: "c44067f5952c0a294b673a41bacd8c17", text: "t" },
      reference: { [mark]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x", id: "1" },
      spec: { __defaults: ["x"], containers: [{ name: "app", env: secret([{ name: "A", value: "b" }]) }], none: null },
    };
    const result = change(encoded, (properties) => {
      const { containers } = properties.spec as { containers: Record<string, unknown>[] };
      containers[0]!.securityContext = { capabilities: { drop: ["ALL"] } };
      (properties.known as Record<string, unknown>).b = 2;
      properties.absent = undefined;
    });
    expect(result).toEqual({
      ...encoded,
      known: output({ value: { a: 1, b: 2 }, dependencies: ["urn:x"] }),
      spec: {
        ...encoded.spec,
        containers: [{ ...encoded.spec.containers[0], securityContext: { capabilities: { drop: ["ALL"] } } }],
      },
    });
  });

  test("may be added below a secret, and are secret with it", () => {
    const encoded = { spec: secret({ containers: [{ name: "app" }] }) };
    const result = change(encoded, ({ spec }) => {
      (spec as Record<string, unknown>).hostNetwork = false;
    });
    expect(result).toEqual({ spec: secret({ containers: [{ name: "app" }], hostNetwork: false }) });
  });

  test.each<[string, Record<string, unknown>, (properties: Record<string, unknown>) => void]>([
    ["a secret changes", { a: secret("x") }, (all) => (all.a = "y")],
    ["a secret goes", { a: secret("x") }, (all) => delete all.a],
    ["a secret moves in its list", { a: [secret("x"), "y"] }, (all) => (all.a as unknown[]).unshift("z")],
    [
      "an object with a secret moves in its list",
      { a: [{ b: secret("x") }] },
      (all) => (all.a as unknown[]).unshift({ b: "z" }),
    ],
    ["an unknown value moves", { a: unknownText }, (all) => (all.b = all.a)],
    ["an unknown value is invented", { a: 1 }, (all) => (all.a = UNKNOWN)],
  ])("are refused when %s", (_, encoded, edit) => {
    expect(change(encoded, edit)).toBeUndefined();
  });

  test("come back as they were changed, whatever is secret or unknown, when only something is added", () => {
    const value = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>("x", 1, true, null, unknownText, unknownList),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b", "c.d", "__defaults"), tie("tree"), { noNullPrototype: true }),
        tie("tree").map(secret),
        tie("tree").map((each) => output({ value: each, secret: true })),
      ),
    })).tree;
    const addTo = (each: unknown): void => {
      if (Array.isArray(each)) each.push({ added: "last" });
      if (typeof each !== "object" || each === null || each === UNKNOWN) return;
      Object.values(each).forEach(addTo);
      if (!Array.isArray(each)) (each as Record<string, unknown>).added = { by: "a rule" };
    };
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b", "c"), value, { noNullPrototype: true }), (encoded) => {
        const before = decodeProperties(encoded);
        const { properties } = decodeProperties(encoded);
        addTo(properties);
        const after = decodeProperties(encodeChanges(encoded, properties));
        expect(after.properties).toEqual(properties);
        expect([...after.secrets]).toEqual(expect.arrayContaining([...before.secrets]));
      }),
    );
  });
});
