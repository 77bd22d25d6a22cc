import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  aligned,
  blockSize,
  contains,
  formatBlock,
  isAligned,
  overlap,
  parseBlock,
  planSubnets,
  subnetRoom,
} from "../../../model/subnets";

const block = (text: string) => parseBlock(text)!;
const zoneNames = (count: number) => Array.from({ length: count }, (_, index) => `zone-${index}`);
const network = fc
  .record({ address: fc.nat({ max: 2 ** 32 - 1 }), prefix: fc.integer({ min: 16, max: 19 }) })
  .map(aligned);
const planned = network.chain((outer) =>
  fc
    .integer({ min: 1, max: Math.max(1, subnetRoom(outer, 1).mostZones) })
    .map((zones) => ({ outer, zones, plan: planSubnets(formatBlock(outer), zoneNames(zones)) })),
);

describe("IPv4 blocks", () => {
  it("are written as they were read", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 32 }), (address, prefix) => {
        expect(parseBlock(formatBlock({ address, prefix }))).toEqual({ address, prefix });
      }),
    );
  });

  it.each(["10.0.0.0", "10.0.0/16", "10.0.0.256/16", "10.0.0.0/33", "a.b.c.d/8", "10.0.0.0/16 ", ""])(
    "%j is none",
    (text) => {
      expect(parseBlock(text)).toBeUndefined();
    },
  );

  it("overlap only with what shares an address", () => {
    expect(overlap(block("10.0.0.0/16"), block("10.0.255.0/24"))).toBe(true);
    expect(overlap(block("10.0.0.0/16"), block("10.1.0.0/16"))).toBe(false);
    expect(contains(block("10.0.0.0/8"), block("10.1.0.0/16"))).toBe(true);
    expect(contains(block("10.1.0.0/16"), block("10.0.0.0/8"))).toBe(false);
  });
});

describe("subnets", () => {
  it("of the plan's VPC are where they were", () => {
    expect(planSubnets("10.20.0.0/16", ["a", "b", "c"])).toEqual([
      { zone: "a", public: "10.20.255.0/24", private: "10.20.0.0/20" },
      { zone: "b", public: "10.20.254.0/24", private: "10.20.16.0/20" },
      { zone: "c", public: "10.20.253.0/24", private: "10.20.32.0/20" },
    ]);
  });

  it("lie in the VPC's block, begin where their size lets them, and share no address", () => {
    fc.assert(
      fc.property(
        planned.filter(({ outer }) => outer.prefix < 20),
        ({ outer, plan }) => {
          const all = plan.flatMap((zone) => [block(zone.public), block(zone.private)]);
          for (const own of all) {
            expect(contains(outer, own)).toBe(true);
            expect(isAligned(own)).toBe(true);
          }
          const pairs = all.flatMap((own, index) => all.slice(index + 1).map((other) => overlap(own, other)));
          expect(pairs).not.toContain(true);
        },
      ),
    );
  });

  it("stay where they are when a zone is added", () => {
    fc.assert(
      fc.property(planned, ({ outer, zones, plan }) => {
        const fewer = planSubnets(formatBlock(outer), zoneNames(zones - 1));
        expect(plan.slice(0, -1)).toEqual(fewer);
      }),
    );
  });

  it("are refused exactly when there is no room for them", () => {
    fc.assert(
      fc.property(network, fc.integer({ min: 1, max: 20 }), (outer, zones) => {
        const { needed, available, mostZones } = subnetRoom(outer, zones);
        const plan = () => planSubnets(formatBlock(outer), zoneNames(zones));
        expect(available).toBe(blockSize(outer.prefix));
        if (zones <= mostZones) expect(plan()).toHaveLength(zones);
        else expect(plan).toThrow(`has ${available} addresses, and ${needed} are needed`);
      }),
    );
  });

  it.each(["10.20.1.0/16", "none"])("are not taken from %s", (cidr) => {
    expect(() => planSubnets(cidr, ["a"])).toThrow("is not an IPv4 block");
  });
});
