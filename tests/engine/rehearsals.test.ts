import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../model/random";
import { type RehearsalCluster, startRehearsalCluster } from "../../rehearsals/cluster";
import { rehearseDrains } from "../../rehearsals/drain";
import { rehearseGenerated } from "../../rehearsals/generated";
import { rehearseStack } from "../../rehearsals/stack";
import { rehearseZoneLoss } from "../../rehearsals/zone";
import { catalogue } from "../../stacks/altlas";
import { planLoad, stackLoad } from "../../stacks/platform/load";
import { readSettings } from "../../stacks/settings/load";
import { type Settings } from "../../stacks/settings/schema";
import { stackConfig } from "../support/stack";

const SLOW = 240_000;
const beta = readSettings(stackConfig("beta")).settings as Settings;

// The long forms, with their figures in docs/evidence.md: npm run rehearse -- --generated 200, npm run rehearse -- beta
describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("the real scheduler and the model", () => {
  let cluster: RehearsalCluster;
  beforeAll(async () => {
    cluster = await startRehearsalCluster();
  }, SLOW);
  afterAll(async () => {
    await cluster.remove();
  }, SLOW);

  it(
    "agree on generated catalogues in every order, by proof and by orders tried",
    async () => {
      const judged = await rehearseGenerated(cluster, { first: 50, cases: 8, sizes: "usual", runs: 2 });
      expect(judged.filter(({ wrong }) => wrong)).toEqual([]);
      const said = new Set(judged.map(({ verdict, evidence }) => `${verdict} by ${evidence}`));
      expect([...said].sort()).toEqual(["does not fit by proof", "fits by orders", "fits by proof"]);
    },
    SLOW,
  );

  it(
    "agree on where the plan's own numbers overflow",
    async () => {
      const { pools, meshed } = planLoad(beta, catalogue);
      const rehearsed = await rehearseStack(cluster, { pools, footprints: meshed }, 1, seededRandom(1));
      expect(rehearsed.filter(({ wrong }) => wrong)).toEqual([]);
      const overflowing = rehearsed.filter(({ pending }) => pending.some((count) => count > 0));
      expect(overflowing.map(({ pool, moment }) => `${pool} ${moment}`)).toEqual([
        "general maximum",
        "general rollout",
        "cpu maximum",
        "cpu rollout",
      ]);
    },
    SLOW,
  );

  it(
    "lose no more of beta with a zone than the ledger says",
    async () => {
      const load = stackLoad(beta, catalogue);
      const { effects } = await rehearseZoneLoss(cluster, load, load.pools[0]?.zones[0] ?? "");
      expect(effects.filter(({ wrong }) => wrong)).toEqual([]);
      expect(effects.some(({ lost }) => lost > 0)).toBe(true);
    },
    SLOW,
  );

  it(
    "drain a node of each of beta's pools, and no workload falls below its budget",
    async () => {
      // Deployed anew: the loss of a zone has left its marks on the other cluster.
      const own = await startRehearsalCluster();
      try {
        const drains = await rehearseDrains(own, stackLoad(beta, catalogue), { perPool: 1 });
        expect(drains).toHaveLength(3);
        for (const { evicted, ended, below } of drains) {
          expect([ended, below]).toEqual([true, []]);
          expect(evicted).toBeGreaterThan(0);
        }
      } finally {
        await own.remove();
      }
    },
    SLOW,
  );
});
