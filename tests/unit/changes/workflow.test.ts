import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { beforeAll, describe, expect, it } from "vitest";
import { readRequest } from "../../../changes/options";
import { commentMarker } from "../../../changes/outputs/markdown";
import { projectFolder } from "../../support/stack";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly if?: string;
  readonly needs?: string;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = path.join(projectFolder, ".github", "workflows");
const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
const runsOf = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []).join("\n");

describe("the workflow that comments on pull requests", () => {
  let text: string;
  let workflow: Workflow;
  let compare: Job;
  let comment: Job;
  beforeAll(() => {
    text = read("preview.yml");
    workflow = load(text) as Workflow;
    ({ compare, comment } = workflow.jobs as unknown as { compare: Job; comment: Job });
  });

  it("calls the command as it is documented", () => {
    const [, line = ""] = /npm run --silent diff -- (.*?) \|\|/.exec(runsOf(compare)) ?? [];
    const request = readRequest(line.replaceAll('"', "").split(" "));
    expect(request).toEqual({
      base: "HEAD^1",
      head: "HEAD",
      stacks: [],
      format: "markdown",
      output: "$RUNNER_TEMP/comment.md",
    });
    const { scripts } = JSON.parse(readFileSync(path.join(projectFolder, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(scripts.diff).toBe("node bin/bootstrap.mjs changes/cli.ts");
  });

  it("fetches both parents of the merge, and writes the job's summary before the gate decides", () => {
    expect(compare.steps[0]?.with).toEqual({ "fetch-depth": 2, "persist-credentials": false });
    expect(runsOf(compare)).toMatch(/GITHUB_STEP_SUMMARY[^]*exit "\$CODE"/);
  });

  it("runs the code of a pull request where nothing can be written, and nothing of it where something can", () => {
    expect(Object.keys(workflow.on)).toEqual(["pull_request"]);
    expect(workflow.permissions).toEqual({});
    expect(compare.permissions).toEqual({ contents: "read" });
    expect(comment.permissions).toEqual({ "pull-requests": "write" });
    expect(comment.steps.filter(({ uses }) => uses !== undefined)).toEqual([]);
    expect(runsOf(comment)).not.toMatch(/npm|node |git /);
    expect(text).not.toMatch(/secrets\.|pull_request_target/);
  });

  it("puts nothing that a pull request decides into a script, only into its environment", () => {
    for (const job of [compare, comment]) expect(runsOf(job)).not.toContain("${{");
  });

  it("comments only where the token may write, and on a failed gate too", () => {
    expect(comment.needs).toBe("compare");
    expect(comment.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    expect(comment.if).toContain("!cancelled()");
  });

  it("finds the comment by the mark that the command writes, and updates it", () => {
    expect(runsOf(comment)).toContain(`contains("${commentMarker}")`);
    expect(runsOf(comment)).toContain("--method PATCH");
  });

  it("pins its actions to the commits that the other workflows use", () => {
    const pins = (content: string) => [...content.matchAll(/uses: (\S+ # \S+)/g)].map(([, pin]) => pin);
    const others = readdirSync(folder).filter((name) => name !== "preview.yml");
    const known = new Set(others.flatMap((name) => pins(read(name))));
    expect(pins(text)).toHaveLength((text.match(/uses: /g) ?? []).length);
    expect(pins(text).filter((pin) => !known.has(pin))).toEqual([]);
    for (const pin of pins(text)) expect(pin).toMatch(/@[0-9a-f]{40} # v\d/);
  });
});
