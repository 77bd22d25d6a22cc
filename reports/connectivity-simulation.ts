import { type Agreement, type UnexpectedConnection } from "../model/connectivity/agreement";
import { type PortRange } from "../model/connectivity/ports";
import { type Edge } from "../model/endpoint";
import { type Paper } from "./text/paper";

/** What the simulation found beside the edges. */
export type Simulation = Omit<Agreement, "edges">;

/** What the network policies of the stack do with an edge, by simulation. */
export interface EdgeUnderPolicies {
  readonly allow: boolean;
  /** Whether they let it pass exactly when the stack makes it. */
  readonly agree: boolean;
  /** Why, in sentences; empty for an edge that is neither made nor let through. */
  readonly explanation: readonly string[];
}

/** An edge of the report, as far as the simulation is about it. */
type SimulatedEdge = Pick<Edge, "from" | "to" | "port" | "protocol"> & {
  readonly active: boolean;
  readonly policies: EdgeUnderPolicies;
};

/** Finds what the simulation says about an edge, made or not. */
export function underPolicies(edge: Edge, { edges, unexpected }: Agreement): EdgeUnderPolicies {
  const made = edges.find((verdict) => verdict.edge === edge);
  if (made) return { allow: made.allowed, agree: made.allowed, explanation: made.explanation };
  const open = unexpected.find(
    ({ from, to, protocol, ports }) =>
      from === edge.from &&
      to === edge.to &&
      protocol === edge.protocol &&
      ports.some(({ first, last }) => edge.port >= first && edge.port <= last),
  );
  return { allow: open !== undefined, agree: open === undefined, explanation: open?.explanation ?? [] };
}

/** The second half of the report: each edge under the policies, and everything that disagrees. */
export function printSimulation(
  edges: readonly SimulatedEdge[],
  { agree, connections, dns, unexpected }: Simulation,
  paper: Paper,
): void {
  paper.heading("What the network policies do");
  paper.paragraph(
    `${connections.toLocaleString("en")} connections were simulated: between two pods of each end, pods without labels, ` +
      "pods of another namespace with the same labels, the internet, private addresses and the metadata service, over " +
      "TCP, UDP and SCTP, each for a whole range of ports that no policy tells apart.",
  );
  paper.blank();
  paper.table(
    [
      { title: "from" },
      { title: "to" },
      { title: "port", align: "right" },
      { title: "made" },
      { title: "policies agree" },
    ],
    edges.map(({ from, to, port, protocol, active, policies }) => [
      from,
      to,
      protocol === "TCP" ? `${port}` : `${port}/${protocol.toLowerCase()}`,
      active ? "yes" : "no",
      policies.agree ? "yes" : `NO: they ${policies.allow ? "let it pass" : "deny it"}`,
    ]),
  );
  paper.blank();
  if (agree) {
    paper.paragraph("What is made passes, every pod may ask the DNS, and nothing else passes.", { emphasis: "good" });
    return;
  }
  const denied = edges.filter(({ active, policies }) => active && !policies.agree);
  const paragraphs = [
    ...denied.map(({ policies }) => policies.explanation),
    ...(dns.allowed ? [] : [dns.explanation]),
    ...unexpected.map((connection) => [
      `${describeUnexpected(connection)} Not declared.`,
      ...connection.explanation.slice(1),
    ]),
  ];
  paper.paragraph(`The policies disagree in ${paragraphs.length} ${paragraphs.length === 1 ? "way" : "ways"}:`, {
    emphasis: "bad",
  });
  for (const sentences of paragraphs) paper.paragraph(sentences.join(" "), { bullet: "- " });
}

function describeUnexpected({ from, to, protocol, ports }: UnexpectedConnection): string {
  return `${from} reaches ${to} on ${protocol} ${ports.map(describeRange).join(", ")}.`;
}

function describeRange({ first, last }: PortRange): string {
  return first === last ? `port ${first}` : `ports ${first} to ${last}`;
}
