import { awsResources, inputsOf } from "../checks/aws";
import { autoscalerFlags } from "../checks/cluster-autoscaler";
import { workloads } from "../graph/subjects";
import { aspects, defineRule, NotApplicable, part } from "../rule";
import { aws } from "./examples";

const group = (scalingConfig: Record<string, unknown>, ignoreChanges: readonly string[]) =>
  aws("eks/nodeGroup:NodeGroup", { scalingConfig }, { options: { protect: false, ignoreChanges } });
const ignored = "scalingConfig.desiredSize";

export const rule = defineRule({
  id: "ALT-SCALE-009",
  slug: "aws-node-group-belongs-to-autoscaler",
  title: "The autoscaler finds the node groups of its cluster and is the only one that sets their size",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "An update that sets the desired size again removes nodes under running pods, and the autoscaler adds them back: both fight " +
    "for ever. An autoscaler that looks for another cluster's tag finds no group and never adds a node.",
  fix: "Order the sizes, ignore changes of scalingConfig.desiredSize, and let discovery name the cluster's own tag.",
  planSteps: ["2.4.4"],
  peers: [],
  examples: {
    pass: {
      title: "sizes in order, the desired one left to the autoscaler",
      resources: [group({ minSize: 3, desiredSize: 3, maxSize: 9 }, [ignored])],
    },
    fail: {
      title: "every update sets the size again",
      resources: [group({ minSize: 3, desiredSize: 3, maxSize: 9 }, [])],
    },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "eks/nodeGroup:NodeGroup"),
      function* ({ root, resource }) {
        const sizes = root.at("scalingConfig");
        return yield* aspects(
          function* () {
            const [minimum, maximum] = [sizes.at("minSize").number() ?? 0, sizes.at("maxSize").number() ?? 0];
            const desired = sizes.at("desiredSize").number();
            if (minimum > maximum) {
              const problem = `has at least ${minimum} and at most ${maximum} nodes`;
              yield { problem, path: sizes.at("maxSize").path, fix: "raise maxSize, or lower minSize" };
            } else if (desired !== undefined && (desired < minimum || desired > maximum)) {
              const problem = `starts with ${desired} nodes, outside ${minimum} to ${maximum}`;
              yield { problem, path: sizes.at("desiredSize").path, fix: "start with a size between both" };
            }
          },
          function* () {
            const ignores = resource.options?.ignoreChanges;
            if (ignores === undefined || !sizes.at("desiredSize").exists) return;
            if (ignores.some((path) => path === "scalingConfig.desiredSize" || path === "scalingConfig")) return;
            const fix = "add scalingConfig.desiredSize to the resource option ignoreChanges";
            yield { problem: "is set to its first size by every update", path: sizes.at("desiredSize").path, fix };
          },
        );
      },
    ),
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { graph }) {
        const flags = autoscalerFlags(workload);
        if (!flags) return new NotApplicable("It is no cluster autoscaler.");
        const discovery = flags.get("node-group-auto-discovery");
        const clusters = inputsOf(graph, "eks/cluster:Cluster");
        if (clusters.length === 0) return new NotApplicable("The cluster is none of the resources.");
        const names = clusters.map(({ root, resource }) => root.at("name").text() ?? resource.name);
        const { path } = workload.podSpec.at("containers");
        if (discovery === undefined) {
          const fix = `set it to asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${names[0] ?? ""}`;
          yield { problem: "has no --node-group-auto-discovery", path, fix };
          return undefined;
        }
        const tags = discovery.replace(/^asg:tag=/, "").split(",");
        if (names.some((name) => tags.includes(`k8s.io/cluster-autoscaler/${name}`))) return undefined;
        const fix = `use the tag k8s.io/cluster-autoscaler/${names.join(" or k8s.io/cluster-autoscaler/")}`;
        yield { problem: `looks for groups by ${tags.join(", ")}, which no cluster here has`, path, fix };
        return undefined;
      },
    ),
  ],
});
