import { expect, test } from "vitest";
import { describeUnrendered, unrenderedCharts } from "../../../sandbox/engine/charts";
import { Digest, type EngineEvent } from "../../../sandbox/engine/events";

const types = "platform:network:Controller$kubernetes:helm.sh/v4:Chart";
const chart = (name: string) => `urn:pulumi:beta::altlas::${types}::${name}`;
const object = (name: string) => `urn:pulumi:beta::altlas::${types}$kubernetes:apps/v1:Deployment::${name}`;
const seen = (urn: string): EngineEvent => ({
  resourcePreEvent: { metadata: { op: "create", urn, type: (urn.split("::")[2] ?? "").split("$").pop() ?? "" } },
});

function digestOf(...events: EngineEvent[]): Digest {
  const digest = new Digest();
  for (const event of events) digest.add(event);
  return digest;
}

test("a chart without objects is told with what was said about it; one with objects is not", () => {
  const digest = digestOf(
    seen(chart("lost")),
    seen(chart("lo")),
    seen(chart("unasked")),
    seen(chart("whole")),
    seen(object("whole:kube-system/whole")),
    seen(object("lo:kube-system/lo")),
    {
      diagnosticEvent: {
        severity: "warning",
        urn: chart("lost"),
        message: "not rendered: source unreachable (https://charts.example: no such host).",
      },
    },
  );
  const unrendered = unrenderedCharts(digest);
  expect(unrendered).toEqual([
    {
      chart: "helm.sh/v4 Chart lost",
      reason: "not rendered: source unreachable (https://charts.example: no such host).",
    },
    { chart: "helm.sh/v4 Chart unasked", reason: expect.stringContaining("known only after the update") as string },
  ]);
  expect(describeUnrendered(unrendered)[0]).toBe(
    "Charts: helm.sh/v4 Chart lost not rendered: source unreachable (https://charts.example: no such host).",
  );
});
