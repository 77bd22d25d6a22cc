import { afterEach, describe, expect, it } from "vitest";
import { type EngineProject, engineProject, expectSuccess, failureText } from "../support/engine";

const skipped = process.env.ALTLAS_SKIP_ENGINE_TESTS === "1";

/** A network, a cluster and an object in it, as the beta stack has them: the kubeconfig is known only after the update. */
const program = `
  const aws = require("@pulumi/aws");
  const pulumi = require("@pulumi/pulumi");
  const kubernetes = require("@pulumi/kubernetes");
  const provider = new aws.Provider("aws", { region: "eu-central-1", defaultTags: { tags: { project: "altlas" } } });
  const opts = { provider };
  const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" }, opts);
  const subnet = new aws.ec2.Subnet("subnet", { vpcId: vpc.id, cidrBlock: "10.0.0.0/20" }, opts);
  const role = new aws.iam.Role("cluster", { assumeRolePolicy: "{}" }, opts);
  const cluster = new aws.eks.Cluster("cluster", {
    name: "beta", version: "1.36", roleArn: role.arn, vpcConfig: { subnetIds: [subnet.id] },
  }, opts);
  const kubeconfig = pulumi.jsonStringify({ clusters: [{ cluster: { server: cluster.endpoint } }] });
  const inside = new kubernetes.Provider("inside", { kubeconfig });
  new kubernetes.core.v1.Namespace("apps", { metadata: { name: "apps" } }, { provider: inside });
  module.exports = { name: cluster.name, arn: cluster.arn, region: cluster.region, project: aws.getRegionOutput({}, opts).description };`;

describe.skipIf(skipped)("the AWS provider under the real engine", () => {
  let project: EngineProject | undefined;
  afterEach(() => {
    project?.remove();
    project = undefined;
  });

  it("previews a cluster and what is in it, without account, network and cluster, and makes nothing", async () => {
    project = await engineProject({ program });
    const preview = await expectSuccess(project.preview());
    expect(preview.digest.changes).toMatchObject({ create: 8 });

    const update = await project.up();
    expect(update.code).not.toBe(0);
    expect(failureText(update)).toContain("the sandbox's AWS provider answers previews only: it does not create aws:");
    const made = (await project.resources()).filter(({ type }) => type.startsWith("aws:"));
    expect(made).toEqual([]);
  });

  it("reports all wrong inputs, and refuses look-ups that need an account", async () => {
    project = await engineProject({
      program: `
        const aws = require("@pulumi/aws");
        const opts = { provider: new aws.Provider("aws", { region: "eu-central-1" }) };
        new aws.eks.Cluster("cluster", { roleArn: "arn", vpcConfig: { subnetIds: "subnet-1", endpointPrivateAcces: true } }, opts);`,
    });
    const wrong = await project.preview();
    expect(wrong.code).not.toBe(0);
    expect(failureText(wrong)).toContain("did you mean endpointPrivateAccess?");
    expect(failureText(wrong)).toContain("is no list; write one");

    project.write(
      "program.cjs",
      `const aws = require("@pulumi/aws");
       const provider = new aws.Provider("aws", { region: "eu-central-1" });
       module.exports = aws.getCallerIdentity({}, { provider });`,
    );
    const refused = await project.preview();
    expect(refused.code).not.toBe(0);
    expect(failureText(refused)).toContain("getCallerIdentity is not answered in the sandbox");
  });
});
