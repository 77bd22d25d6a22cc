import { type AnyCheck, type Context, type Reading } from "./check";
import { explainLeftOut } from "./connection/failures";
import { beginning, type Session } from "./connection/session";
import { type Target } from "./connection/target";

/** What became of one check. */
export interface CheckResult {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly unknown[];
  /** The check whose rows are the same, and stand there. */
  readonly rowsOf?: string;
  readonly reading: Reading;
  /** Why it stayed without an answer, and what to do: a full sentence. */
  readonly leftOut?: string;
}

/** What the collection needs of the world. */
export interface Collection {
  readonly session: Session;
  readonly target: Target;
  readonly timeoutSeconds: number;
  /** Told the title of each check before it is asked. */
  readonly progress: (title: string) => void;
}

/** Asks each check its question, in one transaction that sees one moment; what cannot be asked is left out with a sentence. */
export async function collect(checks: readonly AnyCheck[], context: Context, from: Collection): Promise<CheckResult[]> {
  const { session, timeoutSeconds } = from;
  const answers = new Map<
    string,
    { readonly name: string; readonly rows?: readonly unknown[]; readonly leftOut?: string }
  >();
  const results: CheckResult[] = [];
  for (const statement of beginning(timeoutSeconds)) await session.query(statement);
  for (const check of checks.filter((one) => one.applies?.(context) ?? true)) {
    const { name, title } = check;
    const statement = statementOf(check, context);
    if (statement === undefined) continue;
    from.progress(title);
    const known = answers.get(statement);
    const answer = known ?? { name, ...(await ask(statement, from)) };
    answers.set(statement, answer);
    const { rows = [], leftOut } = answer;
    results.push({
      name,
      title,
      rows,
      ...(known && { rowsOf: known.name }),
      ...(leftOut !== undefined && { leftOut }),
      reading: leftOut === undefined ? check.read(rows, context) : { findings: [] },
    });
  }
  await session.query("COMMIT");
  return results;
}

/** One answer of a check, in a transaction of its own. */
export async function sample(check: AnyCheck, from: Collection): Promise<readonly unknown[]> {
  for (const statement of beginning(from.timeoutSeconds)) await from.session.query(statement);
  const { rows = [] } = await ask(check.sql, from);
  await from.session.query("COMMIT");
  return rows;
}

function statementOf({ sql, extension, prepare }: AnyCheck, { facts }: Context): string | undefined {
  if (extension === undefined) return prepare?.(sql, facts) ?? sql;
  const schema = facts.extensions[extension];
  return schema === undefined ? undefined : sql.replaceAll("@extschema@", schema);
}

async function ask(
  statement: string,
  { session, target }: Collection,
): Promise<{ readonly rows?: readonly unknown[]; readonly leftOut?: string }> {
  // Without a savepoint one refused question would end the transaction for all the others.
  await session.query("SAVEPOINT question");
  try {
    return { rows: await session.query(statement) };
  } catch (error) {
    const leftOut = explainLeftOut(error, target);
    await session.query("ROLLBACK TO SAVEPOINT question");
    return { leftOut };
  }
}
