import { describe, expect, it } from "vitest";
import { compareStack, type Comparison, exitCodeOf, type StackComparison } from "../../../changes/comparison";
import { describeCapacity, describeCost, describePolicies, headlineOf } from "../../../changes/outputs/sentences";
import { renderText } from "../../../changes/outputs/text";
import { type StackFacts } from "../../../changes/sides/side";
import { capacityReport, costReport, disruptionReport, facts, finding, policyReport } from "./facts";
import { object, resource } from "./registrations";

function comparisonOf(...stacks: StackComparison[]): Comparison {
  return { base: { name: "main" }, head: { name: "the working tree" }, stacks };
}

/** Both sides of stack beta, and what the command would say. */
function compare(base: StackFacts | undefined, head: StackFacts | undefined) {
  const stack = compareStack("beta", base, head);
  const comparison = comparisonOf(stack);
  return { stack, code: exitCodeOf(comparison), headline: headlineOf(comparison).text, comparison };
}

const classes = ({ stack }: ReturnType<typeof compare>) => stack.risks.map((risk) => risk.class);

describe("rules", () => {
  const policies = (...findings: ReturnType<typeof finding>[]) => facts([], { policies: policyReport(findings) });

  it("that newly fail are told first and refuse the head", () => {
    const result = compare(
      policies(finding("ALT-A-001", "old", "fail"), finding("ALT-A-001", "new", "pass")),
      policies(
        finding("ALT-A-001", "old", "fail"),
        finding("ALT-A-001", "new", "fail"),
        finding("ALT-A-002", "new", "fail", undefined, false),
      ),
    );
    expect(result.code).toBe(1);
    expect(result.headline).toBe(
      "New policy failure: ALT-A-001 Deployment altlas/new is wrong (spec); mend it. (beta)",
    );
    // Advice is listed and refuses nothing.
    expect(classes(result)).toEqual(["policy"]);
    expect(describePolicies(result.stack)).toBe("2 new failures; 3 failures, 0 exempted");
    expect(compare(policies(), policies(finding("ALT-A-002", "new", "fail", undefined, false))).code).toBe(0);
  });

  it("that fail as before refuse nothing, even when the sentence has another number in it", () => {
    const old = policies(finding("ALT-A-001", "a", "fail", { problem: "has 2 of it" }));
    const result = compare(old, policies(finding("ALT-A-001", "a", "fail", { problem: "has 3 of it" })));
    expect([result.code, classes(result)]).toEqual([0, []]);
    expect(describePolicies(result.stack)).toBe("as before: 1 failure, 0 exempted");
  });

  it("are fixed when they no longer fail, and exempted when an exemption now covers them", () => {
    const before = policies(finding("ALT-A-001", "a", "fail"), finding("ALT-A-001", "b", "fail"));
    const { stack } = compare(before, policies(finding("ALT-A-001", "a", "exempted")));
    expect(stack.policies).toMatchObject({
      data: {
        failing: [],
        fixed: [{ text: expect.stringContaining("altlas/b") as string }],
        exempted: [{ rule: "ALT-A-001" }],
      },
    });
  });

  it("tell exemptions of the head that end soon or have ended", () => {
    const exemption = (name: string, status: string, daysLeft: number, endsSoon: boolean) => ({
      exemption: { rule: "ALT-A-001", resource: name, owner: "platform", expires: "2026-12-01" },
      status,
      daysLeft,
      endsSoon,
    });
    const all = [
      exemption("a", "active", 5, true),
      exemption("b", "active", 90, false),
      exemption("c", "expired", -1, false),
    ];
    const { stack } = compare(facts(), facts([], { policies: policyReport([], all) }));
    expect(stack.policies).toMatchObject({
      data: {
        ending: [
          "ALT-A-001 for a ends in 5 days, on 2026-12-01; owner platform",
          "ALT-A-001 for c no longer holds (until 2026-12-01); owner platform",
        ],
      },
    });
  });

  it("of a revision that has none or another form are said not to be told", () => {
    const strange = { ...facts(), policies: { data: { findings: "many" } } };
    expect(describePolicies(compare(strange, facts()).stack)).toBe(
      "the policies of the base are not told: this revision tells it in another form",
    );
  });
});

describe("capacity", () => {
  const needing = (nodes: number, verdict?: string) => facts([], { capacity: capacityReport(nodes, verdict) });

  it("that needs other nodes is told with both numbers, and refuses nothing", () => {
    const result = compare(needing(3), needing(5));
    expect([result.code, classes(result)]).toEqual([0, ["nodes"]]);
    expect(result.headline).toBe("Needs other nodes: Pool general 3 → 5 nodes at the load maximum (beta)");
    expect(describeCapacity(result.stack)).toBe("fits, 3 → 5 of 10 nodes at the highest load");
  });

  it.each([
    ["does not fit", "does not fit any more"],
    ["undecided", "may not fit any more"],
  ])("that is %s and did fit refuses the head", (verdict, words) => {
    const result = compare(needing(3), needing(12, verdict));
    expect([result.code, classes(result)]).toEqual([1, ["capacity"]]);
    expect(result.headline).toBe(`Does not fit: Pool general ${words} at the load maximum (3 → 12 nodes) (beta)`);
  });

  it("that did not fit before refuses nothing and is still said, until an undecided one gets worse", () => {
    const result = compare(needing(12, "does not fit"), needing(12, "does not fit"));
    expect([result.code, classes(result)]).toEqual([0, []]);
    expect(describeCapacity(result.stack)).toContain("does not certainly fit, as before");
    expect(compare(needing(11, "undecided"), needing(12, "does not fit")).code).toBe(1);
    expect(compare(needing(12, "does not fit"), needing(3)).code).toBe(0);
  });
});

describe("cost", () => {
  const costing = (expected: number, budget?: number) => facts([], { cost: costReport(expected, budget) });

  it("is told as sums and differences, by layer where it moved", () => {
    const result = compare(costing(1000), costing(1250));
    expect(describeCost(result.stack)).toBe("$1,000 → $1,250 expected (+$250), $1,100 → $1,350 at most (+$250)");
    expect(classes(result)).toEqual(["cost"]);
    expect(result.stack.cost).toMatchObject({ data: { layers: [{ layer: "nodes" }] } });
    expect(classes(compare(costing(1000), costing(1000.3)))).toEqual([]);
  });

  it("above the budget refuses the head, whoever moved", () => {
    const result = compare(costing(1000, 1100), costing(1250, 1200));
    expect(result.code).toBe(1);
    expect(result.headline).toBe(
      "Above the budget: The stack is expected to cost $1,250 a month, $50 above its budget of $1,200 (budget before: $1,100) (beta)",
    );
    expect(compare(costing(1000, 1100), costing(1000, 900)).code).toBe(1);
    expect(compare(costing(1000, 1100), costing(1100, 1100)).code).toBe(0);
  });
});

describe("what workloads stand", () => {
  it("is told where it is another, and is less available when it is worse", () => {
    const standing = (pods: number, evictions: number, serves: boolean) =>
      facts([], { disruption: disruptionReport(pods, evictions, serves) });
    const worse = compare(standing(3, 1, true), standing(2, 0, false));
    expect(worse.stack.risks.map(({ subject, what }) => `${subject} ${what}`)).toEqual([
      "app a lost node: 1 lost, serves → 1 lost, stops",
      "app a lost zone: 1 lost, serves → 1 lost, stops",
      "app an update: 1 lost, serves → 1 lost, stops",
      "app an upgrade of its nodes: 1 lost, serves → 1 lost, stops",
      "app evictions at once: 1 → 0",
      "app pods at the least: 3 → 2",
    ]);
    expect(compare(standing(2, 0, false), standing(3, 1, true)).stack.risks).toEqual([]);
  });
});

describe("a side that cannot be used", () => {
  const refused: StackFacts = {
    problem: "altlas:environment = prodd\n   why: unknown",
    policies: { reason: "its program does not run" },
    reports: facts().reports,
  };

  it("shows its problems, and what the other side makes of it", () => {
    const one = [resource("t:a:A", "a")];
    const result = compare(refused, facts(one, { policies: policyReport([finding("ALT-A-001", "a", "fail")]) }));
    expect(result.code).toBe(2);
    expect(result.headline).toBe("Not everything can be compared: beta of the base cannot be used");
    const text = renderText(result.comparison);
    expect(text).toContain("altlas:environment = prodd");
    expect(text).toContain("1 on the head alone");
    expect(text).toContain("failures on the head alone: 1");
    expect(text).toContain("fits, 3 of 10 nodes");
  });

  it("does not hide what the reports still say", () => {
    const result = compare(facts([], { cost: costReport(1000, 1100) }), {
      ...refused,
      reports: facts([], { cost: costReport(1200, 1100) }).reports,
    });
    expect([result.code, classes(result)]).toEqual([2, ["budget", "cost"]]);
  });
});

describe("a stack that only one side has", () => {
  const one = [object("core/v1:Service", "s", { spec: { type: "LoadBalancer" } })];

  it("is new as a whole, and is refused for what is wrong with it", () => {
    const result = compare(undefined, facts(one, { capacity: capacityReport(12, "does not fit") }));
    expect(result.stack.state).toBe("added");
    expect([result.code, classes(result)]).toEqual([1, ["capacity", "cost"]]);
  });

  it("is no longer registered, which refuses nothing", () => {
    const result = compare(facts(one), undefined);
    expect([result.stack.state, result.code]).toEqual(["removed", 0]);
    expect(classes(result)).not.toContain("stateful");
  });
});

describe("the headline", () => {
  it("is the worst of all stacks and names those that have it", () => {
    const files = (encrypted: boolean) => [resource("aws:ebs/volume:Volume", "v", { encrypted })];
    const bad = (stack: string) => compareStack(stack, facts(files(true)), facts(files(false)));
    const dear = compareStack("alpha", facts(), facts([], { cost: costReport(5000) }));
    expect(headlineOf(comparisonOf(dear, bad("beta"), bad("prod")))).toEqual({
      sign: "⚠️",
      text: "Encryption removed or weakened: Volume v encrypted true → false (beta, prod)",
    });
  });

  it("says so when nothing changes, and when nothing of it is a risk", () => {
    expect(compare(facts(), facts()).headline).toBe("Nothing that is registered changes");
    const named = (purpose: string) => facts([resource("t:a:A", "a", { purpose })]);
    expect(compare(named("a"), named("b")).headline).toBe("No risk found; changes in beta");
  });
});
