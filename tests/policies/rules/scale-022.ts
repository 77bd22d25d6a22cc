import { add, copy, drop, type Manifest, pod, set, unknown, without } from "../fixtures";
import { fromObjects } from "../../../policies/sources/objects";
import { type Mutant, type RuleCases } from "../case";
import { autoscaler, budget, cronJob, daemonSet, namespaced } from "../objects";

const image = (reference: string) => set("StatefulSet", `${pod}.containers[0].image`, reference);
/** The fixture's Deployment as a store of as many replicas. */
const store = (replicas: number, reference = "docker.io/bitnami/etcd:3.6.5") => [
  without(autoscaler),
  set("Deployment", "kind", "StatefulSet"),
  drop("StatefulSet", "spec.strategy"),
  set("StatefulSet", "spec.replicas", replicas),
  image(reference),
];
const allowing = (maxUnavailable: unknown) => set(budget, "spec.maxUnavailable", maxUnavailable);
const updating = (maxUnavailable: unknown) =>
  set("StatefulSet", "spec.updateStrategy", { rollingUpdate: { maxUnavailable } });
const operated = (replicas: unknown) =>
  namespaced("rabbitmq.com/v1beta1", "RabbitmqCluster", "rabbitmq", { spec: { replicas } });
const marked = set("Deployment", ["spec", "template", "metadata", "labels", "altlas.io/quorum"], "true");
const updatePath = "spec.updateStrategy.rollingUpdate.maxUnavailable";
const labelPath = "spec.template.metadata.labels";

export const cases: RuleCases = {
  pass: [
    { title: "one of three may go", edits: store(3) },
    { title: "two of five may go", edits: [...store(5), allowing(2)] },
    {
      title: "three of five must stay",
      edits: [...store(5), drop(budget, "spec.maxUnavailable"), set(budget, "spec.minAvailable", 3)],
    },
    { title: "no budget, which ALT-SCALE-020 reports", edits: [...store(3), without(budget)] },
    { title: "two of five at once by an update", edits: [...store(5), updating(2)] },
    { title: "a share of an update that is one pod", edits: [...store(3), updating("50%")] },
    { title: "three members under an operator", edits: [without("Deployment"), add(operated(3))] },
    { title: "one member under an operator", edits: [without("Deployment"), add(operated(1))] },
    {
      title: "the broker of a registry with a port",
      edits: store(3, "registry.example:5000/team/rabbitmq:4.0.9-management"),
    },
  ],
  fail: [
    {
      title: "four replicas",
      edits: store(4),
      says: /StatefulSet altlas\/archive-service runs 4 replicas of etcd, which tolerate no more failures than 3 .*run 3 or 5/,
      at: "spec.replicas",
    },
    {
      title: "two replicas, of which no budget can spare one",
      edits: [...store(2, "docker.io/library/nats:2.12.1"), updating(1)],
      says: /runs 2 replicas of nats, which tolerate no more failures than 1 .*run 3\./,
      at: "spec.replicas",
    },
    {
      title: "a Deployment whose updates stop all at once",
      edits: [
        marked,
        without(autoscaler),
        set("Deployment", "spec.replicas", 3),
        set("Deployment", "spec.strategy", { type: "Recreate" }),
      ],
      says: /stops all of its 3 replicas before an update starts the first/,
      at: "spec.strategy.type",
    },
    {
      title: "a Deployment whose updates take two of three",
      edits: [
        marked,
        without(autoscaler),
        set("Deployment", "spec.replicas", 3),
        set("Deployment", "spec.strategy", { rollingUpdate: { maxUnavailable: 2 } }),
      ],
      says: /updates 2 of its 3 replicas at once/,
      at: "spec.strategy.rollingUpdate.maxUnavailable",
    },
    {
      title: "a budget that takes the majority",
      edits: [...store(3, "docker.io/library/zookeeper:3.9"), allowing(2)],
      says: /may lose 2 of its 3 replicas at once by PodDisruptionBudget altlas\/archive-service \(maxUnavailable 2\), and decides with 1 missing at most/,
      at: labelPath,
    },
    {
      title: "a share that is rounded up to the majority",
      edits: [...store(3, "docker.io/hashicorp/consul:1.22"), allowing("50%")],
      says: /may lose 2 of its 3 replicas at once .*maxUnavailable 50%/,
      at: labelPath,
    },
    {
      title: "a budget of all pods of the namespace",
      edits: [
        ...store(3),
        copy("StatefulSet", "more", set("StatefulSet", "spec.replicas", 3), image("ghcr.io/example/app:1.0")),
        set(budget, "spec.selector", {}),
        allowing("34%"),
      ],
      says: /StatefulSet altlas\/archive-service may lose 3 of its 3 replicas at once .*give it a budget of its own/,
      at: labelPath,
    },
    {
      title: "an update that takes the majority",
      edits: [...store(3), updating(2)],
      says: /updates 2 of its 3 replicas at once, and decides with 1 missing at most/,
      at: updatePath,
    },
    {
      title: "a Deployment that says so by its label",
      edits: [marked, without(autoscaler), set("Deployment", "spec.replicas", 4)],
      says: /runs 4 replicas of archive-service, which tolerate/,
      at: "spec.replicas",
    },
    {
      title: "two members under an operator",
      edits: [without("Deployment"), add(operated(2))],
      says: /RabbitmqCluster altlas\/rabbitmq runs 2 replicas of RabbitmqCluster, .*run 3/,
      at: "spec.replicas",
    },
    {
      title: "four replicas beside a budget that is not known",
      edits: [...store(4), unknown(budget, "spec.maxUnavailable")],
      says: /runs 4 replicas/,
      at: "spec.replicas",
    },
  ],
  notApplicable: [
    { title: "a program that does not vote" },
    { title: "a single instance", edits: store(1) },
    {
      title: "one pod per node or per run",
      edits: [
        without("Deployment"),
        add(daemonSet, cronJob({ containers: [{ name: "a", image: "docker.io/bitnami/etcd:3.6" }] })),
      ],
    },
    {
      title: "a store that only prepares the pod",
      edits: [
        ...store(4, "ghcr.io/example/app:1.0"),
        set("StatefulSet", `${pod}.initContainers[0].image`, "docker.io/bitnami/etcd:3.6"),
      ],
    },
    {
      title: "another kind of the operator's name",
      edits: [without("Deployment"), add({ ...operated(2), apiVersion: "example.com/v1" })],
    },
  ],
  unknown: [
    {
      title: "a number from an output",
      edits: [...store(3), unknown("StatefulSet", "spec.replicas")],
      because: "spec.replicas",
    },
    {
      title: "a budget from an output",
      edits: [...store(3), unknown(budget, "spec.maxUnavailable")],
      because: "spec.maxUnavailable",
    },
    {
      title: "another budget's selector from an output",
      edits: [...store(3), copy(budget, "x", unknown(budget, "spec.selector"))],
      because: "spec.selector",
    },
    {
      title: "an image from an output",
      edits: [...store(3), unknown("StatefulSet", `${pod}.containers[0].image`)],
      because: `${pod}.containers[0].image`,
    },
  ],
  configured: [
    {
      title: "a program that the list does not know",
      edits: store(4, "ghcr.io/example/ledger:1.0"),
      options: { settings: { "ALT-SCALE-022": { images: ["ledger"] } } },
      outcome: "fail",
    },
    {
      title: "brokers without any queue that votes",
      edits: store(4, "docker.io/library/rabbitmq:4.0.9"),
      options: { settings: { "ALT-SCALE-022": { images: ["etcd"] } } },
      outcome: "notApplicable",
    },
  ],
};

/** The platform's broker as it must not come to it. */
const broker = (replicas: number): Manifest =>
  namespaced("apps/v1", "StatefulSet", "nats", {
    spec: {
      replicas,
      selector: { matchLabels: { "app.kubernetes.io/name": "nats" } },
      template: {
        metadata: { labels: { "app.kubernetes.io/name": "nats" } },
        spec: { containers: [{ name: "nats", image: "docker.io/library/nats:2.12.1" }] },
      },
    },
  });

export const mutants: readonly Mutant[] = [
  {
    title: "NATS comes with four replicas",
    change: (resources) => resources.push(...fromObjects([broker(4)])),
    says: /StatefulSet altlas\/nats runs 4 replicas of nats, which tolerate no more failures than 3/,
  },
  {
    title: "a service's budget is widened to all pods beside NATS",
    edits: [set("PodDisruptionBudget/api-gateway", "spec", { maxUnavailable: "50%", selector: {} })],
    change: (resources) => resources.push(...fromObjects([broker(3)])),
    says: /StatefulSet altlas\/nats may lose \d+ of its 3 replicas at once by PodDisruptionBudget altlas\/api-gateway/,
  },
];
