import { z } from "zod";
import { formatCpu, formatMebibytes } from "../../model/quantity";
import { anyKnown, everyKnown, type Field } from "../field";
import { parseQuantity } from "../graph/quantity";
import { containers } from "../graph/subjects";
import { defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const ratio = z.number().min(1).max(100);
/** Defaults: the plan's table of services (2.2.1), in which every limit is twice its request. */
const settings = z.strictObject({
  maximumCpuRatio: ratio.default(2).describe("largest cpu limit as a multiple of the request"),
  maximumMemoryRatio: ratio.default(2).describe("largest memory limit as a multiple of the request"),
});
type Settings = z.infer<typeof settings>;

type Counted = "cpu" | "memory";
interface Pair {
  readonly resource: Counted;
  readonly request: Field;
  readonly limit: Field;
  readonly maximum: number;
}

export const rule = defineRule<Settings>({
  id: "ALT-K8S-004",
  slug: "kubernetes-container-limits-resource-ratio",
  title: "A limit is at least its request and at most twice it",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "The scheduler fills nodes by requests. With limits far above them a node promises several times what it has: when " +
    "its containers use their limits together, the kernel kills some for memory and throttles all for cpu. A limit below " +
    "its request is refused by the API server.",
  fix: "Raise the request to what the container really needs, or lower its limit to twice the request.",
  planSteps: ["2.2.1"],
  peers: ["gatekeeper-library containerresourceratios", "kyverno enforce-resources-as-ratio"],
  settings,
  examples: {
    pass: {
      title: "limits of twice the requests",
      manifests: [
        deployment({ resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { cpu: "1", memory: "1Gi" } } }),
      ],
    },
    fail: {
      title: "a node would promise four times its memory",
      manifests: [deployment({ resources: { requests: { memory: "256Mi" }, limits: { memory: "1Gi" } } })],
    },
  },
  parts: [
    part(
      // Ephemeral containers may not have resources (API validation).
      ({ graph }) => containers(graph, ["app", "init", "sidecar"]),
      function* ({ field }, { settings: { maximumCpuRatio, maximumMemoryRatio } }) {
        const pair = (resource: Counted, maximum: number): Pair => ({
          resource,
          request: field.at("resources", "requests", resource),
          limit: field.at("resources", "limits", resource),
          maximum,
        });
        const pairs = [pair("cpu", maximumCpuRatio), pair("memory", maximumMemoryRatio)];
        if (!anyKnown(pairs, isStated)) {
          // Of a limit alone the API server makes the request, which is a ratio of one.
          return new NotApplicable("It states no request together with a limit; see ALT-K8S-001, 002 and 003.");
        }
        return yield* each(pairs, checkPair);
      },
    ),
  ],
});

function isStated({ request, limit }: Pair): boolean {
  return everyKnown([request, limit], ({ exists }) => exists);
}

function* checkPair(pair: Pair): Generator<Failure> {
  if (!isStated(pair)) return;
  const { resource, request, limit, maximum } = pair;
  const texts = [request, limit].map((field) => String(field.numberOrText()));
  const [requested, limited] = texts.map(parseQuantity);
  const [requestText = "", limitText = ""] = texts;
  if (requested === undefined || limited === undefined) {
    const [wrong, path] = requested === undefined ? [requestText, request.path] : [limitText, limit.path];
    const problem = `states ${JSON.stringify(wrong)} for ${resource}, which is no quantity`;
    yield { problem, path, fix: `write it as a quantity, for example ${resource === "cpu" ? "500m" : "512Mi"}` };
  } else if (limited < requested) {
    const problem = `requests ${requestText} of ${resource} but limits it to ${limitText}`;
    const fix = `raise resources.limits.${resource} to ${requestText} or more, or request less`;
    yield { problem, path: limit.path, fix };
  } else {
    const ratio = BigInt(Math.round(maximum * Number(scale)));
    if (limited * scale <= requested * ratio) return;
    const problem = `limits ${resource} to ${limitText}, more than ${maximum} times its request of ${requestText}`;
    const enough = `raise resources.requests.${resource} to ${inUnits(resource, limited * scale, ratio, "up")}`;
    const lower = `, or lower the limit to ${inUnits(resource, requested * ratio, scale, "down")}`;
    yield { problem, path: limit.path, fix: requested > 0n ? enough + lower : enough };
  }
}

/** Ratios are kept to a thousandth, so that amounts stay whole numbers. */
const scale = 1000n;

/** A quotient of nano-units as people write it, in millicores or mebibytes; never on the wrong side of it. */
function inUnits(resource: Counted, amount: bigint, divisor: bigint, round: "up" | "down"): string {
  const unit = divisor * (resource === "cpu" ? 1_000_000n : 2n ** 20n * 1_000_000_000n);
  const count = Number(round === "up" ? (amount + unit - 1n) / unit : amount / unit);
  return resource === "cpu" ? formatCpu(count) : formatMebibytes(count);
}
