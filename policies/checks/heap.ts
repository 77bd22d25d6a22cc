/** Language runtimes that keep a heap of their own and can be told how large it may become. */
export const heapRuntimes = ["node", "go", "jvm", "erlang"] as const;
export type HeapRuntime = (typeof heapRuntimes)[number];

/** What a flag or variable allows a runtime's heap. */
export interface HeapBound {
  readonly runtime: HeapRuntime;
  /** As it is written: `--max-old-space-size=384`. */
  readonly text: string;
  /** Bytes that it allows in a container of that memory limit. */
  readonly bytes: (limit: number) => number;
}

interface Flag {
  readonly runtime: HeapRuntime;
  /** First group: the number; second, where there is one: its unit. */
  readonly pattern: RegExp;
  readonly bytes: (value: number, unit: string, limit: number) => number;
  /** Given together with that flag, it does nothing. */
  readonly yieldsTo?: RegExp;
}

const mebi = 2 ** 20;
/** Bytes of a word in Erlang's own sizes, on 64-bit machines. */
const word = 8;
const javaUnits: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: mebi, g: 2 ** 30, t: 2 ** 40 };
const javaSize = (value: number, unit: string) => value * (javaUnits[unit.toLowerCase()] ?? 1);
const share = (value: number, _: string, limit: number) => (limit * value) / 100;
const mebibytes = (value: number) => value * mebi;
const words = (value: number) => value * word;

/**
 * Sources: Node's command-line options, the `java` command's page, and Erlang's `erl` and `erts_alloc`. Node takes dashes and
 * underscores alike.
 */
const flags: readonly Flag[] = [
  { runtime: "node", pattern: /--max[-_]old[-_]space[-_]size[= ](\d+)/g, bytes: mebibytes },
  { runtime: "node", pattern: /--max[-_]old[-_]space[-_]size[-_]percentage[= ](\d+(?:\.\d+)?)/g, bytes: share },
  { runtime: "node", pattern: /--max[-_]heap[-_]size[= ](\d+)/g, bytes: mebibytes },
  { runtime: "jvm", pattern: /-Xmx(\d+)([kmgt]?)\b/gi, bytes: javaSize },
  { runtime: "jvm", pattern: /-XX:MaxHeapSize=(\d+)([kmgt]?)\b/gi, bytes: javaSize },
  {
    runtime: "jvm",
    pattern: /-XX:MaxRAMPercentage=(\d+(?:\.\d+)?)/g,
    bytes: share,
    yieldsTo: /-Xmx\d|-XX:MaxHeapSize=/,
  },
  // All that the VM allocates, and what one process starts with or may grow to.
  { runtime: "erlang", pattern: /\+MMscs ?(\d+)/g, bytes: mebibytes },
  { runtime: "erlang", pattern: /\+hm(?:s|ax) (\d+)/g, bytes: words },
];

/** What any of them has in it; most texts have none, and one look is enough. */
const anyFlag = /--max|-Xmx|-XX:Max|\+MMscs|\+hm/i;

/** Variable that Go reads itself; the flags of the others may stand in any. */
const goVariable = "GOMEMLIMIT";
/** The format of the Go runtime's documentation. */
const goSize = /^(\d+)(?:B|(Ki|Mi|Gi|Ti)B)?$/;
const goUnits: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: mebi, Gi: 2 ** 30, Ti: 2 ** 40 };

/** What each runtime is usually told with, for advice. */
export const heapSettings: Readonly<Record<HeapRuntime, string>> = {
  node: "NODE_OPTIONS=--max-old-space-size",
  go: goVariable,
  jvm: "-XX:MaxRAMPercentage",
  erlang: "+MMscs",
};

/** The bounds in a text: the value of `variable`, or a command line where there is none. */
export function heapBounds(text: string, variable?: string): HeapBound[] {
  if (variable === goVariable) return goBounds(text);
  if (!anyFlag.test(text)) return [];
  return flags.flatMap(({ runtime, pattern, bytes, yieldsTo }) => {
    // The last of several wins.
    const match = [...text.matchAll(pattern)].at(-1);
    if (!match || yieldsTo?.test(text) === true) return [];
    const [whole, value = "", unit = ""] = match;
    // Zero is no bound: it means the default, or that there is none.
    if (Number(value) === 0) return [];
    return [{ runtime, text: whole, bytes: (limit: number) => bytes(Number(value), unit, limit) }];
  });
}

function goBounds(text: string): HeapBound[] {
  const match = goSize.exec(text);
  // `off` is Go's own default.
  if (!match) return [];
  const bytes = Number(match[1]) * (match[2] === undefined ? 1 : (goUnits[match[2]] ?? 1));
  return [{ runtime: "go", text: `${goVariable}=${text}`, bytes: () => bytes }];
}

/** Whether a variable of that name may hold such a bound, so that it matters when its value cannot be read. */
export function mayBoundHeap(variable: string): boolean {
  return variable === goVariable || /NODE_OPTIONS|JAVA|JDK|JVM|CATALINA|HEAP|ERL(?:ANG)?_|_ERL/.test(variable);
}
