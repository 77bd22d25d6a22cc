/** The text of a file of SQL (`bin/ts.cjs` and `vitest.config.mjs` read it so). */
declare module "*.sql" {
  const text: string;
  export default text;
}
