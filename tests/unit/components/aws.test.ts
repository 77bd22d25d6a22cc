import { load } from "js-yaml";
import { beforeAll, describe, expect, it, test } from "vitest";
import { keyPolicy } from "../../../components/aws-key/specs";
import { bucketPolicy, lifecycleRules } from "../../../components/aws-bucket/specs";
import { amiType, autoscalerTags, disks, groupPlans, type NodePoolArgs } from "../../../components/eks-node-pool/specs";
import { deployTrust } from "../../../components/aws-deploy-role/specs";
import { podTrust } from "../../../components/shared/iam";
import { recordStack } from "../../support/program";
import { type Registration } from "../../../registrations/record";

interface Document {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: string;
    readonly Principal?: unknown;
    readonly Action: readonly string[];
    readonly Resource?: unknown;
    readonly Condition?: Readonly<Record<string, unknown>>;
  }[];
}
const read = (text: string) => JSON.parse(text) as Document;

describe("a key's policy", () => {
  const base = { keyName: "k", purpose: "p", account: "111122223333", region: "eu-central-1", protect: true, tags: {} };

  it("lets the account administer the key, and nobody use it, when nobody is named", () => {
    const { Statement } = read(keyPolicy(base));
    expect(Statement.map(({ Sid }) => Sid)).toEqual(["Administer"]);
    expect(Statement[0]!.Action.filter((action) => /Decrypt|Encrypt|Generate|\*/.test(action))).toEqual([]);
  });

  it("names services, log groups and roles, and binds each", () => {
    const text = keyPolicy({
      ...base,
      through: ["s3"],
      logGroups: ["arn:aws:logs:x"],
      roles: ["arn:aws:iam::1:role/r"],
      users: ["arn:aws:iam::1:role/deployer"],
    });
    const { Statement } = read(text);
    const unbound = Statement.filter(({ Condition }) => !Condition).map(({ Sid }) => Sid);
    expect(unbound).toEqual(["Administer", "UseByRoles", "UseByDeployers"]);
    // Whoever deploys passes nothing on.
    expect(Statement.at(-1)!.Action).toEqual(["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"]);
    expect(Statement.every(({ Principal }) => Principal !== "*")).toBe(true);
  });
});

describe("a deployer's role", () => {
  const account = "111122223333";
  const githubSubjects = ["repo:o/n:environment:beta"];

  it("is for workflows with exactly one of the subjects, and for named principals", () => {
    const { Statement } = read(deployTrust({ account, githubSubjects, principals: ["arn:aws:iam::1:role/r"] }));
    expect(Statement.map(({ Principal, Action, Condition }) => ({ Principal, Action, Condition }))).toEqual([
      {
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": githubSubjects,
          },
        },
      },
      { Principal: { AWS: ["arn:aws:iam::1:role/r"] }, Action: ["sts:AssumeRole"], Condition: undefined },
    ]);
  });

  it("trusts no workflow where none is named, and is refused where nobody is", () => {
    const { Statement } = read(deployTrust({ account, githubSubjects: [], principals: ["arn:aws:iam::1:role/r"] }));
    expect(Statement.map(({ Sid }) => Sid)).toEqual(["AssumeAsPrincipal"]);
    expect(() => deployTrust({ account, githubSubjects: [], principals: [] })).toThrow("nobody");
  });
});

test("a pod's role is for one service account of one cluster", () => {
  const { Statement } = read(podTrust({ clusterArn: "arn:c", namespace: "data", name: "backup" }));
  expect(Statement[0]!.Condition).toEqual({
    StringEquals: {
      "aws:RequestTag/eks-cluster-arn": "arn:c",
      "aws:RequestTag/kubernetes-namespace": "data",
      "aws:RequestTag/kubernetes-service-account": "backup",
    },
  });
});

test("a bucket refuses plain HTTP, takes logs only of those that are named, and ends what nobody can see", () => {
  const args = { bucketName: "b", account: "111122223333", oldVersionDays: 30, protect: true, tags: {} };
  expect(read(bucketPolicy(args)).Statement.map(({ Effect }) => Effect)).toEqual(["Deny", "Deny"]);
  expect(read(bucketPolicy({ ...args, logsOf: ["a"] })).Statement[2]!.Condition).toEqual({
    ArnLike: { "aws:SourceArn": ["arn:aws:s3:::a"] },
    StringEquals: { "aws:SourceAccount": "111122223333" },
  });
  // Nothing expires but the marks of what was deleted, which nobody sees and every listing goes through.
  expect(lifecycleRules(args)[0]).toHaveProperty("expiration", { expiredObjectDeleteMarker: true });
  expect(lifecycleRules({ ...args, expireDays: 10 })[0]).toHaveProperty("expiration", { days: 10 });
});

describe("a node pool", () => {
  const args: NodePoolArgs = {
    clusterName: "beta",
    poolName: "memory",
    version: "1.36",
    instanceType: "r7i.xlarge",
    architecture: "amd64",
    image: "al2023",
    diskGibibytes: 100,
    minimum: 4,
    maximum: 8,
    labels: { pool: "memory" },
    taints: [{ key: "memory", value: "high", effect: "NoSchedule" }],
    zonal: true,
    zones: ["a", "b", "c"],
    tags: {},
  };

  it("has one group a zone that add up to the pool, or one for all", () => {
    const plans = groupPlans(args);
    expect(plans.map(({ zones, minimum, maximum }) => [zones.join(), minimum, maximum])).toEqual([
      ["a", 2, 3],
      ["b", 1, 3],
      ["c", 1, 2],
    ]);
    expect(groupPlans({ ...args, zonal: false })).toEqual([{ suffix: "", zones: args.zones, minimum: 4, maximum: 8 }]);
  });

  it("tells the autoscaler what a node of an empty group is like", () => {
    const tags = autoscalerTags(args, groupPlans(args)[0]!);
    const template = "k8s.io/cluster-autoscaler/node-template";
    expect(tags).toEqual({
      "k8s.io/cluster-autoscaler/enabled": "true",
      "k8s.io/cluster-autoscaler/beta": "owned",
      [`${template}/label/pool`]: "memory",
      [`${template}/taint/memory`]: "high:NoSchedule",
      [`${template}/resources/ephemeral-storage`]: "100Gi",
      [`${template}/label/topology.kubernetes.io/zone`]: "a",
    });
  });

  it("has the image of its machines, and the disks of its image", () => {
    expect(amiType(args)).toBe("AL2023_x86_64_STANDARD");
    expect(amiType({ image: "bottlerocket", architecture: "arm64" })).toBe("BOTTLEROCKET_ARM_64");
    expect(disks({ image: "bottlerocket", diskGibibytes: 50 }).map(({ deviceName }) => deviceName)).toEqual([
      "/dev/xvda",
      "/dev/xvdb",
    ]);
  });
});

describe("the AWS layer of beta", () => {
  let all: readonly Registration[];
  const ofType = (type: string) => all.filter((each) => each.type === `aws:${type}`);
  beforeAll(async () => {
    all = (await recordStack("beta")).registrations;
  });

  it("goes to a provider that was passed to it", () => {
    const ambient = all.filter(({ type, options }) => type.startsWith("aws:") && options.provider === undefined);
    expect(ambient.map(({ key }) => key)).toEqual([]);
  });

  it("makes the log group and rights before the cluster, and networking before nodes", () => {
    const cluster = ofType("eks/cluster:Cluster")[0]!;
    const before = cluster.options.dependsOn ?? [];
    expect(before.some((key) => key.includes("logGroup"))).toBe(true);
    for (const group of ofType("eks/nodeGroup:NodeGroup")) {
      expect(group.options.dependsOn?.some((key) => key.endsWith("::addon-vpc-cni"))).toBe(true);
      expect(group.options.ignoreChanges).toEqual(["scalingConfig.desiredSize"]);
    }
  });

  it("names its node groups so that the autoscaler's priorities know each one's pool", () => {
    const priorities = all.find(({ name }) => name === "cluster-autoscaler-priorities")?.inputs as {
      data: { priorities: string };
    };
    const table = Object.entries(load(priorities.data.priorities) as Record<string, string[]>);
    const groups = ofType("eks/nodeGroup:NodeGroup").map(
      ({ inputs }) => inputs as { nodeGroupName: string; taints: readonly object[] },
    );
    expect(groups.length).toBeGreaterThan(3);
    for (const { nodeGroupName, taints } of groups) {
      // EKS calls the group of machines eks-<node group>-<identifier>; the highest priority that matches counts.
      const id = `eks-${nodeGroupName}-1cbe4b1f-5f3c-ab44-8bb3-d5b0d1f3c9ab`;
      const matching = table.filter(([, patterns]) => patterns.some((each) => new RegExp(each).test(id)));
      const priority = Math.max(...matching.map(([key]) => Number(key)));
      expect([nodeGroupName, priority]).toEqual([nodeGroupName, taints.length > 0 ? 10 : 50]);
    }
  });

  it("starts each node group at its minimum and tags it for the autoscaler of this cluster alone", () => {
    const tags = ofType("autoscaling/tag:Tag");
    for (const group of ofType("eks/nodeGroup:NodeGroup")) {
      const { minSize, desiredSize } = (group.inputs as { scalingConfig: { minSize: number; desiredSize: number } })
        .scalingConfig;
      expect(desiredSize).toBe(minSize);
      const own = tags.filter(({ name }) => name.startsWith(`${group.name}-`)).map(({ inputs }) => inputs);
      const keys = own.map((inputs) => (inputs as { tag: { key: string } }).tag.key);
      expect(keys).toContain("k8s.io/cluster-autoscaler/enabled");
      expect(keys).toContain("k8s.io/cluster-autoscaler/altlas-beta");
      expect(keys).toContain("k8s.io/cluster-autoscaler/node-template/label/altlas.io/pool");
    }
  });

  it("lets everything in the cluster wait for access and nodes", () => {
    const provider = all.find(({ type }) => type === "pulumi:providers:kubernetes")!;
    const before = provider.options.dependsOn ?? [];
    expect(before.some((key) => key.includes("accessPolicyAssociation"))).toBe(true);
    const groups = ofType("eks/nodeGroup:NodeGroup").map(({ key }) => key);
    expect(before).toEqual(expect.arrayContaining(groups));
  });

  it("has no token in the kubeconfig", () => {
    const provider = all.find(({ type }) => type === "pulumi:providers:kubernetes")!;
    const kubeconfig = JSON.stringify(provider.inputs.kubeconfig);
    expect(kubeconfig).toContain("get-token");
    expect(kubeconfig).not.toMatch(/"token\\?"|client-key/);
  });

  it("tells what every resource with tags is for", () => {
    const wanted = ["project", "environment", "owner", "cost-center", "plan-ref", "managed-by"];
    const tagged = all.filter(({ type, inputs }) => type.startsWith("aws:") && "tags" in inputs);
    expect(tagged.length).toBeGreaterThan(50);
    const poor = tagged.filter(({ inputs }) => wanted.some((key) => !(key in (inputs.tags as object))));
    expect(poor.map(({ key }) => key)).toEqual([]);
  });

  it("lets no policy of its own change everything", () => {
    const documents = ofType("iam/rolePolicy:RolePolicy").map(
      ({ name, inputs }) => [name, inputs.policy as string] as const,
    );
    expect(documents.length).toBeGreaterThan(5);
    for (const [name, text] of documents) {
      for (const { Sid, Action, Resource, Condition } of read(text).Statement) {
        const changes = Action.filter((action) => !/:(Describe|Get|List)/.test(action));
        if (Resource === "*" && !Condition) expect(changes, `${name} ${Sid}`).toEqual([]);
        expect(
          Action.filter((action) => action.includes("*")),
          `${name} ${Sid}`,
        ).toEqual([]);
      }
    }
  });
});
