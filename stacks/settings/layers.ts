import { closest } from "fastest-levenshtein";
import { z } from "zod";
import { areAdjacent, layers } from "../../model/layers";

const layer = z.enum(layers, {
  error: ({ input }) =>
    typeof input === "string" && input !== ""
      ? `is no layer; did you mean ${closest(input, [...layers])}?`
      : "must be the name of a layer",
});

/** A stack's name as both kinds of backend take it: alone it is one of this project. */
const stackName = z
  .string()
  .regex(
    /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+)?$/,
    "must be a stack of this project, such as beta-cluster, or organization/project/stack",
  );

/** `altlas:layers`: which part of its environment a stack registers. */
export const stackLayers = z
  .strictObject({
    registers: z
      .array(layer)
      .min(1, "is empty; a stack registers one layer at least")
      .describe("layers that this stack registers, of cluster, platform and services"),
    beneath: stackName.optional().describe("stack that registers the layer beneath the lowest of these"),
  })
  .superRefine(({ registers }, context) => {
    const twice = registers.findIndex((each, index) => registers.indexOf(each) !== index);
    if (twice >= 0) {
      context.addIssue({ code: "custom", path: ["registers", twice], message: "is named twice; name it once" });
    } else if (registers.length > 0 && !areAdjacent(registers)) {
      const between = layers.filter((each) => !registers.includes(each) && areAdjacent([...registers, each]));
      context.addIssue({
        code: "custom",
        path: ["registers"],
        message: `leaves out ${between.join(", ")}, which lies between them: a stack stands on one other stack; register it here too, or split once more`,
      });
    }
  });
