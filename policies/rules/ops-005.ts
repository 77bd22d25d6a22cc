import { longestExemptionDays } from "../../model/exemptions";
import { defineRule, type ExemptionUse, part, type RuleContext, type Subject } from "../rule";

const exemption = (expires: string) => ({
  rule: "ALT-K8S-030",
  resource: "Deployment/altlas-apps/archive-service",
  reason: "The project publishes no other tag until its first release.",
  owner: "platform",
  expires,
});

export const rule = defineRule({
  id: "ALT-OPS-005",
  slug: "altlas-exemption-requires-reason-and-end",
  title: "Exemptions name a known rule, a reason and an owner, have not ended, and are still needed",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "An exemption without an end outlives its reason and whoever knew it. One that nothing needs any more will hide the " +
    "next failure.",
  fix: `Renew it for at most ${longestExemptionDays} days with a current reason, or remove it and mend the cause.`,
  planSteps: [],
  peers: [],
  judgesExemptions: true,
  examples: {
    pass: { title: "none", exemptions: [] },
    fail: { title: "one that ended", exemptions: [exemption("2020-01-31")] },
  },
  parts: [
    part(unreadable, function* ({ why, remedy }) {
      yield { problem: `cannot be used: ${lowerFirst(why)}`, path: "", fix: lowerFirst(remedy) };
      return undefined;
    }),
    part(readable, function* ({ exemption: { rule: id }, status, why, uses, doubt, judged }) {
      const fix = "renew it with a current reason, or remove it and mend the cause";
      if (status !== "active") {
        yield { problem: `does not hold: ${lowerFirst(why ?? "")}`, path: "", fix };
      } else if (judged && uses === 0) {
        if (doubt) throw doubt;
        const problem = `is not needed: nothing that it names breaks ${id}`;
        yield { problem, path: "", fix: "remove it", warning: true };
      }
      return undefined;
    }),
  ],
});

function unreadable({ exemptions }: RuleContext<undefined>): Subject<{ why: string; remedy: string }>[] {
  return exemptions.problems.map((problem) => ({ ...subjectOf(problem.setting), read: () => problem }));
}

function readable({ exemptions }: RuleContext<undefined>): Subject<ExemptionUse>[] {
  return exemptions.reviewed.map((reviewed) => {
    const { rule: id, resource } = reviewed.exemption;
    return { ...subjectOf(`altlas:exemptions[${reviewed.index}] (${id} on ${resource})`), read: () => reviewed };
  });
}

/** Exemptions are no resources; they stand where a resource does in a report. */
function subjectOf(name: string): Pick<Subject<unknown>, "resource" | "identity"> {
  return { resource: { type: "", name, inputs: {} }, identity: { kind: "Exemption", name } };
}

function lowerFirst(text: string): string {
  const body = text.endsWith(".") ? text.slice(0, -1) : text;
  return body.charAt(0).toLowerCase() + body.slice(1);
}
