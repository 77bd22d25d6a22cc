import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StackComparison } from "../../changes/comparison";
import { type PolicyReport } from "../../changes/deltas/policies";
import { dryRun, type DryRun } from "../../changes/recording/dry-run";
import { judgeByPack } from "../../changes/recording/pack";
import { providePackages } from "../../changes/sides/packages";
import { standInKubeconfig } from "../../changes/sides/stacks";
import { scratchSandbox } from "../support/control-plane";
import { keysFile, readGoldenFiles } from "../support/golden/files";
import { projectFolder, stackConfig } from "../support/stack";
import { runCommand, stackTraceLines } from "../support/stack-runner";

const skipped = process.env.ALTLAS_SKIP_ENGINE_TESTS === "1";

interface Printed {
  readonly headline: string;
  readonly exitCode: number;
  readonly stacks: readonly StackComparison[];
}

describe.skipIf(skipped)("npm run diff", () => {
  let base: string;
  let clone: string;
  let temporary: string;
  const git = (...args: string[]) => execFileSync("git", args, { cwd: clone, encoding: "utf8" });
  const commit = (message: string) => {
    git("add", "--all");
    git("-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "--quiet", "--message", message);
  };
  const edit = (file: string, change: (text: string) => string) => {
    const text = readFileSync(path.join(clone, file), "utf8");
    expect(change(text), file).not.toBe(text);
    writeFileSync(path.join(clone, file), change(text));
  };
  const diff = (...args: string[]) =>
    runCommand(process.execPath, [path.join(clone, "bin", "bootstrap.mjs"), "changes/cli.ts", ...args], {
      folder: clone,
      environment: { ...process.env, TMPDIR: temporary },
    });
  /** What the command prints for machines; progress goes to the other stream, and so into a file of its own. */
  async function figures(...args: string[]): Promise<Printed & { readonly code: number }> {
    const file = path.join(base, "figures.json");
    const { code, output } = await diff(...args, "--json", "--output", file);
    expect(code, output).not.toBe(2);
    return { code, ...(JSON.parse(readFileSync(file, "utf8")) as Printed) };
  }

  beforeAll(async () => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), "altlas-diff-test-")));
    clone = path.join(base, "clone");
    temporary = path.join(base, "tmp");
    mkdirSync(temporary);
    // What is tested is the working tree, committed or not.
    const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: projectFolder,
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    for (const file of new Set(listed.split("\0").filter(Boolean))) {
      if (file.startsWith("tests/corpora/")) continue;
      cpSync(path.join(projectFolder, file), path.join(clone, file), { force: true });
    }
    await providePackages(projectFolder, clone);
    git("init", "--quiet", "--initial-branch", "main");
    commit("as it is");
    // Fifteen is what the plan allows; three is where it starts.
    edit("Pulumi.beta.yaml", (text) =>
      text.replace(
        /^config:$/m,
        "config:\n  altlas:services: [{ name: segmentation-service, replicas: { minimum: 14, maximum: 15 } }]",
      ),
    );
    commit("more replicas");
    edit("components/aws-file-system/index.ts", (text) =>
      text.replace("encrypted: true,", "encrypted: false,").replace(/^ *kmsKeyId: .*\n/m, ""),
    );
    commit("no encryption");
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  let replicas: Printed & { readonly code: number };

  it("shows a changed replica bound as field, capacity and cost", async () => {
    replicas = await figures("HEAD~2", "HEAD~1", "--stack", "beta");
    const [beta] = replicas.stacks;
    expect(replicas).toMatchObject({ code: 0, exitCode: 0 });
    const fields = beta?.resources?.changes.find(
      ({ label }) => label === "HorizontalPodAutoscaler altlas/segmentation-service",
    );
    expect(fields?.fields).toEqual([{ path: ["spec", "minReplicas"], before: 3, after: 14 }]);
    const { capacity, cost, policies } = beta!;
    if ("reason" in capacity || "reason" in cost) throw new Error("capacity and cost are told of both sides");
    const { nodes } = capacity.data.rows.find(({ moment }) => moment === "expected")!;
    expect(nodes.after).toBeGreaterThan(nodes.before!);
    const { before, after } = cost.data.total;
    expect(after.expected).toBeGreaterThan(before.expected);
    expect(policies).toMatchObject({ data: { failing: [], fixed: [] } });
    const classes = beta!.risks.map((risk) => risk.class);
    expect(classes).toEqual(expect.arrayContaining(["nodes", "cost", "scaling"]));
  });

  it("shows a removed encryption setting as its first line, and refuses the head for the rule that it breaks", async () => {
    const file = path.join(base, "comment.md");
    const { code, output } = await diff("HEAD~1", "HEAD", "--stack", "beta", "--markdown", "--output", file);
    expect(code, output).toBe(1);
    const lines = readFileSync(file, "utf8").split("\n");
    expect(lines[0]).toBe("## ❌ Encryption removed or weakened: FileSystem files-files encrypted true → false (beta)");
    expect(lines).toContainEqual(expect.stringContaining("FileSystem files-files is replaced: encrypted, kmsKeyId"));
    expect(lines).toContainEqual(expect.stringMatching(/New policy failure:\*\* ALT-AWS-\d+ FileSystem files-files/));
    // The same commit was the head of the other comparison, in another folder.
    const digest = replicas.stacks[0]?.digests.head;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(lines.join("\n")).toContain(`beta \`${digest!.slice(0, 16)}\` →`);
  });

  it("says what is wrong with settings of the working tree, beside what the base makes of them", async () => {
    edit("Pulumi.dev.yaml", (text) => text.replace("altlas:environment: dev", "altlas:environment: devv"));
    const { code, output } = await diff("HEAD", "--stack", "dev");
    git("checkout", "--quiet", "--", ".");
    expect(code).toBe(2);
    expect(output).toContain("❌ Not everything can be compared: dev of the head cannot be used");
    expect(output).toMatch(/altlas:environment = "devv"\n +why: /);
    expect(output).toMatch(/resources +\d+ on the base alone/);
    expect(stackTraceLines(output)).toEqual([]);
  });

  it("refuses what it cannot find with a sentence", async () => {
    const unknown = await diff("no-such-branch", "nor-this");
    expect(unknown.code).toBe(2);
    expect(unknown.output).toContain("There is no revision no-such-branch in this clone.");
    expect(unknown.output).toContain("There is no revision nor-this in this clone.");
    const stack = await diff("HEAD", "HEAD", "--stack", "bta");
    expect(stack.code).toBe(2);
    expect(stack.output).toContain("Neither side has a stack bta. Did you mean beta?");
  });

  it("leaves nothing behind, in the repository and outside", () => {
    expect(git("status", "--porcelain")).toBe("");
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
    expect(readdirSync(temporary).filter((name) => name.startsWith("altlas-diff"))).toEqual([]);
  });
});

describe.skipIf(skipped)("what a comparison is made from", () => {
  const config = stackConfig("beta");
  let run: DryRun;
  beforeAll(async () => {
    run = await dryRun({ folder: projectFolder, stack: "beta", config });
  });

  it("is what the golden files say that the program registers", () => {
    const golden = (readGoldenFiles("beta").get(keysFile) ?? "").split("\n").filter(Boolean);
    expect(run.registrations.map(({ key }) => key)).toEqual(golden);
  });

  it("knows what AWS makes only by a stand-in, also in the middle of a policy document", () => {
    const policy = run.registrations.find(({ name }) => name === "role-backup-writer-policy")?.inputs.policy;
    expect(policy).toMatch(/"Resource":"«key-storage-key\.arn»"/);
  });

  it("is judged by the pack as in a preview by the real engine", async () => {
    const sandbox = scratchSandbox();
    try {
      const report = (await judgeByPack({ folder: projectFolder, stack: "beta", config, run })) as PolicyReport;
      const { code, output } = await runCommand(
        process.execPath,
        [
          path.join(projectFolder, "bin", "bootstrap.mjs"),
          "policies/cli.ts",
          "beta",
          "--json",
          "--output",
          path.join(sandbox.home, "policy.json"),
        ],
        { environment: { ...process.env, ALTLAS_SANDBOX_HOME: sandbox.home } },
      );
      expect(code, output).toBe(0);
      const engine = JSON.parse(readFileSync(path.join(sandbox.home, "policy.json"), "utf8")) as {
        rules: { id: string; counts: PolicyReport["totals"] }[];
      };
      const counts = (report as unknown as typeof engine).rules.map((rule) => [rule.id, rule.counts] as const);
      const different = engine.rules.filter(
        ({ id, counts: theirs }) => JSON.stringify(Object.fromEntries(counts)[id]) !== JSON.stringify(theirs),
      );
      // The engine adds its own default provider to the stack, and only a real preview takes a preview's time.
      expect(different.map(({ id }) => id).sort()).toEqual(["ALT-OPS-003", "ALT-OPS-007"]);
      expect(report.totals).toMatchObject({ fail: 0 });
    } finally {
      await sandbox.remove();
    }
  });
});

describe("a stack of a cluster that is not there", () => {
  it("gets a kubeconfig inside of the project with its context, and never another's place", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "altlas-diff-kubeconfig-"));
    try {
      const cluster = (kubeconfig: string) => ({
        "altlas:cluster": JSON.stringify({ mode: "kubeconfig", kubeconfig, context: "kind-x" }),
      });
      standInKubeconfig(folder, cluster(".kind/kubeconfig"));
      expect(readFileSync(path.join(folder, ".kind", "kubeconfig"), "utf8")).toContain("name: kind-x");
      standInKubeconfig(path.join(folder, ".kind"), cluster("../outside"));
      standInKubeconfig(folder, { "altlas:cluster": JSON.stringify({ mode: "local" }) });
      expect(readdirSync(folder)).toEqual([".kind"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
