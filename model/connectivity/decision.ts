import { type Connection, describeEnd } from "./network";
import { type Direction } from "./network-policy";

/** A rule of a policy. */
export interface RuleReference {
  /** `namespace/name`. */
  readonly policy: string;
  /** `spec.ingress[0]`. */
  readonly path: string;
}

/** A rule that would let the connection through but for one thing. */
export interface NearMiss extends RuleReference {
  readonly differs: "peer" | "port";
}

/** What the policies of one end say; those of the sender about leaving, those of the receiver about entering. */
export type SideDecision =
  | {
      readonly allowed: true;
      /**
       * `same-pod`, `same-node`: no policy can forbid it; `outside`: an address that no policy selects; `host-network`:
       * a pod in its node's network, which no policy selects; `not-isolated`: no policy isolates the pod.
       */
      readonly reason: "same-pod" | "same-node" | "outside" | "host-network" | "not-isolated";
    }
  | {
      readonly allowed: true;
      readonly reason: "rule";
      readonly isolatedBy: readonly string[];
      /** Every rule that allows it, in the order of the policies. */
      readonly rules: readonly RuleReference[];
    }
  | {
      readonly allowed: false;
      readonly reason: "no-rule";
      readonly isolatedBy: readonly string[];
      readonly nearMisses: readonly NearMiss[];
    }
  /** One end has only IPv4 addresses and the other only IPv6. */
  | { readonly allowed: false; readonly reason: "no-common-family" };

/** Whether a connection passes, and why. */
export interface Decision {
  readonly allowed: boolean;
  /** The sender's policies. */
  readonly leaving: SideDecision;
  /** The receiver's policies. */
  readonly entering: SideDecision;
  /** What the answer rests on and Kubernetes does not promise; full sentences. */
  readonly caveats: readonly string[];
}

/** The decision for people: the answer, then what each end says, then caveats; one sentence or two each. */
export function explain(connection: Connection, decision: Decision): string[] {
  const { from, to, port, protocol = "TCP" } = connection;
  const verb = decision.allowed ? "reaches" : "does not reach";
  return [
    `${describeEnd(from)} ${verb} ${describeEnd(to)} on ${protocol} port ${port}.`,
    `Leaving ${describeSide(decision.leaving, "Egress")}`,
    `Entering ${describeSide(decision.entering, "Ingress")}`,
    ...decision.caveats,
  ];
}

const always = {
  "same-pod": "is allowed: a pod always reaches itself.",
  "same-node": "is allowed: a node and its own pods always reach each other.",
  outside: "is not for policies to decide: this end is no pod.",
  "host-network": "is not for policies to decide: this pod uses its node's network.",
} as const;

function describeSide(side: SideDecision, direction: Direction): string {
  switch (side.reason) {
    case "rule":
      return `is allowed by ${side.rules.map(describeRule).join(" and ")}.`;
    case "not-isolated":
      return `is allowed: no policy isolates the pod for ${direction.toLowerCase()}.`;
    case "no-rule": {
      const isolated = `${list(side.isolatedBy)} ${side.isolatedBy.length === 1 ? "isolates" : "isolate"} the pod`;
      const nearest = side.nearMisses.filter(({ differs }) => differs === "port");
      // Rules for other peers are the rule, not the exception; only a wrong port is worth a look.
      const hint = nearest.length > 0 ? ` ${list(nearest.map(describeRule))} means this peer, on other ports.` : "";
      return `is denied: ${isolated}, and no rule allows it.${hint}`;
    }
    case "no-common-family":
      return "is impossible: one end has only IPv4 addresses, the other only IPv6.";
    default:
      return always[side.reason];
  }
}

function describeRule({ policy, path }: RuleReference): string {
  return `${policy} (${path})`;
}

/** A reader wants to know which, not all two hundred; the decision itself has all. */
function list(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(" and ");
}
