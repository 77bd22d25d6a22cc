import { describe, expect, test } from "vitest";
import { ENCRYPTED, UNKNOWN } from "../../../policies/field";
import { fromStateExport, StateError } from "../../../policies/sources/state";
import { decodeProperties } from "../../../policies/sources/wire";

const mark = "4dabf18193072939515e22adb298388d";
const secret = (rest: Record<string, unknown>) => ({ [mark]: "1b47061264138c4ac30d75fd1eb44270", ...rest });

describe("the engine's wire format", () => {
  test("gives unknown values of every type as unknown", () => {
    const sentinels = [
      ...["1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "3eeb2bf0-c639-47a8-9e75-3b44932eb421"],
      ...["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"],
      ...["030794c1-ac77-496b-92df-f27374a8bd58", "e48ece36-62e2-4504-bad9-02848725956a"],
      "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ];
    expect(decodeProperties({ list: sentinels }).properties).toEqual({ list: sentinels.map(() => UNKNOWN) });
  });

  test("opens secrets and lists their paths", () => {
    const { properties, secrets } = decodeProperties({
      data: { password: secret({ value: "x" }), open: "y" },
      list: [secret({ value: { deep: 1 } })],
      later: secret({ value: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }),
      output: { [mark]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", secret: true },
    });
    expect(properties).toEqual({
      data: { password: "x", open: "y" },
      list: [{ deep: 1 }],
      later: UNKNOWN,
      output: UNKNOWN,
    });
    expect([...secrets].sort()).toEqual(["data.password", "later", "list[0]", "output"]);
  });

  test("gives references by their name, and leaves providers' notes out", () => {
    const reference = { [mark]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x", id: "1" };
    expect(decodeProperties({ of: reference, __defaults: [], kept: null }).properties).toEqual({
      of: "urn:x",
      kept: null,
    });
  });
});

describe("a state export", () => {
  const urn = "urn:pulumi:dev::altlas::kubernetes:core/v1:Secret::db";

  test("gives inputs, outputs, options and secrets, encrypted or shown", () => {
    const [resource] = fromStateExport({
      version: 3,
      deployment: {
        resources: [
          {
            urn,
            type: "kubernetes:core/v1:Secret",
            protect: true,
            ignoreChanges: ["data"],
            inputs: { data: secret({ ciphertext: "v1:abc" }), other: secret({ plaintext: '{"a":1}' }) },
          },
        ],
      },
    });
    expect(resource).toMatchObject({
      name: "db",
      urn,
      inputs: { data: ENCRYPTED, other: { a: 1 } },
      options: { protect: true, ignoreChanges: ["data"] },
    });
    expect([...resource!.secrets!.inputs].sort()).toEqual(["data", "other"]);
  });

  test("leaves out what waits for its deletion, and may be empty", () => {
    const resources = [{ urn, type: "a:b:C", delete: true }];
    expect(fromStateExport({ deployment: { resources } })).toEqual([]);
    expect(fromStateExport({ deployment: { resources: null } })).toEqual([]);
  });

  test.each([
    [null],
    ["text"],
    [{}],
    [{ deployment: {}, resources: 1 }],
    [{ deployment: { resources: [{ urn: 1 }] } }],
  ])("%j is refused with a sentence, or holds nothing", (document) => {
    const read = () => fromStateExport(document);
    try {
      expect(read()).toEqual([]);
    } catch (error) {
      expect(error).toBeInstanceOf(StateError);
      expect((error as Error).message).toMatch(/^This is no state export: .*pulumi stack export/);
    }
  });
});
