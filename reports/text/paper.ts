import { styleText } from "node:util";
import { layOut, type Column, wrap } from "./layout";

/** How a text stands out; nothing depends on it, because it is left out where there is no terminal. */
export type Emphasis = "heading" | "strong" | "good" | "bad" | "faint";

const styles = {
  heading: ["bold", "underline"],
  strong: "bold",
  good: "green",
  bad: "red",
  faint: "dim",
} as const satisfies Record<Emphasis, Parameters<typeof styleText>[0]>;

/** What the paper needs to know of where it is printed. */
export interface PaperOptions {
  /** Columns of the terminal; lines are never longer than `widest`. */
  readonly columns?: number | undefined;
  readonly colour: boolean;
}

/** Beyond this, lines are hard to follow, however wide the terminal is; and it fits a page and a pull request. */
const widest = 100;
/** Below this a table has more broken words than text. */
const narrowest = 60;

/** Collects lines of a report. */
export class Paper {
  readonly width: number;
  private readonly lines: string[] = [];
  private readonly colour: boolean;

  constructor(options: PaperOptions) {
    this.width = Math.max(narrowest, Math.min(widest, options.columns ?? widest));
    this.colour = options.colour;
  }

  /** Everything printed, with a line's end at the end. */
  get text(): string {
    return `${this.lines.join("\n")}\n`;
  }

  heading(text: string): void {
    if (this.lines.length > 0) this.lines.push("");
    this.lines.push(this.emphasise(text, "heading"));
  }

  /** A paragraph, wrapped; later lines stand below the first's text. */
  paragraph(text: string, options: { indent?: number; bullet?: string; emphasis?: Emphasis } = {}): void {
    const { indent = 0, bullet = "", emphasis } = options;
    wrap(text, this.width - indent - bullet.length).forEach((line, index) => {
      const start = index === 0 ? bullet : " ".repeat(bullet.length);
      this.lines.push(`${" ".repeat(indent)}${start}${emphasis ? this.emphasise(line, emphasis) : line}`);
    });
  }

  blank(): void {
    this.lines.push("");
  }

  /** A line that is to be copied, and so is never broken. */
  verbatim(line: string): void {
    this.lines.push(line);
  }

  /** A table as wide as the paper at most: the columns that may wrap share what the others leave. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[], indent = 0): void {
    const [head = [], ...body] = layOut(columns, rows, this.width - indent);
    const start = " ".repeat(indent);
    this.lines.push(
      ...head.map((line) => start + this.emphasise(line, "strong")),
      ...body.flat().map((line) => start + line),
    );
  }

  private emphasise(text: string, emphasis: Emphasis): string {
    return this.colour ? styleText([...[styles[emphasis]].flat()], text, { validateStream: false }) : text;
  }
}
