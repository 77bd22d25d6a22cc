import { plus, type Quantities } from "../../model/footprint";
import { type Problem } from "../../model/problem";
import { bytes, formatMebibytes, isBytes, isCpu, mebibytes, millicores } from "../../model/quantity";
import { minimumMemory } from "../../model/runtime";
import { type Amounts } from "../../model/service";
import { type MicroserviceArgs } from "./args";
import { proxyResources } from "../../model/mesh";

/** What is wrong with resources, replicas, scaling signals and pool. */
export function sizeProblems(args: MicroserviceArgs): Problem[] {
  const unreadable = unreadableAmounts(args);
  return [
    ...unreadable,
    ...(unreadable.length === 0 ? [...amountProblems(args), ...nodeProblems(args)] : []),
    ...replicaProblems(args),
    ...scalingProblems(args),
  ];
}

function unreadableAmounts({ resources }: MicroserviceArgs): Problem[] {
  const sides = ["requests", "limits"] as const;
  return sides.flatMap((side) => {
    const { cpu, memory } = resources[side];
    const problems: Problem[] = [];
    if (!isCpu(cpu) || millicores(cpu) === 0) {
      problems.push({
        setting: `resources.${side}.cpu`,
        value: cpu,
        why: "It is not an amount of CPU above nothing.",
        remedy: "Write millicores or cores, such as 250m or 1.5.",
      });
    }
    if (!isBytes(memory) || bytes(memory) === 0) {
      problems.push({
        setting: `resources.${side}.memory`,
        value: memory,
        why: "It is not an amount of memory above nothing.",
        remedy: "Write a binary unit, such as 512Mi or 1Gi.",
      });
    }
    return problems;
  });
}

function amountProblems({ resources: { requests, limits }, runtime }: MicroserviceArgs): Problem[] {
  const problems: Problem[] = [];
  if (millicores(requests.cpu) > millicores(limits.cpu)) problems.push(requestAboveLimit("cpu", requests, limits));
  if (bytes(requests.memory) > bytes(limits.memory)) problems.push(requestAboveLimit("memory", requests, limits));
  if (bytes(limits.memory) < bytes(minimumMemory[runtime])) {
    problems.push({
      setting: "resources.limits.memory",
      value: limits.memory,
      why: `The ${runtime} runtime does not work in less than ${minimumMemory[runtime]}.`,
      remedy: `Give it at least ${minimumMemory[runtime]}.`,
    });
  }
  return problems;
}

function requestAboveLimit(kind: "cpu" | "memory", requests: Amounts, limits: Amounts): Problem {
  return {
    setting: `resources.requests.${kind}`,
    value: requests[kind],
    why: `A container cannot ask for more than its limit of ${limits[kind]}; the API server would refuse it.`,
    remedy: `Lower the request or raise resources.limits.${kind}.`,
  };
}

/** A pod that is larger than any node of its pool stays pending for ever, also when the autoscaler adds nodes. */
function nodeProblems(args: MicroserviceArgs): Problem[] {
  const { pool } = args.placement;
  const own = amounts(args.resources.requests);
  const asked = args.meshed ? plus(own, amounts(proxyResources.requests)) : own;
  const node = amounts(pool.allocatable);
  if (asked.cpuMillicores <= node.cpuMillicores && asked.memoryMebibytes <= node.memoryMebibytes) return [];
  const with_ = args.meshed ? " with its mesh proxy" : "";
  return [
    {
      setting: "placement.pool",
      value: pool.name,
      why: `A pod asks for ${asked.cpuMillicores}m and ${formatMebibytes(asked.memoryMebibytes)}${with_}; a node of the pool offers ${pool.allocatable.cpu} and ${pool.allocatable.memory}.`,
      remedy: "Lower resources.requests, or choose a pool of larger nodes.",
    },
  ];
}

function amounts({ cpu, memory }: Amounts): Quantities {
  return { cpuMillicores: millicores(cpu), memoryMebibytes: mebibytes(memory), ephemeralMebibytes: 0 };
}

function replicaProblems({ replicas: { minimum, maximum } }: MicroserviceArgs): Problem[] {
  const wrong = Object.entries({ minimum, maximum }).filter(([, value]) => !Number.isInteger(value) || value < 1);
  if (wrong.length > 0) {
    return wrong.map(([bound, value]) => ({
      setting: `replicas.${bound}`,
      value,
      why: "A service runs a whole number of pods, at least one.",
      remedy: "Use 1 or more.",
    }));
  }
  if (minimum <= maximum) return [];
  return [
    {
      setting: "replicas.minimum",
      value: minimum,
      why: `It is larger than the maximum of ${maximum}.`,
      remedy: "Swap the two, or make them equal for a fixed number of pods.",
    },
  ];
}

function scalingProblems({ scaling, replicas }: MicroserviceArgs): Problem[] {
  const problems: Problem[] = [];
  if (replicas.maximum > replicas.minimum && scaling.length === 0) {
    problems.push({
      setting: "scaling",
      value: scaling,
      why: `The number of pods may move between ${replicas.minimum} and ${replicas.maximum}, but nothing moves it.`,
      remedy: "Give a scaling signal, such as cpu, or make replicas.minimum and replicas.maximum equal.",
    });
  }
  const sources = scaling.map((signal) => {
    if (signal.kind === "cpu") return "cpu";
    return signal.kind === "queueDepth" ? `queueDepth of ${signal.queue}` : `requestsPerSecond by ${signal.metric}`;
  });
  scaling.forEach((signal, index) => {
    const source = sources[index] ?? signal.kind;
    if (sources.indexOf(source) !== index) {
      problems.push({
        setting: `scaling[${index}]`,
        value: signal,
        why: `The signal ${source} is already given; the autoscaler would follow the stricter one without saying so.`,
        remedy: "Keep one of the two.",
      });
    }
    const [field, target] =
      signal.kind === "cpu" ? ["utilisationPercent", signal.utilisationPercent] : ["perPod", signal.perPod];
    if (!Number.isInteger(target) || target < 1 || (signal.kind === "cpu" && target > 100)) {
      problems.push({
        setting: `scaling[${index}].${field}`,
        value: target,
        why:
          signal.kind === "cpu"
            ? "The target is a share of the CPU request, 1 to 100 percent; above it pods are late before one is added."
            : "The target is a whole number above nothing.",
        remedy: signal.kind === "cpu" ? "The plan uses 70." : "Give what one pod was measured to serve.",
      });
    }
  });
  return problems;
}
