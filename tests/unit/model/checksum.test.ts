import * as fc from "fast-check";
import { expect, test } from "vitest";
import { contentChecksum } from "../../../model/checksum";

test("the order of keys does not count", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (content) => {
      const reversed = Object.fromEntries(Object.entries(content).reverse());
      expect(contentChecksum(reversed)).toBe(contentChecksum(content));
    }),
    { seed: 20_261_123 },
  );
});

test.each<[Record<string, string>, Record<string, string>]>([
  [{ a: "b" }, { a: "c" }],
  [{ a: "b" }, { b: "a" }],
  [{ a: "1", b: "2" }, { a: '1","b":"2' }],
  [{ a: "b" }, {}],
])("%j and %j have different checksums", (one, other) => {
  expect(contentChecksum(one)).not.toBe(contentChecksum(other));
});

test("a checksum is 64 hexadecimal digits, as others compute it from the same pairs", () => {
  // printf '[["LOG_LEVEL","info"]]' | sha256sum
  expect(contentChecksum({ LOG_LEVEL: "info" })).toBe(
    "3e8331a1ad7924ba454096e6120874ad36e21945e8f2ef0d98fbf26528f9a41f",
  );
});
