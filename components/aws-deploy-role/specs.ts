import { policyDocument, type Statement } from "../shared/iam";

/** Host of the identity provider of GitHub's workflows. */
export const githubHost = "token.actions.githubusercontent.com";

/** What a workflow's token is for: AWS' token service asks for exactly this. */
export const githubAudience = "sts.amazonaws.com";

/** ARN of an account's identity provider of GitHub; known before it exists, because an account has one. */
export function githubProviderArn(account: string): string {
  return `arn:aws:iam::${account}:oidc-provider/${githubHost}`;
}

/** Who may take the role. */
export interface Trusted {
  readonly account: string;
  /** Subjects of GitHub's tokens, compared as a whole: `repo:owner/name:environment:beta`. */
  readonly githubSubjects: readonly string[];
  /** ARNs of IAM roles or users. */
  readonly principals: readonly string[];
}

/**
 * Trust policy of a role that deploys: workflows whose token has exactly one of the subjects, and principals.
 *
 * @throws when nobody is named: AWS refuses a document without statements.
 */
export function deployTrust({ account, githubSubjects, principals }: Trusted): string {
  const statements: Statement[] = [];
  if (githubSubjects.length > 0) {
    statements.push({
      Sid: "AssumeAsWorkflow",
      Effect: "Allow",
      Principal: { Federated: githubProviderArn(account) },
      Action: ["sts:AssumeRoleWithWebIdentity"],
      Condition: {
        StringEquals: { [`${githubHost}:aud`]: githubAudience, [`${githubHost}:sub`]: githubSubjects },
      },
    });
  }
  if (principals.length > 0) {
    statements.push({
      Sid: "AssumeAsPrincipal",
      Effect: "Allow",
      Principal: { AWS: principals },
      Action: ["sts:AssumeRole"],
    });
  }
  if (statements.length === 0) throw new Error("a role that nobody may take");
  return policyDocument(statements);
}

/**
 * Longest session, in seconds. An update waits for a control plane and then for its nodes, and @pulumi/aws gives them 30
 * and 60 minutes (timeouts of aws_eks_cluster and aws_eks_node_group); a role's usual hour would end before it. Whoever
 * comes from another role gets an hour all the same, and a new session after it.
 */
export const sessionSeconds = 2 * 60 * 60;
