import { describe, expect, it } from "vitest";
import { deletionPropagation, skipsAwait, timeoutSeconds } from "../../../../sandbox/plugins/kubernetes/annotations";
import { AWAITS } from "../../../../sandbox/plugins/kubernetes/await";
import { explain, leftovers, podTroubles } from "../../../../sandbox/plugins/kubernetes/await/explain";
import type { Lookup, Verdict } from "../../../../sandbox/plugins/kubernetes/await/verdict";
import { ownsOthers } from "../../../../sandbox/plugins/kubernetes/kinds";
import type { PlainObject } from "../../../../sandbox/plugins/kubernetes/wire/properties";

/** A cluster that holds these collections and objects by path. */
function cluster(lists: Record<string, object[]> = {}, objects: Record<string, object> = {}): Lookup {
  return {
    list: (path) => Promise.resolve((lists[path] ?? []) as PlainObject[]),
    get: (path) => Promise.resolve(objects[path] as PlainObject | undefined),
  };
}

async function judge(kind: string, live: object, lookup: Lookup = cluster()): Promise<Verdict> {
  const rule = AWAITS[kind]?.rule;
  if (rule === undefined) throw new Error(`${kind} is not awaited`);
  return await rule(live as PlainObject, lookup);
}
const stateOf = async (...args: Parameters<typeof judge>): Promise<string> => (await judge(...args)).state;
const condition = (type: string, status: string, reason = "", message = ""): object => ({
  type,
  status,
  reason,
  message,
});

const metadata = { generation: 2, name: "web", namespace: "apps" };

describe("workloads", () => {
  const rollout = (status: object, spec: object = { replicas: 2 }): object => ({
    metadata,
    spec,
    status: { observedGeneration: 2, ...status },
  });

  it.each([
    [
      "the controller has not seen the change",
      { observedGeneration: 1, updatedReplicas: 2, availableReplicas: 2, replicas: 2 },
      "waiting",
    ],
    ["the new pods are not made", { updatedReplicas: 1, availableReplicas: 2, replicas: 2 }, "waiting"],
    ["old pods still run", { updatedReplicas: 2, availableReplicas: 2, replicas: 3 }, "waiting"],
    ["the new pods are not available", { updatedReplicas: 2, availableReplicas: 1, replicas: 2 }, "waiting"],
    ["everything is new and available", { updatedReplicas: 2, availableReplicas: 2, replicas: 2 }, "ready"],
    [
      "the deadline has passed",
      {
        updatedReplicas: 2,
        replicas: 2,
        conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded", "too late")],
      },
      "failed",
    ],
  ])("await-workloads: a Deployment when %s", async (_, status, state) => {
    expect(await stateOf("apps/Deployment", rollout(status))).toBe(state);
  });

  it("await-workloads: a Deployment's quota trouble is told while waiting; a paused one is not awaited", async () => {
    const failing = {
      updatedReplicas: 0,
      conditions: [condition("ReplicaFailure", "True", "FailedCreate", "exceeded quota")],
    };
    expect(await judge("apps/Deployment", rollout(failing))).toEqual({
      state: "waiting",
      why: expect.stringContaining("exceeded quota") as string,
    });
    expect(await stateOf("apps/Deployment", rollout({}, { paused: true }))).toBe("ready");
  });

  it("await-workloads: nothing is to be awaited at zero replicas, one is the default", async () => {
    expect(await stateOf("apps/Deployment", rollout({}, { replicas: 0 }))).toBe("ready");
    expect(await stateOf("apps/Deployment", rollout({}, {}))).toBe("waiting");
  });

  it.each([
    ["some pods are not ready", { readyReplicas: 1, updatedReplicas: 2 }, {}, "waiting"],
    ["some pods are old", { readyReplicas: 2, updatedReplicas: 1 }, {}, "waiting"],
    [
      "revisions differ",
      { readyReplicas: 2, updatedReplicas: 2, currentRevision: "a", updateRevision: "b" },
      {},
      "waiting",
    ],
    ["all are new", { readyReplicas: 2, updatedReplicas: 2, currentRevision: "b", updateRevision: "b" }, {}, "ready"],
    [
      "the partition's part is new",
      { readyReplicas: 2, updatedReplicas: 1 },
      { rollingUpdate: { partition: 1 } },
      "ready",
    ],
    [
      "the partition's part is old",
      { readyReplicas: 2, updatedReplicas: 0 },
      { rollingUpdate: { partition: 1 } },
      "waiting",
    ],
    ["old pods stay by OnDelete", { readyReplicas: 2, updatedReplicas: 0 }, { type: "OnDelete" }, "ready"],
  ])("await-workloads: a StatefulSet when %s", async (_, status, updateStrategy, state) => {
    expect(await stateOf("apps/StatefulSet", rollout(status, { replicas: 2, updateStrategy }))).toBe(state);
  });

  it.each([
    [{ desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 }, {}, "waiting"],
    [{ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 }, {}, "waiting"],
    [{ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 }, {}, "ready"],
    [
      { desiredNumberScheduled: 3, updatedNumberScheduled: 0, numberAvailable: 3 },
      { updateStrategy: { type: "OnDelete" } },
      "ready",
    ],
    [{ desiredNumberScheduled: 0 }, {}, "ready"],
  ])("await-workloads: a DaemonSet with %j and %j is %s", async (status, spec, state) => {
    expect(await stateOf("apps/DaemonSet", rollout(status, spec))).toBe(state);
  });

  it("await-workloads: a ReplicaSet and a ReplicationController wait for their pods", async () => {
    for (const kind of ["apps/ReplicaSet", "/ReplicationController"]) {
      expect(await stateOf(kind, rollout({ replicas: 2, availableReplicas: 1 }))).toBe("waiting");
      expect(await stateOf(kind, rollout({ replicas: 2, availableReplicas: 2 }))).toBe("ready");
    }
  });

  it("await-workloads: a Job is ready when complete or suspended, and failed when failed", async () => {
    expect(await stateOf("batch/Job", { spec: {}, status: { succeeded: 0 } })).toBe("waiting");
    expect(await stateOf("batch/Job", { status: { conditions: [condition("Complete", "True")] } })).toBe("ready");
    expect(await stateOf("batch/Job", { spec: { suspend: true } })).toBe("ready");
    expect(
      await judge("batch/Job", {
        status: { conditions: [condition("Failed", "True", "BackoffLimitExceeded", "no more")] },
      }),
    ).toEqual({
      state: "failed",
      why: "BackoffLimitExceeded: no more",
    });
  });

  it("await-workloads: a Pod is ready when Ready or Succeeded, and failed when Failed", async () => {
    expect(await stateOf("/Pod", { status: { phase: "Running", conditions: [condition("Ready", "True")] } })).toBe(
      "ready",
    );
    expect(await stateOf("/Pod", { status: { phase: "Succeeded" } })).toBe("ready");
    expect(await stateOf("/Pod", { status: { phase: "Failed", reason: "Evicted" } })).toBe("failed");
    const unscheduled = { status: { conditions: [condition("PodScheduled", "False", "Unschedulable", "0/5 nodes")] } };
    expect(await judge("/Pod", unscheduled)).toEqual({ state: "waiting", why: "no node takes it: 0/5 nodes" });
  });
});

describe("other objects", () => {
  it("await-objects: a claim waits for its volume, unless its class waits for a pod", async () => {
    const claim = { spec: { storageClassName: "fast" }, status: { phase: "Pending" } };
    const classes = (mode: string): Lookup =>
      cluster({}, { "/apis/storage.k8s.io/v1/storageclasses/fast": { volumeBindingMode: mode } });
    expect(await stateOf("/PersistentVolumeClaim", claim, classes("Immediate"))).toBe("waiting");
    expect(await stateOf("/PersistentVolumeClaim", claim, classes("WaitForFirstConsumer"))).toBe("ready");
    expect(await stateOf("/PersistentVolumeClaim", { status: { phase: "Bound" } })).toBe("ready");
    expect(await stateOf("/PersistentVolumeClaim", { status: { phase: "Lost" } })).toBe("failed");
    expect(await judge("/PersistentVolumeClaim", claim)).toEqual({
      state: "waiting",
      why: expect.stringContaining('"fast" does not exist') as string,
    });
  });

  it("await-objects: a load balancer and an Ingress wait for their address", async () => {
    const status = { loadBalancer: { ingress: [{ ip: "10.0.0.1" }] } };
    expect(await stateOf("/Service", { spec: { type: "LoadBalancer" } })).toBe("waiting");
    expect(await stateOf("/Service", { spec: { type: "LoadBalancer" }, status })).toBe("ready");
    expect(await stateOf("networking.k8s.io/Ingress", {})).toBe("waiting");
    expect(await stateOf("networking.k8s.io/Ingress", { status })).toBe("ready");
  });

  const service = { metadata, spec: { clusterIP: "10.0.0.2", selector: { app: "web" } } };
  const slices = "/apis/discovery.k8s.io/v1/namespaces/apps/endpointslices";
  const pods = "/api/v1/namespaces/apps/pods";

  it("await-service: without pods that match it is ready at once, with unready ones it waits", async () => {
    expect(await stateOf("/Service", service)).toBe("ready");
    expect(await stateOf("/Service", service, cluster({ [pods]: [{}] }))).toBe("waiting");
    const unready = { endpoints: [{ conditions: { ready: false } }] };
    expect(await stateOf("/Service", service, cluster({ [pods]: [{}], [slices]: [unready] }))).toBe("waiting");
    for (const endpoint of [{ conditions: { ready: true } }, { conditions: {} }, {}]) {
      expect(await stateOf("/Service", service, cluster({ [pods]: [{}], [slices]: [{ endpoints: [endpoint] }] }))).toBe(
        "ready",
      );
    }
  });

  it("await-service: headless, selector-less and external ones have nothing to await", async () => {
    const waitingPods = cluster({ [pods]: [{}] });
    for (const spec of [
      { ...service.spec, clusterIP: "None" },
      { clusterIP: "10.0.0.2" },
      { ...service.spec, type: "ExternalName" },
    ]) {
      expect(await stateOf("/Service", { metadata, spec }, waitingPods)).toBe("ready");
    }
  });

  it("await-objects: Namespace, CustomResourceDefinition and APIService go by their status", async () => {
    expect(await stateOf("/Namespace", { status: { phase: "Active" } })).toBe("ready");
    expect(await stateOf("/Namespace", { status: { phase: "Terminating" } })).toBe("waiting");
    const definition = "apiextensions.k8s.io/CustomResourceDefinition";
    expect(await stateOf(definition, {})).toBe("waiting");
    expect(await stateOf(definition, { status: { conditions: [condition("Established", "True")] } })).toBe("ready");
    expect(
      await stateOf(definition, {
        status: { conditions: [condition("NamesAccepted", "False", "ListKindConflict", "taken")] },
      }),
    ).toBe("failed");
    const service_ = "apiregistration.k8s.io/APIService";
    expect(
      await judge(service_, { status: { conditions: [condition("Available", "False", "MissingEndpoints", "none")] } }),
    ).toEqual({
      state: "waiting",
      why: "MissingEndpoints: none",
    });
    expect(await stateOf(service_, { status: { conditions: [condition("Available", "True")] } })).toBe("ready");
  });

  it("kinds that become what they are by being applied are not awaited", () => {
    for (const kind of [
      "/ConfigMap",
      "/Secret",
      "autoscaling/HorizontalPodAutoscaler",
      "policy/PodDisruptionBudget",
      "batch/CronJob",
    ]) {
      expect(AWAITS[kind]).toBeUndefined();
    }
  });
});

describe("why it is not ready", () => {
  it("await-timeout: a pod's waiting containers, exit codes and scheduling are told", () => {
    const pod = {
      status: {
        conditions: [condition("PodScheduled", "False", "Unschedulable", "0/5 nodes are available")],
        containerStatuses: [
          {
            name: "a",
            state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } },
            lastState: { terminated: { exitCode: 2, reason: "Error" } },
          },
          { name: "b", state: { waiting: { reason: "ContainerCreating" } } },
          { name: "c", state: { terminated: { exitCode: 137, reason: "OOMKilled" } } },
        ],
      },
    };
    expect(podTroubles(pod as object as PlainObject)).toEqual([
      "not scheduled: 0/5 nodes are available",
      "container a: waiting, CrashLoopBackOff: back-off, last exit code 2 Error",
      "container c: ended with exit code 137, OOMKilled",
    ]);
  });

  it("await-timeout: of many troubled pods three are shown, with the warnings about them", async () => {
    const pod = (index: number): object => ({
      metadata: { name: `web-${index}`, uid: `u${index}` },
      status: { containerStatuses: [{ name: "a", state: { waiting: { reason: "ImagePullBackOff" } } }] },
    });
    const lookup = cluster({
      "/api/v1/namespaces/apps/pods": [1, 2, 3, 4, 5].map(pod),
      "/api/v1/namespaces/apps/events": [{ reason: "Failed", message: "no such image " }],
    });
    const live = {
      kind: "Deployment",
      metadata: { ...metadata, uid: "d" },
      spec: { selector: { matchLabels: { app: "web" } } },
    };
    expect(await explain(live as PlainObject, lookup)).toEqual([
      "pod web-1: container a: waiting, ImagePullBackOff",
      "pod web-2: container a: waiting, ImagePullBackOff",
      "pod web-3: container a: waiting, ImagePullBackOff",
      "… and 2 more pods",
      "event Failed: no such image",
    ]);
  });
});

describe("why it is not gone", () => {
  it("delete-wait: the pods that are left are told with what holds them", async () => {
    const pod = (name: string, extra: object = {}): object => ({ metadata: { name, ...extra } });
    const lookup = cluster({
      "/api/v1/namespaces/apps/pods": [pod("a"), pod("b", { deletionTimestamp: "now", finalizers: ["x/hold"] })],
    });
    const live = { kind: "Deployment", metadata, spec: { selector: { matchLabels: { app: "web" } } } };
    expect(await leftovers(live, lookup)).toEqual(["pod a still runs", "pod b is ending, held by x/hold"]);
    expect(await leftovers({ kind: "ConfigMap", metadata }, lookup)).toEqual([]);
  });
});

describe("annotations", () => {
  const annotated = (annotations: object): PlainObject => ({ metadata: { annotations } }) as PlainObject;

  it("await-timeout: customTimeouts come before the annotation, the annotation before the default", () => {
    const inputs = annotated({ "pulumi.com/timeoutSeconds": "30" });
    expect(timeoutSeconds(inputs, 5, 600)).toBe(5);
    expect(timeoutSeconds(inputs, 0, 600)).toBe(30);
    expect(timeoutSeconds({}, 0, 600)).toBe(600);
  });

  it('await-skip: only the text "true" ends the wait', () => {
    expect(skipsAwait(annotated({ "pulumi.com/skipAwait": "true" }))).toBe(true);
    expect(skipsAwait(annotated({ "pulumi.com/skipAwait": "false" }))).toBe(false);
    expect(skipsAwait({})).toBe(false);
  });

  it("delete-propagation: foreground for what owns others, background for the rest, or what the annotation says", () => {
    expect(deletionPropagation({}, true)).toBe("Foreground");
    expect(deletionPropagation({}, false)).toBe("Background");
    const chosen = (policy: string): string =>
      deletionPropagation(annotated({ "pulumi.com/deletionPropagationPolicy": policy }), true);
    expect(["Orphan", "background", "FOREGROUND"].map(chosen)).toEqual(["Orphan", "Background", "Foreground"]);
    expect(ownsOthers({ group: "apps", kind: "Deployment" })).toBe(true);
    expect(ownsOthers({ group: "example.com", kind: "Deployment" })).toBe(true);
    expect(ownsOthers({ group: "", kind: "ConfigMap" })).toBe(false);
  });
});
