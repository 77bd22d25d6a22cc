import { type DownloadAsset, type Platform } from "./types";

/** Go's name of the processor; undefined where the makers publish nothing. */
function goArchitecture({ architecture }: Platform): "amd64" | "arm64" | undefined {
  return architecture === "x64" ? "amd64" : architecture === "arm64" ? "arm64" : undefined;
}

function goSystem({ os }: Platform): "linux" | "darwin" | undefined {
  return os === "linux" || os === "darwin" ? os : undefined;
}

/** Builds an asset from Go's names of the platform, or nothing for another platform. */
export function forPlatform(
  build: (os: "linux" | "darwin", architecture: "amd64" | "arm64") => DownloadAsset | undefined,
) {
  return (platform: Platform): DownloadAsset | undefined => {
    const os = goSystem(platform);
    const architecture = goArchitecture(platform);
    return os === undefined || architecture === undefined ? undefined : build(os, architecture);
  };
}
