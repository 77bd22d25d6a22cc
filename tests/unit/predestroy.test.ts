import { beforeAll, describe, expect, it } from "vitest";
import { type RegisteredNode } from "../../model/order/graph";
import { type Effect, type Finding } from "../../model/order/teardown";
import { runCommand, usage } from "../../predestroy/command";
import { nodesOf } from "../../registrations/graph";
import { node, orderedWorld, without } from "../support/order-world";
import { recordStack } from "../support/program";

/** Nodes as a state export has them. */
const exported = (nodes: readonly RegisteredNode[], more: object = {}) => ({
  version: 3,
  deployment: {
    resources: nodes.map(({ urn, provider, ...rest }) => ({
      ...rest,
      urn: full(urn),
      parent: rest.parent === undefined ? undefined : full(rest.parent),
      ...(provider === undefined ? {} : { provider: `${full(provider)}::0a1b` }),
      dependencies: rest.dependencies.map(full),
      propertyDependencies: Object.fromEntries(
        Object.entries(rest.propertyDependencies ?? {}).map(([property, urns]) => [property, urns.map(full)]),
      ),
    })),
    ...more,
  },
});
const full = (key: string) => `urn:pulumi:shop::altlas-infra::${key}`;

function run(state: unknown, ...given: string[]) {
  return runCommand(["state.json", ...given], {
    paper: { columns: 100, colour: false },
    readText: () => JSON.stringify(state),
    sandboxState: () => undefined,
  });
}
const findings = (nodes: readonly RegisteredNode[], more: object = {}) => {
  const { output, exitCode } = run(exported(nodes, more), "--json");
  const parsed = JSON.parse(output) as { stack: string; blocked: boolean; findings: Finding[] };
  expect(parsed.stack).toBe("shop");
  expect(exitCode).toBe(parsed.blocked ? 1 : 0);
  return parsed.findings;
};
const titles = (found: readonly Finding[], effect: Effect) =>
  found.filter((finding) => finding.effect === effect).map(({ title }) => title);
const world = () => Object.values(orderedWorld());
const provider = (region: string) => node("pulumi:providers:aws", "aws", { inputs: { region } });

describe("before a destroy", () => {
  it("nothing stops a stack in order without protection; what no state knows is to be looked at", () => {
    const found = findings(world());
    expect(titles(found, "blocks")).toEqual([]);
    expect(titles(found, "look")).toEqual(["Objects that somebody or a controller has made beside the stack"]);
    expect(found.flatMap(({ commands }) => commands)).toContain(
      "kubectl get services --all-namespaces --field-selector spec.type=LoadBalancer",
    );
    expect(found[0]?.resources[0]).toBe("in the state: 1 Services of type LoadBalancer");
  });

  it("an order that nothing enforces stops it, with the edge that is missing", () => {
    const broken = Object.values(without(orderedWorld(), ["cluster", "logs"]));
    const [first] = findings(broken);
    expect(first).toMatchObject({ effect: "blocks", resources: ["Cluster eks"] });
    expect(first?.detail).toContain("set dependsOn: [LogGroup logs] on Cluster eks");
  });

  it("protection stops it, in the state and on AWS, with what lifts it", () => {
    const nodes = world().map((each) =>
      each.name === "eks" ? { ...each, protect: true, inputs: { ...each.inputs, deletionProtection: true } } : each,
    );
    const blocking = findings(nodes).filter(({ effect }) => effect === "blocks");
    expect(blocking.map(({ title }) => title)).toEqual(["Protected resources", "Deletion protection on AWS"]);
    expect(blocking.flatMap(({ commands }) => commands)).toEqual([
      "pulumi config set --path altlas:cluster.deletionProtection false --stack shop",
      "pulumi up --stack shop",
      `pulumi state unprotect '${full("aws:eks/cluster:Cluster::eks")}' --stack shop`,
      "aws eks update-cluster-config --name shop --no-deletion-protection",
    ]);
  });

  it("buckets and repositories that are not emptied, and operations that were cut off, want a look", () => {
    const more = [
      node("aws:s3/bucket:Bucket", "b", { inputs: { bucket: "backups", forceDestroy: false } }),
      node("aws:s3/bucket:Bucket", "c", { inputs: { bucket: "scratch", forceDestroy: true } }),
      node("aws:ecr/repository:Repository", "r", { inputs: { name: "images" } }),
    ];
    const found = findings(more, { pending_operations: [{ type: "creating" }] });
    expect(titles(found, "look")).toHaveLength(3);
    expect(found.flatMap(({ commands }) => commands)).toEqual([
      "pulumi refresh --stack shop",
      'aws s3api list-object-versions --bucket backups --max-items 1 --query "[Versions[0].Key, DeleteMarkers[0].Key]"',
      'aws ecr list-images --repository-name images --max-items 1 --query "imageIds[0]"',
    ]);
  });

  it("volumes of retaining classes stay, with what they cost; those of the others go", () => {
    const sized = (reclaimPolicy: string, region: string, provisioner = "ebs.csi.aws.com") => [
      provider(region),
      ...world().map((each) => {
        if (each.name === "StorageClass-disk")
          return { ...each, inputs: { ...each.inputs, provisioner, reclaimPolicy } };
        if (each.name !== "PersistentVolumeClaim-data") return each;
        const spec = { storageClassName: "disk", resources: { requests: { storage: "100Gi" } } };
        return { ...each, inputs: { ...each.inputs, spec } };
      }),
    ];
    const about = (nodes: readonly RegisteredNode[]) =>
      findings(nodes).filter(({ resources }) => resources.includes("PersistentVolumeClaim web/data"));
    const [kept] = about(sized("Retain", "us-east-1"));
    expect(kept).toMatchObject({ effect: "remains", title: "Volumes that stay" });
    expect(kept?.detail).toMatch(/100 GiB.*costs \$8\.00 a month \(gp3 in us-east-1, list price of \d{4}-\d\d-\d\d\)/);
    expect(about(sized("Retain", "mars-1"))[0]?.detail).toContain("its price is not known here");
    expect(about(sized("Delete", "us-east-1"))).toMatchObject([{ effect: "lost" }]);
    expect(about(sized("Retain", "us-east-1", "efs.csi.aws.com"))).toMatchObject([
      { effect: "remains", title: "Shared files that stay" },
    ]);
    const files = node("aws:efs/fileSystem:FileSystem", "files");
    expect(about([...sized("Retain", "us-east-1", "efs.csi.aws.com"), files]).map(({ title }) => title)).toContain(
      "Shared files that go with their file system",
    );
  });

  it("keys wait, kept resources stay, logs go", () => {
    const found = findings([
      node("aws:kms/key:Key", "k", { inputs: { deletionWindowInDays: 7 } }),
      node("aws:kms/key:Key", "l"),
      node("aws:s3/bucket:Bucket", "kept", { retainOnDelete: true, inputs: { forceDestroy: true } }),
      node("aws:cloudwatch/logGroup:LogGroup", "logs", { inputs: { name: "/a" } }),
      node("aws:cloudwatch/logGroup:LogGroup", "audit", { inputs: { name: "/b", skipDestroy: true } }),
    ]);
    expect(found.map(({ effect, title, resources }) => [effect, title, resources])).toEqual([
      ["remains", "Keys that wait 7 to 30 days for their deletion", ["Key k", "Key l"]],
      ["remains", "Resources that the program keeps", ["Bucket kept", "LogGroup audit"]],
      ["lost", "Logs that go with their groups, whatever their retention is", ["/a"]],
    ]);
  });
});

describe("of our own stack beta, as its state would be", () => {
  let nodes: RegisteredNode[];
  beforeAll(async () => {
    nodes = nodesOf((await recordStack("beta")).registrations);
  });

  it("protection alone stops it; what stays and what goes is told", () => {
    const found = findings(nodes);
    expect(titles(found, "blocks")).toEqual(["Protected resources", "Deletion protection on AWS"]);
    expect(titles(found, "look")).toHaveLength(3);
    expect(titles(found, "remains")).toEqual(["Keys that wait 30 days for their deletion"]);
    expect(titles(found, "lost")).toContain("Shared files that go with their file system");
  });

  it("is told to people in lines that fit, but for commands", () => {
    const { output, exitCode } = run(exported(nodes));
    expect(exitCode).toBe(1);
    for (const heading of ["Stops the destroy", "To be looked at first", "Stays behind", "Goes for good"])
      expect(output).toContain(heading);
    const long = output.split("\n").filter((line) => line.length > 100 && !line.startsWith("    "));
    expect(long).toEqual([]);
  });
});

describe("the command", () => {
  const input = {
    paper: { columns: 100, colour: false },
    readText: (file: string) => {
      if (file === "text.json") return "no json";
      return "{}";
    },
    sandboxState: (stack: string) => (stack === "dev" ? exported([]) : undefined),
  };

  it("reads a stack of the sandbox", () => {
    expect(runCommand(["dev"], input)).toMatchObject({ exitCode: 0, errors: "" });
    expect(runCommand(["dev"], input).output).toContain("Before the destroy of stack dev: 0 resources");
  });

  it.each([
    [[], /^Name a state export/],
    [["a.json", "b.json"], /^One state at a time: a\.json, b\.json/],
    [["beta"], /pulumi stack export --stack beta --file state\.json/],
    [["text.json"], /^text\.json is no JSON/],
    [["empty.json"], /^This is no state export/],
    [["--jsn"], /--jsn/],
  ] as const)("%j: a sentence, exit code 2, nothing on standard output", (given, says) => {
    const { output, errors, exitCode } = runCommand(given, input);
    expect([output, exitCode]).toEqual(["", 2]);
    expect(errors).toMatch(says);
  });

  it("helps", () => {
    expect(runCommand(["--help"], input)).toEqual({ output: usage, errors: "", exitCode: 0 });
  });
});
