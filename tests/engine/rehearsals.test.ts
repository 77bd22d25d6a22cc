import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RehearsalCluster, startRehearsalCluster } from "../../rehearsals/cluster";
import { rehearseGenerated } from "../../rehearsals/generated";

const SLOW = 240_000;

// The long form, with its figures in docs/evidence.md: npm run rehearse -- --generated 200
describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("the real scheduler and the model", () => {
  let cluster: RehearsalCluster;
  beforeAll(async () => {
    cluster = await startRehearsalCluster();
  }, SLOW);
  afterAll(async () => {
    await cluster.remove();
  }, SLOW);

  it(
    "agree on generated catalogues in every order",
    async () => {
      const judged = await rehearseGenerated(cluster, { first: 1, cases: 12, sizes: "usual", runs: 2 });
      expect(judged.filter(({ wrong }) => wrong)).toEqual([]);
      expect(new Set(judged.map(({ verdict }) => verdict)).size).toBeGreaterThan(1);
    },
    SLOW,
  );
});
