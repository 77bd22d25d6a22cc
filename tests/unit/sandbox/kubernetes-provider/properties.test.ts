import { describe, expect, it } from "vitest";
import {
  assetOf,
  decode,
  encode,
  equal,
  formatPath,
  get,
  hasUnknown,
  UNKNOWN,
  withoutNulls,
} from "../../../../sandbox/plugins/kubernetes/wire/properties";
import { ProviderError } from "../../../../sandbox/plugins/kubernetes/wire/errors";
import { redact, withoutSecrets } from "../../../../sandbox/plugins/kubernetes/wire/redact";
import { secretOf } from "../../../support/provider-client";

const outputValue = (fields: object): object => ({
  "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  ...fields,
});

describe("values on the wire", () => {
  it("secrets are unwrapped with their places, and wrapped again in the same places", () => {
    const raw = { a: secretOf({ b: 1 }), list: [1, secretOf("x")], c: "plain" };
    const { value, secrets } = decode(raw);
    expect(value).toEqual({ a: { b: 1 }, list: [1, "x"], c: "plain" });
    expect(secrets).toEqual([["a"], ["list", 1]]);
    expect(encode({ value, secrets })).toEqual(raw);
  });

  it("an output without a value is unknown, one with a value is that value, and its secrecy is kept", () => {
    const { value, secrets } = decode({
      later: outputValue({ dependencies: ["urn"] }),
      now: outputValue({ value: { x: 1 }, secret: true }),
      nothing: outputValue({ value: null }),
    });
    expect(value).toEqual({ later: UNKNOWN, now: { x: 1 }, nothing: null });
    expect(secrets).toEqual([["now"]]);
  });

  it("every kind of unknown that the engine has becomes the one unknown", () => {
    const { value } = decode({
      number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
      list: ["6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"],
    });
    expect(value).toEqual({ number: UNKNOWN, list: [UNKNOWN] });
    expect(hasUnknown(value)).toBe(true);
    expect(hasUnknown({ a: [{ b: "known" }] })).toBe(false);
  });

  it("a reference to a resource is its id, or its URN when it has none", () => {
    const reference = { "4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x" };
    expect(decode({ a: reference, b: { ...reference, id: "ns/name" } }).value).toEqual({ a: "urn:x", b: "ns/name" });
  });

  it("an asset gives its text or its file", () => {
    const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", hash: "h" };
    expect(assetOf({ ...asset, text: "hello" })).toEqual({ text: "hello" });
    expect(assetOf({ ...asset, path: "./values.yaml" })).toEqual({ path: "./values.yaml" });
    expect(assetOf({ text: "no asset" })).toBeUndefined();
  });

  it("looking below an unknown value finds an unknown value, and below a text nothing", () => {
    expect(get({ spec: UNKNOWN }, ["spec", "replicas"])).toBe(UNKNOWN);
    expect(get({ spec: "text" }, ["spec", "replicas"])).toBeUndefined();
    expect(get({ list: [{ a: 1 }] }, ["list", 0, "a"])).toBe(1);
    expect(get({}, ["constructor"])).toBeUndefined();
  });

  it("nulls count as absent, however deep", () => {
    expect(withoutNulls({ a: null, b: { c: null, d: [1, null] } })).toEqual({ b: { d: [1] } });
  });

  it("equality looks at values, not at the order of keys", () => {
    expect(equal({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
    expect(equal({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(equal([1, 2], [2, 1])).toBe(false);
    expect(equal("1", 1)).toBe(false);
  });

  it("outputs-secret: sentences never quote a secret, neither as it is nor as base64", async () => {
    const properties = decode({
      a: secretOf({ password: "hunter2", port: "80" }),
      open: "visible",
      b: secretOf("hunter2-long"),
    });
    const base64 = Buffer.from("hunter2").toString("base64");
    expect(redact(`got hunter2-long, hunter2 and ${base64} at visible:80`, properties)).toBe(
      "got [secret], [secret] and [secret] at visible:80",
    );
    const failing = withoutSecrets(properties, () => Promise.reject(new ProviderError("expected map, got hunter2")));
    await expect(failing).rejects.toThrow("expected map, got [secret]");
  });

  it("paths are written in Pulumi's notation", () => {
    expect(formatPath(["spec", "containers", 0, "image"])).toBe("spec.containers[0].image");
    expect(formatPath(["metadata", "labels", "app.kubernetes.io/name"])).toBe(
      'metadata.labels["app.kubernetes.io/name"]',
    );
    expect(formatPath(["data", 'a"b'])).toBe('data["a\\"b"]');
  });
});
