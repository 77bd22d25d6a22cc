import { Client } from "pg";
import { describe, expect, it } from "vitest";
import { settingLines, urlOf } from "../../support/postgresql/server";

describe("a scratch server", () => {
  it("writes settings that hold quotes", () => {
    expect(settingLines({ search_path: "'a', b", work_mem: "4MB" })).toBe(
      "search_path = '''a'', b'\nwork_mem = '4MB'\n",
    );
  });

  const at = { port: 5499, socketFolder: "/tmp/a folder" };

  it.each([
    [urlOf(at, "a b", "postgres"), { host: "127.0.0.1", port: 5499, user: "postgres", database: "a b" }],
    [urlOf(at, "d", "r@x", "p:w/"), { host: "127.0.0.1", port: 5499, user: "r@x", password: "p:w/", database: "d" }],
    [urlOf(at, "d", "r"), { host: "/tmp/a folder", port: 5499, user: "r", database: "d" }],
  ])("is reached by TCP as superuser or with a password, else by its socket: %s", (url, expected) => {
    expect(new Client({ connectionString: url })).toMatchObject(expected);
  });
});
