import { OrderGraph } from "../model/order/graph";
import { type OrderSummary, type RequirementSummary, summarizeOrder } from "../model/order/summary";
import { drawRails } from "./pictures/rails";
import { defineReport } from "./report";
import { type Paper } from "./text/paper";

/** The figures of the report. */
export interface OrderData extends OrderSummary {
  readonly stack: string;
  /** What the proof was made on. */
  readonly source: string;
}

/** Kinds that a line of a table still names. */
const namedKinds = 6;

/** What is made in which order, what finalises what, and that each pair is in order. */
export const orderReport = defineReport<OrderData>({
  name: "order",
  purpose: "what is made in which order, what must outlive what, and the proof that it does",
  needsGraph: true,
  data: ({ graph }) => {
    if (!graph) throw new Error("the report on order needs the graph of what is registered");
    return { stack: graph.stack, source: graph.source, ...summarizeOrder(new OrderGraph(graph.nodes)) };
  },
  draw: ({ stack, layers, requirements }) => {
    const place = (names: readonly string[]) => names.map((name) => layers.findIndex((layer) => layer.name === name));
    return drawRails(
      `Order of stack ${stack}, and what must outlive what`,
      layers.map(({ name, resources, first, last }) => ({
        name,
        note: `${resources} resources, ${steps(first, last)}`,
      })),
      requirements.map((requirement) => ({
        title: requirement.title,
        note: describePairs(requirement),
        good: requirement.pairs.violated === 0 && requirement.undecided === 0,
        from: place(requirement.keeperLayers),
        to: place(requirement.keptLayers),
      })),
    );
  },
  print: printOrder,
});

function printOrder(data: OrderData, paper: Paper): void {
  const { violated, undecided, elsewhere, requirements } = data;
  const pairs = requirements.reduce((sum, { pairs: own }) => sum + own.proven, 0);
  paper.heading(`Order of stack ${data.stack}`);
  paper.paragraph(
    violated.length > 0
      ? `In ${violated.length} cases nothing keeps the order; see below.`
      : `Each of ${pairs} pairs is in order: whatever is finalised goes before whoever finalises it.`,
    { emphasis: violated.length > 0 ? "bad" : "good" },
  );
  paper.paragraph(`Proven on ${data.source}. Nothing was asked of a cluster or an account.`);
  paper.heading(`Made in ${data.steps} steps, taken down in the opposite order`);
  paper.table(
    [
      { title: "layer" },
      { title: "resources", align: "right" },
      { title: "steps", align: "right" },
      { title: "what", wrap: true },
    ],
    data.layers.map(({ name, resources, first, last, kinds }) => [
      name,
      `${resources}`,
      first === last ? `${first}` : `${first} to ${last}`,
      listKinds(kinds.map(({ kind, count }) => (count === 1 ? kind : `${count} ${kind}`))),
    ]),
  );
  paper.heading("What must outlive what");
  paper.table(
    [
      { title: "what holds", wrap: true },
      { title: "outlives", wrap: true },
      { title: "goes first", wrap: true },
      { title: "pairs" },
    ],
    requirements.map((requirement) => [
      requirement.title,
      requirement.keepers.length === 0 ? "somebody elsewhere" : listKinds(requirement.keepers),
      listKinds(requirement.kept),
      describePairs(requirement),
    ]),
  );
  if (violated.length > 0) paper.heading("Out of order");
  for (const { kept, keepers, requirement, remedies } of violated) {
    paper.paragraph(`${kept} may be deleted after ${listKinds(keepers)}.`, { bullet: "- ", emphasis: "bad" });
    paper.paragraph(`${requirement}. Remedy: ${remedies.join("; ")}.`, { indent: 2 });
  }
  if (undecided.length > 0) paper.heading("Not known before an update");
  for (const { kept, requirement, property } of undecided) {
    paper.paragraph(`${kept}: ${property}. It decides on: ${requirement}.`, { bullet: "- " });
  }
  if (elsewhere.length > 0) paper.heading("Kept by somebody outside this stack");
  for (const { kept, reason } of elsewhere) paper.paragraph(`${kept}: ${reason}`, { bullet: "- " });
}

function describePairs({ pairs, undecided, elsewhere }: RequirementSummary): string {
  return [
    ...(pairs.violated > 0 ? [`${pairs.violated} violated`] : []),
    ...(undecided > 0 ? [`${undecided} undecided`] : []),
    ...(elsewhere > 0 ? [`${elsewhere} elsewhere`] : []),
    ...(pairs.proven > 0 ? [`${pairs.proven} proven`] : []),
  ].join(", ");
}

function listKinds(names: readonly string[]): string {
  const more = names.length - namedKinds;
  return [...names.slice(0, namedKinds), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}

function steps(first: number, last: number): string {
  return first === last ? `step ${first}` : `steps ${first} to ${last}`;
}
