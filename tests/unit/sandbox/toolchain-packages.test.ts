import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentProgress } from "../../../sandbox/progress";
import { ensureFrom } from "../../../sandbox/toolchain";
import { debianMirror } from "../../../sandbox/toolchain/debian";
import { type DebianSource, type WheelSource } from "../../../sandbox/toolchain/types";
import { type FakeMachine, fakeMachine, fakeTool } from "../../support/fake-tools";

let machine: FakeMachine;
const file = (name: string) => path.join(machine.folder, name);
const calls = () => readFileSync(file("calls"), "utf8");

beforeEach(() => {
  machine = fakeMachine();
});
afterEach(() => rmSync(machine.folder, { recursive: true, force: true }));

/** A program that tells its version and the programs beside it. */
const forge = '#!/bin/sh\necho "forge version 1.2.3"\n';

describe("a tool that is a folder of programs, in a Python package", () => {
  const source: WheelSource = {
    kind: "wheel",
    requirements: "one/requirements.txt",
    python: "3.99",
    platforms: { "linux-x64": "somelinux_x86_64" },
  };
  const table = { anvil: fakeTool("anvil", { executable: "bin/forge", sources: [source] }) };

  beforeEach(() => {
    mkdirSync(file("forge-1.2.3/bin"), { recursive: true });
    mkdirSync(file("forge-1.2.3/lib"));
    writeFileSync(file("forge-1.2.3/bin/forge"), forge);
    writeFileSync(file("forge-1.2.3/lib/forge.so"), "library");
    execFileSync("tar", ["-czf", file("forge.tar.gz"), "-C", machine.folder, "forge-1.2.3"]);
    const wheel = zipSync({
      "forge/__init__.py": new Uint8Array(),
      "forge/f.tar.gz": readFileSync(file("forge.tar.gz")),
    });
    writeFileSync(file("forge.whl"), wheel);
    machine.script(
      "bin/python3",
      `if [ "$1" = --version ]; then echo Python 3.11.2; exit; fi
echo "$*" >> ${file("calls")}
while [ "$1" != --dest ]; do shift; done
cp ${file("forge.whl")} "$2"`,
    );
  });

  it("is unpacked whole, whatever Python downloads it", async () => {
    const { anvil } = await ensureFrom(table, ["anvil"], machine.options, silentProgress);
    expect(anvil).toBe(path.join(machine.options.cache, "tools/anvil/1.2.3-linux-x64/bin/forge"));
    expect(readFileSync(path.join(path.dirname(anvil), "../lib/forge.so"), "utf8")).toBe("library");
    expect(calls()).toContain("--platform somelinux_x86_64 --python-version 3.99 --require-hashes");
    // From the cache: nothing is downloaded again.
    expect(await ensureFrom(table, ["anvil"], machine.options, silentProgress)).toEqual({ anvil });
    expect(calls().trim().split("\n")).toHaveLength(1);
  });

  it("is looked for on PATH by the name of its program", async () => {
    const own = machine.script("bin/forge", 'echo "forge version 1.2.9"');
    expect(await ensureFrom(table, ["anvil"], machine.options, silentProgress)).toEqual({ anvil: own });
  });

  it("is refused for a platform without a package, and when it is of another version", async () => {
    const options = { ...machine.options, platform: { os: "linux", architecture: "riscv64" } as const };
    await expect(ensureFrom(table, ["anvil"], options, silentProgress)).rejects.toThrow(
      "Python package: nothing published for linux-riscv64",
    );
    const newer = { anvil: { ...table.anvil, version: "1.2.4" } };
    await expect(ensureFrom(newer, ["anvil"], machine.options, silentProgress)).rejects.toThrow(
      "gave version 1.2.3 instead of 1.2.4",
    );
  });
});

describe("a tool from a Debian release", () => {
  const source = (): DebianSource => ({
    kind: "debian",
    suite: "forky",
    keyring: file("keyring.gpg"),
    packages: ["anvil", "libc6"],
    program: "usr/sbin/anvil",
  });
  const table = () => ({ anvil: fakeTool("anvil", { sources: [source()] }) });

  beforeEach(() => {
    writeFileSync(file("keyring.gpg"), "");
    machine.script(
      "bin/apt-get",
      `if [ "$1" = indextargets ]; then echo http://mirror.example/debian/; exit; fi
echo "$*" >> ${file("calls")}
for word in "$@"; do case "$word" in Dir::Etc::sourcelist=*) cat "\${word#*=}" >> ${file("calls")} ;; esac; done
case "$*" in *" download "*) : > anvil_1.deb; : > libc6_2.deb ;; esac`,
    );
    // A loader that says with what it was started, in place of the release's own.
    machine.script(
      "bin/dpkg-deb",
      `case "$2" in
*libc6*) mkdir -p "$3/usr/lib64" "$3/usr/lib/x86_64-linux-gnu"; cp ${file("loader")} "$3/usr/lib64/ld-linux-x86-64.so.2" ;;
*) mkdir -p "$3/usr/sbin"; : > "$3/usr/sbin/anvil" ;;
esac`,
    );
    machine.script("loader", 'echo "loader $*; version 1.2.3"');
  });

  it("is started by the loader of its release, which gets its libraries and its arguments", async () => {
    const { anvil } = await ensureFrom(table(), ["anvil"], machine.options, silentProgress);
    const root = path.join(path.dirname(anvil), "root");
    const said = execFileSync(anvil, ["one argument", "--two"], { encoding: "utf8" });
    expect(said).toContain(
      `--library-path ${root}/usr/lib/x86_64-linux-gnu ${root}/usr/sbin/anvil one argument --two;`,
    );
    expect(calls()).toContain(`deb [signed-by=${file("keyring.gpg")}] http://mirror.example/debian/ forky main`);
    expect(calls()).toContain("download anvil libc6");
    expect(calls()).toContain("Dir::State::status=");
  });

  it("says what is missing on a machine without the keys, or without apt", async () => {
    rmSync(file("keyring.gpg"));
    await expect(ensureFrom(table(), ["anvil"], machine.options, silentProgress)).rejects.toThrow(
      "install the package debian-archive-keyring",
    );
    rmSync(file("bin/apt-get"));
    const options = { ...machine.options, searchPath: file("bin") };
    await expect(ensureFrom(table(), ["anvil"], options, silentProgress)).rejects.toThrow(
      "install anvil so that it is on PATH",
    );
  });

  it.each([
    ["http://deb.debian.org/debian-security/\nhttp://mirror.example/debian/\n", "http://mirror.example/debian/"],
    ["http://archive.ubuntu.com/ubuntu/\n", "http://deb.debian.org/debian/"],
    ["", "http://deb.debian.org/debian/"],
  ])("comes from the mirror that the machine uses, else from Debian: %j", (addresses, expected) => {
    expect(debianMirror(addresses)).toBe(expected);
  });
});
