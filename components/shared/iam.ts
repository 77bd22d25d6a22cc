/** One statement of an IAM policy document, as AWS writes it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?:
    "*" | { readonly AWS?: string | readonly string[]; readonly Service?: string; readonly Federated?: string };
  readonly Action: readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document as the text that AWS' interfaces take. */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Trust policy of a role that a service of AWS takes. */
export function serviceTrust(service: string, condition?: Statement["Condition"]): string {
  return policyDocument([
    {
      Sid: "Assume",
      Effect: "Allow",
      Principal: { Service: service },
      Action: ["sts:AssumeRole"],
      ...(condition ? { Condition: condition } : {}),
    },
  ]);
}

/** A service account of one cluster. */
export interface ServiceAccount {
  readonly clusterArn: string;
  readonly namespace: string;
  readonly name: string;
}

/** Trust policy of a role that pods of exactly one service account of one cluster get by EKS Pod Identity. */
export function podTrust({ clusterArn, namespace, name }: ServiceAccount): string {
  return policyDocument([
    {
      Sid: "AssumeAsPod",
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        StringEquals: {
          "aws:RequestTag/eks-cluster-arn": clusterArn,
          "aws:RequestTag/kubernetes-namespace": namespace,
          "aws:RequestTag/kubernetes-service-account": name,
        },
      },
    },
  ]);
}
