import { describe, expect, it } from "vitest";
import { readRequest } from "../../../changes/options";

describe("the command line of npm run diff", () => {
  it.each([
    [["main"], { base: "main", head: ".", stacks: [], format: "text" }],
    [["main", "topic", "--json"], { base: "main", head: "topic", stacks: [], format: "json" }],
    [["a", "b", "-s", "beta", "--stack", "dev", "-s", "beta"], { stacks: ["beta", "dev"] }],
    [["a", "--markdown", "-o", "x.md"], { format: "markdown", output: "x.md" }],
  ])("%j is understood", (args, request) => {
    expect(readRequest(args)).toMatchObject(request);
  });

  it("asks for help and nothing else", () => {
    expect(readRequest(["--help"])).toBeUndefined();
  });

  it.each([
    [[], "What shall be compared? Name a revision: npm run diff -- main."],
    [["a", "b", "c"], "Two revisions at a time: a, b, c were given."],
    [["a", "--jsn"], "There is no option --jsn. Did you mean --json?"],
    [["a", "--json", "--markdown"], "One form at a time"],
    [["a", "--stack"], "--help shows how to write it."],
  ])("%j is refused with a sentence that helps", (args, sentence) => {
    expect(() => readRequest(args)).toThrow(sentence);
  });
});
