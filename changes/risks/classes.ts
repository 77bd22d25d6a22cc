/** How a class of changes is to be taken. */
export type Weight = "danger" | "attention" | "note";

interface RiskClass {
  /** Begins the headline when it is the worst. */
  readonly title: string;
  /** Why it stands where it stands. */
  readonly why: string;
  readonly weight: Weight;
}

/** The classes of changes, worst first: what cannot be taken back stands before what can, and that before what costs. */
export const riskClasses = {
  encryption: {
    title: "Encryption removed or weakened",
    why: "What was written in the clear was readable and stays so in every copy; most stores cannot be encrypted later.",
    weight: "danger",
  },
  stateful: {
    title: "Data deleted or replaced",
    why: "The contents go with the object, and come back from a backup at best.",
    weight: "danger",
  },
  exposure: {
    title: "Opened to the internet",
    why: "Whatever is reachable is scanned within minutes.",
    weight: "danger",
  },
  rights: {
    title: "Rights widened",
    why: "Who gets a right keeps what it read and made with it.",
    weight: "danger",
  },
  network: {
    title: "Network opened",
    why: "A way between two parts of the platform is also a way for whoever got into one of them.",
    weight: "danger",
  },
  protection: {
    title: "Protection removed",
    why: "Nothing is lost yet; the next mistake will not be stopped.",
    weight: "danger",
  },
  hardening: {
    title: "Hardening weakened",
    why: "What breaks out of one pod or node reaches further.",
    weight: "danger",
  },
  policy: {
    title: "New policy failure",
    why: "A rule of the project is broken that was kept before.",
    weight: "danger",
  },
  capacity: {
    title: "Does not fit",
    why: "Pods that find no node wait, and a rollout with them.",
    weight: "danger",
  },
  budget: {
    title: "Above the budget",
    why: "The stack is expected to cost more than its owner has allowed.",
    weight: "danger",
  },
  availability: {
    title: "Less available",
    why: "A lost node or an update takes more of a service than before.",
    weight: "attention",
  },
  replacement: {
    title: "Replaced",
    why: "A field that cannot be changed in place: the object goes and another takes its place, with a gap between.",
    weight: "attention",
  },
  nodes: {
    title: "Needs other nodes",
    why: "Everything still fits, on more or fewer nodes than before.",
    weight: "attention",
  },
  cost: {
    title: "Cost changes",
    why: "Money can be spent otherwise tomorrow.",
    weight: "attention",
  },
  scaling: {
    title: "Scaled or sized differently",
    why: "Numbers that capacity and cost are reckoned from.",
    weight: "note",
  },
  version: {
    title: "Versions changed",
    why: "The pods roll with another image.",
    weight: "note",
  },
  other: {
    title: "Changed",
    why: "Everything else.",
    weight: "note",
  },
} as const satisfies Readonly<Record<string, RiskClass>>;

export type RiskClassId = keyof typeof riskClasses;

/** The classes' ids, worst first. */
export const riskOrder = Object.keys(riskClasses) as RiskClassId[];

/** One thing that a reviewer should know. */
export interface Risk {
  readonly class: RiskClassId;
  /** What it is about: `FileSystem files-files`, `pool general`. */
  readonly subject: string;
  /** What happens to it, after the subject; nothing secret is in it. */
  readonly what: string;
  /** Field that says so, where it is one. */
  readonly path?: string;
}

/** Worst first; among equals by subject and text, so that the same changes give the same list. */
export function sortRisks(risks: readonly Risk[]): Risk[] {
  const rank = (risk: Risk) =>
    `${String(riskOrder.indexOf(risk.class)).padStart(2, "0")} ${risk.subject}\u0000${risk.what}`;
  const unique = new Map(risks.map((risk) => [rank(risk), risk]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, risk]) => risk);
}
