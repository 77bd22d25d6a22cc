import { type Context, defineCheck, type Finding } from "../check";

const extension = "pg_stat_statements";

/** Says how to get figures of statements, where there are none. */
export function withoutStatements({ facts }: Context): Finding[] {
  const libraries = facts.settings.shared_preload_libraries;
  const loaded = libraries === undefined ? undefined : libraries.split(/,\s*/).includes(extension);
  const made = facts.extensions[extension] !== undefined;
  if (made && loaded !== false) return [];
  const list = [...(libraries ?? "").split(/,\s*/), extension].filter(Boolean).map((name) => `'${name}'`);
  const load = [`ALTER SYSTEM SET shared_preload_libraries = ${list.join(", ")};`];
  const make = [`CREATE EXTENSION IF NOT EXISTS ${extension};`];
  const lacking = facts.available.includes(extension)
    ? ""
    : " The server's packages lack it: install postgresql-contrib first.";
  return [
    {
      kind: "queries.unknown",
      severity: "medium",
      objects: [extension],
      what: made
        ? `The extension ${extension} is made in database ${facts.database}, but the server does not load its library, so nothing is counted.`
        : `The extension ${extension} is not made in database ${facts.database}, so nobody can say which statements are slow.`,
      numbers: {},
      why: "Without counts of statements a slow one is found by guessing, or by whoever complains.",
      remedy: `${
        loaded === true
          ? "The library is loaded: make the extension in this database."
          : `${loaded === undefined ? "Unless the library is loaded already, which this role may not see: s" : "S"}et shared_preload_libraries, restart the server, then make the extension in this database.`
      }${lacking}`,
      // With the library unseen its list is unknown too, and writing it would drop what stands in it.
      sql: [...(loaded === false ? load : []), ...(made ? [] : make)],
    },
  ];
}

export const withoutStatementsCheck = defineCheck<unknown>({
  name: "queriesUnknown",
  title: "Slow queries",
  sql: "SELECT",
  applies: (context) => withoutStatements(context).length > 0,
  read: (_rows, context) => ({ findings: withoutStatements(context) }),
});
