import { describeIdentity } from "../graph/object";
import { autoscalers, targetName, targetReference } from "../graph/scaling";
import { defineRule, part } from "../rule";
import { object } from "./examples";

const autoscaler = (name: string, target: string) =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", name, {
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: target }, maxReplicas: 12 },
  });

export const rule = defineRule({
  id: "ALT-SCALE-005",
  slug: "kubernetes-autoscaler-owns-target-alone",
  title: "A workload has one horizontal and one vertical autoscaler at most",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "Each autoscaler sets the number that it worked out itself, so two of them undo each other's work every 15 seconds, " +
    "and pods are made and killed all day. Two vertical ones evict pods for sizes that the other one changes back.",
  fix: "Keep one of them and put all metrics into it.",
  planSteps: ["2.4.2"],
  peers: ["kyverno prevent-duplicate-hpa, prevent-duplicate-vpa"],
  examples: {
    pass: { title: "one for each", manifests: [autoscaler("archive", "archive"), autoscaler("runner", "runner")] },
    fail: { title: "two for one", manifests: [autoscaler("archive", "archive"), autoscaler("queue", "archive")] },
  },
  parts: [
    part(
      ({ graph }) => autoscalers(graph, "number", "size"),
      function* (scaler, { graph }) {
        const sharing = graph.scaling.sharing(scaler);
        const others = sharing.certain.filter((other) => other !== scaler);
        if (others.length > 0) {
          const { kind, name } = targetName(scaler);
          const names = others.map(({ identity }) => describeIdentity(identity)).sort();
          const problem = `scales ${kind} ${name}, which ${names.join(" and ")} ${names.length > 1 ? "scale" : "scales"} too`;
          yield { problem, path: targetReference(scaler).path, fix: "keep one of them, with what all were for" };
        }
        // Another one whose target is unknown may name the same.
        sharing.all();
        return undefined;
      },
    ),
  ],
});
