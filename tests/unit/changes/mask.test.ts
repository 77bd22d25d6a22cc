import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareStack, type Comparison } from "../../../changes/comparison";
import { mask, masked, maskLines } from "../../../changes/mask";
import { renderJson } from "../../../changes/outputs/json";
import { renderMarkdown } from "../../../changes/outputs/markdown";
import { renderText } from "../../../changes/outputs/text";
import { type PropertyObject, type PropertyValue } from "../../../registrations/property-values";
import { type Registration } from "../../../registrations/registration";
import { facts, finding, policyReport } from "./facts";
import { object, resource } from "./registrations";

const deployment = "kubernetes:apps/v1:Deployment";

describe("a value that is shown", () => {
  it.each<[string, string[], PropertyValue]>([
    ["what the engine marks secret", ["a"], { $secret: "x" }],
    ["what stands in a Secret", ["data", "user"], "YWRtaW4="],
    ["a variable named like a secret", ["spec", "env", "[DB_PASSWORD]", "value"], "hunter2"],
    ["a property named like a secret", ["apiKey"], "abcdefgh"],
    ["a number as password", ["password"], 123456],
    ["what looks like a key", ["note"], "AKIAABCDEFGHIJKLMNOP"],
    ["an address with a password", ["url"], "amqp://user:pass@host/"],
  ])("is masked when it is %s", (_, path, value) => {
    expect(mask("kubernetes:core/v1:Secret", path, value)).toBe(masked);
  });

  it("is masked inside of lists, objects, JSON and configuration files, and only there", () => {
    const value = {
      env: [
        { name: "TOKEN", value: "abc123" },
        { name: "MODE", value: "fast" },
      ],
      json: '{"password":"x1","port":1}',
      file: "user = admin\npassword = hunter2\nport = 1",
      nested: { deep: [{ $secret: 1 }] },
    };
    expect(mask(deployment, [], value)).toEqual({
      env: [
        { name: "TOKEN", value: masked },
        { name: "MODE", value: "fast" },
      ],
      json: `{"password":"${masked}","port":1}`,
      file: `user = admin\n${masked}\nport = 1`,
      nested: { deep: [masked] },
    });
  });

  it.each<[string[], PropertyValue]>([
    [["spec", "replicas"], 3],
    [["image"], "ghcr.io/a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"],
    [["secretName"], "api-gateway-secrets"],
    [["encrypted"], true],
    [["kmsKeyId"], "«key-storage-key.arn»"],
  ])("is shown when it is no secret: %s", (path, value) => {
    expect(mask(deployment, path, value)).toBe(value);
  });

  it("is a sentence without the line that has a secret", () => {
    expect(maskLines("altlas:x = 1\nurl is https://me:pass@host/\nremedy: y")).toBe(
      `altlas:x = 1\n${masked}\nremedy: y`,
    );
  });
});

describe("whatever a comparison prints", () => {
  const secret = fc.stringMatching(/^[a-z]{6}[0-9]{4}[A-Z]{4}$/).map((text) => `planted${text}`);
  const around = fc.record({ plain: fc.string(), number: fc.integer() });

  /** Places where a secret may stand, each found by another means. */
  const places: readonly ((value: string, other: PropertyObject) => Registration)[] = [
    (value, other) => resource("t:a:A", "marked", { ...other, value: { $secret: value } }),
    (value, other) => object("core/v1:Secret", "held", { data: { any: value }, stringData: { ...other, any: value } }),
    (value, other) => object("apps/v1:Deployment", "named", { spec: { env: [{ name: "DB_PASSWORD", value }], other } }),
    (value) => resource("t:a:A", "json", { policy: JSON.stringify({ Statement: [{ Sid: "x", password: value }] }) }),
    (value) => object("core/v1:ConfigMap", "file", { data: { "app.conf": `mode = fast\npassword = ${value}\n` } }),
    (value) => resource("t:a:A", "whole", { block: { inner: { secretKey: value } } }),
    (value) => resource("t:a:A", "address", { urls: [`postgres://app:${value}@db/`] }),
  ];

  it("holds no secret of either side, in any form", () => {
    fc.assert(
      fc.property(secret, secret, around, fc.nat({ max: 2 }), (before, after, other, kind) => {
        const sides = [before, after].map((value) => places.map((place) => place(value, other)));
        const [base, head] = [kind === 1 ? [] : sides[0]!, kind === 2 ? [] : sides[1]!];
        const failing = policyReport([finding("ALT-A-001", "a", "fail", { problem: `has https://u:${after}@h` })]);
        const stack = compareStack("beta", facts(base), facts(head, { policies: failing }));
        const refused = compareStack("dev", facts(base), { ...facts(), problem: `password = ${after}` });
        const comparison: Comparison = { base: { name: "a" }, head: { name: "b" }, stacks: [stack, refused] };
        for (const render of [renderText, renderMarkdown, renderJson]) {
          const text = render(comparison);
          expect(text).not.toContain(before);
          expect(text).not.toContain(after);
          // Something is told of each all the same.
          if (kind === 0)
            for (const name of ["marked", "held", "named", "file", "address"]) expect(text).toContain(name);
        }
      }),
      { numRuns: 60 },
    );
  });
});
