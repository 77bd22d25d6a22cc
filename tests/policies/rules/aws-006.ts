import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { altered, elsewhere, join, one } from "../aws";

const template = (metadataOptions: unknown) => one("ec2/launchTemplate:LaunchTemplate", { metadataOptions });

export const cases: RuleCases = {
  pass: [
    { title: "tokens, one hop", resources: template({ httpTokens: "required", httpPutResponseHopLimit: 1 }) },
    { title: "no metadata at all", resources: template({ httpEndpoint: "disabled" }) },
    { title: "nodes with a template", resources: one("eks/nodeGroup:NodeGroup", { launchTemplate: { id: UNKNOWN } }) },
  ],
  fail: [
    {
      title: "nothing said",
      resources: template(undefined),
      says: /httpTokens is not set|an unstated number of hops/,
      at: "metadataOptions.httpTokens",
      count: 2,
    },
    {
      title: "tokens if somebody likes",
      resources: template({ httpTokens: "optional", httpPutResponseHopLimit: 1 }),
      says: /httpTokens is optional/,
      at: "metadataOptions.httpTokens",
    },
    {
      title: "two hops, tokens unknown",
      resources: template({ httpTokens: UNKNOWN, httpPutResponseHopLimit: 2 }),
      says: /lets metadata travel 2 hops/,
      at: "metadataOptions.httpPutResponseHopLimit",
    },
    {
      title: "nodes with EKS' own template",
      resources: one("eks/nodeGroup:NodeGroup", {}),
      says: /has no launch template/,
      at: "launchTemplate",
    },
  ],
  notApplicable: elsewhere,
  unknown: [
    {
      title: "a limit from an output",
      resources: template({ httpTokens: "required", httpPutResponseHopLimit: UNKNOWN }),
      because: "metadataOptions.httpPutResponseHopLimit",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's nodes give metadata to pods",
    ...altered("ec2/launchTemplate:LaunchTemplate", ({ metadataOptions }) =>
      Object.assign(metadataOptions as object, { httpPutResponseHopLimit: 2 }),
    ),
    says: /LaunchTemplate \S+ lets metadata travel 2 hops/,
  },
  {
    title: "a template joins that gives metadata to pods",
    change: join(...template({ httpTokens: "required", httpPutResponseHopLimit: 2 })),
    says: /LaunchTemplate beta lets metadata travel 2 hops/,
  },
];
