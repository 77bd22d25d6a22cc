import { compareStack, type Comparison } from "../../../changes/comparison";
import { capacityReport, costReport, disruptionReport, facts, finding, policyReport } from "./facts";
import { object, resource } from "./registrations";

const scaler = (minReplicas: number) =>
  object("autoscaling/v2:HorizontalPodAutoscaler", "segmentation-service", { spec: { minReplicas, maxReplicas: 15 } });
const files = (inputs: Readonly<Record<string, boolean | string>>) =>
  resource("aws:efs/fileSystem:FileSystem", "files", inputs, { options: { protect: true } });
const broken = { problem: "stores files in the clear", path: "encrypted" };

/** A comparison with one of each: the example of docs/pull-requests.md. */
export function exampleComparison(): Comparison {
  const base = facts([files({ encrypted: true, kmsKeyId: "«key-storage-key.arn»" }), scaler(3)], {
    policies: policyReport([finding("ALT-K8S-002", "api-gateway", "fail", undefined, false)]),
    capacity: capacityReport(3),
    cost: costReport(3555, 5000),
    disruption: disruptionReport(3),
  });
  const head = facts([files({ encrypted: false }), scaler(14)], {
    policies: policyReport([finding("ALT-AWS-007", "files", "fail", broken)]),
    capacity: capacityReport(5),
    cost: costReport(3843, 5000),
    disruption: disruptionReport(14),
  });
  return {
    base: { name: "main", commit: "663079d228dd".padEnd(40, "0") },
    head: { name: "HEAD", commit: "0c11fffb8453".padEnd(40, "0") },
    stacks: [compareStack("beta", base, head), compareStack("dev", facts(), facts())],
  };
}
