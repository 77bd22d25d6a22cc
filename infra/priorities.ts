import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { PriorityClass } from "@pulumi/kubernetes/scheduling/v1";
import { priorityClassSpecs } from "./specs/classes";

/** Registers the priority classes. */
export function createPriorityClasses(
  labels: Readonly<Record<string, string>>,
  options: ComponentResourceOptions,
): PriorityClass[] {
  return priorityClassSpecs(labels).map((spec) => new PriorityClass(spec.metadata.name, spec, options));
}
