import { describe, expect, test } from "vitest";
import { renderJson } from "../../policies/outputs/json";
import { renderJunit } from "../../policies/outputs/junit";
import { exitCodeOf, type Judgement } from "../../policies/outputs/judgement";
import { renderMarkdown } from "../../policies/outputs/markdown";
import { renderSarif } from "../../policies/outputs/sarif";
import { renderText } from "../../policies/outputs/text";
import { app, drop, type Edit, judge, today } from "./fixtures";

const exemption = (rule: string, changes: Readonly<Record<string, string>> = {}) => ({
  rule,
  resource: "Deployment/altlas/archive-service",
  reason: `Its next release keeps ${rule}.`,
  owner: "team-archive",
  expires: "2027-03-31",
  ...changes,
});
const faults: readonly Edit[] = [
  drop("Deployment", `${app}.livenessProbe`),
  drop("Deployment", `${app}.resources.limits.memory`),
];
const renderers: Readonly<Record<string, (judgement: Judgement) => string>> = {
  text: (judgement) => renderText(judgement, { colour: false }),
  JSON: renderJson,
  SARIF: (judgement) => renderSarif(judgement, { version: "1" }),
  JUnit: renderJunit,
  Markdown: renderMarkdown,
};

const judgement = (exemptions: readonly unknown[], edits = faults): Judgement => ({
  target: "prod",
  report: judge(edits, { exemptions, environment: "prod" }),
  notices: [],
});
/** Marks that an output needs do not hide what it says. */
const plain = (text: string) => text.replaceAll(/\\(?=[^n"u])|&quot;/g, "");

describe.each(Object.entries(renderers))("%s tells of exemptions", (_, render) => {
  const text = (of: Judgement) => plain(render(of));

  test("who may break which rule until when, and why", () => {
    const covered = judgement([exemption("ALT-K8S-010"), exemption("ALT-K8S-002")]);
    expect(exitCodeOf(covered)).toBe(0);
    for (const rule of ["ALT-K8S-010", "ALT-K8S-002"])
      expect(text(covered)).toContain(`Its next release keeps ${rule}.`);
    for (const part of ["team-archive", "2027-03-31"]) expect(text(covered)).toContain(part);
  });

  test("which end soon", () => {
    const ending = judgement([exemption("ALT-K8S-010", { expires: "2026-12-01" }), exemption("ALT-K8S-002")]);
    expect(exitCodeOf(ending)).toBe(0);
    expect(today).toBe("2026-11-23");
    expect(text(ending)).toMatch(/in 8 days|"endsSoon": ?true/);
    expect(text(judgement([exemption("ALT-K8S-010"), exemption("ALT-K8S-002")]))).not.toMatch(
      /in \d+ days|"endsSoon": ?true/,
    );
  });

  test("which have ended, and what they covered; the run fails by both", () => {
    const ended = judgement([exemption("ALT-K8S-010", { expires: "2026-11-22" }), exemption("ALT-K8S-002")]);
    expect(exitCodeOf(ended)).toBe(1);
    expect(text(ended)).toMatch(/does not hold: it ended on 2026-11-22, 1 days? ago/);
    expect(text(ended)).toContain("has no livenessProbe");
  });

  test("which are refused: too long, of no rule, without a reason or an owner", () => {
    const refused = judgement([
      exemption("ALT-K8S-010", { expires: "2027-05-23" }),
      exemption("ALT-K8S-999"),
      exemption("ALT-K8S-002", { reason: "later" }),
      exemption("ALT-K8S-002", { owner: "" }),
    ]);
    expect(exitCodeOf(refused)).toBe(1);
    expect(text(refused)).toContain("181 days ahead; at most 180 are allowed");
    expect(text(refused)).toContain("there is no rule ALT-K8S-999");
    expect(text(refused)).toContain("is shorter than 20 characters");
    expect(text(refused)).toContain("must name a team or a person");
  });

  test("which nothing needs, as advice that fails nothing", () => {
    const unused = judgement([exemption("ALT-K8S-010")], []);
    expect(exitCodeOf(unused)).toBe(0);
    expect(text(unused)).toContain("is not needed: nothing that it names breaks ALT-K8S-010");
  });
});
