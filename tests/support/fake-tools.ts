import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ContextOptions } from "../../sandbox/toolchain";
import { Network } from "../../sandbox/toolchain/download";
import { type GoSource, type Tool } from "../../sandbox/toolchain/types";

/** A machine for the toolchain: a cache, helper modules and a PATH with a `go` that only pretends. */
export interface FakeMachine {
  folder: string;
  options: ContextOptions;
  /** The arguments of each `go build` so far. */
  builds: () => string[];
  /** Puts an executable script into a folder of the machine. */
  script: (file: string, body: string) => string;
}

/** What the pretended `go build` does: each line is a shell command; `$out` is what `-o` names, `$@` the commands. */
const BUILD_ALL = `
for command in "$@"; do
  name=$(basename "$command")
  case "$out" in */) file="$out$name" ;; *) file="$out" ;; esac
  printf '#!/bin/sh\\necho "$(basename "$0") version 1.2.3"\\n' > "$file"
  chmod +x "$file"
done`;

/** Makes the machine; `build` replaces what `go build` does, `version` the Go it claims to be. */
export function fakeMachine({ build = BUILD_ALL, version = "go1.26.8", request = closedNetwork } = {}): FakeMachine {
  const folder = mkdtempSync(path.join(tmpdir(), "altlas-toolchain-"));
  const builds = path.join(folder, "builds");
  const script = (file: string, body: string): string => {
    const full = path.join(folder, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, `#!/bin/sh\n${body}\n`);
    chmodSync(full, 0o755);
    return full;
  };
  script(
    "bin/go",
    `if [ "$1" = env ]; then
  if [ "$2" = GOVERSION ]; then echo ${version}; else echo local; fi
  exit 0
fi
echo "$*" >> "${builds}"
shift
while [ $# -gt 0 ]; do
  case "$1" in -o) out=$2; shift 2 ;; -*) shift ;; *) break ;; esac
done
${build}`,
  );
  for (const name of ["one", "two"]) {
    mkdirSync(path.join(folder, "modules", name), { recursive: true });
    writeFileSync(path.join(folder, "modules", name, "go.mod"), `module example.org/${name}\n\ngo 1.26.0\n`);
  }
  return {
    folder,
    script,
    builds: () => (existsSync(builds) ? readFileSync(builds, "utf8").trimEnd().split("\n") : []),
    options: {
      cache: path.join(folder, "cache"),
      modules: path.join(folder, "modules"),
      platform: { os: "linux", architecture: "x64" },
      searchPath: [path.join(folder, "bin"), "/usr/bin", "/bin"].join(path.delimiter),
      network: new Network(request),
    },
  };
}

/** A network on which no host has a name. */
export const closedNetwork: typeof fetch = () =>
  Promise.reject(new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND") }));

/** A tool of version 1.2.3 that Go can build. */
export function fakeTool(name: string, changes: Partial<Tool> = {}): Tool {
  const source: GoSource = { kind: "go", module: "one", command: `example.org/one/cmd/${name}` };
  return {
    version: "1.2.3",
    versionArguments: ["--version"],
    versionPattern: /version ([\d.]+)/,
    compatible: { from: "1.2.0", below: "1.3.0" },
    sources: [source],
    ...changes,
  };
}
