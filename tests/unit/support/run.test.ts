import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { bySuite, renderSummary } from "../../support/run/results";
import { projectFolder } from "../../support/stack";

const file = (name: string, status: string, statuses: string[], startTime = 0, endTime = 1000) => ({
  name: path.join("/clone/tests", name),
  status,
  startTime,
  endTime,
  assertionResults: statuses.map((own) => ({ status: own })),
});

describe("the summary of a test run", () => {
  it("sums files by suite, counts what was never run as skipped, and measures from the first start to the last end", () => {
    const testResults = [
      file("unit/a.test.ts", "passed", ["passed", "passed", "skipped", "todo"], 1000, 2000),
      file("unit/deep/b.test.ts", "failed", ["passed", "failed", "pending"], 1500, 4000),
      file("engine/c.test.ts", "passed", ["passed"], 5000, 5500),
    ];
    expect(bySuite({ testResults }, "/clone/tests")).toEqual([
      { suite: "unit", files: 2, passed: 3, failed: 1, skipped: 3, seconds: 3 },
      { suite: "engine", files: 1, passed: 1, failed: 0, skipped: 0, seconds: 0.5 },
    ]);
  });

  it("counts a file that cannot be loaded, or whose hook fails, as one failure", () => {
    const testResults = [file("unit/a.test.ts", "failed", []), file("unit/b.test.ts", "failed", ["passed", "skipped"])];
    expect(bySuite({ testResults }, "/clone/tests")).toMatchObject([{ passed: 1, failed: 2, skipped: 1 }]);
  });

  it("ends with the counts, alone on the last line", () => {
    const suites = [
      { suite: "unit", files: 2, passed: 3, failed: 1, skipped: 3, seconds: 3 },
      { suite: "engine", files: 1, passed: 1, failed: 0, skipped: 0, seconds: 0.5 },
    ];
    expect(renderSummary(suites, 9).split("\n").at(-1)).toBe("4 passed, 1 failed, 3 skipped");
  });
});

describe("a test run that is killed", () => {
  it("leaves neither its daemons nor its scratch folder behind", async () => {
    const entries = ["bin/ts.cjs", "tests/support/run/abandon.ts"].map((entry) => path.join(projectFolder, entry));
    const run = spawn(process.execPath, entries, { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    run.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const [, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      run.once("exit", (code, by) => resolve([code, by]));
    });
    expect(signal).toBe("SIGKILL");
    const { folder, pid } = JSON.parse(said) as { folder: string; pid: number };
    const alive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    for (let waited = 0; (existsSync(folder) || alive()) && waited < 20_000; waited += 100) await sleep(100);
    expect({ folder: existsSync(folder), daemon: alive() }).toEqual({ folder: false, daemon: false });
  });
});
