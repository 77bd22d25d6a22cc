import { createServer, type Socket } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readArguments, readDuration } from "../../../reports/database/arguments";
import { runDatabaseReport } from "../../../reports/database/command";
import { explain, explainLeftOut, failureOf } from "../../../reports/database/connection/failures";
import { describeTarget, maskUrl, readTarget, type Target } from "../../../reports/database/connection/target";

const target = (url: string, environment: Record<string, string> = {}) => readTarget(url, environment) as Target;

describe("a URL", () => {
  it("is read as libpq reads it", () => {
    expect(
      target("postgresql://m%40n:p%2Fw@db.example.org:6543/my%20shop?sslmode=verify-full&sslrootcert=/ca.pem"),
    ).toEqual({
      host: "db.example.org",
      port: 6543,
      role: "m@n",
      password: "p/w",
      database: "my shop",
      sslMode: "verify-full",
      certificates: { authority: "/ca.pem" },
    });
    expect(target("postgres://[::1]/shop")).toMatchObject({ host: "::1", port: 5432, database: "shop" });
    expect(target("postgresql://r@/shop?host=%2Frun%2Fpg&port=5433")).toMatchObject({
      host: "/run/pg",
      port: 5433,
      role: "r",
    });
    expect(target("postgresql://r@%2Frun%2Fpg/shop")).toMatchObject({ host: "/run/pg" });
    const environment = { PGHOST: "h", PGPORT: "7", PGUSER: "u", PGDATABASE: "d", PGSSLMODE: "require" };
    expect(target("postgresql://", environment)).toMatchObject({
      host: "h",
      port: 7,
      role: "u",
      database: "d",
      sslMode: "require",
    });
    expect(target("postgresql://u@h")).toMatchObject({ database: "u", sslMode: "prefer", password: undefined });
  });

  it.each([
    ["db.example.org:5432/shop", /^db\.example\.org:5432\/shop is no PostgreSQL URL\. Write it as postgresql:/],
    ["mysql://r:hidden@h/shop", /^mysql:\/\/r:\*\*\*@h\/shop is no PostgreSQL URL/],
    ["postgresql://r:hid#den@h/shop", /special characters of a password must be written as %xx/],
    ["postgresql://r:hid/den@h/shop", /special characters of a password must be written as %xx/],
    ["postgresql://r:hidden@a,b/shop", /there is one host/],
    ["postgresql://r:hidden@h:70000/shop", /port must be from 1 to 65535/],
    ["postgresql://r:hid%den@h/shop", /a % in it must be written as %25/],
    ["postgresql://r:hidden@h/shop?sslmode=maybe", /sslmode=maybe is not known; it is one of disable, allow/],
    ["postgresql://r:hidden@h/shop?ssl=true", /parameter ssl is not understood/],
  ])("%s is refused with a sentence and without its password", (url, sentence) => {
    const { error } = readTarget(url, {}) as { error: string };
    expect(error).toMatch(sentence);
    expect(error).not.toMatch(/hid|den/);
  });

  it("never shows a password, wherever it stands and whatever is in it", () => {
    expect(maskUrl("postgresql://r@h/d?password=secret&x=1")).toBe("postgresql://r@h/d?password=***&x=1");
    expect(maskUrl("r:secret@h/d")).toBe("***@h/d");
    fc.assert(
      fc.property(
        fc.string({ minLength: 4 }).map((text) => `${text}ZQX`),
        (password) => {
          const url = `postgresql://role:${password}@host/db`;
          expect(maskUrl(url)).not.toContain("ZQX");
          const read = readTarget(url, {});
          expect("error" in read ? read.error : describeTarget(read)).not.toContain("ZQX");
        },
      ),
    );
  });
});

describe("a failure", () => {
  const at = target("postgresql://mon:s3cret@db:5432/shop?sslmode=verify-full");
  const failed = (code: string | undefined, message: string) =>
    explain(Object.assign(new Error(message), code === undefined ? {} : { code }), at);

  it.each([
    ["ECONNREFUSED", "connect ECONNREFUSED", "Nothing listens at db:5432."],
    ["ENOTFOUND", "getaddrinfo ENOTFOUND db", "The host name db is not known."],
    ["EHOSTUNREACH", "x", "There is no way from here to db:5432."],
    ["28P01", "password authentication failed", "The password of mon is wrong."],
    [
      "28000",
      "no pg_hba.conf entry for host",
      "The server does not let mon into shop from here (no pg_hba.conf entry for host).",
    ],
    ["3D000", 'database "shop" does not exist', "There is no database shop at db:5432."],
    ["53300", "too many clients already", "The server has no connection left for mon."],
    ["57P03", "the database system is starting up", "The server at db:5432 is starting up"],
    [undefined, "timeout expired", "db:5432 did not answer in time:"],
    [
      undefined,
      "SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string",
      "The server asks mon for a password, and none was given.",
    ],
    [
      undefined,
      "The server does not support SSL connections",
      "db:5432 speaks no TLS, and sslmode=verify-full insists on it.",
    ],
    [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "self-signed certificate",
      "The server's certificate is not trusted under sslmode=verify-full (self-signed certificate).",
    ],
    [
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "Hostname/IP does not match certificate's altnames",
      "The server's certificate is not trusted",
    ],
    [undefined, "Connection terminated unexpectedly", "db:5432 closed the connection."],
    ["ENOENT", "ENOENT: no such file or directory, open '/ca.pem'", "A certificate file cannot be read"],
    [
      "XX999",
      "something of s3cret nature\nat line 1",
      "db:5432, database shop, as mon could not be asked: something of *** nature (XX999).",
    ],
  ])("%s %s has its sentence", (code, message, sentence) => {
    const told = failed(code, message);
    expect(told.startsWith(sentence)).toBe(true);
    expect(told).not.toMatch(/s3cret|\n/);
    // What happened, and then what to do.
    expect(told.split(/(?<=[.)]) (?=[A-Z])|\? /).length).toBeGreaterThan(1);
  });

  it("of several addresses is told once", () => {
    expect(
      failureOf(new AggregateError([Object.assign(new Error("a"), { code: "ECONNREFUSED" }), new Error("b")])),
    ).toEqual({ code: "ECONNREFUSED", message: "a" });
  });

  it("of one question says what to grant or change", () => {
    const left = (code: string, message: string) => explainLeftOut(Object.assign(new Error(message), { code }), at);
    expect(left("57014", "x")).toContain("--timeout");
    expect(left("55P03", "x")).toContain("exclusive lock");
    expect(left("42501", "permission denied for function pg_ls_waldir")).toContain("GRANT pg_monitor");
    expect(left("42501", "permission denied for schema Tools")).toContain('GRANT USAGE ON SCHEMA "Tools" TO "mon"');
    expect(left("22012", "division by s3cret")).toBe("The server refused it: division by *** (22012).");
  });
});

describe("arguments", () => {
  const url = ["--url", "postgresql://h/d"];
  const wrong = (...given: string[]) => (readArguments(given) as { error: string }).error;

  it.each([
    [[], /^Name the server: --url postgresql:/],
    [["--ulr", "postgresql://r:hidden@h/d"], /^There is no option --ulr\. Did you mean --url\?$/],
    [["--ulr=postgresql://r:hidden@h/d"], /^There is no option --ulr\. Did you mean --url\?$/],
    [["--url"], /^--url needs a value\.$/],
    [[...url, "--json=1"], /^--json takes no value\.$/],
    [["postgresql://r:hidden@h/d"], /^The report database takes options only/],
    [[...url, "--json", "--html"], /^Either --json or --html/],
    [[...url, "--fail-on", "worst"], /^--fail-on takes high, medium, low; not worst\.$/],
    [[...url, "--samples", "3"], /^--samples is 1 or 2/],
    [[...url, "--samples", "2", "--interval", "soon"], /^--interval takes a duration/],
    [[...url, "--interval", "5s"], /add --samples 2/],
    [[...url, "--timeout", "0"], /^--timeout takes a duration/],
    [
      [...url, "--threshold", "slowQueryMiliseconds=1"],
      /^There is no threshold slowQueryMiliseconds\. Did you mean slowQueryMilliseconds\? Known: /,
    ],
    [[...url, "--threshold", "slowQueryMilliseconds=-1"], /needs a number from 0/],
    [[...url, "--threshold", "slowQueryMilliseconds"], /needs a number from 0/],
  ])("%j: a sentence, and no URL in it", (given, sentence) => {
    expect(wrong(...given)).toMatch(sentence);
    expect(wrong(...given)).not.toContain("hidden");
  });

  it("are read, with the page to standard output where no file is named", () => {
    expect(readArguments([...url, "--html", "--threshold", "horizonPeriods=3"])).toMatchObject({
      form: "html",
      file: undefined,
      samples: 1,
      thresholds: { horizonPeriods: 3 },
    });
    expect(readArguments(["--html", "-", ...url])).toMatchObject({ form: "html", file: undefined });
    expect(readArguments([...url, "--html", "a.html"])).toMatchObject({ form: "html", file: "a.html" });
    expect(readArguments(["--html", ...url, "--exact"])).toMatchObject({
      form: "html",
      exact: true,
      url: "postgresql://h/d",
    });
    expect(readArguments([...url])).toMatchObject({ form: "text", timeoutSeconds: 30 });
    expect(["500ms", "30s", "5m", "1h", "7"].map(readDuration)).toEqual([0.5, 30, 300, 3600, 7]);
  });
});

describe("a server that is too old", () => {
  /** Speaks as much of PostgreSQL's protocol as a login and one question need. */
  function oldServer(socket: Socket): void {
    const message = (type: string, body: Buffer) => Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
    const int32 = (value: number) => {
      const buffer = Buffer.alloc(4);
      buffer.writeInt32BE(value);
      return buffer;
    };
    const int16 = (value: number) => {
      const buffer = Buffer.alloc(2);
      buffer.writeInt16BE(value);
      return buffer;
    };
    const field = (name: string, type: number) =>
      Buffer.concat([Buffer.from(`${name}\0`), int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(0)]);
    const value = (text: string) => Buffer.concat([int32(text.length), Buffer.from(text)]);
    const ready = message("Z", Buffer.from("I"));
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      if (data.length === 8) return void socket.write("N");
      if (data.length > 8 && data.readInt32BE(4) === 196_608)
        return void socket.write(Buffer.concat([message("R", int32(0)), ready]));
      if (data[0] !== "Q".charCodeAt(0)) return;
      const row = message("D", Buffer.concat([int16(2), value("140012"), value("14.12")]));
      socket.write(
        Buffer.concat([
          message("T", Buffer.concat([int16(2), field("number", 23), field("text", 25)])),
          row,
          message("C", Buffer.from("SELECT 1\0")),
          ready,
        ]),
      );
    });
  }

  it("is told so in a sentence, with exit code 2", async () => {
    const server = createServer(oldServer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const outcome = await runDatabaseReport(["--url", `postgresql://m:s3cret@127.0.0.1:${port}/shop`], {
      environment: {},
      paper: { colour: false },
      tell: () => undefined,
    });
    server.close();
    expect(outcome).toEqual({
      output: "",
      errors:
        "The server is PostgreSQL 14.12; the report needs 15 or newer, whose statistics it reads. Upgrade it: versions older than that get no security fixes, or soon none.\n",
      exitCode: 2,
    });
  });

  it("is told of after two seconds that somebody waits", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const told: string[] = [];
    await runDatabaseReport(["--url", `postgresql://m:s3cret@127.0.0.1:${port}/shop`, "--timeout", "2500ms"], {
      environment: {},
      paper: { colour: false },
      tell: (line) => told.push(line),
    });
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(told).toEqual([`Connecting to 127.0.0.1:${port}, database shop, as m …`]);
  });
});
