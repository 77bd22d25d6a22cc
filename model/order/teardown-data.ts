import { priceTables } from "../cost/prices";
import { bytes, isBytes } from "../quantity";
import { type RegisteredNode } from "./graph";
import { describeNode, input, isKind, nameOf, text } from "./read";
import { type Finding } from "./teardown";

/** Days that AWS waits before it deletes a key whose program names none. */
const usualKeyWindow = 30;

/** What becomes of the volumes of claims. */
export function volumes(nodes: readonly RegisteredNode[]): Finding[] {
  const classes = new Map(
    nodes.filter((node) => isKind(node, "StorageClass")).map((node) => [nameOf(node, "metadata", "name"), node]),
  );
  const region = nodes.flatMap((node) => (node.type === "pulumi:providers:aws" ? (text(node, "region") ?? []) : []))[0];
  const files = nodes.some(({ type }) => type === "aws:efs/fileSystem:FileSystem");
  return nodes
    .filter((node) => isKind(node, "PersistentVolumeClaim"))
    .flatMap((node): Finding[] => {
      const storageClass = classes.get(text(node, "spec", "storageClassName") ?? "");
      if (!storageClass) return [];
      const gibibytes = gibibytesOf(text(node, "spec", "resources", "requests", "storage"));
      const retained = text(storageClass, "reclaimPolicy") === "Retain";
      const driver = text(storageClass, "provisioner") ?? "";
      const size = gibibytes === undefined ? "its volume" : `its volume of ${gibibytes} GiB`;
      const common = { resources: [describeNode(node)], commands: [] };
      if (!retained) {
        const detail = `The class ${nameOf(storageClass, "metadata", "name")} deletes ${size} with the claim.`;
        return [{ ...common, effect: "lost" as const, title: "Volumes that go with their claims", detail }];
      }
      if (driver === "efs.csi.aws.com") {
        return [
          {
            ...common,
            effect: files ? ("lost" as const) : ("remains" as const),
            title: files ? "Shared files that go with their file system" : "Shared files that stay",
            detail: files
              ? "The class keeps them, and the file system that they lie in is part of this stack: it goes, and they with it."
              : "The class keeps them, and the file system is not part of this stack. They are paid for by what they take.",
          },
        ];
      }
      return [
        {
          ...common,
          effect: "remains" as const,
          title: "Volumes that stay",
          detail: `The class keeps ${size} when the claim goes. ${priceOf(driver, gibibytes, region)}`,
          commands: [
            driver === "ebs.csi.aws.com"
              ? "aws ec2 describe-volumes --filters Name=status,Values=available Name=tag-key,Values=kubernetes.io/created-for/pvc/name"
              : "kubectl get persistentvolumes",
          ],
        },
      ];
    });
}

function priceOf(driver: string, gibibytes: number | undefined, region: string | undefined): string {
  if (driver !== "ebs.csi.aws.com") return "What that costs depends on who makes volumes there.";
  const table = region === undefined ? undefined : priceTables[region];
  const price = table?.prices.blockStorage;
  if (price === undefined || gibibytes === undefined || !table)
    return "It is paid for until somebody deletes it; its price is not known here.";
  return `It costs $${(price * gibibytes).toFixed(2)} a month (gp3 in ${table.region}, list price of ${table.asOf}) until somebody deletes it.`;
}

/** Keys, which AWS deletes after a time. */
export function keys(nodes: readonly RegisteredNode[]): Finding[] {
  const found = nodes.filter(({ type }) => type === "aws:kms/key:Key");
  if (found.length === 0) return [];
  const windows = found.map((node) => Number(input(node, "deletionWindowInDays") ?? usualKeyWindow));
  const days =
    Math.min(...windows) === Math.max(...windows)
      ? `${Math.max(...windows)}`
      : `${Math.min(...windows)} to ${Math.max(...windows)}`;
  return [
    {
      effect: "remains",
      title: `Keys that wait ${days} days for their deletion`,
      resources: found.map(describeNode),
      detail:
        "AWS takes nothing for a key that waits. After that, whatever it encrypted is gone for good: backups in other places " +
        "too. Until then the deletion can be taken back.",
      commands: ["aws kms cancel-key-deletion --key-id <key>"],
    },
  ];
}

/** What the program itself leaves behind. */
export function kept(nodes: readonly RegisteredNode[]): Finding[] {
  const found = nodes.filter((node) => node.retainOnDelete === true || input(node, "skipDestroy") === true);
  if (found.length === 0) return [];
  return [
    {
      effect: "remains",
      title: "Resources that the program keeps",
      resources: found.map(describeNode),
      detail:
        "They leave the state and stay where they are (retainOnDelete, skipDestroy). Nobody will delete them later.",
      commands: [],
    },
  ];
}

/** Logs, which go at once. */
export function logs(nodes: readonly RegisteredNode[]): Finding[] {
  const found = nodes.filter(
    (node) => node.type === "aws:cloudwatch/logGroup:LogGroup" && input(node, "skipDestroy") !== true,
  );
  if (found.length === 0) return [];
  return [
    {
      effect: "lost",
      title: "Logs that go with their groups, whatever their retention is",
      resources: found.map((node) => nameOf(node)),
      detail: "Export what an audit may ask for before the destroy.",
      commands: found.map(
        (node) =>
          `aws logs create-export-task --log-group-name ${nameOf(node)} --from 0 --to "$(date +%s000)" --destination <bucket>`,
      ),
    },
  ];
}

function gibibytesOf(amount: string | undefined): number | undefined {
  return amount !== undefined && isBytes(amount) ? bytes(amount) / 2 ** 30 : undefined;
}
