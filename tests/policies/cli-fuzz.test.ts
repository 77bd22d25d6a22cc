import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadAll } from "js-yaml";
import { formats } from "../../policies/command/options";
import { projectFolder } from "../support/stack";
import { compliant, type Manifest } from "./fixtures";
import { type PolicyRun, runPolicy } from "./run-policy";

/** Manifests as people write them: the careful and the careless ones. */
const written = ["careful/platform", "careful/shop", "careless"].flatMap((folder) => {
  const place = path.join(projectFolder, "tests", "policies", "manifests", folder);
  return readdirSync(place).map((name) => readFileSync(path.join(place, name), "utf8"));
});
const objects: readonly Manifest[] = [
  ...compliant(),
  // Aliases would make a change in one place one in several.
  ...written.flatMap((text) => loadAll(text) as Manifest[]).map((each) => JSON.parse(JSON.stringify(each)) as Manifest),
];

const forms = [[], ...formats.map((format) => [`--${format}`])];

/** Whatever comes in: an exit code that is promised, a sentence, and no stack trace. A fault of ours would be thrown. */
function judged(bytes: Uint8Array | string, form: readonly string[] = []): PolicyRun {
  const run = runPolicy(["-", ...form], { readInput: () => Buffer.from(bytes) });
  expect([0, 1, 2]).toContain(run.status);
  expect(`${run.stdout}${run.stderr}`).not.toMatch(/\n {4}at /);
  expect(run.stdout === "").toBe(run.stderr !== "");
  if (run.status === 2 && run.stdout === "") expect(run.stderr).toMatch(/\.\n$/);
  return run;
}

/** Values that stand where nobody expects them. */
const anything = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      null,
      "",
      " ",
      0,
      -1,
      1e21,
      0.1,
      true,
      [],
      {},
      [[]],
      [null],
      [{}],
      { "": null },
      "*",
      "0",
      "100%",
      "-1Gi",
      "1e9",
      { matchLabels: null },
      { matchExpressions: [{ key: "a", operator: "Near" }] },
      { name: 7 },
      [{ name: null }],
      ["a", 1, null, {}],
      "0.0.0.0/0",
      "::/0",
      "999.1.1.1/64",
      { cidr: "x", except: 5 },
      "\u0000\ud800",
    ),
  },
);

/** Every path below a value. */
function pathsOf(value: unknown, above: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const at = [...above, Array.isArray(value) ? Number(name) : name];
    return [at, ...pathsOf(child, at)];
  });
}

/** Puts something else at one path. */
function replace(root: Manifest, at: readonly (string | number)[], value: unknown): Manifest {
  const copy = JSON.parse(JSON.stringify(root)) as Manifest;
  const parent = at
    .slice(0, -1)
    .reduce<Record<string | number, unknown>>((holder, key) => holder[key] as Record<string | number, unknown>, copy);
  parent[at.at(-1)!] = value;
  return copy;
}

describe("npm run policy never gives a stack trace", () => {
  test("on random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void judged(bytes)),
      { numRuns: 300 },
    );
  });

  test("on random text of the signs that YAML is made of", () => {
    const signs = [
      "---",
      "...",
      "\n",
      "  ",
      "\t",
      ": ",
      "- ",
      "? ",
      "[",
      "]",
      "{",
      "}",
      "&a",
      "*a",
      "<<: ",
      "!!",
      "|",
      ">",
      "#",
      "%",
      "'",
      '"',
      "kind",
      "v1",
      "{{",
      "\r",
      "\u2028",
      "@",
      "`",
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...signs), fc.string({ maxLength: 3 })), { maxLength: 40 });
    fc.assert(
      fc.property(text, (parts) => void judged(parts.join(""))),
      { numRuns: 1000 },
    );
  });

  test("on real manifests with pieces cut out, doubled and moved", () => {
    const edit = fc.record({ from: fc.nat(), length: fc.nat(60), to: fc.nat(), keep: fc.boolean() });
    fc.assert(
      fc.property(fc.constantFrom(...written), fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
        const edited = edits.reduce((current, { from, length, to, keep }) => {
          const start = from % (current.length + 1);
          const piece = current.slice(start, start + length);
          const rest = keep ? current : current.slice(0, start) + current.slice(start + length);
          const target = to % (rest.length + 1);
          return rest.slice(0, target) + piece + rest.slice(target);
        }, text);
        judged(edited);
      }),
      { numRuns: 300 },
    );
  });

  test("on anything in place of any property of any object, alone and among its neighbours, in every form", () => {
    const places = objects.flatMap((object, index) => pathsOf(object).map((at) => ({ index, at })));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...places), anything), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        fc.constantFrom(...forms),
        (changes, alone, form) => {
          const changed = [...objects];
          for (const [{ index, at }, value] of changes) {
            // A change above may have taken the place away.
            if (pathsOf(changed[index]).some((each) => JSON.stringify(each) === JSON.stringify(at))) {
              changed[index] = replace(changed[index]!, at, value);
            }
          }
          const given = alone ? [changed[changes[0]![0].index]!] : changed;
          judged(given.map((each) => JSON.stringify(each)).join("\n---\n"), form);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("on null in place of every single property, which Kubernetes takes for absent", () => {
    for (const object of objects) {
      const variants = pathsOf(object).map((at) => JSON.stringify(replace(object, at, null)));
      judged(variants.join("\n---\n"));
    }
  });
});
