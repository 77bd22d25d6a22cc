import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asNobody } from "../support/nobody";
import { rules } from "../../policies/rules";
import { faultless, faulty, Folder, onlySecrets, runPolicy } from "./run-policy";

let folder: Folder;
beforeAll(() => {
  folder = new Folder({ "faulty.yaml": faulty, "faultless.yaml": faultless, "broken.yaml": "a: [", "notes.txt": "" });
});
afterAll(() => folder.remove());
const file = (name: string) => path.join(folder.path, name);

describe("exit code", () => {
  test.each<[number, string, () => string[]]>([
    [0, "nothing is wrong", () => [file("faultless.yaml"), ...onlySecrets]],
    [1, "a mandatory rule is violated", () => [file("faulty.yaml"), ...onlySecrets]],
    [1, "a mandatory rule is violated and part of the input is malformed", () => [folder.path, ...onlySecrets]],
    [2, "nothing can be judged", () => [file("broken.yaml")]],
    [2, "there is no such target", () => [file("nowhere.yaml")]],
  ])("%d when %s", (status, _, args) => {
    const run = runPolicy(args());
    expect(run.status).toBe(status);
    expect(`${run.stdout}${run.stderr}`).not.toMatch(/\n\s+at /);
  });

  test("2 when nothing is violated but part of the input could not be read: a gate must not pass on it", () => {
    const half = new Folder({ "a.yaml": faultless, "b.yaml": "a: [" });
    const { status, stdout } = runPolicy([half.path, ...onlySecrets]);
    half.remove();
    expect(stdout).toContain("Not judged (1)");
    expect(stdout).toContain("No rule is violated. Part of the input was not judged.");
    expect(status).toBe(2);
  });

  test("2 with all reasons when a folder holds nothing to judge", () => {
    const empty = new Folder({ "values.yaml": "a: 1", "note.md": "" });
    const { status, stderr } = runPolicy([empty.path]);
    empty.remove();
    expect(stderr).toMatch(
      /^There is no Kubernetes object to judge in .*\n {2}.*One file .*\n {2}.*values\.yaml:1: It is a file of a Helm chart/,
    );
    expect(status).toBe(2);
  });
});

describe("--level", () => {
  const advice = ["--only", "ALT-K8S-006"];
  const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: b }\nspec:\n  containers: [{ name: c, image: d }]\n`;

  test.each<[string | undefined, 0 | 1]>([
    [undefined, 0],
    ["low", 1],
    ["medium", 0],
    ["critical", 0],
  ])("%s on advice of low severity ends with %d", (level, status) => {
    const run = runPolicy([
      folder.write("pod.yaml", pod),
      ...advice,
      ...(level === undefined ? [] : ["--level", level]),
    ]);
    expect(run.stdout).toMatch(status === 1 ? /failed ALT-K8S-006/ : /advice ALT-K8S-006/);
    expect(run.status).toBe(status);
  });

  test("does not fail the run on a critical failure that is exempted", () => {
    const own = new Folder({
      "a.yaml": faulty,
      "altlas-policy.yaml": JSON.stringify({
        exemptions: [
          {
            rule: "ALT-K8S-040",
            resource: "ConfigMap/shop/settings",
            reason: "The value is replaced before anybody can read it.",
            owner: "shop",
            expires: "2026-12-01",
          },
        ],
      }),
    });
    const { status, stdout } = runPolicy([own.path, ...onlySecrets, "--level", "low"]);
    own.remove();
    expect(stdout).toContain("Exempted (1)");
    expect(stdout).toContain("ends on 2026-12-01, in 8 days (shop)");
    expect(status).toBe(0);
  });
});

describe("whose settings hold", () => {
  const exemption = {
    rule: "ALT-K8S-040",
    resource: "ConfigMap/shop/settings",
    reason: "The value is replaced before anybody can read it.",
    owner: "shop",
    expires: "2026-12-01",
  };

  test("of a stack, with --stack", () => {
    const root = new Folder({
      "Pulumi.demo.yaml": JSON.stringify({ config: { "altlas:environment": "dev", "altlas:exemptions": [exemption] } }),
    });
    const run = runPolicy([file("faulty.yaml"), ...onlySecrets, "--stack", "demo", "--json"], { root: root.path });
    root.remove();
    expect(JSON.parse(run.stdout)).toMatchObject({ environment: "dev", totals: { fail: 0, exempted: 1 } });
    expect(run.status).toBe(0);
  });

  test("of --environment, for what belongs to no stack", () => {
    const { stdout } = runPolicy([file("faulty.yaml"), ...onlySecrets, "--environment", "beta", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ environment: "beta" });
  });

  test("an exemption that nothing needs is a warning in a whole folder, and none where part of it was not read", () => {
    const unused = { ...exemption, resource: "ConfigMap/shop/other" };
    const own = new Folder({ "a.yaml": faultless, "altlas-policy.yaml": JSON.stringify({ exemptions: [unused] }) });
    const only = ["--only", "ALT-K8S-040,ALT-OPS-005"];
    const whole = runPolicy([own.path, ...only]);
    own.write("b.yaml", "a: [");
    const part = runPolicy([own.path, ...only]);
    own.remove();
    expect(whole.stdout).toMatch(/advice ALT-OPS-005 .* is not needed/);
    expect(whole.status).toBe(0);
    expect(part.stdout).not.toContain("is not needed");
  });
});

describe("--output", () => {
  test("writes the form to the file and text to the terminal, and leaves nothing else behind", () => {
    mkdirSync(file("out"));
    const { status, stdout } = runPolicy([
      file("faulty.yaml"),
      ...onlySecrets,
      "--json",
      "--output",
      file("out/report.json"),
    ]);
    expect(JSON.parse(readFileSync(file("out/report.json"), "utf8"))).toMatchObject({ exitCode: 1 });
    expect(readdirSync(file("out"))).toEqual(["report.json"]);
    expect(stdout).toMatch(/^Critical \(1\)\n/);
    expect(status).toBe(1);
  });

  test("takes the place of a file that is there", () => {
    const report = folder.write("old.txt", "old");
    runPolicy([file("faultless.yaml"), ...onlySecrets, "-o", report]);
    expect(readFileSync(report, "utf8")).toMatch(/No rule is violated/);
  });

  test("writes to what is no file as it is", () => {
    expect(runPolicy([file("faultless.yaml"), ...onlySecrets, "-o", "/dev/null"]).status).toBe(0);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test.each([["a folder that is not there", "nowhere/report.json"]])("ends with 2 and a sentence for %s", (_, name) => {
    const { status, stdout, stderr } = runPolicy([file("faultless.yaml"), ...onlySecrets, "-o", file(name)]);
    expect(stderr).toMatch(
      /report\.json cannot be written \(ENOENT\)\. Name a file in a folder that can be written to\.\n$/,
    );
    expect(stdout).toBe("");
    expect(status).toBe(2);
    expect(existsSync(file("nowhere"))).toBe(false);
  });

  test("ends with 2 when the folder may not be written to", () => {
    mkdirSync(file("closed"));
    chmodSync(file("closed"), 0o555);
    const target = file("closed/a.txt");
    const { status, stderr } = asNobody(file("closed"), () => runPolicy([file("faultless.yaml"), "-o", target]));
    expect(stderr).toMatch(/a\.txt cannot be written \(EACCES\)/);
    expect(status).toBe(2);
  });
});

describe("standard input", () => {
  test("is judged for the target -", () => {
    const { status, stdout } = runPolicy(["-", ...onlySecrets], { readInput: () => Buffer.from(faulty) });
    expect(stdout).toContain("[(standard input):7]");
    expect(status).toBe(1);
  });
});

describe("--only", () => {
  test("runs the rules that are named, by id in any case, by number or by name, in the catalogue's order", () => {
    const [first, second] = rules;
    const names = ["--only", `k8s-040,${second!.slug}`, "--only", first!.id.toLowerCase()];
    const { stdout } = runPolicy([file("faultless.yaml"), ...names, "--json"]);
    const { rules: ran } = JSON.parse(stdout) as { rules: { id: string }[] };
    expect(ran.map(({ id }) => id)).toEqual([first!.id, second!.id, "ALT-K8S-040"]);
  });
});

describe("explain", () => {
  test.each(rules.map(({ id }) => [id]))("says all about %s", (id) => {
    const rule = rules.find((each) => each.id === id)!;
    const { status, stdout } = runPolicy(["explain", id]);
    for (const part of [rule.title, rule.why, rule.fix, rule.slug, rule.severity, ...rule.peers, ...rule.planSteps]) {
      expect(stdout).toContain(part);
    }
    for (const { title } of Object.values(rule.examples)) expect(stdout).toContain(title);
    expect(stdout).toContain(`docs/rules/${id}.md`);
    if (rule.settings) expect(stdout).toContain("altlas:policySettings");
    expect(stdout).not.toMatch(/undefined|\[object/);
    expect(status).toBe(0);
  });
});

describe("a wrong command line ends with 2 and a sentence", () => {
  test.each<[string, string[], RegExp]>([
    ["no target", [], /^What shall be judged\?/],
    ["two targets", ["dev", "beta"], /^One target at a time: dev and beta were given\./],
    ["an option that there is not", ["dev", "--sarfi"], /^There is no option --sarfi\. Did you mean --sarif\?\n$/],
    [
      "an option that is like none",
      ["dev", "--zzzzzzz"],
      /^There is no option --zzzzzzz\. --help lists all options\.\n$/,
    ],
    ["a short option that there is not", ["dev", "-x"], /^There is no option -x\. --help lists all options\.\n$/],
    ["two forms", ["dev", "--json", "--sarif"], /^One form at a time: --json and --sarif were given\./],
    ["an option without its value", ["dev", "--only"], /--only.* --help shows how to write it\.\n$/],
    ["a value for an option that takes none", ["dev", "--json=yes"], /--json.* --help shows how to write it\.\n$/],
    [
      "a rule that there is not",
      ["dev", "--only", "ALT-K8S-O40"],
      /^There is no rule ALT-K8S-O40\. Did you mean ALT-K8S-040\?/,
    ],
    ["no rule", ["dev", "--only", ","], /^--only needs the id of a rule/],
    [
      "an environment that there is not",
      ["a.yaml", "--environment", "pord"],
      /^--environment takes one of dev, beta, prod, not "pord"\. Did you mean prod\?/,
    ],
    [
      "a level that there is not",
      ["dev", "--level", "hihg"],
      /^--level takes one of critical, high, medium, low, not "hihg"\. Did you mean high\?/,
    ],
    [
      "a stack that there is not",
      ["devv"],
      /^"devv" is neither a file or folder in .* nor a stack\. Did you mean dev\?\n$/,
    ],
    [
      "settings of a stack that there is not",
      ["package.json", "-s", "x"],
      /^This is no state export|^There is no Pulumi\.x\.yaml/,
    ],
    [
      "an environment for a stack, which has its own",
      ["dev", "-e", "prod"],
      /^--environment is for exports and YAML; the stack dev has its own/,
    ],
    ["explain without a rule", ["explain"], /^Which rule\?/],
    ["explain of no rule", ["explain", "ALT-NET-02"], /^There is no rule ALT-NET-02\. Did you mean ALT-NET-0/],
  ])("%s", (_, args, says) => {
    const { status, stdout, stderr } = runPolicy(args);
    expect(stderr).toMatch(says);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  test.each<[string, string, RegExp]>([
    ["an unknown key", "exemption: []", /altlas-policy\.yaml cannot be used: .*exemption/],
    ["no YAML", "a: [", /altlas-policy\.yaml cannot be read: /],
    ["a rule that there is not", "policySettings: { ALT-K8S-999: {} }", /ALT-K8S-999[\s\S]*There is no such rule/],
  ])("settings beside YAML with %s", (_, text, says) => {
    const own = new Folder({ "a.yaml": faultless, "altlas-policy.yaml": text });
    const { status, stderr } = runPolicy([own.path]);
    own.remove();
    expect(stderr).toMatch(says);
    expect(status).toBe(2);
  });

  test("--help is none", () => {
    const { status, stdout } = runPolicy(["--help"]);
    expect(stdout).toMatch(/^usage: npm run policy -- <target>/);
    expect(status).toBe(0);
  });
});
