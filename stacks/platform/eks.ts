import { deployerPolicy, serviceNetwork } from "../../model/aws";
import { tagProblems } from "../../model/aws/schemas";
import { type Problem } from "../../model/problem";
import {
  aligned,
  blockSize,
  contains,
  formatBlock,
  isAligned,
  overlap,
  parseBlock,
  subnetRoom,
} from "../../model/subnets";
import { autoscaledVersions } from "../../model/versions";
import { type EksClusterSettings } from "../settings/cluster-eks";
import { type Settings } from "../settings/schema";

const setting = (path: string) => `altlas:cluster.${path}`;

/** What contradicts itself in the settings of an EKS cluster; nothing for other modes. */
export function eksProblems({ cluster, environment, nodePools }: Partial<Settings>): Problem[] {
  if (cluster?.mode !== "eks") return [];
  return [
    ...versionProblems(cluster),
    ...zoneProblems(cluster, environment),
    ...networkProblems(cluster),
    ...endpointProblems(cluster),
    ...accessProblems(cluster),
    ...tagProblems(setting("tags"), cluster.tags),
    ...(nodePools ?? []).flatMap(({ name, instanceType }, index): Problem[] =>
      instanceType === undefined
        ? [
            {
              setting: `altlas:nodePools[${index}].instanceType`,
              value: undefined,
              why: `Pool ${name} names no machine type, and AWS makes its nodes.`,
              remedy: "Name one, such as m7i.xlarge; what its nodes leave for pods is then computed.",
            },
          ]
        : [],
    ),
  ];
}

function versionProblems({ version }: EksClusterSettings): Problem[] {
  if (autoscaledVersions.includes(version)) return [];
  return [
    {
      setting: setting("version"),
      value: version,
      why: `No release of the cluster autoscaler for Kubernetes ${version} is known, and one for another minor simulates another scheduler.`,
      remedy: `Use one of ${autoscaledVersions.join(", ")}, or add the release to model/versions.ts.`,
    },
  ];
}

function zoneProblems({ zones, region }: EksClusterSettings, environment: Settings["environment"] | undefined) {
  const problems: Problem[] = zones.flatMap((zone, index): Problem[] =>
    zone.startsWith(region) && zone.length === region.length + 1
      ? []
      : [
          {
            setting: setting(`zones[${index}]`),
            value: zone,
            why: `The zone is not in region ${region}.`,
            remedy: `Use zones of ${region}, such as ${region}a, or change altlas:cluster.region.`,
          },
        ],
  );
  const least = environment === "dev" ? 2 : 3;
  if (environment !== undefined && zones.length < least) {
    problems.push({
      setting: setting("zones"),
      value: zones,
      why: `Environment ${environment} has ${zones.length} zones and needs ${least}: of two, a quorum of three members loses its majority with one zone.`,
      remedy: `Name ${least} zones of ${region}.`,
    });
  }
  return problems;
}

function networkProblems({ network: { cidr }, zones }: EksClusterSettings): Problem[] {
  const block = parseBlock(cidr);
  if (!block) return [];
  const problem = (why: string, remedy: string): Problem[] => [
    { setting: setting("network.cidr"), value: cidr, why, remedy },
  ];
  if (!isAligned(block)) {
    return problem(
      `A block of /${block.prefix} does not begin at that address.`,
      `Use ${formatBlock(aligned(block))}.`,
    );
  }
  if (block.prefix < 16) {
    return problem("A VPC's block has at most 65536 addresses (/16).", `Use ${formatBlock({ ...block, prefix: 16 })}.`);
  }
  const { needed, available, mostZones } = subnetRoom(block, zones.length);
  if (needed > available) {
    const fitting = [18, 17, 16].find((prefix) => blockSize(prefix) >= needed);
    return problem(
      `It has ${available} addresses; ${zones.length} zones need ${needed}: 4096 (/20, private) and 256 (/24, public) each. It holds ${mostZones}.`,
      fitting === undefined
        ? "Name fewer zones."
        : `Use a larger block, such as ${formatBlock(aligned({ ...block, prefix: fitting }))}.`,
    );
  }
  const ranges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
  if (!ranges.some((range) => contains(parseBlock(range) ?? block, block))) {
    return problem(
      "The block is not private (RFC 1918), so nodes could not reach the machines on the Internet that have these addresses.",
      "Use a block of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
    );
  }
  const services = parseBlock(serviceNetwork);
  if (services && overlap(block, services)) {
    return problem(
      `It overlaps ${serviceNetwork}, where Kubernetes services have their addresses.`,
      "Use another block, such as 10.20.0.0/16.",
    );
  }
  return [];
}

function endpointProblems({ endpoint }: EksClusterSettings): Problem[] {
  if (endpoint.public && endpoint.publicCidrs.length === 0) {
    return [
      {
        setting: setting("endpoint.publicCidrs"),
        value: endpoint.publicCidrs,
        why: "The API server would be open to the whole Internet, which is AWS' default for an empty list.",
        remedy: "Name the blocks that operators come from, or set altlas:cluster.endpoint.public to false.",
      },
    ];
  }
  if (!endpoint.public && endpoint.publicCidrs.length > 0) {
    return [
      {
        setting: setting("endpoint.publicCidrs"),
        value: endpoint.publicCidrs,
        why: "There is no public endpoint, so the list would have no effect.",
        remedy: "Remove it, or set altlas:cluster.endpoint.public to true.",
      },
    ];
  }
  return endpoint.publicCidrs.flatMap((cidr, index): Problem[] =>
    parseBlock(cidr)?.prefix === 0
      ? [
          {
            setting: setting(`endpoint.publicCidrs[${index}]`),
            value: cidr,
            why: "That is every address of the Internet.",
            remedy: "Name the blocks that operators come from.",
          },
        ]
      : [],
  );
}

function accessProblems({ access }: EksClusterSettings): Problem[] {
  const grants = Object.entries(access);
  const problems = grants.flatMap(([name, { principal, policy, namespaces }], index): Problem[] => {
    const first = grants.slice(0, index).find(([, other]) => other.principal === principal);
    const found: Problem[] = [];
    if (first) {
      found.push({
        setting: setting(`access.${name}.principal`),
        value: principal,
        why: `The same principal has an entry already: ${first[0]}. EKS keeps one for each principal.`,
        remedy: "Merge both, or name another role.",
      });
    }
    if (policy === deployerPolicy && namespaces !== undefined) {
      found.push({
        setting: setting(`access.${name}.namespaces`),
        value: namespaces,
        why: `${deployerPolicy} holds in the whole cluster; EKS refuses it for single namespaces.`,
        remedy: "Remove the namespaces, or use AmazonEKSAdminPolicy.",
      });
    }
    return found;
  });
  if (!grants.some(([, { policy }]) => policy === deployerPolicy)) {
    problems.push({
      setting: setting("access"),
      value: Object.keys(access),
      why: `Nobody has ${deployerPolicy}, and whoever creates the cluster gets nothing by that, so nothing could be put into it.`,
      remedy: `Give it to the role that deploys: pulumi config set --path '${setting("access.deployer.policy")}' ${deployerPolicy} and its principal beside it.`,
    });
  }
  return problems;
}
