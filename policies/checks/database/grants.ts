import { bracketed, splitAt } from "./sql-text";
import { type Statement } from "./sql";

/** A right of a role on an object, as the migrations' table of wanted rights has it. */
export interface WantedRight {
  readonly role: string;
  /** `TABLE`, `FUNCTION`, `SCHEMA`, `DATABASE`. */
  readonly type: string;
  /** `platform.jobs`. */
  readonly name: string;
  readonly privilege: string;
  readonly path: string;
}

const insert = /^INSERT INTO (?:all_grants|wanted_grants) VALUES (?=\()/i;

/** Rights that the migration Job gives and no others: rows of database, role, type, schema, name, privilege. */
export function wantedRights(statements: readonly Statement[]): WantedRight[] {
  return statements.flatMap(({ text, path }) => {
    const match = insert.exec(text);
    if (!match) return [];
    return splitAt(text.slice(match[0].length), ",").flatMap((row): WantedRight[] => {
      const values = splitAt(bracketed(row.trim())?.inside ?? "", ",").map((value) =>
        value.trim().replace(/^'|'$/g, ""),
      );
      const [, role, type, schema, name, privilege] = values;
      if (role === undefined || type === undefined || name === undefined || privilege === undefined) return [];
      return [{ role, type, name: `${schema ?? ""}.${name}`, privilege, path }];
    });
  });
}

/** What is wrong with a statement on roles or rights by itself: the problem and the fix. */
export function broadStatement(text: string): { readonly problem: string; readonly fix: string } | undefined {
  const role = /^(?:CREATE|ALTER) (?:ROLE|USER) ("[^"]+"|\S+).*(?<!NO)\bSUPERUSER\b/i.exec(text)?.[1];
  if (role !== undefined) return { problem: `makes ${role} a superuser`, fix: "grant it what it needs in its schema" };
  const [, predefined, member] =
    /^GRANT (pg_(?:read_all_data|write_all_data|execute_server_program|read_server_files|write_server_files))\b.* TO (\S+?);?$/i.exec(
      text,
    ) ?? [];
  if (predefined !== undefined) {
    return {
      problem: `gives ${member ?? ""} ${predefined}, which reaches every schema`,
      fix: "grant it what it needs in its schema",
    };
  }
  const [, all, on, to] = /^GRANT (.+?) ON (.+?) TO (.+)$/i.exec(text) ?? [];
  if (all === undefined || on === undefined || to === undefined) return undefined;
  if (/\bPUBLIC\b/i.test(to))
    return { problem: `gives every role ${all} on ${on}`, fix: "grant it to the role that needs it" };
  if (/^ALL\b/i.test(all) && /^(?:DATABASE|SCHEMA|ALL )/i.test(on)) {
    return { problem: `gives ${to} all rights on ${on}`, fix: "name the rights, table by table" };
  }
  return undefined;
}
