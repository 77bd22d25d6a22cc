import { type OrderGraph, type RegisteredNode } from "./graph";
import { proveOrder, remedies, type Verdict } from "./prove";
import { describeNode, input, isKind, nameOf, text } from "./read";
import { keys, kept, logs, volumes } from "./teardown-data";

/**
 * What becomes of something when its stack is destroyed. `blocks`: the destroy stops there, or ends out of order. `look`: it
 * stops if something is there that no state knows. `remains`: it stays behind. `lost`: data goes with it.
 */
export type Effect = "blocks" | "look" | "remains" | "lost";

/** One thing to know before a stack is destroyed. */
export interface Finding {
  readonly effect: Effect;
  readonly title: string;
  /** What it is about, as people call it; may be empty. */
  readonly resources: readonly string[];
  /** What happens, and what to do. */
  readonly detail: string;
  /** Commands that look or that mend, to be pasted. */
  readonly commands: readonly string[];
}

/** What a state export says besides its resources. */
export interface TeardownInput {
  readonly graph: OrderGraph;
  /** Name of the stack, for commands. */
  readonly stack: string;
  /** Operations that were cut off. */
  readonly pendingOperations: number;
}

/** Switches by which AWS refuses a deletion, by type: the property, and the command that turns it off. */
const switches: Readonly<
  Record<string, { readonly property: string; readonly off: (node: RegisteredNode) => string }>
> = {
  "aws:eks/cluster:Cluster": {
    property: "deletionProtection",
    off: (node) => `aws eks update-cluster-config --name ${nameOf(node)} --no-deletion-protection`,
  },
  "aws:rds/instance:Instance": {
    property: "deletionProtection",
    off: (node) =>
      `aws rds modify-db-instance --db-instance-identifier ${nameOf(node, "identifier")} --no-deletion-protection`,
  },
  "aws:dynamodb/table:Table": {
    property: "deletionProtectionEnabled",
    off: (node) => `aws dynamodb update-table --table-name ${nameOf(node)} --no-deletion-protection-enabled`,
  },
};

/** Everything to know before a destroy, what blocks first. */
export function teardownFindings({ graph, stack, pendingOperations }: TeardownInput): Finding[] {
  const nodes = graph.nodes.filter(({ custom }) => custom);
  const findings = [
    ...outOfOrder(proveOrder(graph)),
    ...protectedOnes(nodes, stack),
    ...switchedOn(nodes),
    ...pending(pendingOperations, stack),
    ...containers(nodes),
    ...inCluster(nodes),
    ...volumes(nodes),
    ...keys(nodes),
    ...kept(nodes),
    ...logs(nodes),
  ];
  const order: readonly Effect[] = ["blocks", "look", "remains", "lost"];
  return order.flatMap((effect) => merged(findings.filter((finding) => finding.effect === effect)));
}

/** One finding in place of several that say the same of different resources. */
function merged(findings: readonly Finding[]): Finding[] {
  const byText = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.title} ${finding.detail}`;
    const known = byText.get(key);
    byText.set(key, {
      ...finding,
      resources: [...(known?.resources ?? []), ...finding.resources],
      commands: [...new Set([...(known?.commands ?? []), ...finding.commands])],
    });
  }
  return [...byText.values()];
}

function outOfOrder(verdicts: readonly Verdict[]): Finding[] {
  const broken = verdicts.filter(({ outcome }) => outcome === "violated");
  return [...new Set(broken.map(({ requirement }) => requirement))].map((requirement) => {
    const own = broken.filter((verdict) => verdict.requirement === requirement);
    return {
      effect: "blocks",
      title: `Out of order: ${requirement.title}`,
      resources: own.map((verdict) => describeNode(verdict.kept)),
      detail:
        `${requirement.why} In the program: ${[...new Set(own.flatMap(({ missing }) => remedies(missing)))].join("; ")}. ` +
        "Update once before the destroy, so that the state knows the edge.",
      commands: [],
    };
  });
}

function protectedOnes(nodes: readonly RegisteredNode[], stack: string): Finding[] {
  const found = nodes.filter(({ protect }) => protect === true);
  if (found.length === 0) return [];
  return [
    {
      effect: "blocks",
      title: "Protected resources",
      resources: found.map(describeNode),
      detail:
        "The engine refuses to delete them. In this project `altlas:cluster.deletionProtection` sets the protection of cluster, " +
        "keys, buckets, file system and repositories, in the state and on AWS: switch it off, and update.",
      commands: [
        `pulumi config set --path altlas:cluster.deletionProtection false --stack ${stack}`,
        `pulumi up --stack ${stack}`,
        ...(found.length === 1 ? found : []).map(({ urn }) => `pulumi state unprotect '${urn}' --stack ${stack}`),
        ...(found.length > 1 ? [`pulumi state unprotect --all --stack ${stack}`] : []),
      ],
    },
  ];
}

function switchedOn(nodes: readonly RegisteredNode[]): Finding[] {
  return nodes.flatMap((node) => {
    const known = switches[node.type];
    if (!known || input(node, known.property) !== true) return [];
    return [
      {
        effect: "blocks" as const,
        title: "Deletion protection on AWS",
        resources: [describeNode(node)],
        detail: `AWS refuses to delete it while ${known.property} is on.`,
        commands: [known.off(node)],
      },
    ];
  });
}

function pending(operations: number, stack: string): Finding[] {
  if (operations === 0) return [];
  return [
    {
      effect: "look",
      title: "Operations that were cut off",
      resources: [`${operations} in the state`],
      detail: "What they made may be in no state. A refresh asks for each of them.",
      commands: [`pulumi refresh --stack ${stack}`],
    },
  ];
}

/** What AWS deletes only when it is empty. */
function containers(nodes: readonly RegisteredNode[]): Finding[] {
  const rows = [
    {
      title: "Buckets that are deleted only when they are empty, old versions included",
      types: /^aws:s3\/bucket(?:V2)?:/,
      flag: "forceDestroy",
      look: (node: RegisteredNode) =>
        `aws s3api list-object-versions --bucket ${nameOf(node, "bucket")} --max-items 1 --query "[Versions[0].Key, DeleteMarkers[0].Key]"`,
    },
    {
      title: "Image repositories that are deleted only when they are empty",
      types: /^aws:ecr\/repository:/,
      flag: "forceDelete",
      look: (node: RegisteredNode) =>
        `aws ecr list-images --repository-name ${nameOf(node)} --max-items 1 --query "imageIds[0]"`,
    },
  ];
  return rows.flatMap(({ title, types, flag, look }) => {
    const found = nodes.filter((node) => types.test(node.type) && input(node, flag) !== true);
    if (found.length === 0) return [];
    return [
      {
        effect: "look" as const,
        title,
        resources: found.map((node) => nameOf(node, "bucket")),
        detail:
          "A command that answers with more than null names one that will stop the destroy. docs/runbooks/destroy.md empties them.",
        commands: found.map(look),
      },
    ];
  });
}

/** What may be in the cluster without being in the state. */
function inCluster(nodes: readonly RegisteredNode[]): Finding[] {
  const objects = nodes.filter(({ type }) => type.startsWith("kubernetes:"));
  if (objects.length === 0) return [];
  const known = (title: string, test: (node: RegisteredNode) => boolean) => `${objects.filter(test).length} ${title}`;
  return [
    {
      effect: "look",
      title: "Objects that somebody or a controller has made beside the stack",
      resources: [
        `in the state: ${known("Services of type LoadBalancer", (node) => isKind(node, "Service") && text(node, "spec", "type") === "LoadBalancer")}`,
        known("Ingresses", (node) => isKind(node, "Ingress")),
        known("claims", (node) => isKind(node, "PersistentVolumeClaim")),
      ],
      detail:
        "Load balancers and volumes of objects in no state keep namespaces and the VPC. Delete what the commands list beyond " +
        "that before the destroy, while the controllers run. An API that is not available stops every namespace.",
      commands: [
        "kubectl get services --all-namespaces --field-selector spec.type=LoadBalancer",
        "kubectl get ingresses,persistentvolumeclaims --all-namespaces",
        "kubectl get apiservices",
      ],
    },
  ];
}
