import fc from "fast-check";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { type Assignment, edit, EditError, type Path } from "../../../promote/edit";

const digest = `sha256:${"5f".repeat(32)}`;
const images = (name: string): Path => ["config", "altlas:images", name];
const service = (place: number, part: string): Path => ["config", "altlas:services", place, part];
const set = (text: string, ...assignments: readonly (readonly [Path, string])[]) =>
  edit(
    text,
    assignments.map(([path, value]): Assignment => ({ path, value })),
  );

describe("a text in a YAML file", () => {
  it.each([
    ["plain", "tag: old # why\n", "tag: new # why\n"],
    ["in double quotes", 'tag: "old"   # why\n', 'tag: "new"   # why\n'],
    ["in single quotes", "tag: 'old'\n", "tag: 'new'\n"],
    ["in a flow map", "tag: old\n", "tag: new\n"],
    ["folded over lines", "tag: >-\n      old\n", "tag: new\n"],
    ["empty", "tag:\n", "tag: new\n"],
    ["empty with a comment", "tag: # none yet\n", "tag: new # none yet\n"],
  ])("%s is replaced, and nothing around it", (_, before, after) => {
    const around = (line: string) =>
      `# top\nconfig:\n\n  altlas:images:\n    # above\n    ${line}    other: 1\n# end\n`;
    expect(set(around(before), [images("tag"), "new"])).toBe(around(after));
  });

  it.each(["006128e27", "1.10", "12:30", "on", "1e3", "2026-11-26", "0o17", "1_000", "null", "0x1f"])(
    "that looks like something else, %s, is put into quotes",
    (tag) => {
      const text = set("config:\n  altlas:images:\n    tag: old\n", [images("tag"), tag]);
      expect(text).toBe(`config:\n  altlas:images:\n    tag: "${tag}"\n`);
    },
  );

  it("is added behind the last entry of its map, before what comes after", () => {
    const before =
      "config:\n  altlas:services:\n    - name: a # first\n      pool: cpu\n    # about b\n    - name: b\n  # next\n  altlas:x: 1\n";
    expect(set(before, [service(0, "digest"), digest], [service(1, "tag"), "new"])).toBe(
      `config:\n  altlas:services:\n    - name: a # first\n      pool: cpu\n      digest: ${digest}\n    # about b\n    - name: b\n      tag: new\n  # next\n  altlas:x: 1\n`,
    );
  });

  it("makes what is missing on its way: a list, an entry, a map", () => {
    const before = "config:\n  altlas:images:\n    tag: old\n# salt\nencryptionsalt: v1:x\n";
    expect(
      set(before, [service(0, "name"), "a"], [service(0, "digest"), digest], [[...images("digests"), "b"], digest]),
    ).toBe(
      `config:\n  altlas:images:\n    tag: old\n    digests:\n      b: ${digest}\n  altlas:services:\n    - name: a\n      digest: ${digest}\n# salt\nencryptionsalt: v1:x\n`,
    );
  });

  it.each([
    ["altlas:services: []", `altlas:services: [{ name: a }]`],
    ["altlas:services:", `altlas:services: [ { name: a } ]`],
    ["altlas:services: [{ name: z, tag: q }] # all", `altlas:services: [{ name: z, tag: q }, { name: a }] # all`],
  ])("joins %s in its own form", (before, after) => {
    const place = before.includes("z") ? 1 : 0;
    expect(set(`config:\n  ${before}\n`, [service(place, "name"), "a"])).toBe(`config:\n  ${after}\n`);
  });

  it("joins a flow map, over one line or several, empty or not", () => {
    const added = (map: string) => set(`config:\n  altlas:images: ${map}\n`, [images("tag"), "new"]);
    expect(added("{}")).toBe("config:\n  altlas:images: { tag: new }\n");
    expect(added("{ a: 1 }")).toBe("config:\n  altlas:images: { a: 1, tag: new }\n");
    expect(added("{ a: 1, }")).toBe("config:\n  altlas:images: { a: 1, tag: new, }\n");
    expect(added("{\n      a: [1, 2] # x\n    }")).toBe(
      "config:\n  altlas:images: {\n      a: [1, 2], tag: new # x\n    }\n",
    );
  });

  it("ends lines as the file does, and ends a last line that had no end", () => {
    expect(set("config:\r\n  altlas:images:\r\n    tag: a\r\n", [[...images("digests"), "b"], digest])).toBe(
      `config:\r\n  altlas:images:\r\n    tag: a\r\n    digests:\r\n      b: ${digest}\r\n`,
    );
    expect(set("config:\n  altlas:images:\n    tag: a", [images("digest"), digest])).toBe(
      `config:\n  altlas:images:\n    tag: a\n    digest: ${digest}\n`,
    );
  });

  it.each([
    ["an alias", "a: &a { tag: x }\nconfig:\n  altlas:images: *a\n", "altlas:images is an alias"],
    ["an anchor", "config:\n  altlas:images: &a\n    tag: x\n  altlas:b: *a\n", "altlas:images has an anchor"],
    ["a merged map", "a: &a { tag: x }\nconfig:\n  altlas:images:\n    <<: *a\n", "takes over another map"],
    ["JSON in a text", `config:\n  altlas:images: '{"tag":"x"}'\n`, "altlas:images is written as one text"],
    ["a list", "config:\n  altlas:images:\n    tag: [x]\n", "altlas:images.tag is no single text"],
    ["a type of its own", "config:\n  altlas:images:\n    tag: !!binary eA==\n", "cannot be read"],
    ["a number by its tag", "config:\n  altlas:images:\n    tag: !!int 1\n", "has a type of its own"],
    ["two documents", "config:\n  altlas:images:\n    tag: x\n---\na: 1\n", "cannot be read"],
    ["no YAML", "config: [\n", "cannot be read"],
  ])("in %s is left alone, with a sentence", (_, text, says) => {
    expect(() => set(text, [images("tag"), "new"])).toThrow(EditError);
    expect(() => set(text, [images("tag"), "new"])).toThrow(says);
  });
});

/** A document as people write them: any style, comments at the ends of lines and above them. */
const document = fc
  .record({
    tag: fc.constantFrom("old", "1.10", "on", "006128e"),
    services: fc.uniqueArray(
      fc.record(
        {
          name: fc.constantFrom("a", "b", "c", "d"),
          pool: fc.constantFrom("cpu", "x: y", "# no comment", "it's", "日本"),
          tag: fc.constantFrom("t1", "2.0"),
          replicas: fc.record({ minimum: fc.nat(9) }),
          list: fc.array(fc.constantFrom("p", "q"), { maxLength: 3 }),
        },
        { requiredKeys: ["name"] },
      ),
      { selector: ({ name }) => name, maxLength: 4 },
    ),
    before: fc.boolean(),
    style: fc.constantFrom("block", "flow", "any"),
    indentSeq: fc.boolean(),
    comments: fc.array(fc.nat(40), { maxLength: 6 }),
    crlf: fc.boolean(),
    ended: fc.boolean(),
  })
  .map(({ tag, services, before, style, indentSeq, comments, crlf, ended }) => {
    const config = {
      ...(before ? { "altlas:services": services } : {}),
      "altlas:images": { tag },
      ...(before ? {} : { "altlas:services": services }),
      "altlas:last": { deep: [1, { x: "y" }] },
    };
    const lines = stringify(
      { config, encryptionsalt: "v1:x" },
      { collectionStyle: style as "block", indentSeq, lineWidth: 0 },
    )
      .trimEnd()
      .split("\n");
    for (const [number, place] of comments.entries()) {
      const at = place % lines.length;
      const line = lines[at] ?? "";
      if (line.startsWith("#")) continue;
      if (place % 2 === 0) lines[at] = `${line} # note ${number}`;
      else lines.splice(at, 0, `${/^ */.exec(line)?.[0] ?? ""}# note ${number}`);
    }
    return lines.join(crlf ? "\r\n" : "\n") + (ended ? (crlf ? "\r\n" : "\n") : "");
  })
  // One library writes an empty list where the other does not look for it; a stack that cannot be read is refused.
  .filter((text) => {
    try {
      return load(text) !== undefined;
    } catch {
      return false;
    }
  });

const assignment = fc.oneof(
  fc.constantFrom("new", "1.20", "006128e27", "off").map((value): Assignment => ({ path: images("tag"), value })),
  fc.constant({ path: [...images("digests"), "m"], value: digest } satisfies Assignment),
  fc
    .tuple(fc.nat(3), fc.constantFrom("tag", "digest"), fc.constantFrom("new", "3.0", digest))
    .map(([place, part, value]): Assignment => ({ path: service(place, part), value })),
);

describe("any document with any assignments", () => {
  it("says the same but for what was set, keeps each line that says nothing of it, and each comment", () => {
    fc.assert(
      fc.property(document, fc.array(assignment, { minLength: 1, maxLength: 4 }), (text, wanted) => {
        const count = ((load(text) as { config: Record<string, unknown[]> }).config["altlas:services"] ?? []).length;
        // A place beyond the end of the list would leave a hole; the program never asks for one.
        const asked = wanted.filter(({ path }) => typeof path[2] !== "number" || path[2] < count);
        const after = edit(text, asked);
        const expected = load(text) as Record<string, unknown>;
        for (const { path, value } of asked) assignInto(expected, path, value);
        expect(load(after)).toEqual(expected);
        // Every comment is there, in the same order.
        const notes = (of: string) => of.match(/# note \d+/g) ?? [];
        expect(notes(after)).toEqual(notes(text));
        // Taking the new lines away leaves the old ones in their order, apart from those that were set.
        const old = text.split(/\r?\n/).filter((line) => line.trim() !== "");
        const now = after.split(/\r?\n/);
        const lost = old.filter((line) => !now.includes(line));
        expect(lost.length).toBeLessThanOrEqual(asked.length);
        expect(edit(after, asked)).toBe(after);
      }),
    );
  });
});

function assignInto(target: unknown, [key, ...rest]: Path, value: string): void {
  const object = target as Record<string | number, unknown>;
  if (rest.length === 0) {
    object[key!] = value;
    return;
  }
  object[key!] ??= typeof rest[0] === "number" ? [] : {};
  assignInto(object[key!], rest, value);
}
