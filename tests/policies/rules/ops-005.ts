import { rules } from "../../../policies/rules";
import { app, drop, type Manifest, set, today, without } from "../fixtures";
import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";
import { container } from "../objects";

const exemption = (changes: Manifest) => ({
  rule: "ALT-K8S-030",
  resource: "Deployment/altlas/archive-service",
  reason: "The project publishes no other tag until its first release.",
  owner: "platform",
  expires: "2027-01-31",
  ...changes,
});

export const cases: RuleCases = {
  pass: [
    {
      title: "one that covers a failure",
      edits: [drop("Deployment", `${app}.livenessProbe`)],
      options: { exemptions: [exemption({ rule: "ALT-K8S-010" })], only: rules },
    },
    {
      title: "one that may be needed by what was not judged",
      options: { exemptions: [exemption({})], complete: false },
    },
  ],
  fail: [
    {
      title: "one that ended yesterday",
      options: { exemptions: [exemption({ expires: "2026-11-22" })] },
      says: /Exemption altlas:exemptions\[0\] \(ALT-K8S-030 on .*\) does not hold: it ended on 2026-11-22, 1 days ago; renew it/,
      at: "",
    },
    {
      title: "one that lasts too long",
      options: { exemptions: [exemption({ expires: "2027-05-23" })] },
      says: /does not hold: it ends on 2027-05-23, 181 days ahead; at most 180 are allowed/,
      at: "",
    },
    {
      title: "one of a rule that there is not",
      options: { exemptions: [exemption({ rule: "ALT-K8S-999" })] },
      says: /does not hold: there is no rule ALT-K8S-999/,
      at: "",
    },
    {
      title: "one of the rule that judges exemptions",
      options: { exemptions: [exemption({ rule: "ALT-OPS-005" })] },
      says: /does not hold: .*cannot be exempted itself/,
      at: "",
    },
    {
      title: "a reason that is too short",
      options: { exemptions: [exemption({ reason: "later" })] },
      says: /Exemption altlas:exemptions\[0\]\.reason cannot be used: is shorter than 20 characters/,
      at: "",
    },
    {
      title: "no owner, and a date that is none",
      options: { exemptions: [exemption({ owner: "", expires: "soon" })] },
      says: /Exemption altlas:exemptions\[0\]\.(owner|expires) cannot be used/,
      at: "",
      count: 2,
    },
    {
      title: "a pattern that names everything",
      options: { exemptions: [exemption({ resource: "Deployment/*/*" })] },
      says: /names every resource/,
      at: "",
    },
    {
      title: "one that nothing needs",
      options: { exemptions: [exemption({})], only: rules },
      says: /is not needed: nothing that it names breaks ALT-K8S-030/,
      at: "",
    },
  ],
  notApplicable: [{ title: `no exemptions on ${today}`, edits: [without("Deployment"), drop("ConfigMap", "data")] }],
  unknown: [
    {
      title: "one that may be needed once the image is known",
      edits: [set("Deployment", `${app}.image`, UNKNOWN)],
      options: { exemptions: [exemption({})], only: rules },
      because: `${container}.image`,
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "an exemption has ended",
    options: {
      exemptions: [
        {
          rule: "ALT-K8S-030",
          resource: "Deployment/altlas/api-gateway",
          reason: "The project publishes no other tag until its first release.",
          owner: "platform",
          expires: "2026-11-01",
        },
      ],
    },
    says: /does not hold: it ended on 2026-11-01/,
  },
];
