import { readFileSync } from "node:fs";
import path from "node:path";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { XMLParser } from "fast-xml-parser";
import { type Log, type Result } from "sarif";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderJunit } from "../../policies/outputs/junit";
import { type Judgement } from "../../policies/outputs/judgement";
import { renderMarkdown } from "../../policies/outputs/markdown";
import { longestMarkdown } from "../../policies/outputs/markdown-text";
import { renderSarif } from "../../policies/outputs/sarif";
import { fromPortable, restrict, toPortable } from "../../policies/portable";
import { rules } from "../../policies/rules";
import { projectFolder } from "../support/stack";
import { app, copy, drop, judge, set, unknown } from "./fixtures";
import { faultless, faulty, Folder, onlySecrets, runPolicy } from "./run-policy";

const schemaFile = "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
// One of the schema's patterns is no expression of the newer syntax that the validator would take it for.
const validator = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats(validator);
const validate = validator.compile(
  JSON.parse(readFileSync(path.join(projectFolder, schemaFile), "utf8")) as Record<string, unknown>,
);

/** The one run of a log that fits the published schema. */
function validRun(text: string): Log["runs"][number] {
  const log = JSON.parse(text) as Log;
  expect(validate(log) ? [] : validate.errors).toEqual([]);
  expect(log.version).toBe("2.1.0");
  expect(log.runs).toHaveLength(1);
  return log.runs[0]!;
}

const exemption = {
  rule: "ALT-K8S-010",
  resource: "Deployment/altlas/archive-service",
  reason: 'Its probes come with <the next> release & "soon".',
  owner: "platform",
  expires: "2026-12-01",
};

/** A stack with something of every sort: failures that stop and advice, exempted ones, unknown values. */
const mixed: Judgement = {
  target: "dev",
  report: judge(
    [
      drop("Deployment", `${app}.livenessProbe`),
      drop("Deployment", `${app}.resources.limits`),
      unknown("Service", "spec.selector"),
      copy("ConfigMap", "passwords", set("ConfigMap", "data", { DB_PASSWORD: "not-a-real-one" })),
    ],
    { exemptions: [exemption], environment: "dev" },
  ),
  notices: [],
};
const outcomeOf = (outcome: string) => mixed.report.findings.filter((finding) => finding.outcome === outcome);

let folder: Folder;
beforeAll(() => {
  folder = new Folder({
    "a/good.yaml": faultless,
    "a/bad one.yaml": faulty,
    "b/broken.yaml": "a: [",
    "b/note.txt": "",
  });
});
afterAll(() => folder.remove());
const of = (form: string, ...args: string[]) =>
  runPolicy([".", form, ...onlySecrets, ...args], { folder: folder.path }).stdout;

describe("SARIF", () => {
  test("fits the schema for a folder, with file and line of the property, and what could not be read", () => {
    const run = validRun(of("--sarif"));
    const [result, ...more] = run.results ?? [];
    expect(more).toEqual([]);
    expect(result).toMatchObject({
      ruleId: "ALT-K8S-040",
      ruleIndex: 0,
      level: "error",
      message: { text: expect.stringMatching(/^ConfigMap shop\/settings has key DB_PASSWORD/) as string },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: "a/bad%20one.yaml" }, region: { startLine: 7 } },
          logicalLocations: [{ fullyQualifiedName: "ConfigMap/shop/settings" }],
        },
      ],
    });
    const [invocation] = run.invocations ?? [];
    expect(invocation).toMatchObject({ executionSuccessful: false, exitCode: 1 });
    expect(invocation!.toolExecutionNotifications).toMatchObject([
      { level: "note", descriptor: { id: "ignored-files" } },
      {
        level: "error",
        descriptor: { id: "malformed-yaml" },
        locations: [{ physicalLocation: { artifactLocation: { uri: "b/broken.yaml" }, region: { startLine: 1 } } }],
      },
    ]);
  });

  test("fits the schema for a stack, with names in place of files", () => {
    const run = validRun(renderSarif(mixed, { version: "1.2.3", filesAt: "https://example.com/r/blob/1" }));
    expect(run.tool.driver).toMatchObject({ name: "altlas-policy", version: "1.2.3" });
    for (const result of run.results ?? []) expect(result.locations?.[0]).not.toHaveProperty("physicalLocation");
    expect(run.invocations?.[0]).toMatchObject({ executionSuccessful: true, exitCode: 1 });
  });

  test("describes every rule that ran, with help and the address of its page", () => {
    const described = validRun(renderSarif(mixed, { version: "1", filesAt: "https://example.com/r/blob/1" })).tool
      .driver.rules!;
    expect(described.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
    for (const [index, rule] of rules.entries()) {
      expect(described[index]).toMatchObject({
        name: rule.slug,
        shortDescription: { text: `${rule.title}.` },
        helpUri: `https://example.com/r/blob/1/docs/rules/${rule.id}.md`,
      });
      expect(described[index]!.help?.markdown).toContain(`(docs/rules/${rule.id}.md)`);
    }
    // The format allows no relative address, so without the repository's there is none.
    expect(validRun(renderSarif(mixed, { version: "1" })).tool.driver.rules![0]).not.toHaveProperty("helpUri");
  });

  test("suppresses exempted failures with the reason, and leaves open what cannot be told", () => {
    const results = validRun(renderSarif(mixed, { version: "1" })).results ?? [];
    const suppressed = results.filter(({ suppressions }) => suppressions);
    expect(suppressed.map(({ ruleId }) => ruleId)).toEqual(outcomeOf("exempted").map(({ rule }) => rule.id));
    expect(suppressed[0]?.suppressions).toEqual([
      { kind: "external", status: "accepted", justification: `${exemption.reason} (platform, until 2026-12-01)` },
    ]);
    const open = results.filter(({ kind }) => kind === "open");
    expect(open.length).toBe(mixed.report.findings.filter(({ verdict }) => verdict.unknown).length);
    expect(open.length).toBeGreaterThan(0);
    for (const { level, message } of open) {
      expect(level).toBe("none");
      expect(message.text).toMatch(/spec\.selector is not known before the update/);
    }
  });

  test("gives a failure the same fingerprint wherever it moves in its file, and each its own", () => {
    const fingerprints = (text: string) => {
      const own = new Folder({ "a.yaml": text });
      const run = validRun(runPolicy(["a.yaml", "--sarif", "--only", "ALT-K8S-040"], { folder: own.path }).stdout);
      own.remove();
      return (run.results ?? []).map(({ partialFingerprints }: Result) => partialFingerprints!["altlasFinding/v1"]);
    };
    const environment = (...names: string[]) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: b }\nspec:\n  containers:\n    - name: c\n      env:\n${names.map((name) => `        - { name: ${name}, value: not-a-real-one }\n`).join("")}`;
    const two = fingerprints(environment("DB_PASSWORD", "API_TOKEN"));
    expect(new Set(two).size).toBe(2);
    expect(fingerprints(`# moved\n\n${environment("LEVEL", "DB_PASSWORD", "API_TOKEN")}`)).toEqual(two);
    expect(fingerprints(environment("DB_PASSWORD"))).toEqual([two[0]]);
  });
});

interface Suite {
  readonly name: string;
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly testcase?: readonly Record<string, unknown>[];
}

/** As the parser gives it: all attributes are texts. */
type ParsedSuite = Omit<Suite, "tests" | "failures" | "errors" | "skipped"> &
  Readonly<Record<"tests" | "failures" | "errors" | "skipped", string>>;

/** @throws when it is not well-formed. */
function parseJunit(text: string): { readonly root: Suite; readonly suites: readonly Suite[] } {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseAttributeValue: false,
    isArray: (name) => ["testsuite", "testcase", "failure"].includes(name),
  });
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor brings seven packages for this one word
  const { testsuites } = parser.parse(text, true) as { testsuites: ParsedSuite & { testsuite: ParsedSuite[] } };
  const numbers = (suite: ParsedSuite): Suite => ({
    ...suite,
    tests: Number(suite.tests),
    failures: Number(suite.failures),
    errors: Number(suite.errors),
    skipped: Number(suite.skipped),
  });
  return { root: numbers(testsuites), suites: testsuites.testsuite.map(numbers) };
}

describe("JUnit", () => {
  test("has a suite for each rule and a case for each subject, and its numbers add up", () => {
    const { root, suites } = parseJunit(renderJunit(mixed));
    const { totals, findings } = mixed.report;
    expect(suites.map(({ name }) => name)).toEqual(rules.map(({ id, title }) => `${id} ${title}`));
    expect(root.tests).toBe(findings.length);
    const blocking = findings.filter(({ blocks }) => blocks).length;
    expect(root.failures).toBe(blocking);
    expect(root.skipped).toBe(totals.exempted + totals.cannotTell + totals.notApplicable + totals.fail - blocking);
    for (const suite of suites) {
      const cases = suite.testcase ?? [];
      expect(cases).toHaveLength(suite.tests);
      expect(cases.filter((each) => each.failure)).toHaveLength(suite.failures);
      expect(cases.filter((each) => each.skipped)).toHaveLength(suite.skipped);
    }
  });

  test("says why something failed or was skipped", () => {
    const { suites } = parseJunit(renderJunit(mixed));
    const messages = suites.flatMap(({ testcase = [] }) =>
      testcase.flatMap((each) => (each.skipped as { message: string } | undefined)?.message ?? []),
    );
    expect(messages).toContainEqual(expect.stringMatching(/^Exempted: ALT-K8S-010 .*<the next> release & "soon"/));
    expect(messages).toContainEqual(expect.stringMatching(/^Cannot be told: spec\.selector is not known/));
    expect(messages).toContainEqual(expect.stringMatching(/^Not applicable: .+\.$/));
    const limits = suites.find(({ name }) => name.startsWith("ALT-K8S-002"))!;
    const failed = limits.testcase!.find((each) => each.failure)!;
    expect(failed).toMatchObject({
      name: "Container app of Deployment altlas/archive-service",
      classname: "ALT-K8S-002",
    });
  });

  test("makes an error of what was not judged", () => {
    const { root, suites } = parseJunit(of("--junit"));
    expect(root.errors).toBe(1);
    expect(suites[0]).toMatchObject({ name: "input", tests: 2, errors: 1, skipped: 1 });
  });

  test("survives names with markup and characters that XML does not allow", () => {
    const name = "]]> <&\"' \u0000\u0008\u001b\uffff true";
    const manifest = JSON.stringify({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "true" },
      data: { DB_PASSWORD: "x\ud800y" },
    });
    const own = new Folder({ "a.json": manifest });
    const { suites } = parseJunit(runPolicy([own.path, "--junit", ...onlySecrets]).stdout);
    own.remove();
    const named = suites.flatMap(({ testcase = [] }) => testcase.map((each) => each.name));
    expect(named).toContain("ConfigMap true/]]> <&\"' \ufffd\ufffd\ufffd\ufffd true");
  });
});

describe("Markdown", () => {
  test("begins with the verdict and the numbers, then failures by severity, then folded details", () => {
    const text = renderMarkdown(mixed);
    const order = [
      "## ❌ Policies: dev",
      "**Violations of mandatory rules: an update would be stopped.**",
      "| Passed | Failed | Exempted | Cannot be told | Not applicable |",
      "### Critical (1)",
      "### High (1)",
      "<details><summary>Exemptions that end soon (1)</summary>",
      "<details><summary>Exempted (1)</summary>",
      "<details><summary>Cannot be told before the update",
    ].map((part) => [part, text.indexOf(part)] as const);
    expect(order.filter(([, place]) => place < 0)).toEqual([]);
    expect(order.map(([, place]) => place)).toEqual([...order.map(([, place]) => place)].sort((a, b) => a - b));
  });

  test("takes names for text: no markup, no mention of anybody", () => {
    const name = "<img src=x> @everyone `a` | **b** [c](d)";
    const manifest = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "a" },
      data: { API_TOKEN: "x1y2z3w4" },
    };
    const own = new Folder({ "a.json": JSON.stringify(manifest) });
    const text = runPolicy([own.path, "--markdown", ...onlySecrets]).stdout;
    own.remove();
    expect(text).toContain("\\<img src=x\\> @\u200beveryone \\`a\\` \\| \\*\\*b\\*\\* \\[c\\](d)");
  });

  test.each([
    [300, /### Critical \(300\)/],
    [3000, /… and 29\d\d more/],
    [30_000, /… and 29\d\d\d more/],
  ])("stays within its budget with %d failures, and still counts them all", (number, says) => {
    const documents = Array.from({ length: number }, (_, index) => faulty.replace("settings", `settings-${index}`));
    const own = new Folder({ "a.yaml": documents.join("---\n") });
    const text = runPolicy([own.path, "--markdown", ...onlySecrets]).stdout;
    own.remove();
    expect(text.length).toBeLessThanOrEqual(longestMarkdown);
    expect(text).toMatch(says);
    expect(text).toContain(`| 0 | ${number} | 0 | 0 |`);
  });
});

describe("JSON", () => {
  test("holds what failed with place, path and fix, the notices, and the numbers of every rule", () => {
    expect(JSON.parse(of("--json"))).toMatchObject({
      target: ".",
      exitCode: 1,
      level: null,
      blocked: true,
      totals: { pass: 1, fail: 1 },
      rules: [{ id: "ALT-K8S-040", counts: { pass: 1, fail: 1 } }],
      findings: [
        {
          rule: "ALT-K8S-040",
          outcome: "fail",
          location: "a/bad one.yaml:1",
          messages: [{ path: "data.DB_PASSWORD", location: "a/bad one.yaml:7", fix: expect.any(String) as string }],
        },
      ],
      notices: [{ code: "ignored-files" }, { level: "unread", code: "malformed-yaml", location: "b/broken.yaml:1" }],
    });
  });
});

describe("text", () => {
  test("shows no control character of a name, in colour or not", () => {
    const manifest = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a\u001b[2Jb" },
      data: { API_TOKEN: "x1y2z3w4" },
    };
    const own = new Folder({ "a.json": JSON.stringify(manifest) });
    const plain = runPolicy([own.path, ...onlySecrets]).stdout;
    const coloured = runPolicy([own.path, ...onlySecrets], { colour: true }).stdout;
    own.remove();
    expect(plain).not.toContain("\u001b");
    expect(coloured).toContain("\u001b[31mfailed\u001b[0m");
    expect(coloured).not.toContain("\u001b[2J");
    expect(coloured).toContain("a\ufffd[2Jb");
  });
});

describe("every exemption is in every output", () => {
  test.each(["text", "json", "sarif", "junit", "markdown"])("%s", (form) => {
    const own = new Folder({
      "a.yaml": faulty,
      "altlas-policy.yaml": JSON.stringify({
        exemptions: [{ ...exemption, rule: "ALT-K8S-040", resource: "ConfigMap/shop/settings" }],
      }),
    });
    const { stdout, status } = runPolicy([own.path, ...(form === "text" ? [] : [`--${form}`]), ...onlySecrets]);
    own.remove();
    for (const part of ["platform", "2026-12-01", "Its probes come with"]) expect(stdout).toContain(part);
    expect(status).toBe(0);
  });
});

describe("a report that crosses to another process", () => {
  test("is the same there, and holds no property of a resource", () => {
    const text = JSON.stringify(toPortable(mixed.report));
    const back = { ...mixed, report: fromPortable(JSON.parse(text) as ReturnType<typeof toPortable>, rules) };
    expect(text).not.toContain("not-a-real-one");
    expect(renderSarif(back, { version: "1" })).toBe(renderSarif(mixed, { version: "1" }));
    expect(renderJunit(back)).toBe(renderJunit(mixed));
    expect(renderMarkdown(back)).toBe(renderMarkdown(mixed));
  });

  test("can be cut down to some rules", () => {
    const [rule] = rules.filter(({ id }) => id === "ALT-K8S-002");
    const cut = restrict(mixed.report, [rule!]);
    const whole = mixed.report.rules.find((each) => each.rule === rule)!;
    expect(cut.rules).toEqual([whole]);
    expect(cut.totals).toEqual(whole.counts);
    expect(cut.findings.every((finding) => finding.rule === rule)).toBe(true);
  });
});
