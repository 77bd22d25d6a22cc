import { type Problem } from "../../problem";
import { formatMebibytes, mebibytes } from "../../quantity";
import { formatSize } from "../partitions/text";
import { type ServerSize } from "../server";
import { memoryCommitment, memoryUseOf } from "./commitment";
import { memoryNames, type Overrides, serverSettings } from "./compute";
import { workMemory, workMemoryBounds, workMemoryText } from "./memory";
import { overrideKey } from "./name-problems";
import { smallest } from "./search";
import { sizing } from "./sizing";

/** Overrides that together take more memory than the limit, or leave too little to sort with. */
export function memoryProblems(size: ServerSize, overrides: Overrides): Problem[] {
  const own = memoryNames.filter((name) => name in overrides);
  if (own.length === 0) return [];
  const { parts, total, fits, left } = memoryOf(size, overrides);
  if (isEnough(size, overrides)) return [];
  const [name = ""] = own;
  const others = own.filter((one) => one !== "work_mem");
  const least = workMemoryBounds.least;
  const now = mebibytes(size.resources.limits.memory);
  const enough = smallest(now, mostMebibytes, (count) => isEnough(withMemory(size, count), overrides));
  const remedies = [
    ...(left >= least ? [`set work_mem to ${workMemoryText(sizing(size), useOf(size, overrides))} or less`] : []),
    ...(others.length > 0 ? [`lower ${others.join(", ")}`] : []),
    `lower altlas:database.maxConnections (${size.maxConnections})`,
    ...(enough < mostMebibytes ? [`set altlas:database.resources.memory to ${formatMebibytes(enough)} or more`] : []),
  ].join(", or ");
  const sum = parts.map((part) => `${part.name} ${formatSize(part.bytes)}`).join(" + ");
  const formula = parts.find((part) => part.name === "work_mem")?.formula ?? "";
  return [
    {
      setting: overrideKey(name),
      value: overrides[name],
      why: fits
        ? `It leaves ${formatSize(Math.max(0, left))} to each connection for sorts and hashes; below ${formatSize(least)} a page of results is sorted on disk.`
        : `Together the server may take ${formatSize(total)} of the limit of ${size.resources.limits.memory}, and is killed in the middle of its work: ${sum}; work_mem counts ${formula}.`,
      remedy: `${remedies.charAt(0).toUpperCase()}${remedies.slice(1)}.`,
    },
  ];
}

/** As far as a remedy looks: 4 TiB. */
const mostMebibytes = 2 ** 22;

function isEnough(size: ServerSize, overrides: Overrides): boolean {
  const { fits, left } = memoryOf(size, overrides);
  return fits && ("work_mem" in overrides || left >= workMemoryBounds.least);
}

/** What is taken at most, and what each connection may sort with beside all else. */
function memoryOf(size: ServerSize, overrides: Overrides) {
  const left = workMemory(sizing(size), useOf(size, overrides));
  return { ...memoryCommitment(serverSettings(size, overrides), size), left };
}

function useOf(size: ServerSize, overrides: Overrides) {
  return memoryUseOf(serverSettings(size, overrides), size.major);
}

function withMemory(size: ServerSize, count: number): ServerSize {
  const memory = formatMebibytes(count);
  const { requests, limits } = size.resources;
  return { ...size, resources: { requests: { ...requests, memory }, limits: { ...limits, memory } } };
}
