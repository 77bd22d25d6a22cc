import { describe, expect, it } from "vitest";
import { compareResources } from "../../../changes/compare/resources";
import { type PropertyObject } from "../../../registrations/property-values";
import { type Registration, type RegistrationOptions } from "../../../registrations/registration";
import { type RiskClassId, riskClasses, riskOrder, sortRisks } from "../../../changes/risks/classes";
import { detectRisks } from "../../../changes/risks/detect";
import { object, resource } from "./registrations";

type Found = readonly [risk: RiskClassId, sentence: string];

function found(before: readonly Registration[], after: readonly Registration[]): Found[] {
  return detectRisks(compareResources(before, after).changes).map((risk) => [
    risk.class,
    `${risk.subject} ${risk.what}`,
  ]);
}

/** One resource whose inputs change. */
function between(type: string, before: PropertyObject, after: PropertyObject): Found[] {
  return found([resource(type, "x", before)], [resource(type, "x", after)]);
}

const classesOf = (risks: readonly Found[]) => [...new Set(risks.map(([risk]) => risk))];
const pod = (container: PropertyObject, spec: PropertyObject = {}, metadata: PropertyObject = {}) => ({
  metadata: { name: "app", namespace: "altlas" },
  spec: { template: { metadata, spec: { containers: [{ name: "app", ...container }], ...spec } } },
});
const statement = (more: PropertyObject) => ({
  Effect: "Allow",
  Action: ["s3:GetObject"],
  Resource: ["arn:b/*"],
  ...more,
});
const policy = (...statements: PropertyObject[]) => ({ policy: JSON.stringify({ Statement: statements }) });
const onlyTls = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: "arn:b/*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

/** Type, inputs before and after, and the class that the change must be in. Turned around, none of them is in it. */
const turns: readonly (readonly [
  title: string,
  type: string,
  before: PropertyObject,
  after: PropertyObject,
  RiskClassId,
])[] = [
  ["encrypted: false", "aws:efs/fileSystem:FileSystem", { encrypted: true }, { encrypted: false }, "encryption"],
  ["encrypted left out", "aws:ebs/volume:Volume", { encrypted: true }, {}, "encryption"],
  [
    "a storage class's text flag",
    "kubernetes:storage.k8s.io/v1:StorageClass",
    { parameters: { encrypted: "true" } },
    { parameters: {} },
    "encryption",
  ],
  [
    "encryption of the cluster's secrets",
    "aws:eks/cluster:Cluster",
    { encryptionConfig: { provider: { keyArn: "k" } } },
    {},
    "encryption",
  ],
  ["a key of its own", "aws:cloudwatch/logGroup:LogGroup", { kmsKeyId: "k" }, {}, "encryption"],
  ["rotation of a key", "aws:kms/key:Key", { enableKeyRotation: true }, { enableKeyRotation: false }, "encryption"],
  [
    "encryption below a list",
    "aws:ec2/launchTemplate:LaunchTemplate",
    { blockDeviceMappings: [{ ebs: { encrypted: "true" } }] },
    { blockDeviceMappings: [{ ebs: {} }] },
    "encryption",
  ],
  [
    "a weaker algorithm",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }] },
    { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    "encryption",
  ],
  [
    "the refusal of plain HTTP",
    "aws:s3/bucketPolicy:BucketPolicy",
    policy(onlyTls, statement({})),
    policy(statement({})),
    "encryption",
  ],
  [
    "the mesh's TLS",
    "kubernetes:apps/v1:Deployment",
    pod({}, {}, { annotations: { "linkerd.io/inject": "enabled" } }),
    pod({}, {}, { annotations: { "linkerd.io/inject": "disabled" } }),
    "encryption",
  ],
  [
    "a public endpoint",
    "aws:eks/cluster:Cluster",
    { vpcConfig: { endpointPublicAccess: false } },
    { vpcConfig: { endpointPublicAccess: true } },
    "exposure",
  ],
  [
    "a public range",
    "aws:eks/cluster:Cluster",
    { vpcConfig: { publicAccessCidrs: ["10.0.0.0/8"] } },
    { vpcConfig: { publicAccessCidrs: ["10.0.0.0/8", "0.0.0.0/0"] } },
    "exposure",
  ],
  [
    "public objects",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    { blockPublicAcls: true },
    { blockPublicAcls: false },
    "exposure",
  ],
  [
    "a load balancer",
    "kubernetes:core/v1:Service",
    { spec: { type: "ClusterIP" } },
    { spec: { type: "LoadBalancer" } },
    "exposure",
  ],
  [
    "an open security group",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    { cidrIpv4: "10.0.0.0/8" },
    { cidrIpv4: "0.0.0.0/0" },
    "exposure",
  ],
  [
    "an action more",
    "aws:iam/rolePolicy:RolePolicy",
    policy(statement({})),
    policy(statement({ Action: ["s3:GetObject", "s3:PutObject"] })),
    "rights",
  ],
  [
    "a resource more",
    "aws:iam/rolePolicy:RolePolicy",
    policy(statement({})),
    policy(statement({ Resource: ["arn:b/*", "arn:c/*"] })),
    "rights",
  ],
  [
    "a condition less",
    "aws:iam/rolePolicy:RolePolicy",
    policy(statement({ Condition: { Bool: { a: "b" } } })),
    policy(statement({})),
    "rights",
  ],
  [
    "another trusted service",
    "aws:iam/role:Role",
    {
      assumeRolePolicy: JSON.stringify({
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: ["a"] } }],
      }),
    },
    {
      assumeRolePolicy: JSON.stringify({
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: ["a", "b"] } }],
      }),
    },
    "rights",
  ],
  [
    "a verb more",
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] },
    {
      rules: [
        { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
        { apiGroups: [""], resources: ["secrets"], verbs: ["get"] },
      ],
    },
    "rights",
  ],
  [
    "a way in",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    { spec: { policyTypes: ["Ingress"], ingress: [] } },
    {
      spec: {
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: { matchLabels: { app: "a" } } }], ports: [{ port: 80 }] }],
      },
    },
    "network",
  ],
  [
    "a direction that is no longer denied",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    { spec: { policyTypes: ["Ingress", "Egress"] } },
    { spec: { policyTypes: ["Ingress"] } },
    "network",
  ],
  [
    "deletion protection",
    "aws:eks/cluster:Cluster",
    { deletionProtection: true },
    { deletionProtection: false },
    "protection",
  ],
  ["forced deletion", "aws:ecr/repository:Repository", { forceDelete: false }, { forceDelete: true }, "protection"],
  [
    "a shorter grace of a key",
    "aws:kms/key:Key",
    { deletionWindowInDays: 30 },
    { deletionWindowInDays: 7 },
    "protection",
  ],
  [
    "volumes that go with their claim",
    "kubernetes:storage.k8s.io/v1:StorageClass",
    { reclaimPolicy: "Retain" },
    { reclaimPolicy: "Delete" },
    "protection",
  ],
  [
    "versions of objects",
    "aws:s3/bucketVersioning:BucketVersioning",
    { versioningConfiguration: { status: "Enabled" } },
    { versioningConfiguration: { status: "Suspended" } },
    "protection",
  ],
  [
    "a privileged container",
    "kubernetes:apps/v1:Deployment",
    pod({ securityContext: { privileged: false } }),
    pod({ securityContext: { privileged: true } }),
    "hardening",
  ],
  [
    "a container as root",
    "kubernetes:apps/v1:Deployment",
    pod({ securityContext: { runAsNonRoot: true } }),
    pod({ securityContext: {} }),
    "hardening",
  ],
  [
    "a capability that is kept",
    "kubernetes:apps/v1:Deployment",
    pod({ securityContext: { capabilities: { drop: ["ALL"] } } }),
    pod({ securityContext: {} }),
    "hardening",
  ],
  [
    "a looser namespace",
    "kubernetes:core/v1:Namespace",
    { metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
    { metadata: { labels: { "pod-security.kubernetes.io/enforce": "baseline" } } },
    "hardening",
  ],
  [
    "metadata without a token",
    "aws:ec2/launchTemplate:LaunchTemplate",
    { metadataOptions: { httpTokens: "required" } },
    { metadataOptions: { httpTokens: "optional" } },
    "hardening",
  ],
  [
    "fewer replicas",
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    { spec: { minReplicas: 3 } },
    { spec: { minReplicas: 2 } },
    "availability",
  ],
  [
    "a budget that lets more go",
    "kubernetes:policy/v1:PodDisruptionBudget",
    { spec: { maxUnavailable: 1 } },
    { spec: { maxUnavailable: "50%" } },
    "availability",
  ],
  [
    "a spread that is only a wish",
    "kubernetes:apps/v1:Deployment",
    pod({}, { topologySpreadConstraints: [{ topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }] }),
    pod({}, { topologySpreadConstraints: [{ topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway" }] }),
    "availability",
  ],
  [
    "a probe less",
    "kubernetes:apps/v1:Deployment",
    pod({ readinessProbe: { httpGet: { port: 1 } } }),
    pod({}),
    "availability",
  ],
];

describe("a change for the worse", () => {
  it.each(turns)("%s of a %s is seen", (_, type, before, after, risk) => {
    expect(classesOf(between(type, before, after))[0]).toBe(risk);
  });

  it.each(turns)("%s of a %s turned around is none of that kind", (_, type, before, after, risk) => {
    expect(classesOf(between(type, after, before))).not.toContain(risk);
  });

  it("has a case for each class that resources can be in", () => {
    const covered = new Set([...turns.map((turn) => turn[4]), "stateful", "replacement", "scaling", "version"]);
    // These come from the reports and the rules, or are what is left.
    const others = new Set(["policy", "capacity", "budget", "nodes", "cost", "other"]);
    expect(riskOrder.filter((risk) => !covered.has(risk) && !others.has(risk))).toEqual([]);
  });

  it("names the field and both sides, once for an object that goes as a whole", () => {
    expect(
      between(
        "aws:eks/cluster:Cluster",
        { encryptionConfig: { provider: { keyArn: "k" }, resources: ["secrets"] } },
        {},
      ),
    ).toEqual([
      ["encryption", 'Cluster x encryptionConfig {"provider":{"keyArn":"k"},"resources":["secrets"]} → (absent)'],
      ["stateful", "Cluster x is replaced: encryptionConfig cannot be changed, and with it every object in it"],
    ]);
  });
});

describe("resources that come and go", () => {
  const bucket = (name: string, options: RegistrationOptions = {}) =>
    resource("aws:s3/bucket:Bucket", name, {}, { options });

  it("delete data when they hold some, and say what stops or softens it", () => {
    expect(found([bucket("a")], [])).toEqual([["stateful", "Bucket a is deleted, and with it its objects"]]);
    expect(found([bucket("a", { protect: true })], [])[0]?.[1]).toContain("the engine refuses while it is protected");
    expect(found([bucket("a", { retainOnDelete: true })], [])).toEqual([
      ["protection", "Bucket a is deleted; the object itself is kept, without anybody who looks after it"],
    ]);
    expect(found([object("apps/v1:Deployment", "app")], [])).toEqual([]);
  });

  it("replace what has no data with a gap only", () => {
    const subnet = (cidrBlock: string) => ({ cidrBlock });
    expect(between("aws:ec2/subnet:Subnet", subnet("10.0.0.0/24"), subnet("10.0.1.0/24"))).toEqual([
      ["replacement", "Subnet x is replaced: cidrBlock cannot be changed"],
    ]);
    expect(between("random:index/randomPassword:RandomPassword", { length: 1 }, { length: 2 })[0]?.[0]).toBe(
      "replacement",
    );
  });

  it("remove encryption with the resource that asks for it, unless the bucket goes as well", () => {
    const component = resource("platform:aws:GuardedBucket", "b", {}, { custom: false });
    const parent = component.key;
    const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    const all = [
      component,
      resource("aws:s3/bucket:Bucket", "b", {}, { parent }),
      resource(type, "b-encryption", {}, { parent }),
    ];
    expect(classesOf(found(all, all.slice(0, 2)))).toEqual(["encryption"]);
    expect(classesOf(found(all, []))).toEqual(["stateful"]);
  });

  it("open a way when a default deny goes, and close one when an allowing policy goes", () => {
    const type = "networking.k8s.io/v1:NetworkPolicy";
    const deny = object(type, "deny", { spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } });
    const allow = object(type, "allow", { spec: { policyTypes: ["Ingress"], ingress: [{ ports: [{ port: 1 }] }] } });
    expect(found([deny], [])).toEqual([
      ["network", "NetworkPolicy altlas/deny is deleted: ingress and egress is no longer denied by it"],
    ]);
    expect(found([allow], [])).toEqual([]);
    expect(found([], [allow])).toEqual([
      ["network", "NetworkPolicy altlas/allow allows ingress from everybody on port 1"],
    ]);
  });

  it("widen rights when a role is bound or a policy attached", () => {
    expect(classesOf(found([], [object("rbac.authorization.k8s.io/v1:RoleBinding", "b")]))).toEqual(["rights"]);
    expect(classesOf(found([], [resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a")]))).toEqual([
      "rights",
    ]);
    expect(found([], [resource("aws:iam/rolePolicy:RolePolicy", "p", policy(statement({})))])).toEqual([
      ["rights", "RolePolicy p allows s3:GetObject on arn:b/*"],
    ]);
  });

  it("are judged when they are new by what is dangerous in itself, and not by what is left out", () => {
    const deployment = object("apps/v1:Deployment", "app", pod({ securityContext: { privileged: true } }));
    expect(classesOf(found([], [deployment]))).toEqual(["hardening"]);
    expect(found([], [resource("aws:ebs/volume:Volume", "v", { size: 1 })])).toEqual([]);
  });

  it("lose protection with the option of that name", () => {
    expect(found([bucket("a", { protect: true })], [bucket("a")])).toEqual([
      ["protection", "Bucket a protect true → (absent)"],
    ]);
  });
});

describe("the list of risks", () => {
  it("is worst first, whatever the order of the changes", () => {
    const before = [
      resource("aws:efs/fileSystem:FileSystem", "files", { encrypted: true }),
      object("autoscaling/v2:HorizontalPodAutoscaler", "app", { spec: { minReplicas: 3, maxReplicas: 5 } }),
      object("apps/v1:Deployment", "app", pod({ image: "a:1" })),
    ];
    const after = [
      resource("aws:efs/fileSystem:FileSystem", "files", {}),
      object("autoscaling/v2:HorizontalPodAutoscaler", "app", { spec: { minReplicas: 2, maxReplicas: 6 } }),
      object("apps/v1:Deployment", "app", pod({ image: "a:2" })),
    ];
    const forwards = found(before, after);
    expect(classesOf(forwards)).toEqual(["encryption", "stateful", "availability", "scaling", "version"]);
    expect(found([...before].reverse(), [...after].reverse())).toEqual(forwards);
  });

  it("says each thing once", () => {
    const risk = { class: "cost", subject: "a", what: "b" } as const;
    expect(sortRisks([risk, { ...risk }])).toEqual([risk]);
  });

  it("holds no secret that was a value", () => {
    const map = (password: string) => object("core/v1:ConfigMap", "c", { data: { kmsKeyPassword: password } });
    const text = JSON.stringify(found([map("hunter2-hunter2")], [object("core/v1:ConfigMap", "c")]));
    expect(text).not.toContain("hunter2");
  });

  it("has classes in an order in which no danger comes after what only deserves attention", () => {
    const weights = riskOrder.map((risk) => ["danger", "attention", "note"].indexOf(riskClasses[risk].weight));
    expect(weights).toEqual([...weights].sort());
    expect(riskOrder.slice(0, 2)).toEqual(["encryption", "stateful"]);
  });
});
