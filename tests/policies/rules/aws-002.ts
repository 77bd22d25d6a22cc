import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { altered, elsewhere, join, one } from "../aws";

const cluster = (vpcConfig: Record<string, unknown>) => one("eks/cluster:Cluster", { vpcConfig });
const open = cluster({ endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] });

export const cases: RuleCases = {
  pass: [
    { title: "private only", resources: cluster({ endpointPrivateAccess: true, endpointPublicAccess: false }) },
    {
      title: "public for the company's range",
      resources: cluster({
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
        publicAccessCidrs: ["198.51.100.0/24"],
      }),
    },
  ],
  fail: [
    {
      title: "EKS' defaults",
      resources: cluster({}),
      says: /has no private endpoint|answers on the internet to everybody/,
      at: "vpcConfig.endpointPublicAccess",
      count: 2,
    },
    {
      title: "a range of all addresses",
      resources: open,
      says: /answers on the internet to 0\.0\.0\.0\/0/,
      at: "vpcConfig.publicAccessCidrs",
    },
    {
      title: "all of IPv6, while the private side is unknown",
      resources: cluster({ endpointPrivateAccess: UNKNOWN, publicAccessCidrs: ["198.51.100.0/24", "::/0"] }),
      says: /answers on the internet to 198\.51\.100\.0\/24, ::\/0/,
      at: "vpcConfig.publicAccessCidrs",
    },
  ],
  notApplicable: elsewhere,
  unknown: [
    {
      title: "ranges from an output",
      resources: cluster({ endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: [UNKNOWN] }),
      because: "vpcConfig.publicAccessCidrs[0]",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's API opens to everybody",
    ...altered("eks/cluster:Cluster", ({ vpcConfig }) =>
      Object.assign(vpcConfig as object, { endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] }),
    ),
    says: /answers on the internet to 0\.0\.0\.0/,
  },
  {
    title: "a cluster joins that everybody reaches",
    change: join(...open),
    says: /answers on the internet to 0\.0\.0\.0/,
  },
];
