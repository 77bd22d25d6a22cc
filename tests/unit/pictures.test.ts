import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../reports/command";
import { columnsOf } from "../../reports/pictures/layers";
import { drawGrid } from "../../reports/pictures/grid";
import { drawLayers } from "../../reports/pictures/svg";
import { reports } from "../../reports/registry";
import { registered } from "../support/no-graph";
import { catalogue } from "../../stacks/altlas";
import { projectFolder } from "../support/stack";

const letters = ["a", "b", "c", "d", "e", "f"];
const node = (name: string) => ({ name, note: "", group: "g" });
const arrow = (from: string, to: string) => ({ from, to, label: "" });
const names = (columns: readonly (readonly { name: string }[])[]) => columns.map((c) => c.map(({ name }) => name));
const report = (...given: string[]) =>
  runCommand(given, {
    catalogue,
    reports,
    projectFolder,
    registered,
    today: "2026-11-26",
    paper: { columns: 100, colour: false },
  });

describe("columnsOf", () => {
  it("puts everything behind what points to it", () => {
    const columns = columnsOf(["c", "b", "a", "alone"].map(node), [arrow("a", "b"), arrow("b", "c"), arrow("a", "c")]);
    expect(names(columns)).toEqual([["a", "alone"], ["b"], ["c"]]);
  });

  it("gives every node of any graph, circles included, exactly one place", () => {
    const letter = fc.constantFrom(...letters);
    fc.assert(
      fc.property(fc.array(fc.tuple(letter, letter), { maxLength: 15 }), (pairs) => {
        const columns = columnsOf(
          letters.map(node),
          pairs.map(([from, to]) => arrow(from, to)),
        );
        expect(names(columns).flat().sort()).toEqual(letters);
      }),
    );
  });
});

describe("drawLayers", () => {
  it("escapes what would end the markup", () => {
    const svg = drawLayers(`<&">`, [{ name: "<a>", note: "&", group: `"g"` }], []);
    expect(svg).toContain("<title>&lt;&amp;&quot;&gt;</title>");
    expect(svg).not.toMatch(/<a>|"g"</);
  });
});

describe("drawGrid", () => {
  it("draws a cell for each column and colours it by its mood; escapes what would end the markup", () => {
    const svg = drawGrid(
      "<&>",
      ["a", "b"],
      [
        {
          name: "<row>",
          cells: [
            { text: "-1", mood: "good" },
            { text: "-2*", mood: "bad" },
          ],
        },
      ],
      { good: "fine", doubtful: "perhaps", bad: "not" },
    );
    expect(svg).toContain("<title>&lt;&amp;&gt;</title>");
    expect(svg).not.toContain("<row>");
    // A cell and the legend's mark.
    expect([...svg.matchAll(/fill="#dcfce7"/g)]).toHaveLength(2);
    expect([...svg.matchAll(/fill="#fecdd3"/g)]).toHaveLength(2);
    expect([...svg.matchAll(/fill="#fef3c7"/g)]).toHaveLength(1);
  });
});

describe("the disruption picture", () => {
  it("has a row for each workload, and colours what stops it", () => {
    const { output } = report("disruption", "--stack", "beta", "--svg");
    const { data } = JSON.parse(report("disruption", "--stack", "beta", "--json").output) as {
      data: { workloads: { name: string; zoneLoss: { serves: boolean } }[] };
    };
    for (const { name } of data.workloads) expect(output).toContain(`>${name}</text>`);
    expect(output).toMatch(/^<svg [^]*<\/svg>\n$/);
  });
});

describe("the connectivity picture", () => {
  it("in docs/ is what `npm run report -- connectivity --svg` draws now", () => {
    expect(readFileSync(join(projectFolder, "docs", "connectivity.svg"), "utf8")).toBe(
      report("connectivity", "--svg").output,
    );
  });

  it("shows every edge that dev makes, and no other end", () => {
    const { output } = report("connectivity", "--svg");
    const drawn = [...output.matchAll(/marker-end/g)].length;
    const { data } = JSON.parse(report("connectivity", "--json").output) as { data: { edges: { active: boolean }[] } };
    expect(drawn).toBe(data.edges.filter(({ active }) => active).length);
    expect(output).not.toContain("mail-server");
  });

  it("is refused with a sentence for a report without one", () => {
    expect(report("contracts", "--svg")).toMatchObject({
      output: "",
      errors: "The report contracts has no picture; leave --svg out.\n",
      exitCode: 2,
    });
  });
});

describe("the calendar of partitions", () => {
  it("in docs/ is what `npm run report -- partitions --stack beta --at 2026-11-26 --svg` draws now", () => {
    const { output } = report("partitions", "--stack", "beta", "--at", "2026-11-26", "--svg");
    expect(readFileSync(join(projectFolder, "docs", "partitions.svg"), "utf8")).toBe(output);
  });
});
