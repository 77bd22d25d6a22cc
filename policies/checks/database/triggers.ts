import { type SqlSchema } from "./sql";

/** A trigger on a table. */
export interface Trigger {
  readonly moment: "before" | "after";
  /** `INSERT OR UPDATE`. */
  readonly events: string;
  /** Statement that defines its function; empty when the SQL does not show it. */
  readonly body: string;
}

const pattern =
  /^CREATE (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER \S+ (BEFORE|AFTER) (.*?) ON ([\w."$]+) .*EXECUTE (?:FUNCTION|PROCEDURE) ([\w."$]+)/i;

/** The triggers that the SQL of a stack puts on a table, with what they do. */
export function triggersOn(table: string, { statements }: SqlSchema): Trigger[] {
  return statements.flatMap(({ text }) => {
    const [, moment = "", events = "", on = "", called = ""] = pattern.exec(text) ?? [];
    if (plain(on) !== table) return [];
    const defines = new RegExp(`^CREATE (?:OR REPLACE )?FUNCTION ${plain(called).replaceAll(".", "\\.")} ?\\(`, "i");
    const body = statements.filter((each) => defines.test(plain(each.text))).at(-1)?.text ?? "";
    return [{ moment: /before/i.test(moment) ? "before" : "after", events: events.toUpperCase(), body } as const];
  });
}

function plain(text: string): string {
  return text.replaceAll('"', "");
}
