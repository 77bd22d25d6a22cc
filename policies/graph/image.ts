/** An image reference taken apart. */
export interface ImageReference {
  /** `docker.io` when the reference names none. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  /** `algorithm:hex`. */
  readonly digest?: string;
}

/** Grammar: distribution/reference (https://pkg.go.dev/github.com/distribution/reference). */
const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const domainLabel = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const domain = `(?:${domainLabel}(?:\\.${domainLabel})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const pattern = new RegExp(
  `^((?:${domain}/)?${component}(?:/${component})*)` +
    `(?::([\\w][\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
);
/** Hexadecimal digits of the digests that runtimes accept. */
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Takes an image reference apart. The first part is a registry when it has a dot, a port or is `localhost`, as container
 * runtimes decide it.
 *
 * @returns `undefined` when no runtime could pull it.
 */
export function parseImage(reference: string): ImageReference | undefined {
  const match = pattern.exec(reference);
  if (!match?.[1]) return undefined;
  const [, name, tag, digest] = match;
  if (digest !== undefined) {
    const [algorithm = "", hex = ""] = digest.split(":");
    const length = digestLengths[algorithm];
    if (length === undefined || hex.length !== length || hex !== hex.toLowerCase()) return undefined;
  }
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const hasRegistry = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  const repository = hasRegistry ? name.slice(slash + 1) : slash < 0 ? `library/${name}` : name;
  return {
    registry: hasRegistry ? first : "docker.io",
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}
