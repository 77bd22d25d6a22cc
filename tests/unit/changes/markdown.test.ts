import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareStack, type Comparison } from "../../../changes/comparison";
import { commentMarker, renderMarkdown } from "../../../changes/outputs/markdown";
import { type PropertyValue } from "../../../registrations/property-values";
import { type Registration } from "../../../registrations/registration";
import { longestMarkdown } from "../../../policies/outputs/markdown-text";
import { facts, finding, policyReport } from "./facts";
import { object, resource } from "./registrations";

function comparisonOf(before: readonly Registration[], after: readonly Registration[], policies?: unknown): Comparison {
  const head = facts(after, policies === undefined ? {} : { policies });
  return {
    base: { name: "main", commit: "1".repeat(40) },
    head: { name: "topic", commit: "2".repeat(40) },
    stacks: [compareStack("beta", facts(before), head)],
  };
}

const many = (count: number, value: (index: number) => PropertyValue) =>
  Array.from({ length: count }, (_, index) =>
    object("core/v1:LimitRange", `map-${index}`, { data: { value: value(index) } }),
  );

const badDisk = (encrypted: boolean) => resource("aws:ebs/volume:Volume", "disk", { encrypted });

describe("the comment", () => {
  it("begins with the worst and ends with the mark by which it is found again", () => {
    const lines = renderMarkdown(comparisonOf([badDisk(true)], [badDisk(false)]))
      .trimEnd()
      .split("\n");
    expect(lines[0]).toBe("## ⚠️ Encryption removed or weakened: Volume disk encrypted true → false (beta)");
    expect(lines.at(-1)).toBe(commentMarker);
  });

  it("has verdicts of every stack in one table, and each changed field of a resource folded by layer", () => {
    const text = renderMarkdown(comparisonOf([badDisk(true)], [badDisk(false)]));
    expect(text).toContain("| beta | 1 changed | as before: 0 failures, 0 exempted |");
    expect(text).toContain("<details><summary>Resources: cluster (1)</summary>");
    expect(text).toContain("```diff\n~ Volume disk\n-     encrypted: true\n+     encrypted: false\n```");
  });

  it("is the same to the byte for the same comparison", () => {
    const [before, after] = [many(5, String), many(5, (index) => `other ${index}`)];
    const text = renderMarkdown(comparisonOf(before, after));
    expect(renderMarkdown(comparisonOf([...before].reverse(), [...after].reverse()))).toBe(text);
  });

  it("leaves out a stack in which nothing happens, but for its row", () => {
    const text = renderMarkdown(comparisonOf([], []));
    expect(text).toContain("| beta |");
    expect(text).not.toContain("### Stack");
  });

  it("shows lines of a text that are on one side only, not the whole text", () => {
    const file = (port: number) => many(1, () => `first\nport ${port}\nlast`);
    const text = renderMarkdown(comparisonOf(file(1), file(2)));
    expect(text).toContain("!     data.value:\n-         port 1\n+         port 2\n```");
  });
});

describe("a comment that would be too long", () => {
  const disk = [badDisk(true)];
  /** What is left of so many changed objects with values of a length. */
  const shortened = (count: number, length: number) => {
    const before = [...disk, ...many(count, (index) => `a${index}${"x".repeat(length)}`)];
    const after = [badDisk(false), ...many(count, (index) => `b${index}${"y".repeat(length)}`)];
    return renderMarkdown(comparisonOf(before, after));
  };

  it("first loses labels and tags", () => {
    const labelled = (value: string) =>
      Array.from({ length: 250 }, (_, index) =>
        object("core/v1:LimitRange", `map-${index}`, {
          metadata: { name: `map-${index}`, labels: { own: `${value}${index}${"z".repeat(100)}` } },
          data: { telling: value },
        }),
      );
    const text = renderMarkdown(comparisonOf(labelled("a"), labelled("b")));
    expect(text).toContain("data.telling: b");
    expect(text).not.toContain("labels");
    expect(text).toContain("Shortened to fit");
  });

  it("then fields, then names, and says that it was shortened; the headline stays", () => {
    const first = "## ⚠️ Encryption removed or weakened: Volume disk";
    const whole = shortened(20, 100);
    expect(whole).toContain("data.value: ");
    expect(whole).not.toContain("Shortened");
    const names = shortened(1000, 100);
    expect(names).toContain("~ LimitRange altlas/map-999");
    expect(names).not.toContain("data.value");
    const counts = shortened(5000, 100);
    expect(counts).toContain("Resources: services (5000)");
    expect(counts).not.toContain("map-4999");
    for (const text of [whole, names, counts]) expect(text.startsWith(first)).toBe(true);
  });

  it("is never longer than a comment may be, whatever changes", () => {
    const text = fc.string({ unit: "binary", maxLength: 200 });
    fc.assert(
      fc.property(
        fc.nat({ max: 600 }),
        fc.nat({ max: 900 }),
        fc.array(fc.tuple(text, text), { maxLength: 20 }),
        (count, failures, values) => {
          const failing = Array.from({ length: failures }, (_, index) =>
            finding("ALT-A-001", `${values[0]?.[0] ?? ""}${index}`, "fail", { problem: values[0]?.[1] ?? "is wrong" }),
          );
          const value = (side: 0 | 1) => (index: number) =>
            `${side}${values[index % (values.length || 1)]?.[side] ?? ""}`;
          const comparison = comparisonOf(many(count, value(0)), many(count, value(1)), policyReport(failing));
          const markdown = renderMarkdown(comparison);
          expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(longestMarkdown);
          expect(markdown.startsWith("## ")).toBe(true);
          expect(markdown.endsWith(`${commentMarker}\n`)).toBe(true);
        },
      ),
      { numRuns: 12 },
    );
  });

  it("is cut to its headline when there are more stacks than a table can hold", () => {
    const one = compareStack("beta", facts([badDisk(true)]), facts([badDisk(false)]));
    const stacks = Array.from({ length: 2000 }, (_, index) => ({ ...one, stack: `stack-${index}` }));
    const text = renderMarkdown({ base: { name: "a" }, head: { name: "b" }, stacks });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(longestMarkdown);
    expect(text.startsWith("## ⚠️ Encryption removed or weakened: Volume disk")).toBe(true);
  });
});

describe("values from a pull request", () => {
  const hostile =
    "```\n</details><!-- x --><script>alert(1)</script> @everyone [a](https://evil.example) | b | $x$ \u202e";

  it("cannot end the block that they stand in", () => {
    const text = renderMarkdown(
      comparisonOf(
        many(1, () => "a"),
        many(1, () => `one line ${hostile}`),
      ),
    );
    const fences = text.split("\n").filter((line) => /^`{3,}/.test(line));
    expect(fences).toEqual(["````diff", "````"]);
    const inside = text.slice(text.indexOf("````diff"), text.lastIndexOf("````"));
    expect(inside).toContain("<script>");
    expect(text.replace(inside, "")).not.toMatch(/<script>|@everyone/);
  });

  it("are no markup, mention, link or row of a table outside of it", () => {
    const failing = policyReport([finding("ALT-A-001", hostile, "fail", { problem: hostile })]);
    const text = renderMarkdown(comparisonOf([], [], failing));
    const allowed = /<\/?details>|<\/?summary>|<\/?sub>|<!-- altlas-changes -->/g;
    const rest = text.replace(allowed, "");
    expect(rest).not.toMatch(/(?<!\\)<|@everyone|(?<!\\)\[a\]|:\/\//);
    const rows = text.split("\n").filter((line) => line.startsWith("|"));
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
  });

  it("show nothing that turns the direction of writing around", () => {
    const text = renderMarkdown(
      comparisonOf(
        many(1, () => "a"),
        many(1, () => hostile.replace(/\n/g, " ")),
      ),
    );
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });
});
