/** One piece of work that is being reported. */
export interface Step {
  /** Replaces the detail shown behind the label, such as "building (Go)". */
  update(detail: string): void;
  /** Ends the step as done; further calls do nothing. */
  done(detail?: string): void;
  /** Ends the step as failed; the error itself is printed by whoever catches it. */
  fail(detail?: string): void;
}

/** Reports work that may take longer than a reader's patience. */
export interface Progress {
  /**
   * Starts a step.
   *
   * @param label what is being done, such as "etcd 3.7.3".
   * @param next what comes after it, shown while the step runs.
   */
  step(label: string, next?: string): Step;
  /** Prints one line for the reader between the steps. */
  note(text: string): void;
}

/** The part of a stream that the reporter needs. */
export interface ProgressStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** Options of {@link createProgress}, there for tests. */
export interface ProgressOptions {
  /** Milliseconds since any fixed point. */
  now?: () => number;
  /** Milliseconds between two plain lines of a running step; default 5000. */
  plainInterval?: number;
  /** The environment that says whether colour is wanted; default `process.env`. */
  environment?: NodeJS.ProcessEnv;
}

/** Says nothing; for callers that report by themselves, and for tests. */
export const silentProgress: Progress = {
  step: () => ({ update: () => undefined, done: () => undefined, fail: () => undefined }),
  note: () => undefined,
};

/** Seconds for people: "4 s", "2 min 05 s". */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** Whether colour may be written to the stream: only to a terminal, and never against NO_COLOR. */
export function wantsColour(stream: { isTTY?: boolean }, environment: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && (environment.NO_COLOR ?? "") === "" && environment.TERM !== "dumb";
}

interface Running {
  label: string;
  next: string | undefined;
  detail: string;
  started: number;
  lastPlain: number;
}

const TERMINAL_INTERVAL = 200;
const PLAIN_INTERVAL = 5000;

/**
 * A reporter for the stream. On a terminal the running steps are redrawn in place; elsewhere (a CI
 * log) each says a plain line every few seconds. Results go to standard output, so progress uses
 * standard error by default.
 */
export function createProgress(stream: ProgressStream = process.stderr, options: ProgressOptions = {}): Progress {
  return new Reporter(stream, options);
}

class Reporter implements Progress {
  private readonly running = new Set<Running>();
  private drawn = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly colour: boolean;
  private readonly terminal: boolean;
  private readonly now: () => number;
  private readonly plainInterval: number;

  constructor(
    private readonly stream: ProgressStream,
    options: ProgressOptions,
  ) {
    const environment = options.environment ?? process.env;
    this.colour = wantsColour(stream, environment);
    this.terminal = stream.isTTY === true && environment.TERM !== "dumb";
    this.now = options.now ?? (() => performance.now());
    this.plainInterval = options.plainInterval ?? PLAIN_INTERVAL;
  }

  step(label: string, next?: string): Step {
    const entry: Running = { label, next, detail: "", started: this.now(), lastPlain: this.now() };
    this.running.add(entry);
    this.schedule();
    const end = (mark: string, colour: number, detail: string | undefined): void => {
      if (!this.running.delete(entry)) {
        return;
      }
      const elapsed = formatElapsed(this.now() - entry.started);
      const text = detail === undefined || detail === "" ? "" : ` – ${detail}`;
      this.print(`${this.paint(mark, colour)} ${entry.label}${text} ${this.paint(`(${elapsed})`, 2)}`);
      this.schedule();
    };
    return {
      update: (detail) => {
        entry.detail = detail;
        this.schedule();
      },
      done: (detail) => end("✓", 32, detail),
      fail: (detail) => end("✗", 31, detail ?? "failed"),
    };
  }

  note(text: string): void {
    this.print(text);
  }

  private paint(text: string, code: number): string {
    return this.colour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }

  /** The text of a running step, without the next one when the line would be too long for it. */
  private line(entry: Running): string {
    const elapsed = formatElapsed(this.now() - entry.started);
    const detail = entry.detail === "" ? "" : ` – ${entry.detail}`;
    return `… ${entry.label}${detail} (${elapsed}${entry.next === undefined ? "" : `; next: ${entry.next}`})`;
  }

  private print(text: string): void {
    this.erase();
    this.stream.write(`${text}\n`);
    this.draw();
  }

  private erase(): void {
    if (this.drawn > 0) {
      this.stream.write(`\u001b[${this.drawn}A\u001b[0J`);
      this.drawn = 0;
    }
  }

  private draw(): void {
    if (!this.terminal) {
      return;
    }
    const width = (this.stream.columns ?? 80) - 1;
    for (const entry of this.running) {
      const text = this.line(entry);
      this.stream.write(`${text.length > width ? `${text.slice(0, width - 1)}…` : text}\n`);
      this.drawn += 1;
    }
  }

  /** Keeps a timer only while something runs, and never keeps the process alive for it. */
  private schedule(): void {
    if (this.running.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    } else if (this.timer === undefined) {
      this.timer = setInterval(() => this.tick(), this.terminal ? TERMINAL_INTERVAL : this.plainInterval / 5);
      this.timer.unref();
    }
  }

  private tick(): void {
    if (this.terminal) {
      this.erase();
      this.draw();
      return;
    }
    for (const entry of this.running) {
      if (this.now() - entry.lastPlain >= this.plainInterval) {
        entry.lastPlain = this.now();
        this.stream.write(`${this.line(entry)}\n`);
      }
    }
  }
}

/** Runs `work` as one step: done when it returns, failed when it throws. */
export async function withStep<Result>(
  progress: Progress,
  label: string,
  next: string | undefined,
  work: (step: Step) => Promise<Result>,
): Promise<Result> {
  const step = progress.step(label, next);
  try {
    const result = await work(step);
    step.done();
    return result;
  } catch (error) {
    step.fail();
    throw error;
  }
}
