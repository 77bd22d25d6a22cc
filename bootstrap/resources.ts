import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider";
import { Provider } from "@pulumi/aws/provider";
import { GuardedBucket } from "../components/aws-bucket";
import { DeployRole } from "../components/aws-deploy-role";
import { githubAudience, githubHost } from "../components/aws-deploy-role/specs";
import { EncryptionKey } from "../components/aws-key";
import { policyDocument } from "../components/shared/iam";
import { ownershipTags } from "../model/aws";
import { type BootstrapOutputs } from "../model/bootstrap-outputs";
import { partOf } from "../model/labels";
import { bootstrapOutputs, deployerArn, deployerRole, secretsKey, stateBucket } from "./names";
import { platformRights } from "./rights/platform";
import { stateRights } from "./rights/state";
import { type BootstrapSettings } from "./settings";

/** Registers an account's bucket, keys and deployers. Nothing is looked up, so a preview needs no account. */
export function createBootstrap(settings: BootstrapSettings): BootstrapOutputs {
  const { account, region, deletionProtection: protect } = settings;
  const options: ComponentResourceOptions = {
    provider: new Provider("aws", { region, allowedAccountIds: [account] }),
  };
  const tags = {
    ...ownershipTags({ ...settings, project: partOf, managedBy: "altlas-bootstrap" }, "2.1"),
    ...settings.tags,
  };
  const bucketName = stateBucket(settings);
  const key = new EncryptionKey(
    "key-state",
    {
      keyName: settings.name,
      purpose: "State of Pulumi stacks in their bucket",
      account,
      region,
      through: ["s3"],
      protect,
      tags,
    },
    options,
  );
  const accessLogs = new GuardedBucket(
    "access-logs",
    {
      bucketName: `${bucketName}-access-logs`,
      account,
      logsOf: [bucketName],
      expireDays: settings.accessLogDays,
      oldVersionDays: settings.oldVersionDays,
      protect,
      tags,
    },
    options,
  );
  new GuardedBucket(
    "state",
    {
      bucketName,
      account,
      keyArn: key.arn,
      accessLogs: accessLogs.bucketName,
      oldVersionDays: settings.oldVersionDays,
      protect,
      tags,
    },
    { ...options, dependsOn: [accessLogs] },
  );
  const usesGithub = Object.values(settings.environments).some(({ githubSubjects }) => githubSubjects.length > 0);
  const github =
    usesGithub && settings.githubProvider === "make"
      ? [
          new OpenIdConnectProvider(
            "github",
            { url: `https://${githubHost}`, clientIdLists: [githubAudience], tags: { ...tags } },
            options,
          ),
        ]
      : [];
  for (const [environment, { cluster, ...trusted }] of Object.entries(settings.environments)) {
    const deployer = new DeployRole(
      `deployer-${environment}`,
      {
        roleName: deployerRole(environment),
        purpose: `Deploys environment ${environment}`,
        account,
        ...trusted,
        tags,
      },
      // AWS refuses a trust policy that names an identity provider which is not there yet.
      { ...options, dependsOn: github },
    );
    deployer.allow(
      "state",
      key.arn.apply((keyArn) => policyDocument(stateRights({ bucketName, folder: environment, region, keyArn }))),
    );
    if (cluster !== undefined) {
      for (const [part, statements] of Object.entries(platformRights({ cluster, account, region }))) {
        deployer.allow(part, policyDocument(statements));
      }
    }
    new EncryptionKey(
      `key-${environment}`,
      {
        keyName: secretsKey(settings, environment),
        purpose: `Secrets in the state of environment ${environment}`,
        account,
        region,
        users: [deployerArn(settings, environment)],
        protect,
        tags,
      },
      // KMS refuses a policy that names a role which is not there yet.
      { ...options, dependsOn: [deployer] },
    );
  }
  return bootstrapOutputs(settings);
}
