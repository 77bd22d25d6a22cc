/** Something about the input that is no finding of a rule, told to the reader in every output. */
export interface Notice {
  /**
   * `unread`: part of the input was not judged, so that the run cannot end clean. `note`: everything was judged that can
   * be; the reader should know all the same.
   */
  readonly level: "unread" | "note";
  /** What it is about, for machines. */
  readonly code: NoticeCode;
  /** Full sentences: what is so, and what to do where there is something. */
  readonly text: string;
  /** File as the reader names it. */
  readonly file?: string;
  /** Line in the file, from 1. */
  readonly line?: number;
}

export type NoticeCode =
  | "unreadable-file"
  | "too-large"
  | "not-utf8"
  | "malformed-yaml"
  | "template"
  | "not-an-object"
  | "incomplete-object"
  | "unknown-kind"
  | "custom-kind"
  | "duplicate"
  | "ignored-files"
  | "kustomization"
  | "helm-file";

/** `file:line`, as far as they are known. */
export function placeOf({ file, line }: Pick<Notice, "file" | "line">): string | undefined {
  if (file === undefined) return undefined;
  return line === undefined ? file : `${file}:${line}`;
}

/** The notice as one line: place and sentences. */
export function describeNotice(notice: Notice): string {
  const place = placeOf(notice);
  return place === undefined ? notice.text : `${place}: ${notice.text}`;
}
