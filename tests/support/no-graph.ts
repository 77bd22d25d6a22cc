/** For tests of reports that need no graph of what is registered; asking for one is told. */
export const registered = (): { readonly error: string } => ({ error: "this test has no graph" });
