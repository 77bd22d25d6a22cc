/** Readiness of what runs pods. The rules for rollouts are those of `kubectl rollout status`. */
import { get, getNumber, getText, type PlainObject } from "../wire/properties";
import { clause, condition, count, failed, observed, ready, waiting, type Rule } from "./verdict";

const desired = (live: PlainObject): number => getNumber(live, "spec", "replicas") ?? 1;

export const deploymentReady: Rule = (live) => {
  if (get(live, ["spec", "paused"]) === true)
    return { state: "ready", note: "the Deployment is paused, so its rollout is not awaited" };
  if (!observed(live)) return waiting("the controller has not seen the change yet");
  const progress = condition(live, "Progressing");
  if (progress?.reason === "ProgressDeadlineExceeded") return failed(clause(progress), progress.updatedAt);
  const failure = condition(live, "ReplicaFailure");
  const because = failure?.status === "True" ? `; ${clause(failure)}` : "";
  const wanted = desired(live);
  const updated = count(live, "updatedReplicas");
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods have the new template${because}`);
  const old = count(live, "replicas") - updated;
  if (old > 0) return waiting(`${old} pods of the old template still run`);
  const available = count(live, "availableReplicas");
  if (available < updated) return waiting(`${available} of ${updated} pods are available${because}`);
  return ready;
};

export const replicasReady: Rule = (live) => {
  if (!observed(live)) return waiting("the controller has not seen the change yet");
  const wanted = desired(live);
  const available = count(live, "availableReplicas");
  const failure = condition(live, "ReplicaFailure");
  if (count(live, "replicas") === wanted && available >= wanted) return ready;
  return waiting(
    `${available} of ${wanted} pods are available${failure?.status === "True" ? `; ${clause(failure)}` : ""}`,
  );
};

export const statefulSetReady: Rule = (live) => {
  if (!observed(live)) return waiting("the controller has not seen the change yet");
  const wanted = desired(live);
  const readyPods = count(live, "readyReplicas");
  if (readyPods < wanted) return waiting(`${readyPods} of ${wanted} pods are ready`);
  // With OnDelete the old pods stay until somebody deletes them; nothing is to be awaited.
  if (getText(live, "spec", "updateStrategy", "type") === "OnDelete") return ready;
  const partition = getNumber(live, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
  const updatedWanted = Math.max(0, wanted - partition);
  const updated = count(live, "updatedReplicas");
  if (updated < updatedWanted) return waiting(`${updated} of ${updatedWanted} pods have the new template`);
  if (partition > 0) return ready;
  const current = getText(live, "status", "currentRevision");
  if (wanted > 0 && current !== undefined && current !== getText(live, "status", "updateRevision")) {
    return waiting("the last pods change to the new template");
  }
  return ready;
};

export const daemonSetReady: Rule = (live) => {
  if (!observed(live)) return waiting("the controller has not seen the change yet");
  const wanted = count(live, "desiredNumberScheduled");
  const updated = count(live, "updatedNumberScheduled");
  const onDelete = getText(live, "spec", "updateStrategy", "type") === "OnDelete";
  if (!onDelete && updated < wanted) return waiting(`${updated} of ${wanted} nodes have the new pod`);
  const available = count(live, "numberAvailable");
  return available < wanted ? waiting(`the pod is available on ${available} of ${wanted} nodes`) : ready;
};

export const jobReady: Rule = (live) => {
  const failure = condition(live, "Failed");
  if (failure?.status === "True") return failed(clause(failure));
  if (condition(live, "Complete")?.status === "True") return ready;
  if (get(live, ["spec", "suspend"]) === true)
    return { state: "ready", note: "the Job is suspended, so its completion is not awaited" };
  const wanted = getNumber(live, "spec", "completions") ?? 1;
  const bad = count(live, "failed");
  return waiting(`${count(live, "succeeded")} of ${wanted} pods have completed${bad > 0 ? `, ${bad} failed` : ""}`);
};

export const podReady: Rule = (live) => {
  const phase = getText(live, "status", "phase") ?? "Pending";
  if (phase === "Succeeded") return ready;
  if (phase === "Failed") {
    const why = [getText(live, "status", "reason"), getText(live, "status", "message")].filter(
      (part) => part !== undefined,
    );
    return failed(`the pod failed${why.length > 0 ? `: ${why.join(": ")}` : ""}`);
  }
  const readiness = condition(live, "Ready");
  if (readiness?.status === "True") return ready;
  const scheduled = condition(live, "PodScheduled");
  if (scheduled?.status === "False") return waiting(`no node takes it: ${scheduled.message}`);
  return waiting(`phase ${phase}${readiness === undefined ? "" : `, ${clause(readiness) || "not ready"}`}`);
};
