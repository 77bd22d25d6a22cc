import { z } from "zod";
import { probeNumber } from "../graph/probe";
import { parseQuantity } from "../graph/quantity";
import { containerReference, names } from "../graph/reference";
import { containers } from "../graph/subjects";
import { type Field } from "../field";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const quantity = z.string().refine((text) => parseQuantity(text) !== undefined, "is no quantity such as 500m or 512Mi");
const amounts = z.strictObject({ cpu: quantity, memory: quantity });
const seconds = z.int().min(0);
const stated = containerReference.extend({
  requests: amounts,
  limits: amounts,
  liveness: z
    .strictObject({ initialDelaySeconds: seconds, periodSeconds: seconds, timeoutSeconds: seconds })
    .optional()
    .describe("timing of the liveness probe"),
});
const settings = z.strictObject({
  services: z
    .array(stated)
    .default([])
    .describe(
      "containers whose numbers are decided: what they request, may use, and how they are asked whether they live",
    ),
});
type Settings = z.infer<typeof settings>;
type Stated = z.infer<typeof stated>;

const timing = ["initialDelaySeconds", "periodSeconds", "timeoutSeconds"] as const;

const archive = (memory: string) => ({
  ...deployment({
    name: "archive-service",
    resources: { requests: { cpu: "500m", memory }, limits: { cpu: "1", memory: "1Gi" } },
  }),
  metadata: { name: "archive-service", namespace: "altlas" },
});

export const rule = defineRule<Settings>({
  id: "ALT-K8S-005",
  slug: "altlas-service-equals-planned-numbers",
  title: "A service has the catalogue's cpu, memory and liveness numbers at its stack's scale",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "Capacity, quotas, autoscaling targets and cost are computed from the catalogue's numbers. A service that runs with " +
    "others makes all of them wrong without a sign: the cluster fills sooner than the capacity report says.",
  fix: "Write the catalogue's number, change the catalogue itself, or exempt the workload with the reason.",
  planSteps: ["2.2.1", "2.2"],
  peers: [],
  settings,
  examples: {
    pass: { title: "the archive with the plan's numbers", manifests: [archive("512Mi")] },
    fail: { title: "half of the planned memory is requested", manifests: [archive("256Mi")] },
  },
  parts: [
    part(
      ({ graph }) => containers(graph, ["app", "init", "sidecar"]),
      function* (container, { settings: { services } }) {
        const service = services.find((each) => names(each, container));
        if (!service) return new NotApplicable("No numbers are stated for it.");
        const { field } = container;
        return yield* aspects(
          () => checkAmounts(field.at("resources", "requests"), service.requests, "requests"),
          () => checkAmounts(field.at("resources", "limits"), service.limits, "limits"),
          () => checkLiveness(field.at("livenessProbe"), service.liveness),
        );
      },
    ),
  ],
});

function checkAmounts(actual: Field, planned: Stated["limits"], list: "requests" | "limits"): Generator<Failure> {
  return each(["cpu", "memory"] as const, function* (resource) {
    const amount = actual.at(resource);
    const value = amount.numberOrText();
    const number = planned[resource];
    if (value !== undefined && parseQuantity(value) === parseQuantity(number)) return;
    const has =
      list === "requests"
        ? `requests ${value ?? "no"}${value === undefined ? " " : " of "}${resource}`
        : `has ${value === undefined ? `no ${resource} limit` : `the ${resource} limit ${value}`}`;
    const fix = `set resources.${list}.${resource} to ${number}, or exempt the workload with the reason`;
    yield { problem: `${has} where the catalogue states ${number}`, path: amount.path, fix };
  });
}

/** What is said of a probe that is not there is ALT-K8S-010's. */
function* checkLiveness(probe: Field, planned: Stated["liveness"]): Generator<Failure, undefined> {
  if (!planned || !probe.exists) return undefined;
  return yield* each(timing, function* (key) {
    const value = probeNumber(probe, key);
    if (value === planned[key]) return;
    const actual = probe.at(key).exists ? `${key} ${value}` : `no ${key}, which means ${value},`;
    const problem = `has a livenessProbe with ${actual} where the catalogue states ${planned[key]}`;
    yield { problem, path: probe.at(key).path, fix: `set livenessProbe.${key} to ${planned[key]}` };
  });
}
