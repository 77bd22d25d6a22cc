import { BlockList, isIPv4, isIPv6, SocketAddress } from "node:net";

export type Family = "ipv4" | "ipv6";

/** An IP address in its one canonical spelling. */
export interface Address {
  readonly text: string;
  readonly family: Family;
}

/** A CIDR: the addresses that share their first `prefix` bits with `address`. */
export interface Cidr extends Address {
  readonly prefix: number;
}

/** A block of addresses with holes. */
export interface AddressBlock {
  readonly cidr: Cidr;
  readonly contains: (address: Address) => boolean;
}

/** Reads an address; `undefined` for what is none, zones and IPv4 in the form of IPv6 included (they are ambiguous). */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { text, family: "ipv4" };
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const canonical = new SocketAddress({ address: text, family: "ipv6" }).address;
  return canonical.startsWith("::ffff:") && canonical.includes(".") ? undefined : { text: canonical, family: "ipv6" };
}

/** Reads `10.0.0.0/8` or `fd00::/8`; bits after the prefix do not matter. `undefined` for what is no CIDR. */
export function parseCidr(text: string): Cidr | undefined {
  const [before = "", after = "", ...more] = text.split("/");
  const address = parseAddress(before);
  if (address === undefined || more.length > 0 || !/^\d{1,3}$/.test(after)) return undefined;
  const prefix = Number(after);
  return prefix <= (address.family === "ipv4" ? 32 : 128) ? { ...address, prefix } : undefined;
}

/** A block of addresses except those in other blocks, as `ipBlock` of a NetworkPolicy means it. */
export function addressBlock(cidr: Cidr, exceptions: readonly Cidr[] = []): AddressBlock {
  const [inside, outside] = [listOf([cidr]), listOf(exceptions)];
  return {
    cidr,
    // The list would find an IPv4 address in a block of IPv6, by its mapped form.
    contains: ({ text, family }) =>
      family === cidr.family && inside.check(text, family) && !outside.check(text, family),
  };
}

/** Whether a block lies in another one and is smaller; the API server wants that of exceptions. */
export function liesWithin(inner: Cidr, outer: Cidr): boolean {
  return inner.prefix > outer.prefix && addressBlock(outer).contains(inner);
}

function listOf(cidrs: readonly Cidr[]): BlockList {
  const list = new BlockList();
  for (const { text, prefix, family } of cidrs) list.addSubnet(text, prefix, family);
  return list;
}
