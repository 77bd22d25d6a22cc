import { describeIdentity } from "../graph/object";
import { selects, serviceSelects } from "../graph/selector";
import { workloads } from "../graph/subjects";
import { aspects, defineRule, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const kinds: readonly string[] = ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"];

/** Kinds whose selector is made for them when they have none. */
const selfSelecting: readonly string[] = ["Job", "CronJob", "ReplicationController"];

const mismatched = () => {
  const example = deployment({});
  return { ...example, spec: { ...(example.spec as object), selector: { matchLabels: { app: "archive" } } } };
};

export const rule = defineRule({
  id: "ALT-K8S-063",
  slug: "kubernetes-workload-matches-selector",
  title: "A controller's selector matches its own pods, and no other controller's",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "The API server refuses a selector that misses its own template. Two controllers that select the same pods count " +
    "each other's: they scale against each other, and services and budgets mean both.",
  fix: "Give each controller labels of its own and use them both in the selector and in the template.",
  planSteps: [],
  peers: [
    "kube-score deployment-pod-selector-labels-match-template-metadata-labels, statefulset-…",
    "kube-linter mismatching-selector",
    "kyverno require-unique-service-selector",
  ],
  examples: {
    pass: { title: "the template's own label", manifests: [deployment({})] },
    fail: { title: "a label that the template does not have", manifests: [mismatched()] },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph).filter(({ identity }) => kinds.includes(identity.kind)),
      function* (workload, { graph }) {
        const { object } = workload;
        const selector = object.spec.at("selector");
        if (!selector.exists) {
          const fix = "set spec.selector.matchLabels to the labels of its pods";
          yield { problem: "has no selector", path: selector.path, fix };
          return undefined;
        }
        return yield* aspects(
          function* () {
            const isEmpty = ["matchLabels", "matchExpressions"].every((key) => !selector.at(key).exists);
            if (isEmpty || !selects(selector, workload.podLabel)) {
              const actual = isEmpty ? "has an empty selector" : "has a selector that does not match its own pods";
              const fix = "use labels of its pod template in the selector";
              yield { problem: actual, path: selector.path, fix };
            }
          },
          function* () {
            for (const other of graph.controllers.workloadsOf(object).all()) {
              if (other === workload || !kinds.includes(other.kind)) continue;
              const problem = `selects the pods of ${describeIdentity(other.object.identity)} too`;
              yield { problem, path: selector.path, fix: "add a label to the selector that only its own pods have" };
            }
          },
        );
      },
    ),
    part(
      ({ graph }) => workloads(graph).filter(({ identity }) => selfSelecting.includes(identity.kind)),
      function* ({ kind, object, podLabel }) {
        const selector = object.spec.at(...(kind === "CronJob" ? ["jobTemplate", "spec", "selector"] : ["selector"]));
        if (!selector.exists) return new NotApplicable("It has no selector of its own; the API server makes one.");
        // A ReplicationController's selector is a list of labels, as a Service's is.
        const matches = kind === "ReplicationController" ? serviceSelects : selects;
        if (matches(selector, podLabel)) return undefined;
        const fix = "remove the selector, or use labels of its pod template in it";
        yield { problem: "has a selector that does not match its own pods", path: selector.path, fix };
        return undefined;
      },
    ),
  ],
});
