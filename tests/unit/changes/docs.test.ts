import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../../../changes/outputs/markdown";
import { riskClasses } from "../../../changes/risks/classes";
import { projectFolder } from "../../support/stack";
import { exampleComparison } from "./example";

const page = readFileSync(path.join(projectFolder, "docs", "pull-requests.md"), "utf8");

describe("docs/pull-requests.md", () => {
  it("shows the comment as it is written today", () => {
    const [, shown] = /<!-- example -->\n\n````text\n([^]*?)````/.exec(page) ?? [];
    expect(shown).toBe(renderMarkdown(exampleComparison()));
  });

  it("lists every class of risks in its order, with its reason", () => {
    const rows = page
      .split("\n")
      .flatMap((line) => /^\| \d+ +\| ([^|]*?) +\| ([^|]*?) +\|$/.exec(line)?.slice(1, 3).join(": ") ?? []);
    expect(rows).toEqual(Object.values(riskClasses).map(({ title, why }) => `${title}: ${why}`));
  });
});
