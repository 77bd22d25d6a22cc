import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type StackPlace } from "./stack";
import { type Read } from "./workloads";

// The state says what the engine made; whether the cluster still has it is another question. After a reset of the control
// plane, or a crash, they differ. So each successful update notes which cluster it was on; when the note is missing or
// names another cluster, the next update begins with a refresh.

function noteFile({ state, project, stack }: StackPlace): string {
  return path.join(path.dirname(state), "clusters", `${project}.${stack}`);
}

/** What tells one cluster from another: the UID of the namespace that exists as long as the cluster. */
export async function clusterIdentity(read: Read): Promise<string> {
  const namespaces = await read(["namespaces"]);
  const identity = namespaces.find(({ metadata }) => metadata.name === "kube-system")?.metadata.uid;
  if (identity === undefined) throw new Error("the cluster has no namespace kube-system");
  return identity;
}

/** Whether the state may differ from the cluster. */
export function needsRefresh(place: StackPlace, identity: string): boolean {
  try {
    return readFileSync(noteFile(place), "utf8") !== identity;
  } catch {
    return true;
  }
}

/** Notes that state and cluster agree. */
export function rememberIdentity(place: StackPlace, identity: string): void {
  mkdirSync(path.dirname(noteFile(place)), { recursive: true, mode: 0o700 });
  writeFileSync(noteFile(place), identity);
}

/** Takes the note back, before an update begins. */
export function forgetIdentity(place: StackPlace): void {
  rmSync(noteFile(place), { force: true });
}
