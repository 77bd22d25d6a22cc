import { describe, expect, it } from "vitest";
import { microserviceArgs } from "../../../infra/specs/services";
import { secretOffers } from "../../../infra/specs/secrets";
import { environmentChecksums } from "../../../components/microservice/specs/environment";
import { loadStack } from "../../support/program";

const annotations = (rotations: Record<string, number>) => {
  const { platform } = loadStack("dev", { changes: { rotations } });
  return Object.fromEntries(
    platform.services.map((service) => [service.name, environmentChecksums(microserviceArgs(service, platform))]),
  );
};

describe("a rotated secret", () => {
  it.each(["jwt-secret", "cache-password"])(
    "starts exactly the pods anew that read it or an address with it: %s",
    (name) => {
      const [before, after] = [annotations({}), annotations({ [name]: 2 })];
      const changed = Object.keys(after).filter(
        (service) => JSON.stringify(after[service]) !== JSON.stringify(before[service]),
      );
      expect(changed).toEqual(["api-gateway"]);
      expect(annotations({ [name]: 3 })["api-gateway"]).not.toEqual(after["api-gateway"]);
    },
  );

  it("has the generation that the stack says, the first where it says none", () => {
    const { platform } = loadStack("dev", { changes: { rotations: { "cache-password": 4 } } });
    expect(secretOffers(platform)).toEqual({
      "api-gateway-secrets": { "cache-url": 4, "jwt-secret": 1, "metrics-api-key": 1 },
    });
  });
});
