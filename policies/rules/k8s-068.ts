import { z } from "zod";
import { formatMebibytes } from "../../model/quantity";
import { heapBounds, type HeapBound, type HeapRuntime, heapRuntimes, heapSettings, mayBoundHeap } from "../checks/heap";
import { type Field, UnknownValue } from "../field";
import { type Graph } from "../graph/graph";
import { parseQuantity } from "../graph/quantity";
import { containerReference, names } from "../graph/reference";
import { containers } from "../graph/subjects";
import { type Container } from "../graph/workload";
import { defineRule, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const percent = z.number().min(1).max(100);
const settings = z.strictObject({
  // Node's own advice is 1536 MiB on a machine of 2 GiB (its command-line options).
  maximumNodePercent: percent.default(75).describe("largest old space of Node, in percent of the memory limit"),
  // The Go runtime's guide to its collector asks for 5 to 10 % of headroom.
  maximumGoPercent: percent.default(90).describe("largest GOMEMLIMIT, in percent of the memory limit"),
  // What OpenJ9 takes by itself in a container of more than 2 GiB.
  maximumJvmPercent: percent.default(75).describe("largest Java heap, in percent of the memory limit"),
  // RabbitMQ's own default for all that its VM holds (vm_memory_high_watermark).
  maximumErlangPercent: percent.default(60).describe("largest Erlang heap or carrier, in percent of the memory limit"),
  runtimes: z
    .array(containerReference.extend({ runtime: z.enum(heapRuntimes) }))
    .default([])
    .describe("containers of a known runtime, which must bound its heap"),
  // What is left to Node at the smallest memory that we give it: 64 of 160 MiB (model/runtime.ts).
  minimumPercent: percent.default(40).describe("smallest heap of those, in percent of the memory limit"),
});
type Settings = z.infer<typeof settings>;

const titles: Readonly<Record<HeapRuntime, string>> = { node: "Node", go: "Go", jvm: "Java", erlang: "Erlang" };

/** A text in which bounds may stand, read when asked, since it may be unknown. */
interface Source {
  readonly path: string;
  readonly variable?: string;
  readonly text: () => string | undefined;
}

const gateway = (size: number) =>
  deployment({
    resources: { limits: { memory: "1Gi" } },
    env: [{ name: "NODE_OPTIONS", value: `--max-old-space-size=${size}` }],
  });

export const rule = defineRule<Settings>({
  id: "ALT-K8S-068",
  slug: "kubernetes-container-matches-heap-limit",
  title: "Heap flags of Node, Go, Java and Erlang agree with the memory limit",
  severity: "medium",
  gate: "advisory",
  // A flag may stand in a ConfigMap.
  scope: "stack",
  why:
    "A runtime that may grow its heap beyond the container's limit collects garbage too late: the kernel kills the " +
    "process in the middle of its requests. Stacks, buffers and code need memory beside the heap. A heap that was left " +
    "small when the limit rose runs out of memory while most of the limit lies idle.",
  fix: "Derive the flag from the memory limit, and change both together.",
  planSteps: ["1.2", "1.5"],
  peers: [],
  settings,
  examples: {
    pass: { title: "three quarters of the limit", manifests: [gateway(768)] },
    fail: { title: "the whole limit, and nothing for buffers and code", manifests: [gateway(1024)] },
  },
  parts: [
    part(
      // Ephemeral containers may not have resources (API validation).
      ({ graph }) => containers(graph, ["app", "init", "sidecar"]),
      function* (container, { graph, settings: options }) {
        const known = options.runtimes.find((reference) => names(reference, container))?.runtime;
        const { found, elsewhere, doubt } = readBounds(container, graph);
        const relevant = found.length > 0 || known !== undefined || doubt !== undefined;
        if (!relevant) return new NotApplicable("No flag bounds a heap in it.");
        const limit = memoryLimit(container);
        if (limit === undefined) return new NotApplicable("It has no memory limit to agree with; see ALT-K8S-002.");
        for (const { bound, path } of found) yield* checkBound(bound, path, limit, options, known);
        if (doubt) throw doubt;
        if (known === undefined || found.some(({ bound }) => bound.runtime === known)) return undefined;
        if (elsewhere) return new NotApplicable("Its flags may stand in a ConfigMap or Secret that is not here.");
        const problem = `runs on ${titles[known]} and nothing tells it to keep its heap below the limit of ${sizeOf(limit)}`;
        const fix = `set ${heapSettings[known]} to at most ${largest(known, limit, options)}`;
        yield { problem, path: container.field.at("env").path, fix };
        return undefined;
      },
    ),
  ],
});

interface Found {
  readonly bound: HeapBound;
  readonly path: string;
}

/** All bounds of a container, and why there may be more. */
function readBounds(container: Container, graph: Graph) {
  const found: Found[] = [];
  let doubt: UnknownValue | undefined;
  const attempt = (read: () => void) => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
      doubt ??= error;
    }
  };
  const take = ({ path, variable, text }: Source) => {
    attempt(() => {
      for (const bound of heapBounds(text() ?? "", variable)) found.push({ bound, path });
    });
  };
  const { field } = container;
  let elsewhere = false;
  attempt(() => {
    const own = field.at("env").items();
    for (const entry of own) {
      attempt(() => {
        const source = ofVariable(entry, container, graph);
        take(source);
        if (mayBoundHeap(source.variable ?? "") && source.text() === undefined) elsewhere = true;
      });
    }
    const named = new Set(own.map((variable) => variable.at("name").text()));
    for (const source of field.at("envFrom").items()) {
      attempt(() => {
        const data = configMapData(source.at("configMapRef", "name"), container, graph);
        if (!data) {
          elsewhere = true;
          return;
        }
        const prefix = source.at("prefix").text() ?? "";
        for (const [key, value] of data.entries()) {
          const name = `${prefix}${key}`;
          // The container's own variable wins.
          if (named.has(name) || (value.undecided && !mayBoundHeap(name))) continue;
          take({ path: source.path, variable: name, text: () => value.text() });
        }
      });
    }
  });
  for (const list of ["command", "args"]) {
    const words = field.at(list);
    take({
      path: words.path,
      text: () =>
        words
          .items()
          .map((each) => each.text())
          .join(" "),
    });
  }
  return { found, elsewhere, doubt };
}

/** What an entry of `env` says; nothing for values that cannot be read and have nothing to do with heaps. */
function ofVariable(entry: Field, container: Container, graph: Graph): Source {
  const variable = entry.at("name").text() ?? "";
  const { path } = entry.at("value");
  if (!mayBoundHeap(variable)) {
    const value = entry.at("value");
    return { path, variable, text: () => (value.undecided ? undefined : value.text()) };
  }
  const resource = entry.at("valueFrom", "resourceFieldRef");
  const reference = entry.at("valueFrom", "configMapKeyRef");
  const text = () => {
    if (resource.exists) return ofResource(resource, container);
    if (!reference.exists) return entry.at("value").text();
    const data = configMapData(reference.at("name"), container, graph);
    return data?.at(reference.at("key").text() ?? "").text();
  };
  return { path: entry.path, variable, text };
}

/** The kubelet writes the container's own amount as a number of bytes, unless a divisor makes it another unit. */
function ofResource(resource: Field, { field }: Container): string | undefined {
  if (resource.at("divisor").exists || resource.at("resource").text() !== "limits.memory") return undefined;
  const amount = bytesOf(field.at("resources", "limits", "memory"));
  return amount === undefined ? undefined : String(amount);
}

function configMapData(name: Field, { workload }: Container, graph: Graph): Field | undefined {
  const text = name.text();
  return text === undefined ? undefined : graph.find("ConfigMap", text, workload.object.namespace)?.root.at("data");
}

/** Bytes that a container may use: its own limit, or its pod's. */
function memoryLimit({ field, workload }: Container): number | undefined {
  const own = field.at("resources", "limits", "memory");
  const limit = bytesOf(own.exists ? own : workload.podSpec.at("resources", "limits", "memory"));
  return limit !== undefined && limit > 0 ? limit : undefined;
}

function bytesOf(amount: Field): number | undefined {
  const value = amount.numberOrText();
  const parsed = value === undefined ? undefined : parseQuantity(value);
  return parsed === undefined ? undefined : Number(parsed / 1_000_000_000n);
}

function* checkBound(
  bound: HeapBound,
  path: string,
  limit: number,
  options: Settings,
  known: HeapRuntime | undefined,
): Generator<Failure> {
  const used = (bound.bytes(limit) * 100) / limit;
  const what = `bounds the heap of ${titles[bound.runtime]} with ${bound.text}`;
  const of = `% of its memory limit of ${sizeOf(limit)}`;
  const maximum = maximumOf(bound.runtime, options);
  if (used > maximum) {
    const problem = `${what}, ${round(used, Math.ceil)} ${of}, more than ${maximum} %`;
    const fix = `allow at most ${largest(bound.runtime, limit, options)}, or raise resources.limits.memory`;
    yield { problem, path, fix };
  } else if (bound.runtime === known && used < options.minimumPercent) {
    const problem = `${what}, only ${round(used, Math.floor)} ${of}`;
    const fix = `allow up to ${largest(bound.runtime, limit, options)}, or lower resources.limits.memory`;
    yield { problem, path, fix };
  }
}

function maximumOf(runtime: HeapRuntime, options: Settings): number {
  const { maximumNodePercent, maximumGoPercent, maximumJvmPercent, maximumErlangPercent } = options;
  return { node: maximumNodePercent, go: maximumGoPercent, jvm: maximumJvmPercent, erlang: maximumErlangPercent }[
    runtime
  ];
}

function largest(runtime: HeapRuntime, limit: number, options: Settings): string {
  return sizeOf((limit * maximumOf(runtime, options)) / 100);
}

function sizeOf(bytes: number): string {
  return formatMebibytes(Math.floor(bytes / 2 ** 20));
}

/** One decimal, on the side on which the sentence stays true. */
function round(value: number, to: (value: number) => number): number {
  return to(value * 10) / 10;
}
