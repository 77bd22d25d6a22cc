import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { projectFolder } from "../../../support/stack";

let folder: string;
const at = (...parts: string[]) => path.join(folder, ...parts);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "altlas-backup-"));
  mkdirSync(at("bin"));
  mkdirSync(at("backups", "base"), { recursive: true });
  writeFileSync(at("password"), "secret\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program on the scripts' PATH. */
function program(name: string, body: string): void {
  writeFileSync(at("bin", name), `#!/bin/sh\n${body}\n`);
  chmodSync(at("bin", name), 0o755);
}

function run(script: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const file = path.join(projectFolder, "components", "postgresql-backup", "scripts", script);
  const { status, stdout, stderr } = spawnSync("sh", [file, ...args], {
    encoding: "utf8",
    env: { PATH: `${at("bin")}:/usr/bin:/bin`, BACKUPS: at("backups"), PASSWORD_FILE: at("password"), ...environment },
  });
  return { status, said: stdout + stderr };
}

describe("archive.sh", () => {
  const archive = (content: string, name = "000000010000000000000001") => {
    writeFileSync(at("segment"), content);
    return run("archive.sh", [at("backups"), at("segment"), name]);
  };
  const kept = (name = "000000010000000000000001") => readFileSync(at("backups", "wal", name), "utf8");

  test("keeps a segment under its name, and nothing else", () => {
    expect(archive("one")).toEqual({ status: 0, said: "" });
    expect([kept(), readdirSync(at("backups", "wal"))]).toEqual(["one", ["000000010000000000000001"]]);
  });

  test("is satisfied with the same again, and overwrites nothing with another", () => {
    archive("one");
    expect(archive("one").status).toBe(0);
    const other = archive("two");
    expect([other.status, kept()]).toEqual([1, "one"]);
    expect(other.said).toMatch(/holds another log .* give it an empty volume/);
  });

  test("says no when the copy fails, and leaves nothing of it", () => {
    program("sync", "exit 5");
    expect(archive("one").status).not.toBe(0);
    expect(readdirSync(at("backups", "wal"))).toEqual([]);
  });

  test("says no to whoever comes second for a name at the same moment", () => {
    program("sync", `echo first >${at("backups", "wal", "000000010000000000000001")}`);
    expect(archive("second").status).not.toBe(0);
    expect(kept()).toBe("first\n");
  });
});

// Dates before another are GNU's, as in the image.
describe.skipIf(process.platform !== "linux")("base-backup.sh", () => {
  const day = 86_400_000;
  const nameOf = (daysAgo: number) =>
    new Date(Date.now() - daysAgo * day).toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const manifest = (timeline: number, start: string) =>
    `{ "PostgreSQL-Backup-Manifest-Version": 2,\n"WAL-Ranges": [\n{ "Timeline": ${timeline}, "Start-LSN": "${start}", "End-LSN": "FF/0" }\n],\n`;
  const had = (daysAgo: number, timeline = 1, start = "0/2000028") => {
    const name = nameOf(daysAgo);
    mkdirSync(at("backups", "base", name));
    writeFileSync(at("backups", "base", name, "backup_manifest"), manifest(timeline, start));
    return name;
  };
  const left = () => readdirSync(at("backups", "base")).sort();

  beforeEach(() => {
    program(
      "pg_basebackup",
      `echo "$PGPASSWORD $*" >${at("asked")}
for word in "$@"; do case "$word" in --pgdata=*) mkdir "\${word#*=}"; cp ${at("manifest")} "\${word#*=}/backup_manifest" ;; esac; done`,
    );
    program("pg_verifybackup", "exit 0");
    program("pg_archivecleanup", `echo "$*" >${at("cleaned")}`);
    writeFileSync(at("manifest"), manifest(1, "0/9000028"));
  });

  test("keeps what a moment since the retention needs, and the log from the oldest of it on", () => {
    const [, needed, young] = [had(20), had(9, 2, "1A/FE000028"), had(3)];
    const { status, said } = run("base-backup.sh", [], { RETENTION_DAYS: "7" });
    expect([status, left().slice(0, 2), left().length]).toEqual([0, [needed, young], 3]);
    expect(said).toMatch(/is good .* kept: 3, with the log from 000000020000001A000000FE on/);
    expect(readFileSync(at("cleaned"), "utf8")).toBe(
      `--clean-backup-history ${at("backups", "wal")} 000000020000001A000000FE\n`,
    );
    expect(readFileSync(at("asked"), "utf8")).toContain("secret --pgdata=");
  });

  test("keeps all while none is older than the retention", () => {
    const names = [had(6), had(2)];
    expect(run("base-backup.sh", [], { RETENTION_DAYS: "7" }).status).toBe(0);
    expect(left().slice(0, 2)).toEqual(names);
    expect(readFileSync(at("cleaned"), "utf8")).toMatch(/ 000000010000000000000002\n$/);
  });

  test.each(["pg_basebackup", "pg_verifybackup"])("removes nothing when %s fails, but what it has begun", (broken) => {
    const names = [had(20), had(9)];
    program(broken, "exit 1");
    mkdirSync(at("backups", "base", ".unfinished-of-a-killed-run"));
    expect(run("base-backup.sh", [], { RETENTION_DAYS: "7" }).status).not.toBe(0);
    expect(left()).toEqual(names);
    expect(existsSync(at("cleaned"))).toBe(false);
  });
});

describe.skipIf(process.platform !== "linux")("restore.sh", () => {
  const restore = (environment: Readonly<Record<string, string>>) =>
    run("restore.sh", [], { PGDATA: at("data"), WAL_FOLDER: "", TARGET_TIME: "", BACKUP: "", ...environment });

  beforeEach(() => {
    for (const name of ["20260101000000", "20260102000000"]) mkdirSync(at("backups", "base", name));
    program("pg_verifybackup", "exit 1");
  });

  test.each([
    ["the last", {}, "20260102000000"],
    ["the one that is named", { BACKUP: "20260101000000" }, "20260101000000"],
    ["the last before a moment", { TARGET_TIME: "2026-01-02 00:30:00+01" }, "20260101000000"],
  ])("takes %s, and no damaged one", (_, environment, chosen) => {
    const { status, said } = restore(environment);
    expect([status, said]).toEqual([1, expect.stringMatching(`base backup ${chosen} is damaged`)]);
    expect(existsSync(at("data"))).toBe(false);
  });

  test.each([
    ["a moment before the first backup", { TARGET_TIME: "2025-12-31 00:00:00+00" }, /no base backup from before 2025/],
    ["a moment that is none", { TARGET_TIME: "yesterdayish" }, /yesterdayish is no time/],
    ["a backup that is not there", { BACKUP: "20250101000000" }, /there is no base backup 20250101000000/],
  ])("refuses %s", (_, environment, why) => {
    const { status, said } = restore(environment);
    expect([status, said]).toEqual([1, expect.stringMatching(why)]);
  });

  test("touches nothing of what is there before a good one can take its place", () => {
    mkdirSync(at("data"));
    expect(restore({}).said).toMatch(/data exists, and nothing is overwritten/);
    expect(restore({ ASIDE: "before" }).said).toMatch(/is damaged/);
    expect(existsSync(at("data"))).toBe(true);
    mkdirSync(at("data.before"));
    expect(restore({ ASIDE: "before" }).said).toMatch(/data\.before exists as well/);
  });
});
