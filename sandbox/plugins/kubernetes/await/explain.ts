/** Why something is not ready, from its pods and events: the sentences that a person would look up with kubectl. */
import { asText, getList, getObject, getText, labelSelector, type Plain, type PlainObject } from "../wire/properties";
import { clause, condition, namespaceOf, type Lookup } from "./verdict";

/** More would bury the reason; with a broken image every pod says the same. */
const MOST_PODS = 3;
const MOST_EVENTS = 5;

/** Lines about the pods and the warnings of an object that did not become ready; empty when nothing can be read. */
export async function explain(live: PlainObject, lookup: Lookup): Promise<string[]> {
  const kind = getText(live, "kind") ?? "";
  const namespace = namespaceOf(live);
  const lines: string[] = [];
  const subjects = [getText(live, "metadata", "uid") ?? ""];
  if (kind === "Pod") lines.push(...podTroubles(live));
  const selector = podSelector(live);
  if (selector !== undefined) {
    const pods = await lookup.list(`/api/v1/namespaces/${namespace}/pods`, { labelSelector: selector, limit: "50" });
    const troubled = pods
      .map((pod) => ({ pod, troubles: podTroubles(pod) }))
      .filter(({ troubles }) => troubles.length > 0);
    for (const { pod, troubles } of troubled.slice(0, MOST_PODS)) {
      const name = getText(pod, "metadata", "name") ?? "";
      lines.push(...troubles.map((trouble) => `pod ${name}: ${trouble}`));
      subjects.push(getText(pod, "metadata", "uid") ?? "");
    }
    if (troubled.length > MOST_PODS) lines.push(`… and ${troubled.length - MOST_PODS} more pods`);
  }
  for (const uid of subjects.filter((subject) => subject !== ""))
    lines.push(...(await warnings(namespace, uid, lookup)));
  return [...new Set(lines)];
}

/** What an object that is being deleted still owns: the pods that its selector matches, and what holds them. */
export async function leftovers(live: PlainObject, lookup: Lookup): Promise<string[]> {
  const selector = podSelector(live);
  if (selector === undefined) return [];
  const query = { labelSelector: selector, limit: "50" };
  const pods = await lookup.list(`/api/v1/namespaces/${namespaceOf(live)}/pods`, query);
  const lines = pods.slice(0, MOST_PODS).map((pod) => {
    const held = getList(pod, "metadata", "finalizers").map(asText);
    const ending = getText(pod, "metadata", "deletionTimestamp") === undefined ? "still runs" : "is ending";
    return `pod ${getText(pod, "metadata", "name") ?? ""} ${ending}${held.length > 0 ? `, held by ${held.join(", ")}` : ""}`;
  });
  return pods.length > MOST_PODS ? [...lines, `… and ${pods.length - MOST_PODS} more pods`] : lines;
}

/** The label selector of an object that runs pods, as the API writes it. */
function podSelector(live: PlainObject): string | undefined {
  const selector = getObject(live, "spec", "selector");
  const labels = getText(live, "kind") === "Service" ? selector : getObject(selector, "matchLabels");
  return Object.keys(labels).length === 0 ? undefined : labelSelector(labels);
}

export function podTroubles(pod: PlainObject): string[] {
  const troubles: string[] = [];
  const scheduled = condition(pod, "PodScheduled");
  if (scheduled?.status === "False") troubles.push(`not scheduled: ${scheduled.message}`);
  const statuses = [...getList(pod, "status", "initContainerStatuses"), ...getList(pod, "status", "containerStatuses")];
  for (const status of statuses) {
    const state = containerTrouble(status);
    if (state !== undefined) troubles.push(`container ${getText(status, "name") ?? ""}: ${state}`);
  }
  const readiness = condition(pod, "Ready");
  if (troubles.length === 0 && readiness?.status === "False" && readiness.reason !== "PodCompleted") {
    troubles.push(`not ready: ${clause(readiness)}`);
  }
  return troubles;
}

function containerTrouble(status: Plain): string | undefined {
  const sentence = (state: PlainObject): string =>
    clause({ status: "", reason: getText(state, "reason") ?? "", message: getText(state, "message") ?? "" });
  const wait = getObject(status, "state", "waiting");
  if (Object.keys(wait).length > 0 && getText(wait, "reason") !== "ContainerCreating") {
    const last = getObject(status, "lastState", "terminated");
    const exit = last.exitCode === undefined ? "" : `, last exit code ${asText(last.exitCode)} ${sentence(last)}`;
    return `waiting, ${sentence(wait)}${exit}`;
  }
  const end = getObject(status, "state", "terminated");
  if (end.exitCode !== undefined && end.exitCode !== 0)
    return `ended with exit code ${asText(end.exitCode)}, ${sentence(end)}`;
  return undefined;
}

async function warnings(namespace: string, uid: string, lookup: Lookup): Promise<string[]> {
  const events = await lookup.list(`/api/v1/namespaces/${namespace}/events`, {
    fieldSelector: `involvedObject.uid=${uid},type=Warning`,
    limit: "50",
  });
  return events
    .slice(-MOST_EVENTS)
    .map((event) => `event ${getText(event, "reason") ?? ""}: ${(getText(event, "message") ?? "").trim()}`);
}
