/** The text of a file of SQL (`bin/ts.cjs` and `vitest.config.mjs` read it so). */
declare module "*.sql" {
  const text: string;
  export default text;
}

/** The text of a shell script, in the same way. */
declare module "*.sh" {
  const text: string;
  export default text;
}
