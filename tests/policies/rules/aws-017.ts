import { stackRuleSettings } from "../../../policies/settings/platform";
import { fromObjects } from "../../../policies/sources/objects";
import { UNKNOWN } from "../../../policies/field";
import { stackConfig } from "../../support/stack";
import { altered, aws, elsewhere } from "../aws";
import { type Mutant, type RuleCases } from "../case";
import { compliant, type Manifest } from "../fixtures";

const cluster = aws("eks/cluster:Cluster", { name: "beta" });
const group = (more: Manifest = {}) =>
  aws("eks/nodeGroup:NodeGroup", {
    labels: { "altlas.io/pool": "general" },
    instanceTypes: ["m6i.large"],
    subnetIds: ["subnet-a"],
    scalingConfig: { minSize: 2, desiredSize: 2, maxSize: 3 },
    ...more,
  });
const budget = (monthlyUsd: number, more: Manifest = {}) => ({
  settings: { "ALT-AWS-017": { monthlyUsd, ...more } },
});

// Two m6i.large for 730 hours at $0.115, and $73 for the control plane: $240.90; three at the highest, $324.85.
export const cases: RuleCases = {
  pass: [
    { title: "within the budget, at the highest load too", resources: [cluster, group()], options: budget(325) },
    {
      title: "more at the highest load, which has a bound of its own",
      resources: [cluster, group()],
      options: budget(241, { highestUsd: 325 }),
    },
  ],
  fail: [
    {
      title: "above the budget as expected",
      resources: [cluster, group()],
      options: budget(240),
      says: /Cluster beta makes a month cost \$241 as expected \(\$241 at least, \$325 at most\), above the budget of \$240; lower/,
      at: "",
    },
    {
      title: "above it at the highest load",
      resources: [cluster, group()],
      options: budget(324),
      says: /Cluster beta may make a month cost \$325 at the highest load, above the \$324 that it may then cost; lower/,
      at: "",
    },
    {
      title: "above the bound of the highest load",
      resources: [cluster, group()],
      options: budget(300, { highestUsd: 320 }),
      says: /above the \$320 that it may then cost/,
      at: "",
    },
    {
      title: "gateways and endpoints beside the nodes",
      resources: [
        cluster,
        group(),
        aws("ec2/natGateway:NatGateway", {}),
        aws("ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Interface" }),
        aws("ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Gateway" }),
        aws("kms/key:Key", {}),
      ],
      options: budget(290),
      says: /makes a month cost \$292 as expected/,
      at: "",
    },
    {
      title: "pods that need a third node always",
      resources: [cluster, group(), ...fromObjects(crowded())],
      options: budget(320, { highestUsd: 1000 }),
      says: /makes a month cost \$325 as expected/,
      at: "",
    },
    {
      title: "prices that are not known are counted",
      resources: [cluster, group()],
      options: budget(1, { loadBalancers: 1 }),
      says: /, and 1 prices are not known\)/,
      at: "",
    },
  ],
  notApplicable: [...elsewhere, { title: "no budget", resources: [cluster, group()] }],
  unknown: [
    {
      title: "a size from an output",
      resources: [cluster, group({ scalingConfig: { minSize: 1, maxSize: UNKNOWN } })],
      options: budget(100),
      because: "scalingConfig.maxSize",
    },
  ],
  configured: [{ title: "a budget", resources: [cluster, group()], options: budget(100), outcome: "fail" }],
};

/** The compliant service with pods enough at rest that two machines cannot hold them: nine fit on each. */
function crowded(): Manifest[] {
  const manifests = compliant();
  const scaler = manifests.find(({ kind }) => kind === "HorizontalPodAutoscaler") as { spec: Manifest };
  Object.assign(scaler.spec, { minReplicas: 24, maxReplicas: 25 });
  return manifests;
}

const value = (key: string): unknown => {
  const text = stackConfig("beta")[`altlas:${key}`];
  return text?.startsWith("{") || text?.startsWith("[") ? JSON.parse(text) : text;
};

export const mutants: readonly Mutant[] = [
  {
    title: "machines of twice the size",
    ...altered("eks/nodeGroup:NodeGroup", (inputs) => {
      inputs.instanceTypes = ["m6i.4xlarge"];
    }),
    options: { stack: stackRuleSettings(value) },
    says: /Cluster eks-control-plane makes a month cost \$\d+ as expected .* above the budget of \$5000/,
  },
  {
    title: "bounds of twice the nodes",
    ...altered("eks/nodeGroup:NodeGroup", (inputs) => {
      const sizes = inputs.scalingConfig as { maxSize: number };
      inputs.scalingConfig = { ...sizes, maxSize: 2 * sizes.maxSize };
    }),
    options: { stack: stackRuleSettings(value) },
    says: /Cluster eks-control-plane may make a month cost \$\d+ at the highest load, above the \$9900/,
  },
];
