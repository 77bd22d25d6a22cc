import { z } from "zod";
import { type Field } from "../field";
import { probeNumber, secondsToGiveUp } from "../graph/probe";
import { containerReference, names } from "../graph/reference";
import { containers } from "../graph/subjects";
import { defineRule, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const settings = z.strictObject({
  slowStarters: z.array(containerReference).default([]).describe("containers whose start takes long"),
  minimumSeconds: z
    .int()
    .min(1)
    .max(3600)
    // The plan's liveness delay of both slow starters (its table of services).
    .default(60)
    .describe("time that a start must be given"),
});
type Settings = z.infer<typeof settings>;

const segmentation = (probes: Readonly<Record<string, unknown>>) => ({
  ...deployment({ name: "segmentation-service", ...probes }),
  metadata: { name: "segmentation-service", namespace: "altlas" },
});
const tcpSocket = { port: 8000 };

export const rule = defineRule<Settings>({
  id: "ALT-K8S-013",
  slug: "kubernetes-container-allows-slow-start",
  title: "A slow starter has a startup probe, or its first liveness probe after 60 seconds",
  severity: "low",
  gate: "advisory",
  scope: "resource",
  why:
    "A process that still imports its libraries or loads a model answers no liveness probe. The kubelet restarts it in " +
    "the middle of that, and again, so that it never starts: first on a busy node, where starting takes longest.",
  fix: "Add a startupProbe with time for the slowest start, or raise livenessProbe.initialDelaySeconds.",
  planSteps: ["1.3", "1.6"],
  peers: [],
  settings,
  examples: {
    pass: {
      title: "24 attempts every five seconds",
      manifests: [
        segmentation({
          startupProbe: { httpGet: { path: "/health", port: 8000 }, periodSeconds: 5, failureThreshold: 24 },
          livenessProbe: { tcpSocket },
        }),
      ],
    },
    fail: {
      title: "asked after ten seconds",
      manifests: [segmentation({ livenessProbe: { tcpSocket, initialDelaySeconds: 10 } })],
    },
  },
  parts: [
    part(
      ({ graph }) => containers(graph, ["app", "sidecar"]),
      function* (container, { settings: { slowStarters, minimumSeconds } }) {
        if (!slowStarters.some((each) => names(each, container))) {
          return new NotApplicable("It is not named as a slow starter.");
        }
        const startup = container.field.at("startupProbe");
        const liveness = container.field.at("livenessProbe");
        if (startup.exists) {
          yield* checkStartup(startup, minimumSeconds);
        } else if (liveness.exists) {
          yield* checkDelay(liveness, minimumSeconds);
        } else {
          return new NotApplicable("Nothing restarts it while it starts: it has no liveness probe; see ALT-K8S-010.");
        }
        return undefined;
      },
    ),
  ],
});

function* checkStartup(probe: Field, minimum: number): Generator<Failure> {
  const delay = probeNumber(probe, "initialDelaySeconds");
  const allowed = delay + secondsToGiveUp(probe);
  if (allowed >= minimum) return;
  const problem = `starts slowly and is restarted when it has not started after ${allowed} s`;
  const enough = Math.ceil((minimum - delay) / Math.max(probeNumber(probe, "periodSeconds"), 1));
  yield {
    problem,
    path: probe.at("failureThreshold").path,
    fix: `raise startupProbe.failureThreshold to ${enough} or more`,
  };
}

function* checkDelay(probe: Field, minimum: number): Generator<Failure> {
  const delay = probeNumber(probe, "initialDelaySeconds");
  if (delay >= minimum) return;
  const problem = `starts slowly and is asked whether it lives after ${delay} s`;
  const fix = `add a startupProbe that allows ${minimum} s, or raise livenessProbe.initialDelaySeconds to ${minimum}`;
  yield { problem, path: probe.at("initialDelaySeconds").path, fix };
}
