import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { ChartController } from "../components/chart-controller";
import { type Platform } from "../model/platform";
import { operators } from "./specs/operators";

/**
 * The operators. They come before the namespaces and so go after them: what they finalise lies there, and the definitions
 * of their kinds come and go with them.
 */
export function createOperators(platform: Platform, options: ComponentResourceOptions): ChartController[] {
  const made = new Map<string, ChartController>();
  for (const { name, after, ...args } of operators(platform)) {
    const dependsOn = after.flatMap((each) => made.get(each) ?? []);
    made.set(name, new ChartController(name, args, { ...options, ...(dependsOn.length > 0 ? { dependsOn } : {}) }));
  }
  return [...made.values()];
}
