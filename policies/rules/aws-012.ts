import { z } from "zod";
import { type Field } from "../field";
import { awsResources, inputsOf, isEverybody, statementsOf, texts } from "../checks/aws";
import { defineRule, each, type Failure, part } from "../rule";
import { aws } from "./examples";

const settings = z.strictObject({
  resourceless: z
    .array(z.string().regex(/^[a-z0-9-]+:[A-Za-z]+$/))
    // Actions that take no resource, of the roles that EKS' own components have.
    .default(["ecr:GetAuthorizationToken", "ec2:CreateTags"])
    .describe("actions that change something and may stand on every resource, because AWS lets nobody name one"),
});
type Settings = z.infer<typeof settings>;

/** Verbs that only read. Source: the access levels List and Read of the Service Authorization Reference. */
const reading = /^(?:Get|List|Describe|BatchGet|Head|Query|Scan|Search|Lookup|View|Test|Simulate|Check|Validate)/;
/** Managed policies of AWS that allow everything, or everything but the giving of rights. */
const tooWide = /\/(?:AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

const policy = (statement: Record<string, unknown>) => [
  aws("iam/policy:Policy", {
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] }),
  }),
];

export const rule = defineRule<Settings>({
  id: "ALT-AWS-012",
  slug: "aws-iam-policy-grants-least",
  title: "IAM policies change only named resources, and each service account has a role of its own",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "Whoever gets into one pod has the rights of its role: with a wildcard those of the account, and with a shared role those of " +
    "every service that shares it. A trust policy for everybody hands the role to any account.",
  fix: "Name actions and resources, or bind them by a condition; give each service account its own role.",
  planSteps: ["2.1"],
  peers: [
    "checkov CKV_AWS_62",
    "checkov CKV_AWS_63",
    "checkov CKV_AWS_290",
    "checkov CKV_AWS_355",
    "Kyverno require-aws-node-irsa",
    "kubescape C-0225",
  ],
  settings,
  examples: {
    pass: {
      title: "one action on one bucket",
      resources: policy({ Action: "s3:PutObject", Resource: "arn:aws:s3:::beta-backups/*" }),
    },
    fail: { title: "everything on everything", resources: policy({ Action: "*", Resource: "*" }) },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "iam/policy:Policy", "iam/rolePolicy:RolePolicy", "iam/userPolicy:UserPolicy"),
      ({ root }, { settings: { resourceless } }) => checkRights(root.at("policy"), resourceless),
    ),
    part(
      ({ graph }) => awsResources(graph, "iam/role:Role"),
      ({ root }) => checkTrust(root.at("assumeRolePolicy")),
    ),
    part(
      ({ graph }) => awsResources(graph, "iam/rolePolicyAttachment:RolePolicyAttachment"),
      function* ({ root }) {
        const field = root.at("policyArn");
        const arn = field.text() ?? "";
        if (!tooWide.test(arn)) return undefined;
        yield {
          problem: `gives a role ${arn}`,
          path: field.path,
          fix: "attach a policy of its own with what it needs",
        };
        return undefined;
      },
    ),
    part(
      ({ graph }) => awsResources(graph, association),
      function* ({ root, resource }, { graph }) {
        const field = root.at("roleArn");
        const role = field.text();
        const others = inputsOf(graph, association).filter((each) => each.resource !== resource);
        const shared = others.find((other) => other.root.at("roleArn").text() === role);
        if (role === undefined || !shared) return undefined;
        const problem = `shares its role with ${shared.root.at("serviceAccount").text() ?? shared.resource.name}`;
        yield { problem, path: field.path, fix: "give it a role of its own" };
        return undefined;
      },
    ),
  ],
});

const association = "eks/podIdentityAssociation:PodIdentityAssociation";

function* checkRights(document: Field, resourceless: readonly string[]): Generator<Failure, undefined> {
  const { path } = document;
  return yield* each(statementsOf(document), function* (statement) {
    if (statement.at("Effect").text() !== "Allow") return;
    const actions = texts(statement.at("Action"));
    const everything = texts(statement.at("Resource")).includes("*");
    const wild = actions.find((action) => action === "*" || action === "*:*" || /^[^:]+:\*$/.test(action));
    if (statement.at("NotAction").exists) {
      yield { problem: "allows everything but a list (NotAction)", path, fix: "list the actions that are needed" };
    }
    if (wild !== undefined && everything) {
      yield { problem: `allows ${wild} on every resource`, path, fix: "name the actions and the resources" };
      return;
    }
    const writing = actions.filter((action) => !isReading(action) && !resourceless.includes(action));
    if (!everything || writing.length === 0 || statement.at("Condition").exists) return;
    const problem = `allows ${writing.join(", ")} on every resource`;
    yield { problem, path, fix: "name the resources, or add a condition on their tags" };
  });
}

function isReading(action: string): boolean {
  return reading.test(action.split(":")[1] ?? "");
}

function* checkTrust(document: Field): Generator<Failure, undefined> {
  const { path } = document;
  return yield* each(statementsOf(document), function* (statement) {
    if (statement.at("Effect").text() !== "Allow") return;
    const principal = statement.at("Principal");
    if (isEverybody(principal) && !statement.at("Condition").exists) {
      yield { problem: "may be assumed by everybody", path, fix: "name who may assume it" };
    }
    if (!principal.at("Federated").exists) return;
    const subjects = statement
      .at("Condition", "StringEquals")
      .entries()
      .filter(([key]) => key.endsWith(":sub"))
      .flatMap(([, value]) => texts(value));
    if (subjects.length > 0 && !subjects.some((subject) => subject.includes("*"))) return;
    const problem = "may be assumed by service accounts that it does not name";
    yield { problem, path, fix: "compare the token's sub by StringEquals with one service account" };
  });
}
