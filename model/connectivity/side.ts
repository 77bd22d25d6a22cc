import { type CompiledPolicy, type CompiledRule, families, type Party, type PodParty } from "./compile";
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
function endsOf(way: Way, direction: Direction): { readonly subject: Party; readonly other: Party } {
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
  if (policies.length === 0 || wanted === families.none) return wanted;
  const { other } = endsOf(way, direction);
  let found: number = families.none;
  for (const { rules } of policies) {
    for (const rule of rules[direction]) {
      const more = rule.families(other) & wanted & ~found;
      if (more === families.none || !meansPortOf(rule, way)) continue;
      found |= more;
      if (found === wanted) return found;
    }
  }
  return found;
}

/**
 * Like {@link passingFamilies} for all pods as the other end at once, by their index. Rule by rule instead of pair by
 * pair, because nearly all the time of all pairs goes into rules that do not mean the pair.
 */
export function passingFamiliesOfPods(
  policies: readonly CompiledPolicy[],
  direction: Direction,
  subject: PodParty,
  others: readonly PodParty[],
  { port, protocol }: Pick<Way, "port" | "protocol">,
): Uint8Array {
  const found = new Uint8Array(others.length);
  if (policies.length === 0) return found.fill(families.any);
  for (const rule of policies.flatMap(({ rules }) => rules[direction])) {
    const meant = rule.familiesOfPods();
    // A name is looked up at the receiver, which for egress is a different one each time.
    const byName = direction === "Egress" && (rule.ports ?? []).some((each) => typeof each.port === "string");
    if (byName) {
      others.forEach((to, index) => {
        if (meansPortOf(rule, { to, port, protocol })) found[index] = (found[index] ?? 0) | (meant[index] ?? 0);
      });
    } else if (meansPortOf(rule, { to: subject, port, protocol })) {
      // The innermost of three loops over everything there is: pods, rules, pods.
      for (let index = 0; index < found.length; index += 1) found[index] = (found[index] ?? 0) | (meant[index] ?? 0);
    }
  }
  return found;
}

/** Of policies what matters for connections with one other end, in one direction; `undefined` when nothing can pass. */
export function rulesFor(
  policies: readonly CompiledPolicy[],
  direction: Direction,
  other: Party,
): readonly CompiledPolicy[] | undefined {
  if (policies.length === 0) return policies;
  const relevant = policies.flatMap((policy) => {
    const rules = policy.rules[direction].filter((rule) => rule.families(other) !== families.none);
    return rules.length === 0 ? [] : [{ ...policy, rules: { ...policy.rules, [direction]: rules } }];
  });
  return relevant.length === 0 ? undefined : relevant;
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
    ({ rule }) => (rule.families(other) & family) !== families.none && meansPortOf(rule, way),
  );
  if (allowing.length > 0) {
    const rules = allowing.map(({ name, rule }) => reference(name, rule));
    const caveats =
      other.kind === "pod" && allowing.every(({ rule }) => onlyBlocks(rule, other.pod)) ? [blocks(other.pod)] : [];
    return { side: { allowed: true, reason: "rule", isolatedBy, rules }, caveats };
  }
  const nearMisses = candidates.flatMap(({ name, rule }): NearMiss[] => {
    if (meansPortOf(rule, way)) return [{ ...reference(name, rule), differs: "peer" }];
    return (rule.families(other) & family) === families.none ? [] : [{ ...reference(name, rule), differs: "port" }];
  });
  const incomparable = candidates.some(
    ({ rule }) => meansPortOf(rule, way) && rule.peers?.some(({ isBlock }) => isBlock),
  );
  const caveats = incomparable && other.kind === "pod" && !other.pod.ips?.length ? [noAddress(other.pod)] : [];
  return { side: { allowed: false, reason: "no-rule", isolatedBy, nearMisses }, caveats };
}

function meansPortOf({ ports }: CompiledRule, { to, port, protocol }: Omit<Way, "from">): boolean {
  if (ports === undefined) return true;
  const declared = to.kind === "pod" ? (to.pod.ports ?? []) : [];
  return ports.some((each) => meansPort(each, port, protocol, declared));
}

function onlyBlocks({ peers }: CompiledRule, pod: Pod): boolean {
  return peers?.every((peer) => peer.isBlock || peer.ofPod(pod) === families.none) ?? false;
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
