import { type Agreement, checkAgreement } from "../../model/connectivity/agreement";
import { type Labels, type NetworkPolicy } from "../../model/connectivity/network-policy";
import {
  type DeclaredConnectivity,
  type PlatformNetwork,
  platformNetwork,
} from "../../model/connectivity/platform-network";
import { podLabels } from "../../model/connectivity/policies";
import { readNetworkPolicy } from "../../model/connectivity/problems";
import { type Endpoint } from "../../model/endpoint";
import { type Problem } from "../../model/problem";
import { UnknownValue } from "../field";
import { type Graph } from "./graph";
import { apiGroup } from "./kinds";
import { type KubernetesObject } from "./object";
import { attempt } from "./selection";
import { type Workload } from "./workload";

/** The network policies of a graph, tried on what is declared. */
export interface DeclaredNetwork {
  /** A service that is declared and not in the graph: only a part of the platform is here, so nothing was tried. */
  readonly missing?: string;
  readonly agreement?: Agreement;
  /** Namespaces of the ends that are pods, by the names that the agreement calls them. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** What the API server would refuse, by policy; those were left out. */
  readonly refused: readonly { readonly policy: KubernetesObject; readonly problems: readonly Problem[] }[];
  /**
   * Why there may be more policies, labels or pods than were tried. What passes then passes for certain, because the
   * unknown policies were taken to close all that they may; what does not may pass in the end.
   */
  readonly doubt?: UnknownValue;
}

/** @throws UnknownValue when it cannot be told which workloads stand for the ends of edges, or which labels they have. */
export function tryDeclared(graph: Graph, declared: DeclaredConnectivity): DeclaredNetwork {
  const doubts: UnknownValue[] = [];
  const labels = new Map<string, Labels>();
  const ends = new Set<Workload>();
  for (const endpoint of declared.endpoints) {
    if (endpoint.kind === "external") continue;
    const found = workloadsOf(endpoint, declared.namespaces[endpoint.concern], graph);
    if (found.length === 0 && endpoint.kind === "service")
      return { missing: endpoint.name, namespaces: new Map(), refused: [] };
    for (const workload of found) ends.add(workload);
    const [first] = found;
    const own = first && attempt(() => labelsOf(first));
    if (own instanceof UnknownValue) throw own;
    if (own) labels.set(endpoint.name, own);
  }
  const { policies, refused } = readPolicies(graph, Object.values(declared.namespaces), doubts);
  const network = withOthers(platformNetwork(declared, policies, labels), graph, ends, declared, doubts);
  const [doubt] = doubts;
  const namespaces = new Map(
    network.probes.flatMap(({ name, end }) => ("namespace" in end ? [[name, end.namespace] as const] : [])),
  );
  return { agreement: checkAgreement(declared, network), namespaces, refused, ...(doubt && { doubt }) };
}

type PodEndpoint = Exclude<Endpoint, { kind: "external" }>;

/** The workloads that stand for an endpoint: a service's by its name, others by the labels that edges know them by. */
function workloadsOf(endpoint: PodEndpoint, namespace: string, graph: Graph): readonly Workload[] {
  const wanted = Object.entries(podLabels(endpoint));
  const isEnd = (workload: Workload) =>
    workload.object.namespace === namespace &&
    (endpoint.kind === "service" && workload.object.name === endpoint.name
      ? true
      : wanted.every(([key, value]) => workload.podLabel(key) === value));
  const answers = graph.workloads.map((workload) => ({ workload, answer: attempt(() => isEnd(workload)) }));
  const found = answers.flatMap(({ workload, answer }) => (answer === true ? [workload] : []));
  // None is certain; whether one that is not known would be it decides between absent and unknown.
  const doubt = answers.map(({ answer }) => answer).find((answer) => answer instanceof UnknownValue);
  if (found.length === 0 && doubt instanceof UnknownValue) throw doubt;
  return found;
}

function labelsOf(workload: Workload): Labels {
  return Object.fromEntries(workload.labels.entries().map(([key, value]) => [key, value.text() ?? ""]));
}

function readPolicies(
  graph: Graph,
  namespaces: readonly string[],
  doubts: UnknownValue[],
): { readonly policies: NetworkPolicy[]; readonly refused: DeclaredNetwork["refused"] } {
  const policies: NetworkPolicy[] = [];
  const refused: DeclaredNetwork["refused"][number][] = [];
  for (const policy of graph.ofKind("NetworkPolicy")) {
    if (apiGroup(policy.apiVersion) !== "networking.k8s.io") continue;
    const namespace = attempt(() => policy.namespace);
    const spec = attempt(() => policy.spec.plain());
    const name = attempt(() => policy.name);
    const doubt = [namespace, spec, name].find((each) => each instanceof UnknownValue);
    if (doubt instanceof UnknownValue) {
      doubts.push(doubt);
      const closed = typeof namespace === "string" ? [namespace] : namespaces;
      policies.push(...closed.map((each) => ({ namespace: each, name: "(unknown)", spec: closing })));
      continue;
    }
    const { apiVersion, kind } = policy;
    const read = readNetworkPolicy({ apiVersion, kind, metadata: { name, namespace }, spec });
    if ("problems" in read) refused.push({ policy, problems: read.problems });
    else policies.push(read.policy);
  }
  return { policies, refused };
}

/** The most that a policy can close. */
const closing: NetworkPolicy["spec"] = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** The network with the labels of the stack's namespaces, and with its workloads that no edge names. */
function withOthers(
  network: PlatformNetwork,
  graph: Graph,
  ends: ReadonlySet<Workload>,
  { namespaces }: DeclaredConnectivity,
  doubts: UnknownValue[],
): PlatformNetwork {
  const own = Object.values(namespaces);
  const [pods, probes] = [[...network.pods], [...network.probes]];
  for (const workload of graph.workloads) {
    // A pod in its node's network is no end that policies could close; ALT-K8S-024 refuses it.
    const known = attempt(() => ({
      labels: labelsOf(workload),
      namespace: workload.object.namespace,
      name: `${workload.kind.toLowerCase()}-${workload.object.name}`,
      isOther: !ends.has(workload) && workload.podSpec.at("hostNetwork").flag() !== true,
    }));
    if (known instanceof UnknownValue) doubts.push(known);
    if (known === undefined || known instanceof UnknownValue || !known.isOther) continue;
    const { namespace, name, labels } = known;
    const number = pods.length + 1;
    pods.push({
      namespace,
      name,
      labels,
      ips: [`10.1.${number >> 8}.${number & 255}`, `fd01::${number.toString(16)}`],
    });
    const probe = `${workload.kind} ${namespace}/${workload.object.name}`;
    probes.push({ name: probe, end: { namespace, name }, inside: own.includes(namespace) });
  }
  const labelled = graph.ofKind("Namespace").flatMap((object) => {
    const read = attempt(() => ({
      name: object.name,
      labels: Object.fromEntries(
        object.metadata
          .at("labels")
          .entries()
          .map(([key, value]) => [key, value.text() ?? ""]),
      ),
    }));
    if (read instanceof UnknownValue) doubts.push(read);
    return read === undefined || read instanceof UnknownValue ? [] : [read];
  });
  return { ...network, pods, probes, namespaces: labelled };
}
