/** One run of one of the things that are compared. */
export interface Sample {
  readonly seconds: number;
  /** Seconds of processor time, of all threads: what is left to compare when other work shares the machine. */
  readonly processor?: number;
  /** Largest resident set, in MB (10⁶ bytes). */
  readonly megabytes?: number;
  /** Resources registered. */
  readonly registrations?: number;
}

/** Something that is run and compared with another. */
export interface Contender {
  readonly name: string;
  readonly run: () => Promise<Sample>;
}

/** A figure with its goal; the run fails when it is above. */
export interface Ratio {
  readonly title: string;
  readonly value: number;
  readonly goal: number;
  /** The same of processor time: steadier on a busy machine. */
  readonly processor?: number;
}

export interface MeasureResult {
  readonly ratios: readonly Ratio[];
  /** Medians behind the ratios. */
  readonly medians: readonly (Sample & { readonly name: string })[];
}

export interface Options {
  /** Rounds that count; one more fills the caches before them. */
  readonly runs: number;
  readonly progress: (text: string) => void;
}

/** One question that the bench answers. */
export interface Measure {
  /** As `--only` takes it. */
  readonly name: string;
  readonly question: string;
  readonly run: (options: Options) => Promise<MeasureResult>;
}

/** The middle one of a list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * Runs each contender `runs` times, in turns, so that a busy minute of the machine hits all of them. The first round fills
 * caches and is thrown away.
 *
 * @returns The median of each figure, by contender.
 */
export async function compare(
  contenders: readonly Contender[],
  { runs, progress }: Options,
): Promise<Map<string, Sample & { readonly name: string }>> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= runs; round += 1) {
    for (const { name, run } of contenders) {
      const sample = await run();
      progress(`${round === 0 ? "warm-up" : `round ${round}`}: ${name} ${sample.seconds.toFixed(2)} s`);
      if (round > 0) samples.get(name)?.push(sample);
    }
  }
  return new Map([...samples].map(([name, list]) => [name, { name, ...middle(list) }]));
}

function middle(samples: readonly Sample[]): Sample {
  const of = (key: keyof Sample) => {
    const values = samples.flatMap((sample) => sample[key] ?? []);
    return values.length === 0 ? {} : { [key]: median(values) };
  };
  return {
    seconds: median(samples.map(({ seconds }) => seconds)),
    ...of("processor"),
    ...of("megabytes"),
    ...of("registrations"),
  };
}

/** How much of `other`'s time `one` takes. */
export function ratioOf(title: string, goal: number, one: Sample | undefined, other: Sample | undefined): Ratio {
  if (!one || !other) throw new Error(`"${title}" compares something that was not run`);
  const processor = one.processor !== undefined && other.processor !== undefined && one.processor / other.processor;
  return { title, goal, value: one.seconds / other.seconds, ...(processor !== false && { processor }) };
}
