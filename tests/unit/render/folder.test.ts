import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asNobody } from "../../support/nobody";
import { FolderError, listName, writeFolder } from "../../../render/folder";

const file = (path: string, text = `${path}\n`) => ({ path, text });
let scratch: string;
let folder: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "altlas-render-"));
  folder = join(scratch, "deep", "out");
});
afterEach(() => rmSync(scratch, { recursive: true }));

const names = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
/** All files and their content, to see that nothing was touched. */
const content = () => names().map((name) => [name, readFileSync(join(folder, name), "utf8")]);

describe("a folder of rendered files", () => {
  it("is made with everything above it, and holds a list that sha256sum can check", () => {
    expect(writeFolder(folder, [file("b/2.yaml"), file("a.yaml")])).toEqual({
      added: 2,
      changed: 0,
      removed: 0,
      same: 0,
    });
    expect(names()).toEqual(["a.yaml", "b/2.yaml", listName]);
    expect(readFileSync(join(folder, "b", "2.yaml"), "utf8")).toBe("b/2.yaml\n");
    expect(execFileSync("sha256sum", ["-c", listName], { cwd: folder, encoding: "utf8" })).toBe(
      "a.yaml: OK\nb/2.yaml: OK\n",
    );
  });

  it("does not change when nothing has", () => {
    const files = [file("a.yaml"), file("b/2.yaml")];
    writeFolder(folder, files);
    const before = content();
    expect(writeFolder(folder, files)).toEqual({ added: 0, changed: 0, removed: 0, same: 2 });
    expect(content()).toEqual(before);
  });

  it("follows: what is new is added, what changed replaced, what is gone removed with its folder", () => {
    writeFolder(folder, [file("a.yaml"), file("b/2.yaml"), file("c/3.yaml")]);
    const counts = writeFolder(folder, [file("a.yaml", "other\n"), file("c/3.yaml"), file("c/4.yaml")]);
    expect(counts).toEqual({ added: 1, changed: 1, removed: 1, same: 1 });
    expect(names()).toEqual(["a.yaml", "c/3.yaml", "c/4.yaml", listName]);
    expect(existsSync(join(folder, "b"))).toBe(false);
  });

  it.each<[string, () => void, RegExp]>([
    ["a file of somebody else's", () => writeFileSync(join(folder, "notes.txt"), ""), /did not write: notes\.txt\./],
    [
      "one in a folder of ours",
      () => writeFileSync(join(folder, "b", "mine.yaml"), ""),
      /did not write: b\/mine\.yaml\. Nothing was changed\. Name a folder of its own\./,
    ],
    [
      "a link in the place of a file of ours",
      () => {
        rmSync(join(folder, "a.yaml"));
        symlinkSync("/etc/hostname", join(folder, "a.yaml"));
      },
      /did not write: a\.yaml/,
    ],
    [
      "a file that somebody changed",
      () => appendFileSync(join(folder, "a.yaml"), "replicas: 5\n"),
      /changed after render wrote them: a\.yaml\. Nothing was changed\. Bring the change into the stack's configuration/,
    ],
    ["a lost list", () => rmSync(join(folder, listName)), /did not write: a\.yaml, b\/\./],
  ])("is left alone with %s in it", (_, change, says) => {
    writeFolder(folder, [file("a.yaml"), file("b/2.yaml")]);
    change();
    const before = content();
    expect(() => writeFolder(folder, [file("a.yaml", "new\n")])).toThrow(says);
    expect(content()).toEqual(before);
  });

  it("is left alone when it is a project of its own, and says only the first names", () => {
    mkdirSync(folder, { recursive: true });
    for (const name of "abcdefgh") writeFileSync(join(folder, name), "");
    expect(() => writeFolder(folder, [file("a.yaml")])).toThrow(/did not write: a, b, c, d, e and 3 more\./);
    expect(names()).toHaveLength(8);
  });

  it("is refused when it is a file, or may not be written, with a sentence", () => {
    mkdirSync(join(scratch, "deep"));
    writeFileSync(folder, "");
    expect(() => writeFolder(folder, [])).toThrow(new FolderError(`${folder} is a file. Name a folder.`));
    expect(() => writeFolder(join(folder, "below"), [])).toThrow(/cannot be written \(ENOTDIR\)\. Name a folder that/);
    chmodSync(scratch, 0o555);
    expect(() => asNobody(scratch, () => writeFolder(join(scratch, "closed"), []))).toThrow(
      /cannot be written \(EACCES\)/,
    );
    chmodSync(scratch, 0o700);
  });

  it("is finished by the next run, wherever the last one was killed", () => {
    const [before, after] = [
      [file("a.yaml"), file("b/2.yaml"), file("c/3.yaml")],
      [file("a.yaml", "new\n"), file("c/3.yaml"), file("d/4.yaml")],
    ];
    const whole = join(scratch, "whole");
    writeFolder(whole, after);
    // A run stops before each of its changes in turn; a path that cannot be made stands for the kill.
    for (const stop of ["a.yaml", "d/4.yaml"]) {
      rmSync(folder, { recursive: true, force: true });
      writeFolder(folder, before);
      const killed = after.map((each) => (each.path === stop ? file("c/3.yaml/below", "") : each));
      expect(() => writeFolder(folder, killed)).toThrow(FolderError);
      writeFolder(folder, after);
      expect(content()).toEqual(
        ["a.yaml", "c/3.yaml", "d/4.yaml", listName].map((name) => [name, readFileSync(join(whole, name), "utf8")]),
      );
    }
    writeFileSync(join(folder, ".rendering"), "half a fi");
    expect(writeFolder(folder, after).same).toBe(3);
  });
});
