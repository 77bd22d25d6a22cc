// A platform of `ALTLAS_BENCH_COPIES` times the services of stack dev, each copy with edges of its own.
import { allConfig } from "@pulumi/pulumi/runtime/config";
import { createPlatform } from "../../../infra/platform";
import { type Edge } from "../../../model/endpoint";
import { type Platform } from "../../../model/platform";
import { catalogue } from "../../../stacks/altlas";
import { loadPlatform } from "../../../stacks/platform";

function multiply(platform: Platform, copies: number): Platform {
  const names = new Set(platform.services.map(({ name }) => name));
  const copyOf = (name: string, copy: number) => (copy > 0 && names.has(name) ? `${name}-${copy}` : name);
  const numbers = Array.from({ length: copies }, (_, copy) => copy);
  return {
    ...platform,
    services: numbers.flatMap((copy) =>
      platform.services.map((service) => ({ ...service, name: copyOf(service.name, copy) })),
    ),
    endpoints: numbers.flatMap((copy) =>
      platform.endpoints
        .filter(({ name }) => copy === 0 || names.has(name))
        .map((endpoint) => ({ ...endpoint, name: copyOf(endpoint.name, copy) })),
    ),
    edges: numbers.flatMap((copy) =>
      // A copy calls whom its original calls, because its settings name those; who calls it from outside is copied too.
      platform.edges.map((edge): Edge =>
        names.has(edge.from) ? { ...edge, from: copyOf(edge.from, copy) } : { ...edge, to: copyOf(edge.to, copy) },
      ),
    ),
  };
}

const copies = Number(process.env.ALTLAS_BENCH_COPIES);
const { platform, cluster } = loadPlatform(allConfig(), catalogue, process.cwd());
createPlatform(multiply(platform, copies), cluster);
