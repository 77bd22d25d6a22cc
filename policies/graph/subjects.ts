import { UnknownValue } from "../field";
import { type Subject } from "../rule";
import { type Graph } from "./graph";
import { type KubernetesObject } from "./object";
import { attempt } from "./selection";
import { type Container, type ContainerRole, type Workload } from "./workload";

/** Whole Kubernetes objects of the given kinds; of all kinds when none is given. */
export function objects(graph: Graph, ...kinds: string[]): Subject<KubernetesObject>[] {
  const chosen = kinds.length === 0 ? graph.objects : kinds.flatMap((kind) => graph.ofKind(kind));
  return chosen.map((object) => ({ ...subjectOf(object), read: () => object }));
}

/** Everything that makes pods. */
export function workloads(graph: Graph): Subject<Workload>[] {
  return graph.workloads.map((workload) => ({ ...subjectOf(workload.object), read: () => workload }));
}

/** Names a role as a reader of manifests knows it. */
const roleNames: Readonly<Record<ContainerRole, string>> = {
  app: "container",
  init: "init container",
  sidecar: "sidecar container",
  ephemeral: "ephemeral container",
};

/** The containers of all pods, of the given roles; a workload whose containers are unknown is one undecidable subject. */
export function containers(
  graph: Graph,
  roles: readonly ContainerRole[] = ["app", "init", "sidecar", "ephemeral"],
): Subject<Container>[] {
  return graph.workloads.flatMap((workload) => {
    const found = attempt(() => workload.containers);
    const subject = subjectOf(workload.object);
    if (found === undefined || found instanceof UnknownValue) {
      return [
        {
          ...subject,
          read: () => {
            // Reads them again to throw what was found: unknown, or malformed.
            const [first] = workload.containers;
            if (!first) throw new Error("containers that could not be read have become readable");
            return first;
          },
        },
      ];
    }
    return found
      .filter(({ role }) => roles.includes(role))
      .map((container) => ({ ...subject, part: containerName(container), read: () => container }));
  });
}

/** `init container migrate`. */
export function containerName({ role, name }: Pick<Container, "role" | "name">): string {
  return `${roleNames[role]} ${name}`;
}

function subjectOf({ resource, identity }: KubernetesObject): Pick<Subject<unknown>, "resource" | "identity"> {
  return { resource, identity };
}
