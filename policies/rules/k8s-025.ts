import { z } from "zod";
import { matchesResource, type ResourceIdentity } from "../../model/exemptions";
import { type Graph } from "../graph/graph";
import { workloads } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { childOf, type Draft, mendPods, setDefault } from "../remediation";
import { aspects, defineRule, type Failure, part } from "../rule";
import { deployment } from "./examples";

const settings = z.strictObject({
  tokenUsers: z
    .array(
      z.strictObject({
        workload: z.string().min(1).describe("Kind/namespace/name, Kind/name or name; * for any part of a segment"),
        reason: z.string().min(20).describe("what it asks the API server for"),
      }),
    )
    .default([])
    .describe("workloads that talk to the API server: controllers, operators, metrics agents"),
});
type Settings = z.infer<typeof settings>;

/** The account of pods that name none; every namespace has it. */
const commonAccount = "default";

export const rule = defineRule<Settings>({
  id: "ALT-K8S-025",
  slug: "kubernetes-pod-forbids-undeclared-account-token",
  title: "Pods have a service account of their own and no token of it, unless it is declared what for",
  severity: "medium",
  gate: "mandatory-outside-dev",
  // The account itself may switch its token off for all its pods, and it is another resource.
  scope: "stack",
  why:
    "Whoever takes over a container that holds a token acts on the API server as its account. The account default is " +
    "shared: a right given to it for one pod is given to every pod of the namespace, and a mesh cannot tell them apart.",
  fix: "Set automountServiceAccountToken: false and serviceAccountName to an account that only this workload uses.",
  planSteps: ["2.2", "2.3.3"],
  peers: [
    "checkov CKV_K8S_38, CKV_K8S_41",
    "polaris automountServiceAccountToken",
    "kube-linter default-service-account",
    "kubescape C-0034",
    "gatekeeper-library automount-serviceaccount-token",
  ],
  settings,
  examples: {
    pass: {
      title: "an account of its own, and no token of it",
      manifests: [deployment({}, { serviceAccountName: "archive-service", automountServiceAccountToken: false })],
    },
    fail: {
      title: "an account of its own, whose token every container can read",
      manifests: [deployment({}, { serviceAccountName: "archive-service" })],
    },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { graph, settings: { tokenUsers } }) {
        const declared = tokenUsers.some((user) => matchesResource(user.workload, workload.object.identity));
        return yield* aspects(
          () => sharedAccount(workload),
          () => (declared ? [] : token(workload, graph)),
        );
      },
    ),
  ],
  remediate: (inputs, { tokenUsers }) =>
    mendPods(inputs, ({ spec }, workload) => {
      const identity = tokenUsers.length === 0 ? undefined : identityOf(workload);
      // Without its name it cannot be told whether it is one of them.
      if (tokenUsers.length > 0 && !identity) return;
      if (identity && tokenUsers.some((user) => matchesResource(user.workload, identity))) return;
      setDefault(spec, "automountServiceAccountToken", false);
    }),
});

function* sharedAccount(workload: Workload): Generator<Failure> {
  if (accountOf(workload) !== commonAccount) return;
  const field = workload.podSpec.at("serviceAccountName");
  const problem = field.exists
    ? `runs as the account ${commonAccount}`
    : `names no account and runs as ${commonAccount}`;
  yield { problem, path: field.path, fix: "make a ServiceAccount for it alone and name that in serviceAccountName" };
}

function* token(workload: Workload, graph: Graph): Generator<Failure> {
  const field = workload.podSpec.at("automountServiceAccountToken");
  const own = field.flag();
  if (own === false) return;
  const fix = "set automountServiceAccountToken to false, or name the workload in the rule's tokenUsers";
  if (own === true) {
    yield { problem: "mounts the token of its account, though nothing declares what for", path: field.path, fix };
    return;
  }
  const name = accountOf(workload);
  const account = graph.serviceAccount(workload.object.namespace, name)?.root.at("automountServiceAccountToken").flag();
  if (account === false) return;
  const whose = account === true ? `that the account ${name} hands out` : `of the account ${name} by default`;
  yield { problem: `mounts the token ${whose}`, path: field.path, fix };
}

/** The account that the pods run as; `serviceAccount` is the former name of the property, and still read. */
function accountOf({ podSpec }: Workload): string {
  const name = podSpec.at("serviceAccountName").text() ?? "";
  const former = name === "" ? (podSpec.at("serviceAccount").text() ?? "") : name;
  return former === "" ? commonAccount : former;
}

function identityOf(workload: Draft): ResourceIdentity | undefined {
  const { name, namespace } = childOf(workload, "metadata") ?? {};
  if (typeof name !== "string" || typeof workload.kind !== "string") return undefined;
  return { kind: workload.kind, name, ...(typeof namespace === "string" && { namespace }) };
}
