import { type Problem } from "../../model/problem";
import { type MicroserviceArgs } from "./args";
import { defaultUserId, maximumNameLength, minimumUserId, proxyPorts } from "./defaults";
import { contractProblems } from "./validate-contract";
import { environmentProblems } from "./validate-environment";
import { sizeProblems } from "./validate-sizes";

/** Label values and most names of Kubernetes. */
const labelValue = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;
/** Names of Services, which become host names: RFC 1035. */
const serviceName = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
/** Labels that the component writes itself. */
const ownLabels = ["app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/version"];

/** Everything that is wrong with a microservice's arguments; empty if it can be built. */
export function findProblems(name: string, args: MicroserviceArgs): Problem[] {
  const problems = [
    ...identityProblems(name, args),
    ...sizeProblems(args),
    ...contractProblems(args),
    ...environmentProblems(args),
  ];
  return problems.map((problem) => ({ ...problem, setting: `${name}.${problem.setting}` }));
}

function identityProblems(name: string, args: MicroserviceArgs): Problem[] {
  const problems: Problem[] = [];
  if (!serviceName.test(name) || name.length > maximumNameLength) {
    problems.push({
      setting: "name",
      value: name,
      why: `A service's name becomes its host name and the start of its pods' names: at most ${maximumNameLength} small letters, digits and hyphens, beginning with a letter.`,
      remedy: "Choose a shorter or plainer name.",
    });
  }
  if (!serviceName.test(args.namespace) || args.namespace.length > 63 || args.namespace === "default") {
    problems.push({
      setting: "namespace",
      value: args.namespace,
      why: "Services live in a namespace of their own, with its quotas and default policies; `default` has none.",
      remedy: "Name an existing namespace other than default.",
    });
  }
  // The tag or digest itself is for the policies to judge; a blank would only fail at the kubelet, minutes later.
  if (!/^\S+$/.test(args.image)) {
    problems.push({
      setting: "image",
      value: args.image,
      why: "It is not an image reference.",
      remedy: "Give registry, repository and tag, such as registry.example/team/service:1.2.3.",
    });
  }
  const userId = args.userId ?? defaultUserId;
  if (!Number.isInteger(userId) || userId < minimumUserId) {
    problems.push({
      setting: "userId",
      value: args.userId,
      why: `Below ${minimumUserId} a user id may belong to an account of the node.`,
      remedy: `Use ${defaultUserId}, and let the image's files be readable by any user.`,
    });
  }
  if (args.meshed && proxyPorts.includes(args.contract.port)) {
    problems.push({
      setting: "contract.port",
      value: args.contract.port,
      why: `The mesh proxy listens on ${proxyPorts.join(", ")} in the same pod.`,
      remedy: "Let the service listen on another port, or leave it out of the mesh.",
    });
  }
  return [...problems, ...labelProblems(args)];
}

function labelProblems(args: MicroserviceArgs): Problem[] {
  return Object.entries(args.labels ?? {}).flatMap(([label, value]): Problem[] => {
    if (ownLabels.includes(label)) {
      return [
        {
          setting: `labels["${label}"]`,
          value,
          why: "This label is made of the service's name and image; pods are selected by it.",
          remedy: "Leave it out.",
        },
      ];
    }
    if (label === "app.kubernetes.io/part-of" && value !== args.partOf) {
      return [
        {
          setting: `labels["${label}"]`,
          value,
          why: `It contradicts partOf, which is "${args.partOf}".`,
          remedy: "Leave it out.",
        },
      ];
    }
    if (labelValue.test(value)) return [];
    return [
      {
        setting: `labels["${label}"]`,
        value,
        why: "A label's value has at most 63 letters, digits, hyphens, underscores and dots, and ends with a letter or digit.",
        remedy: "Shorten it, or make it an annotation.",
      },
    ];
  });
}
