import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { PriorityClass } from "@pulumi/kubernetes/scheduling/v1";
import { priorities } from "../model/priorities";

/** Registers the priority classes. */
export function createPriorityClasses(
  labels: Readonly<Record<string, string>>,
  options: ComponentResourceOptions,
): PriorityClass[] {
  return Object.values(priorities).map(
    ({ name, value, description }) =>
      new PriorityClass(
        name,
        {
          metadata: { name, labels },
          value,
          description,
          globalDefault: false,
          preemptionPolicy: "PreemptLowerPriority",
        },
        options,
      ),
  );
}
