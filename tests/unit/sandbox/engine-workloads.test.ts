import { describe, expect, it } from "vitest";
import { renderTable } from "../../../sandbox/engine/table";
import {
  type ClusterObject,
  listWorkloads,
  parseQuantity,
  podProblem,
  renderWorkloads,
  waitForPods,
  workloadProblem,
} from "../../../sandbox/engine/workloads";

const requests = (cpu: string, memory: string) => ({ name: "main", resources: { requests: { cpu, memory } } });

function deployment(name: string, ready: number, replicas: number): ClusterObject {
  const labels = { app: name };
  return {
    kind: "Deployment",
    metadata: { name, namespace: "apps" },
    spec: {
      replicas,
      template: { metadata: { labels }, spec: { containers: [requests("250m", "64Mi"), { name: "bare" }] } },
    },
    status: { readyReplicas: ready, replicas },
  };
}

const autoscaler: ClusterObject = {
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "any", namespace: "apps" },
  spec: { minReplicas: 2, maxReplicas: 4, scaleTargetRef: { kind: "Deployment", name: "web" } },
};
const budget = (spec: ClusterObject["spec"], namespace = "apps"): ClusterObject => ({
  kind: "PodDisruptionBudget",
  metadata: { name: "any", namespace },
  spec: { ...spec, selector: { matchLabels: { app: "web" } } },
});
const pod = (status: ClusterObject["status"]): ClusterObject => ({
  kind: "Pod",
  metadata: { name: "web-1", namespace: "apps" },
  ...(status ? { status } : {}),
});
const ready = { type: "Ready", status: "True" };

describe("quantities", () => {
  it.each([
    ["250m", 0.25],
    ["2", 2],
    ["1.5", 1.5],
    ["64Mi", 64 * 2 ** 20],
    ["1Gi", 2 ** 30],
    ["5M", 5e6],
    ["100k", 1e5],
  ])("are read: %s", (text, value) => {
    expect(parseQuantity(text)).toBeCloseTo(value, 9);
  });
});

describe("the table of workloads", () => {
  it("adds up the requests of all pods and finds the autoscaler and the budget that belong to a workload", () => {
    const objects = [deployment("web", 2, 2), deployment("idle", 0, 1), autoscaler, budget({ minAvailable: 1 })];
    expect(listWorkloads(objects)).toMatchObject([
      { name: "idle", ready: 0, wanted: 1, cpu: 0.25, budget: "-" },
      {
        name: "web",
        ready: 2,
        wanted: 2,
        cpu: 0.5,
        memory: 128 * 2 ** 20,
        autoscaler: { minimum: 2, maximum: 4 },
        budget: "1 stay",
      },
    ]);
    expect(listWorkloads(objects)[0]).not.toHaveProperty("autoscaler");
  });

  it("does not take a budget of another namespace, and reads one that allows", () => {
    expect(listWorkloads([deployment("web", 1, 1), budget({ maxUnavailable: 1 }, "other")])[0]?.budget).toBe("-");
    expect(listWorkloads([deployment("web", 1, 1), budget({ maxUnavailable: "50%" })])[0]?.budget).toBe("50% may go");
  });

  it("counts a DaemonSet by its nodes", () => {
    const daemons: ClusterObject = {
      kind: "DaemonSet",
      metadata: { name: "agent", namespace: "apps" },
      status: { desiredNumberScheduled: 5, numberReady: 4 },
    };
    expect(listWorkloads([daemons])).toMatchObject([{ ready: 4, wanted: 5 }]);
  });

  it("ends with the sum", () => {
    const lines = renderWorkloads(listWorkloads([deployment("web", 2, 2), deployment("idle", 1, 1), autoscaler])).split(
      "\n",
    );
    expect(lines).toEqual([
      "NAMESPACE  WORKLOAD  READY   CPU   MEMORY  AUTOSCALER  BUDGET",
      "apps       idle        1/1  0.25   64 MiB           -       -",
      "apps       web         2/2   0.5  128 MiB         2–4       -",
      "           all         3/3  0.75  192 MiB",
    ]);
  });

  it("has columns as wide as their widest cell, and nothing after the last", () => {
    const table = renderTable(
      [{ title: "A" }, { title: "LONG", align: "right" }],
      [
        ["wide", "1"],
        ["x", ""],
      ],
    );
    expect(table).toBe("A     LONG\nwide     1\nx");
  });
});

describe("a pod that does not run", () => {
  it.each<[ClusterObject["status"], string | undefined]>([
    [{ phase: "Running", conditions: [ready] }, undefined],
    [{ phase: "Succeeded" }, undefined],
    [{ phase: "Running", conditions: [] }, "pod apps/web-1: running, not ready yet"],
    [
      { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", message: "0/5 nodes are available" }] },
      "pod apps/web-1: not scheduled: 0/5 nodes are available",
    ],
    [
      { phase: "Pending", containerStatuses: [{ name: "main", state: { waiting: { reason: "ImagePullBackOff" } } }] },
      "pod apps/web-1: container main: ImagePullBackOff",
    ],
    [
      { phase: "Failed", containerStatuses: [{ name: "main", state: { terminated: { exitCode: 3 } } }] },
      "pod apps/web-1: container main ended with exit code 3",
    ],
    [{ phase: "Pending" }, "pod apps/web-1: phase Pending"],
  ])("is explained by its status: %j", (status, sentence) => {
    expect(podProblem(pod(status))).toBe(sentence);
  });

  it("and could not even be made is explained by its workload", () => {
    const refused = deployment("web", 0, 1);
    refused.status = { conditions: [{ type: "ReplicaFailure", status: "True", message: "exceeded quota: cpu" }] };
    expect(workloadProblem(refused)).toBe("Deployment apps/web: exceeded quota: cpu");
    expect(workloadProblem(deployment("web", 1, 1))).toBeUndefined();
  });
});

describe("waiting for pods", () => {
  it("goes on until all run and every autoscaler has raised its workload to the minimum", async () => {
    const running = pod({ phase: "Running", conditions: [ready] });
    const answers = [
      [pod({ phase: "Pending" }), deployment("web", 0, 1), autoscaler],
      [running, deployment("web", 1, 1), autoscaler],
      [running, deployment("web", 2, 2), autoscaler],
    ];
    const seen: string[][] = [];
    const report = await waitForPods(
      () => Promise.resolve(answers.shift() ?? []),
      60,
      ({ problems }) => seen.push(problems),
      1,
    );
    expect(seen).toEqual([["pod apps/web-1: phase Pending"], ["Deployment apps/web: 1 of 2 pods ready"]]);
    expect(report).toEqual({ running: 1, problems: [] });
  });

  it("ends at its limit with the reasons", async () => {
    const report = await waitForPods(() => Promise.resolve([pod({ phase: "Pending" })]), 0, undefined, 1);
    expect(report.problems).toEqual(["pod apps/web-1: phase Pending"]);
  });

  it("leaves a workload that was scaled to nothing alone", async () => {
    const report = await waitForPods(() => Promise.resolve([deployment("web", 0, 0), autoscaler]), 0, undefined, 1);
    expect(report.problems).toEqual([]);
  });
});
