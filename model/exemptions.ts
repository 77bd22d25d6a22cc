import { z } from "zod";
import { daysBetween } from "./day";

/** Longest time that an exemption may lie ahead; half a year keeps every exception under review. */
export const longestExemptionDays = 180;
/** From here on an exemption is listed as ending soon: one planning cycle to mend the cause or to renew it. */
export const soonExpiringDays = 30;

const segment = "[A-Za-z0-9*]([A-Za-z0-9._:*-]*[A-Za-z0-9*])?";
const resourcePattern = new RegExp(`^${segment}(/${segment}){0,2}$`);

/** The engine takes a date without quotes for a time, and hands it over as `2027-03-31 00:00:00 +0000 UTC`. */
const day = z.preprocess(
  (value) => (typeof value === "string" ? value.replace(/ 00:00:00 \+0000 UTC$/, "") : value),
  z.iso.date("must be a date written YYYY-MM-DD"),
);

/** One rule that one resource may break for a stated time. The stack's configuration holds a list of them. */
export const exemptionSchema = z
  .strictObject({
    rule: z
      .string()
      .regex(/^ALT-[A-Z0-9]+-\d{3}$/, "must be a rule's id such as ALT-K8S-001")
      .describe("id of the rule that may be broken"),
    resource: z
      .string()
      .regex(resourcePattern, "must be name, Kind/name or Kind/namespace/name; * stands for any part of a segment")
      .refine((pattern) => !namesNothing(pattern), "names every resource; an exemption is for a named one")
      .describe("resource that may break it: name, Kind/name or Kind/namespace/name"),
    reason: z
      .string()
      .trim()
      .min(20, "is shorter than 20 characters; say why the rule cannot be kept and what is done instead")
      .describe("why the rule cannot be kept, for the reader of the report"),
    owner: z.string().trim().min(2, "must name a team or a person").describe("who removes the exemption in time"),
    expires: day.describe("last day on which the exemption holds"),
  })
  .describe("rule, resource, reason, owner and last day of an exemption");

/** A list of exemptions, as the stack's configuration or a file beside YAML manifests holds it. */
export const exemptionsSchema = z.array(exemptionSchema);

export type Exemption = z.infer<typeof exemptionSchema>;

/** What a rule calls a resource; an exemption's pattern is compared with it. */
export interface ResourceIdentity {
  /** Kubernetes kind, or the last part of another resource's type (`RandomPassword`). */
  readonly kind: string;
  /** Absent for what has no namespace. */
  readonly namespace?: string | undefined;
  readonly name: string;
  /** The engine's name of the resource, which may differ from the object's own. */
  readonly logicalName?: string | undefined;
}

/** An exemption after it was held against the calendar and the table of rules. */
export interface ReviewedExemption {
  readonly exemption: Exemption;
  /** Place in the list, from 0, by which a message points at it. */
  readonly index: number;
  /** Only an `active` one exempts anything. */
  readonly status: "active" | "expired" | "refused";
  /** Why it does not hold; a full sentence. Absent when active. */
  readonly why?: string;
  /** Days until it ends, 0 on its last day; negative once it has ended. */
  readonly daysLeft: number;
  /** Whether it ends within {@link soonExpiringDays} days. */
  readonly endsSoon: boolean;
}

export interface ReviewOptions {
  /** Today as `YYYY-MM-DD`; an argument, so that a review can be repeated. */
  readonly today: string;
  readonly knownRules: ReadonlySet<string>;
  /** Rules that judge the exemptions themselves, and so cannot be exempted. */
  readonly notExemptible: ReadonlySet<string>;
}

/** Decides for each exemption whether it holds today. */
export function reviewExemptions(exemptions: readonly Exemption[], options: ReviewOptions): ReviewedExemption[] {
  return exemptions.map((exemption, index) => {
    const daysLeft = daysBetween(options.today, exemption.expires);
    const base = { exemption, index, daysLeft, endsSoon: daysLeft >= 0 && daysLeft <= soonExpiringDays };
    if (!options.knownRules.has(exemption.rule)) {
      return { ...base, status: "refused", why: `There is no rule ${exemption.rule}.` };
    }
    if (options.notExemptible.has(exemption.rule)) {
      return { ...base, status: "refused", why: `${exemption.rule} judges exemptions and cannot be exempted itself.` };
    }
    if (daysLeft < 0) {
      return { ...base, status: "expired", why: `It ended on ${exemption.expires}, ${-daysLeft} days ago.` };
    }
    if (daysLeft > longestExemptionDays) {
      const why = `It ends on ${exemption.expires}, ${daysLeft} days ahead; at most ${longestExemptionDays} are allowed.`;
      return { ...base, status: "refused", why };
    }
    return { ...base, status: "active" };
  });
}

/**
 * Whether an exemption's pattern names a resource. One segment is compared with the name, two with kind and name, three
 * with kind, namespace and name; `*` stands for any text within its segment. Letter case counts.
 */
export function matchesResource(pattern: string, resource: ResourceIdentity): boolean {
  const segments = pattern.split("/");
  const name = segments[segments.length - 1] ?? "";
  const names = [resource.name, ...(resource.logicalName === undefined ? [] : [resource.logicalName])];
  if (!names.some((candidate) => glob(name, candidate))) return false;
  const kind = segments.length > 1 ? segments[0] : undefined;
  if (kind !== undefined && !glob(kind, resource.kind)) return false;
  const namespace = segments.length > 2 ? segments[1] : undefined;
  return namespace === undefined || glob(namespace, resource.namespace ?? "");
}

/** A pattern without one letter of a name or namespace would hide whatever is added later. */
function namesNothing(pattern: string): boolean {
  const segments = pattern.split("/");
  const naming = segments.length > 1 ? segments.slice(1) : segments;
  return naming.every((part) => /^\*+$/.test(part));
}

function glob(pattern: string, text: string): boolean {
  const source = pattern
    .split("*")
    .map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`).test(text);
}
