import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "../../../promote/command";
import { charts } from "../../../model/charts";
import { catalogue } from "../../../stacks/altlas";
import { replaceFile, WriteError } from "../../../stacks/settings/write";
import { projectFolder } from "../../support/stack";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const [a, b, c] = [digest("a"), digest("b"), digest("c")];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "altlas-promote-"));
  for (const stack of ["beta", "dev", "kind"]) {
    writeFileSync(file(stack), readFileSync(path.join(projectFolder, `Pulumi.${stack}.yaml`), "utf8"));
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (stack: string) => path.join(folder, `Pulumi.${stack}.yaml`);
const text = (stack = "beta") => readFileSync(file(stack), "utf8");
const promote = (...args: string[]) => promoteWith("", ...args);
const promoteWith = (standardInput: string, ...args: string[]) =>
  runCommand(args, { catalogue, projectFolder: folder, standardInput: () => standardInput });
const good = (...args: string[]) => {
  const outcome = promote(...args);
  expect(outcome).toMatchObject({ exitCode: 0, errors: "" });
  return outcome.output;
};
/** The command refuses, and every file is as it was. */
const refused = (exitCode: 1 | 2, says: string | RegExp, ...args: string[]) => {
  const before = ["beta", "dev", "kind"].map(text);
  const outcome = promote(...args);
  expect(outcome.exitCode, outcome.errors).toBe(exitCode);
  expect(outcome.output).toBe("");
  expect(outcome.errors).toMatch(says);
  expect(outcome.errors).not.toMatch(/^\s+at /m);
  expect(["beta", "dev", "kind"].map(text)).toEqual(before);
};
const lines = (of: string) => of.split("\n");
const added = (before: string, after: string) => lines(after).filter((line) => !lines(before).includes(line));
const removed = (before: string, after: string) => added(after, before);

describe("npm run promote", () => {
  it("sets the tag of all services, and changes one line of the file", () => {
    const before = text();
    const output = good("beta", "--tag", "7f3c1d2");
    expect(removed(before, text())).toEqual(["    tag: 006128e27cea4cd93f35631311542be46db8812b"]);
    expect(added(before, text())).toEqual(["    tag: 7f3c1d2"]);
    expect(output).toContain("Stack beta: 5 images changed in Pulumi.beta.yaml");
    expect(output).toContain("\n\n--- Pulumi.beta.yaml\n+++ Pulumi.beta.yaml\n@@ ");
    expect(output).toContain("-    tag: 006128e27cea4cd93f35631311542be46db8812b\n+    tag: 7f3c1d2\n");
    expect(output).toContain("npm run preview -- beta");
  });

  it("pins single services, the others keep what they run", () => {
    const before = text();
    const output = good("beta", `archive-service=1.4.2@${a}`, `api-gateway=@${b}`);
    expect(removed(before, text())).toEqual([]);
    expect(added(before, text())).toEqual([
      "  altlas:services:",
      "    - name: api-gateway",
      `      digest: ${b}`,
      "    - name: archive-service",
      "      tag: 1.4.2",
      `      digest: ${a}`,
    ]);
    expect(output).toContain("2 images changed");
    // A second time there is nothing to do.
    expect(good("beta", `archive-service=1.4.2@${a}`)).toContain("nothing to change");
  });

  it("lists exemptions from digests when their last image is pinned, and leaves them", () => {
    const names = catalogue.services.map(({ name }) => name);
    const pins = names.map((name, index) => `${name}=@${digest(String(index))}`);
    expect(good("beta", ...pins.slice(1))).not.toContain("No longer needed");
    const output = good("beta", pins[0]!);
    expect(output).toContain("altlas:exemptions[0]  Deployment/altlas/* (platform, until 2027-03-31)");
    expect(output).not.toContain("altlas:exemptions[1]");
    expect(text()).toContain("resource: Deployment/altlas/*");
    expect(good("beta", `metrics-server=@${a}`)).not.toContain("altlas:exemptions[1]");
    expect(good("beta", `cluster-autoscaler=@${b}`)).not.toContain("altlas:exemptions[1]");
    // Those of charts, whose objects this program does not make.
    const charted = Object.values(charts).flatMap(({ deployments }) => deployments);
    const [last = "", ...others] = charted.map((name, index) => `${name}=@sha256:${String(index).padStart(64, "d")}`);
    expect(good("beta", ...others)).not.toContain("altlas:exemptions[1]");
    expect(good("beta", last)).toContain("altlas:exemptions[1]  Deployment/kube-system/*");
  });

  it("takes what a pipeline knows from a file or the standard input; what is typed wins", () => {
    const json = JSON.stringify({ "api-gateway": a, "archive-service": `2.0@${b}`, "metrics-server": c });
    const known = path.join(folder, "digests.json");
    writeFileSync(known, json);
    good("beta", "--digests", known, `archive-service=3.0@${digest("d")}`);
    expect(text()).toContain(`    - name: archive-service\n      tag: "3.0"\n      digest: ${digest("d")}\n`);
    expect(text()).toContain(`    digests:\n      metrics-server: ${c}\n`);
    expect(promoteWith(json, "kind", "--digests", "-")).toMatchObject({ exitCode: 0, errors: "" });
    expect(text("kind")).toContain(`      tag: "2.0"\n      digest: ${b}\n`);
  });

  it("takes over what another stack runs, tags and digests, image by image", () => {
    good("beta", "--tag", "9.9", `runner-service=@${a}`, `archive-service=8.8@${b}`, `metrics-server=@${c}`);
    const output = good("kind", "--from", "beta");
    const own = text("kind");
    expect(own).toContain('    tag: "9.9"\n');
    expect(own).toContain(`    - name: runner-service\n      digest: ${a}\n`);
    expect(own).toContain(`    - name: archive-service\n      tag: "8.8"\n      digest: ${b}\n`);
    expect(own).toContain(`      metrics-server: ${c}\n`);
    expect(output).toContain("6 images changed");
    expect(good("kind", "--from", "beta")).toContain("nothing to change");
  });

  it("takes no digest from another stack for a tag that is another than its own", () => {
    good("beta", `runner-service=9.9@${a}`);
    good("kind", "--from", "beta", "--tag", "10.0");
    expect(text("kind")).toContain('    tag: "10.0"\n');
    expect(text("kind")).not.toContain(a);
  });

  it("does not take over the digest of an autoscaler for another Kubernetes minor", () => {
    good("beta", `cluster-autoscaler=@${a}`);
    writeFileSync(file("prod"), text().replace('version: "1.36"', 'version: "1.35"').replace(a, b));
    expect(good("prod", "--from", "beta")).toContain("cluster-autoscaler stays as it is: beta runs it for another");
    expect(text("prod")).toContain(b);
    writeFileSync(file("prod"), text().replace(a, b));
    good("prod", "--from", "beta");
    expect(text("prod")).toContain(a);
  });

  it("writes nothing in a dry run, and says so", () => {
    const before = text();
    expect(good("beta", "--tag", "7f3c1d2", "--dry-run")).toContain("dry run: nothing was written");
    expect(text()).toBe(before);
  });

  it("tells machines what changed", () => {
    const output = JSON.parse(good("beta", `archive-service=1.4.2@${a}`, "--json")) as Record<string, unknown>;
    expect(output).toMatchObject({
      stack: "beta",
      file: "Pulumi.beta.yaml",
      written: true,
      changes: [{ name: "archive-service", after: { tag: "1.4.2", digest: a } }],
      unneededExemptions: [],
    });
    expect(output.diff).toContain("+    - name: archive-service");
  });

  it("refuses to unpin: a new tag without its digest, by name, for all, or from another stack", () => {
    good("beta", `archive-service=@${a}`);
    const why = /archive-service is pinned to this digest[\s\S]*archive-service=new@sha256:…/;
    refused(1, why, "beta", "archive-service=new");
    refused(1, why, "beta", "--tag", "new");
    refused(1, /archive-service is pinned/, "beta", "--from", "kind");
    good("beta", "--tag", "new", `archive-service=@${b}`);
    expect(text()).toContain(`      digest: ${b}\n`);
  });

  it("refuses a tag that moves, unless a digest decides", () => {
    refused(1, /moved to newer images[\s\S]*ALT-K8S-030/, "beta", "--tag", "latest");
    refused(1, /moved to newer images/, "beta", "archive-service=main");
    good("beta", `archive-service=main@${a}`);
  });

  it.each([
    [["archive-servce=1"], 'There is no image "archive-servce". Did you mean archive-service?'],
    [["archive-service=1@sha256:abc"], '"sha256:abc" is no digest'],
    [[`archive-service=1@${digest("A")}`], "64 hexadecimal digits in lower case"],
    [["archive-service="], "give a tag, a digest, or both"],
    [["archive-service"], "is no <service>=<tag>@<digest>"],
    [["archive-service=a b"], '"a b" is no tag'],
    [["--tag", ""], '"" is no tag'],
    [["archive-service=1", "archive-service=2"], "given twice"],
    [[`archive-service=@${a}`, `api-gateway=@${a}`], "two images are never equal"],
    [["metrics-server=1"], "its tag stands in model/versions.ts"],
    [["--from", "beta"], "cannot be promoted from itself"],
    [["--digests", "/nowhere/at/all"], "cannot be read (ENOENT)"],
    [["--digest", "x"], "Did you mean --digests?"],
    [["--tag"], "--tag"],
    [[], "Say what beta is to run"],
  ])("refuses %j with a sentence", (args, says) => {
    refused(2, new RegExp(says.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")), "beta", ...args);
  });

  it.each([
    ["no JSON", "{", "is no JSON"],
    ["a list", "[]", "holds no object"],
    ["a number", '{"archive-service": 1}', 'archive-service is 1; write "sha256:…"'],
    ["a tag alone", '{"archive-service": "1.2"}', "write"],
    ["an unknown name", `{"archive": "${a}"}`, "Did you mean"],
  ])("refuses %s from a pipeline", (_, json, says) => {
    const before = text();
    const outcome = promoteWith(json, "beta", "--digests", "-");
    expect(outcome.exitCode).toBe(2);
    expect(outcome.errors).toContain(says);
    expect(text()).toBe(before);
  });

  it("refuses stacks that are not there or have problems, and files that only a person can change", () => {
    refused(1, /Did you mean beta\?/, "bet", "--tag", "x1");
    refused(1, /Did you mean kind\?/, "beta", "--from", "kin");
    writeFileSync(file("dev"), text("dev").replace("altlas:owner: platform", "altlas:ownr: platform"));
    refused(1, /altlas:owner[\s\S]*altlas:ownr/, "dev", "--tag", "x1");
    writeFileSync(file("dev"), 'config:\n  altlas:images: \'{"tag":"x"}\'\n');
    refused(1, /problems?/, "dev", "--tag", "x1");
    writeFileSync(
      file("kind"),
      text("kind").replace(/altlas:images:\n.*\n {4}tag: stand-in/, `altlas:images: '{"tag":"stand-in"}'`),
    );
    refused(1, /Pulumi\.kind\.yaml was not changed: altlas:images is written as one text/, "kind", "--tag", "x1");
  });

  it("is what the command line runs, with the standard input", () => {
    // Something that is refused: the command line works on the committed files.
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["bin/ts.cjs", "promote/cli.ts", "beta", "--digests", "-"],
      { cwd: projectFolder, input: '{"archive-service": 1}', encoding: "utf8" },
    );
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("The standard input: archive-service is 1;");
  });

  it("shows its usage", () => {
    expect(good("--help")).toContain("usage: npm run promote");
  });
});

describe("a stack's file", () => {
  it("is replaced at once: mode kept, links followed, nothing left beside it", () => {
    chmodSync(file("beta"), 0o640);
    symlinkSync(file("beta"), path.join(folder, "Pulumi.linked.yaml"));
    good("linked", "--tag", "7f3c1d2");
    expect(statSync(file("beta")).mode & 0o777).toBe(0o640);
    expect(text()).toContain("tag: 7f3c1d2");
    expect(text("linked")).toBe(text());
    expect(readdirSync(folder).sort()).toEqual(
      ["Pulumi.beta.yaml", "Pulumi.dev.yaml", "Pulumi.kind.yaml", "Pulumi.linked.yaml"].sort(),
    );
  });

  it("is left alone when somebody changed it in the meantime, or it cannot be written", () => {
    expect(() => replaceFile(file("beta"), "something else", "new")).toThrow(WriteError);
    expect(() => replaceFile(file("beta"), "something else", "new")).toThrow("was changed by somebody else");
    expect(text()).not.toBe("new");
    const gone = path.join(folder, "no", "such.yaml");
    expect(() => replaceFile(gone, "", "new")).toThrow("cannot be written (ENOENT)");
    expect(existsSync(path.join(folder, "no"))).toBe(false);
  });
});
