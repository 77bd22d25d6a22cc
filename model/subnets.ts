/** An IPv4 block; the address is the lowest of it. */
export interface Block {
  readonly address: number;
  /** Leading bits that all addresses share, 0 to 32. */
  readonly prefix: number;
}

/** The two subnets of one zone. */
export interface ZoneSubnets {
  readonly zone: string;
  /** For what the Internet reaches: load balancers and NAT gateways. */
  readonly public: string;
  /** For nodes, pods and the control plane's interfaces. */
  readonly private: string;
}

/** A public subnet: 256 addresses, of which AWS keeps five. Load balancers and one NAT gateway are all that is in it. */
export const publicPrefix = 24;

/** A private subnet: 4,096 addresses. The VPC CNI gives each pod one of them and holds some ready on each node. */
export const privatePrefix = 20;

/** Number of addresses of a block with that many leading bits. */
export function blockSize(prefix: number): number {
  return 2 ** (32 - prefix);
}

/** Reads `10.20.0.0/16`; `undefined` when it is not an IPv4 block. Bits below the prefix are kept, see {@link isAligned}. */
export function parseBlock(text: string): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [first = 0, second = 0, third = 0, fourth = 0, prefix = 0] = match.slice(1).map(Number);
  if ([first, second, third, fourth].some((part) => part > 255) || prefix > 32) return undefined;
  return { address: ((first * 256 + second) * 256 + third) * 256 + fourth, prefix };
}

/** Writes a block the way {@link parseBlock} reads it. */
export function formatBlock({ address, prefix }: Block): string {
  const parts = [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256);
  return `${parts.join(".")}/${prefix}`;
}

/** Whether a block begins where blocks of its size begin. */
export function isAligned({ address, prefix }: Block): boolean {
  return address % blockSize(prefix) === 0;
}

/** The block of the same size that an address is in. */
export function aligned({ address, prefix }: Block): Block {
  return { address: address - (address % blockSize(prefix)), prefix };
}

/** Whether two blocks share an address. */
export function overlap(a: Block, b: Block): boolean {
  return a.address < b.address + blockSize(b.prefix) && b.address < a.address + blockSize(a.prefix);
}

/** Whether every address of `inner` is one of `outer`. */
export function contains(outer: Block, inner: Block): boolean {
  return outer.prefix <= inner.prefix && overlap(outer, inner);
}

/** What a VPC's block must hold for a number of zones, and the most zones that it holds. */
export function subnetRoom(network: Block, zones: number): { needed: number; available: number; mostZones: number } {
  const perZone = blockSize(privatePrefix) + blockSize(publicPrefix);
  const available = blockSize(network.prefix);
  return { needed: zones * perZone, available, mostZones: Math.floor(available / perZone) };
}

/**
 * One public and one private subnet for each zone. Private ones are taken from the lower end of the block and public
 * ones from the upper, so that a zone added at the end of the list moves none of those that exist.
 *
 * @throws when the block is none, is not aligned, or does not hold the subnets.
 */
export function planSubnets(cidr: string, zones: readonly string[]): ZoneSubnets[] {
  const network = parseBlock(cidr);
  if (!network || !isAligned(network)) throw new Error(`${cidr} is not an IPv4 block`);
  const { needed, available } = subnetRoom(network, zones.length);
  if (needed > available) throw new Error(`${cidr} has ${available} addresses, and ${needed} are needed`);
  const end = network.address + available;
  return zones.map((zone, index) => ({
    zone,
    public: formatBlock({ address: end - (index + 1) * blockSize(publicPrefix), prefix: publicPrefix }),
    private: formatBlock({ address: network.address + index * blockSize(privatePrefix), prefix: privatePrefix }),
  }));
}
