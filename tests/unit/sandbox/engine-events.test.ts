import { describe, expect, it } from "vitest";
import {
  cleanMessage,
  describeChanges,
  Digest,
  type EngineEvent,
  parseEvent,
  resourceKind,
  resourceLabel,
} from "../../../sandbox/engine/events";
import { type PulumiResult } from "../../../sandbox/engine/pulumi";
import { describeFailure, describePolicies, describeProblems } from "../../../sandbox/engine/report";

const urn = (name: string, type = "kubernetes:apps/v1:Deployment") =>
  `urn:pulumi:dev::altlas::platform:index:Microservice$${type}::${name}`;

function digestOf(...events: EngineEvent[]): Digest {
  const digest = new Digest();
  for (const event of events) digest.add(event);
  return digest;
}

const step = (op: string, name: string) => ({
  metadata: { op, urn: urn(name), type: "kubernetes:apps/v1:Deployment" },
});
const error = (message: string, name?: string): EngineEvent => ({
  diagnosticEvent: { severity: "error", message, ...(name === undefined ? {} : { urn: urn(name) }) },
});
const violation = (enforcementLevel: string, policyName: string, message: string): EngineEvent => ({
  policyEvent: { enforcementLevel, policyName, policyPackName: "pack", resourceUrn: urn("web"), message },
});

function failed(digest: Digest, more: Partial<PulumiResult> = {}): PulumiResult {
  return { code: 255, stdout: "", stderr: "", digest, interrupted: false, ...more };
}

describe("names of resources", () => {
  it.each([
    [urn("web"), "apps/v1 Deployment web"],
    ["urn:pulumi:dev::altlas::random:index/randomPet:RandomPet::a::b", "random RandomPet a::b"],
    ["urn:pulumi:dev::altlas::pulumi:pulumi:Stack::altlas-dev", "the stack"],
    ["urn:pulumi:dev::altlas::pulumi:providers:kubernetes::cluster", "provider kubernetes cluster"],
  ])("say kind and name: %s", (text, label) => {
    expect(resourceLabel(text)).toBe(label);
  });

  it("have a kind of their own for what belongs to the engine", () => {
    expect(resourceKind("urn:pulumi:dev::altlas::pulumi:pulumi:Stack::altlas-dev")).toBe("pulumi Stack");
  });
});

describe("messages", () => {
  it("lose colours, stack frames and the runner's frame, and keep everything else", () => {
    const message = [
      "Running program '/x/bin/program.cjs' failed with an unhandled exception:",
      "\u001b[31mError: three problems:\u001b[0m",
      "  at least one pool is missing",
      "  replicas: 5 (at most 3)",
      "    at Object.<anonymous> (/x/stacks/index.ts:12:3)",
      "    at node:internal/main:1:1",
      "",
    ].join("\n");
    expect(cleanMessage(message)).toBe("three problems:\n  at least one pool is missing\n  replicas: 5 (at most 3)");
  });

  it("lose the frame of a list of one error", () => {
    expect(cleanMessage("1 error occurred:\n\t* the server does not answer\n\n")).toBe("the server does not answer");
  });
});

describe("the digest of a run", () => {
  it("counts what is finished and shows what is worked on", () => {
    const digest = digestOf(
      { resourcePreEvent: step("create", "a") },
      { resourcePreEvent: step("create", "b") },
      { resOutputsEvent: step("create", "a") },
      { resourcePreEvent: step("same", "c") },
      { resOutputsEvent: step("same", "c") },
    );
    expect(digest.finished).toBe(2);
    expect([...digest.inProgress.values()]).toEqual(["apps/v1 Deployment b"]);
    expect(digest.changed).toBe(true);
    digest.add({ resOpFailedEvent: step("create", "b") });
    expect(digest.inProgress.size).toBe(0);
    expect(digest.finished).toBe(2);
  });

  it("says nothing changed only when all is the same", () => {
    expect(digestOf({ summaryEvent: { durationSeconds: 1, resourceChanges: { same: 7 } } }).changed).toBe(false);
    expect(digestOf({ summaryEvent: { durationSeconds: 1, resourceChanges: { same: 7, delete: 1 } } }).changed).toBe(
      true,
    );
  });

  it("keeps each error once, and no debug message or passing remark", () => {
    const digest = digestOf(
      error("bad", "a"),
      error("bad", "a"),
      error("bad", "b"),
      { diagnosticEvent: { severity: "debug", message: "password=x" } },
      { diagnosticEvent: { severity: "error", message: "for a moment", ephemeral: true } },
    );
    expect(digest.errors).toEqual([
      { resource: "apps/v1 Deployment a", message: "bad" },
      { resource: "apps/v1 Deployment b", message: "bad" },
    ]);
  });

  it("separates violations, warnings and a pack's own summary", () => {
    const digest = digestOf(
      violation("mandatory", "limits", "no limits"),
      violation("mandatory", "limits", "no limits"),
      violation("advisory", "labels", "no owner"),
      violation("advisory", "altlas-summary", "About.\n20 rules"),
      violation("mandatory", "bad-summary", "stops"),
      { policyAnalyzeSummaryEvent: { policyPackName: "pack", passed: ["labels"], failed: ["limits"] } },
      { policyAnalyzeStackSummaryEvent: { policyPackName: "pack", passed: ["whole"] } },
    );
    expect(digest.mandatory.map(({ policyName }) => policyName)).toEqual(["limits", "bad-summary"]);
    expect(digest.advisory.map(({ policyName }) => policyName)).toEqual(["labels"]);
    expect([...digest.policies]).toEqual(["pack/labels", "pack/limits", "pack/whole"]);
    expect(describePolicies(digest)).toEqual([
      "Policies: 3 policies on 1 resources: 2 violations, 1 warning",
      "  20 rules",
      "  ✗ limits – apps/v1 Deployment web:\n    no limits",
      "  ✗ bad-summary – apps/v1 Deployment web:\n    stops",
      "  ! labels – apps/v1 Deployment web:\n    no owner",
    ]);
  });

  it("takes other output of the CLI for what it is", () => {
    expect(parseEvent("Created stack 'dev'")).toBeUndefined();
    expect(parseEvent("{broken")).toBeUndefined();
    expect(parseEvent(`{"errorEvent":{"error":"x"}}`)).toEqual({ errorEvent: { error: "x" } });
  });
});

describe("changes", () => {
  it("are told in words, unknown operations by name", () => {
    expect(describeChanges({ create: 2, same: 5, delete: 0 })).toBe("2 created, 5 unchanged");
    expect(describeChanges({ create: 1, refresh: 3 }, true)).toBe("1 to create, 3 refresh");
    expect(describeChanges({})).toBe("no resources");
  });
});

describe("a failure", () => {
  it("groups equal messages, and leaves out the engine's remark that it failed", () => {
    const { errors } = digestOf(error("down", "a"), error("down", "b"), error("down", "c"), error("update failed"));
    expect(describeProblems(errors)).toEqual(["  ✗ apps/v1 Deployment a and 2 more:\n    down"]);
    expect(describeProblems([{ message: "update failed" }])).toEqual(["  ✗ update failed"]);
  });

  it("is cut after a dozen different problems", () => {
    const problems = Array.from({ length: 15 }, (_, index) => ({ message: `problem ${index}` }));
    expect(describeProblems(problems)).toHaveLength(13);
    expect(describeProblems(problems).pop()).toBe("  … and 3 more");
  });

  it("before the engine ran is told in the CLI's words", () => {
    const text = describeFailure("pulumi up dev", failed(new Digest(), { stderr: "error: no stack\n" }), "/log");
    expect(text).toBe("pulumi up dev failed.\n  ✗ error: no stack\nFull log: /log");
  });

  it("by a signal names the signal, and by the user is an interruption", () => {
    expect(describeFailure("up", failed(new Digest(), { signal: "SIGKILL" }), "/log")).toContain(
      "the Pulumi CLI was ended from outside (SIGKILL)",
    );
    expect(describeFailure("up", failed(digestOf(error("update canceled")), { interrupted: true }), "/log")).toContain(
      "up was interrupted; what was finished is saved.",
    );
  });

  it("without a word to the engine shows what the program printed", () => {
    const printed: EngineEvent = { diagnosticEvent: { severity: "info#err", message: "no rules today" } };
    expect(describeFailure("up", failed(digestOf(printed)), "/log")).toContain("✗ no rules today");
  });
});
