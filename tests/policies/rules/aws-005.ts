import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { altered, elsewhere, join, one } from "../aws";

const cluster = (authenticationMode: unknown, bootstrapClusterCreatorAdminPermissions: unknown = false) =>
  one("eks/cluster:Cluster", { accessConfig: { authenticationMode, bootstrapClusterCreatorAdminPermissions } });

export const cases: RuleCases = {
  pass: [{ title: "entries alone", resources: cluster("API") }],
  fail: [
    {
      title: "the ConfigMap too",
      resources: cluster("API_AND_CONFIG_MAP"),
      says: /Cluster beta has authentication mode API_AND_CONFIG_MAP/,
      at: "accessConfig.authenticationMode",
    },
    {
      title: "EKS' defaults",
      resources: one("eks/cluster:Cluster", {}),
      says: /has authentication mode CONFIG_MAP, which is EKS' default|makes its creator administrator/,
      at: "accessConfig.bootstrapClusterCreatorAdminPermissions",
      count: 2,
    },
  ],
  notApplicable: elsewhere,
  unknown: [
    { title: "a mode from an output", resources: cluster(UNKNOWN), because: "accessConfig.authenticationMode" },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's cluster takes EKS' way of access",
    ...altered("eks/cluster:Cluster", (inputs) => delete inputs.accessConfig),
    says: /makes its creator administrator for good/,
  },
  {
    title: "a cluster joins whose creator stays administrator",
    change: join(...cluster("API", true)),
    says: /makes its creator administrator for good/,
  },
];
