import { type Aftermath, ledger, type LedgerRow } from "../model/disruption/ledger";
import { judgePools } from "../model/capacity/pools";
import { poolNodes } from "../model/cost/items";
import { disturbances } from "../stacks/platform/disruption";
import { stackLoad } from "../stacks/platform/load";
import { drawGrid, type Mood } from "./pictures/grid";
import { defineReport } from "./report";

/** The figures of the report. */
interface DisruptionData {
  readonly stack: string;
  readonly workloads: readonly LedgerRow[];
}

/** What each workload stands at its smallest: evictions, and the loss of nodes and zones. */
export const disruptionReport = defineReport<DisruptionData>({
  name: "disruption",
  purpose: "what each workload stands at its smallest: drains, a node's or a zone's loss, updates",
  data: ({ stack, settings, catalogue }) => {
    const load = stackLoad(settings, catalogue);
    const pools = judgePools(load.pools, load.footprints);
    const ground = (name: string) => {
      const capacity = pools.find(({ pool }) => pool.name === name);
      return { nodes: capacity ? poolNodes(capacity).floor : 1, zones: Math.max(1, load.platform.zones.length) };
    };
    return { stack, workloads: ledger(disturbances(load), ground) };
  },
  draw: ({ stack, workloads }) =>
    drawGrid(
      `Pods that each workload of ${stack} may lose at its smallest`,
      ["pods", "a drain", "a node", "a zone", "an update", "an upgrade"],
      workloads.map((row) => ({
        name: row.name,
        cells: [
          { text: `${row.pods}, needs ${row.needed}`, mood: "good" },
          { text: `-${row.evictions}`, mood: row.evictions > 0 ? "good" : "bad" },
          ...[row.nodeLoss, row.zoneLoss, row.rollingUpdate, row.nodeGroupUpgrade].map((aftermath) => ({
            text: describe(aftermath),
            mood: moodOf(aftermath),
          })),
        ],
      })),
      {
        good: "serves on, wherever its pods are",
        doubtful: "serves on when spread as it wishes",
        bad: "stops, or blocks a drain",
      },
    ),
  print: ({ stack, workloads }, paper) => {
    paper.heading(`Disruption ledger of stack ${stack}, at minimum scale`);
    paper.paragraph(
      "Losses are the worst that hard rules allow; in brackets, with pods spread as they wish to be. A * marks what stops the workload.",
    );
    paper.blank();
    paper.table(
      [
        { title: "workload" },
        { title: "pods", align: "right" },
        { title: "needs", align: "right" },
        { title: "evictions", align: "right" },
        { title: "node lost" },
        { title: "zone lost" },
        { title: "update" },
        { title: "upgrade" },
      ],
      workloads.map((row) => [
        row.name,
        `${row.pods}`,
        `${row.needed}`,
        `${row.evictions}`,
        describe(row.nodeLoss),
        describe(row.zoneLoss),
        describe(row.rollingUpdate),
        describe(row.nodeGroupUpgrade),
      ]),
    );
    const told = workloads.filter(({ notes }) => notes.length > 0);
    if (told.length === 0) return;
    paper.heading("What to know");
    for (const { name, notes } of told) paper.paragraph(`${name}: ${notes.join(" ")}`, { bullet: "- " });
  },
});

function moodOf({ serves, servesWhenSpread }: Aftermath): Mood {
  if (serves) return "good";
  return servesWhenSpread ? "doubtful" : "bad";
}

function describe({ lost, lostWhenSpread, serves, servesWhenSpread }: Aftermath): string {
  const worst = `-${lost}${serves ? "" : "*"}`;
  return lostWhenSpread === lost ? worst : `${worst} (-${lostWhenSpread}${servesWhenSpread ? "" : "*"})`;
}
