import { type z } from "zod";

/** Figures of one side, or why there are none. */
export type Told<T> = { readonly data: T } | { readonly reason: string };

/** Reads what a revision's own command printed; another revision may have written it in another form. */
export function readTold<T>(schema: z.ZodType<T>, told: Told<unknown>): Told<T> {
  if ("reason" in told) return told;
  const read = schema.safeParse(told.data);
  return read.success ? { data: read.data } : { reason: "this revision tells it in another form" };
}

/** A number of both sides. */
export interface Pair<T> {
  readonly before: T;
  readonly after: T;
}
