import { type CompiledPolicy, type CompiledRule, families, type Party } from "./compile";
import { type NearMiss, type RuleReference, type SideDecision } from "./decision";
import { describeEnd, type Pod } from "./network";
import { type Direction, type Protocol } from "./network-policy";
import { meansPort } from "./ports";

/** A connection, resolved. */
export interface Way {
  readonly from: Party;
  readonly to: Party;
  readonly port: number;
  readonly protocol: Protocol;
}

/** The end whose policies decide about a direction, and the one that they see. */
export function endsOf(way: Way, direction: Direction): { readonly subject: Party; readonly other: Party } {
  return direction === "Egress" ? { subject: way.from, other: way.to } : { subject: way.to, other: way.from };
}

/**
 * The families among `wanted` in which policies let a connection through.
 *
 * @param policies those that isolate the deciding end in the direction.
 */
export function passingFamilies(
  policies: readonly CompiledPolicy[],
  direction: Direction,
  way: Way,
  wanted: number,
): number {
  if (policies.length === 0) return wanted;
  const { other } = endsOf(way, direction);
  let found: number = families.none;
  for (const { rules } of policies) {
    for (const rule of rules[direction]) {
      const more = familiesOfPeers(rule, other) & wanted & ~found;
      if (more === families.none || !meansPortOf(rule, way)) continue;
      found |= more;
      if (found === wanted) return found;
    }
  }
  return found;
}

/** Like {@link passingFamilies} for one family, with every reason. */
export function decideSide(
  policies: readonly CompiledPolicy[],
  direction: Direction,
  way: Way,
  family: number,
): { readonly side: SideDecision; readonly caveats: readonly string[] } {
  const { subject, other } = endsOf(way, direction);
  const open = (reason: "outside" | "host-network" | "not-isolated") =>
    ({ side: { allowed: true, reason }, caveats: [] }) as const;
  if (subject.kind === "address") return open("outside");
  if (subject.pod.hostNetwork) return open("host-network");
  if (policies.length === 0) return open("not-isolated");
  const isolatedBy = policies.map(({ name }) => name);
  const candidates = policies.flatMap(({ name, rules }) => rules[direction].map((rule) => ({ name, rule })));
  const allowing = candidates.filter(
    ({ rule }) => (familiesOfPeers(rule, other) & family) !== families.none && meansPortOf(rule, way),
  );
  if (allowing.length > 0) {
    const rules = allowing.map(({ name, rule }) => reference(name, rule));
    const caveats =
      other.kind === "pod" && allowing.every(({ rule }) => onlyBlocks(rule, other)) ? [blocks(other.pod)] : [];
    return { side: { allowed: true, reason: "rule", isolatedBy, rules }, caveats };
  }
  const nearMisses = candidates.flatMap(({ name, rule }): NearMiss[] => {
    if (meansPortOf(rule, way)) return [{ ...reference(name, rule), differs: "peer" }];
    return (familiesOfPeers(rule, other) & family) === families.none
      ? []
      : [{ ...reference(name, rule), differs: "port" }];
  });
  const incomparable = candidates.some(
    ({ rule }) => meansPortOf(rule, way) && rule.peers?.some(({ isBlock }) => isBlock),
  );
  const caveats = incomparable && other.kind === "pod" && !other.pod.ips?.length ? [noAddress(other.pod)] : [];
  return { side: { allowed: false, reason: "no-rule", isolatedBy, nearMisses }, caveats };
}

function familiesOfPeers({ peers }: CompiledRule, other: Party): number {
  if (peers === undefined) return families.any;
  let found: number = families.none;
  for (const peer of peers) found |= peer.families(other);
  return found;
}

function meansPortOf({ ports }: CompiledRule, { to, port, protocol }: Way): boolean {
  if (ports === undefined) return true;
  const declared = to.kind === "pod" ? (to.pod.ports ?? []) : [];
  return ports.some((each) => meansPort(each, port, protocol, declared));
}

function onlyBlocks({ peers }: CompiledRule, other: Party): boolean {
  return peers?.every((peer) => peer.isBlock || peer.families(other) === families.none) ?? false;
}

function reference(policy: string, { path }: CompiledRule): RuleReference {
  return { policy, path };
}

function blocks(pod: Pod): string {
  return pod.hostNetwork
    ? `A block means the node's addresses that ${describeEnd(pod)} has, and so everything else on that node.`
    : `Only a block of addresses means ${describeEnd(pod)}; its addresses change, and some network plug-ins do not let blocks mean pods.`;
}

function noAddress(pod: Pod): string {
  return `The addresses of ${describeEnd(pod)} are not known, so no block of addresses was compared with them.`;
}
