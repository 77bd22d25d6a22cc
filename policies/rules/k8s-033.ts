import { z } from "zod";
import { daysBetween } from "../../model/day";
import { type ImageReference } from "../graph/image";
import { images } from "../graph/image-subjects";
import { defineRule, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const settings = z.strictObject({
  catalogue: z
    .array(
      z.strictObject({
        repository: z.string().min(1).describe("repository without its registry, so that it fits mirrors too"),
        tag: z.string().min(1).optional().describe("the version that the day is of; absent: every version"),
        endOfLife: z.iso.date("must be a date written YYYY-MM-DD").nullable().describe("null: no end is announced"),
        source: z.string().min(1).describe("where the day was read"),
      }),
    )
    .default([])
    .describe("the last day on which somebody mends an image, by repository"),
  warningDays: z
    .int()
    .min(0)
    // A quarter of a year: the next planning cycle still comes before the end.
    .default(90)
    .describe("days before its end from which an image is a warning"),
});
type Settings = z.infer<typeof settings>;

const ended = { repository: "example/archive-service", endOfLife: "2025-04-30", source: "Node.js release schedule" };

export const rule = defineRule<Settings>({
  id: "ALT-K8S-033",
  slug: "kubernetes-container-forbids-ended-image",
  title: "No image is past its end of life",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "After its end of life nobody mends what an image is made of: each vulnerability found from then on stays open, " +
    "and the move to a version that is mended has to be made in a hurry.",
  fix: "Move to a version that is still mended, and write its end of life into the catalogue.",
  planSteps: ["5.3.3"],
  peers: [],
  settings,
  examples: {
    pass: {
      title: "no end is announced",
      manifests: [deployment({})],
      settings: { catalogue: [{ ...ended, endOfLife: null }] },
    },
    fail: { title: "the end has passed", manifests: [deployment({})], settings: { catalogue: [ended] } },
  },
  parts: [
    part(
      ({ graph }) => images(graph),
      function* ({ field: { path }, reference, parsed }, { settings: { catalogue, warningDays }, today }) {
        if (parsed === undefined) return new NotApplicable("It has no image that could be pulled.");
        const entry = catalogue.find((each) => isMeant(each, parsed));
        if (entry === undefined) return new NotApplicable("The catalogue has no end of life of this image.");
        const { endOfLife, source } = entry;
        if (endOfLife === null) return undefined;
        const daysLeft = daysBetween(today, endOfLife);
        const fix = "move to a version that is still mended, or exempt it with a reason and an end";
        if (daysLeft < 0) {
          const problem = `has the image ${reference}, which nobody mends since ${endOfLife}, ${-daysLeft} days ago (${source})`;
          yield { problem, path, fix };
        } else if (daysLeft <= warningDays) {
          const problem = `has the image ${reference}, which nobody mends after ${endOfLife}, in ${daysLeft} days (${source})`;
          yield { problem, path, fix: "move to a version that is mended longer", warning: true };
        }
        return undefined;
      },
    ),
  ],
});

/** A mirror may put its own path before the repository. */
function isMeant(entry: Settings["catalogue"][number], { repository, tag }: ImageReference): boolean {
  const same = repository === entry.repository || repository.endsWith(`/${entry.repository}`);
  return same && (entry.tag === undefined || entry.tag === tag);
}
