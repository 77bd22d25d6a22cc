import { z } from "zod";
import { matchesResource } from "../../model/exemptions";
import { type Container } from "./workload";

/** How a rule's settings name a container. */
export const containerReference = z.strictObject({
  workload: z.string().min(1).describe("what makes its pods: name, Kind/name or Kind/namespace/name"),
  container: z.string().min(1).describe("its name"),
});

export type ContainerReference = z.infer<typeof containerReference>;

/** Whether a reference means a container. */
export function names(reference: ContainerReference, { name, workload }: Container): boolean {
  return name === reference.container && matchesResource(reference.workload, workload.object.identity);
}
