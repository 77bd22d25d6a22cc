import { z } from "zod";
import { matchesResource } from "../../model/exemptions";
import { type Field, UnknownValue } from "../field";
import { attempt } from "../graph/selection";
import { containerName, workloads } from "../graph/subjects";
import { type Container, type Workload } from "../graph/workload";
import { aspects, defineRule, type Failure, part } from "../rule";
import { deployment } from "./examples";

const settings = z.strictObject({
  drainSeconds: z
    .int()
    .min(0)
    // What Docker gives a process after SIGTERM: https://docs.docker.com/reference/cli/docker/container/stop/
    .default(10)
    .describe("seconds that a process may need after SIGTERM, after the preStop hook"),
  drains: z
    .record(z.string().min(1), z.int().min(0))
    .default({})
    .describe("that time of single workloads, by name, Kind/name or Kind/namespace/name"),
  maximumSeconds: z
    .int()
    .min(1)
    // Default of --max-graceful-termination-sec of the cluster autoscaler: a node that goes waits no longer.
    .default(600)
    .describe("longest grace period in seconds"),
});
type Settings = z.infer<typeof settings>;

/** Grace period of a pod that states none: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
const defaultGraceSeconds = 30;

const sleeping = (seconds: number) => ({ lifecycle: { preStop: { sleep: { seconds } } } });

export const rule = defineRule<Settings>({
  id: "ALT-K8S-060",
  slug: "kubernetes-pod-requires-drain-time",
  title: "The grace period has room for the preStop hook and for draining, and ends before the autoscaler's patience",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "The grace period begins with the preStop hook, not after it. What is left of it is the time to finish requests and " +
    "jobs; then the process is killed with all it was doing. A period beyond the cluster autoscaler's own limit is cut off there.",
  fix: "Set terminationGracePeriodSeconds to the hook's time and the drain's, and shorten them if that is more than 600 s.",
  planSteps: ["4.4"],
  peers: ["kyverno mutate-large-termination-gps", "datree CONTAINERS_MISSING_PRESTOP_KEY"],
  settings,
  examples: {
    pass: {
      title: "15 s of waiting and 25 s to drain",
      manifests: [deployment(sleeping(15), { terminationGracePeriodSeconds: 40 })],
      settings: { drains: { "archive-service": 25 } },
    },
    fail: {
      title: "a hook that leaves 5 s of the default of 30 s",
      manifests: [deployment(sleeping(25))],
      settings: { drains: { "archive-service": 25 } },
    },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      (workload, { settings: options }) => {
        const grace = workload.podSpec.at("terminationGracePeriodSeconds");
        return aspects(
          () => checkMaximum(grace, options),
          () => checkDrain(workload, grace, options),
        );
      },
    ),
  ],
});

function* checkMaximum(grace: Field, { maximumSeconds }: Settings): Generator<Failure> {
  const seconds = grace.number() ?? 0;
  if (seconds <= maximumSeconds) return;
  const problem = `gives its pods ${seconds} s to end, more than the ${maximumSeconds} s that the autoscaler waits`;
  yield { problem, path: grace.path, fix: `set terminationGracePeriodSeconds to ${maximumSeconds} at most` };
}

function* checkDrain(workload: Workload, grace: Field, options: Settings): Generator<Failure> {
  const drain = drainOf(workload, options);
  const { hook, doubt } = longestHook(workload);
  const given = grace.number();
  const seconds = given ?? defaultGraceSeconds;
  const needed = (hook?.seconds ?? 0) + drain;
  if (seconds < needed) {
    const period =
      given === undefined ? `leaves its pods Kubernetes' ${seconds} s to end` : `gives its pods ${seconds} s to end`;
    const taken = hook ? `, of which the preStop hook of ${hook.name} takes ${hook.seconds} s` : "";
    const problem = `${period}${taken}; draining needs ${drain} s`.replace(";", " and");
    yield { problem, path: grace.path, fix: `set terminationGracePeriodSeconds to ${needed} at least` };
  } else if (doubt) {
    throw doubt;
  }
}

/** A Job has no callers that it would have to drain; its own work is bounded by its deadline. */
function drainOf(workload: Workload, { drains, drainSeconds }: Settings): number {
  if (workload.isJob) return 0;
  const own = Object.entries(drains).find(([pattern]) => matchesResource(pattern, workload.object.identity));
  return own?.[1] ?? drainSeconds;
}

interface Hook {
  readonly name: string;
  readonly seconds: number;
}

/** The hook that certainly takes longest; all run at once. A hook of another kind than a sleep takes any time, or none. */
function longestHook({ containers }: Workload): { hook?: Hook; doubt?: UnknownValue } {
  let hook: Hook | undefined;
  let doubt: UnknownValue | undefined;
  for (const container of containers) {
    const seconds = attempt(() => hookSeconds(container));
    if (seconds instanceof UnknownValue) doubt ??= seconds;
    else if (seconds !== undefined && seconds > (hook?.seconds ?? 0))
      hook = { name: containerName(container), seconds };
  }
  return { ...(hook && { hook }), ...(doubt && { doubt }) };
}

function hookSeconds({ field }: Container): number {
  const preStop = field.at("lifecycle", "preStop");
  const sleep = preStop.at("sleep", "seconds").number();
  if (sleep !== undefined) return sleep;
  const command = preStop
    .at("exec", "command")
    .items()
    .map((word) => word.text() ?? "");
  const [, amount, unit = "s"] = /\bsleep\s+(\d+(?:\.\d+)?)([smh]?)(?![\w.])/.exec(command.join(" ")) ?? [];
  return amount === undefined ? 0 : Number(amount) * (secondsOf[unit] ?? 1);
}

/** Suffixes of the command `sleep` (GNU coreutils). */
const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
