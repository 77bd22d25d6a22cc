import { type Field, UnknownValue } from "../field";
import { type Resource } from "../sources/resource";
import { isWorkloadKind } from "./kinds";
import { type KubernetesObject } from "./object";
import { expandResource } from "./expand";
import { attempt, Matches, type PodSelector, push, Selection, WorkloadIndex } from "./selection";
import { equalities, requirements, selects, serviceSelects } from "./selector";
import { Workload } from "./workload";

/**
 * Everything that rules look at, built once from any source: Kubernetes objects and how they refer to each other.
 * Relations are computed when a rule first asks for them, so a graph of one resource costs next to nothing.
 */
export class Graph {
  public readonly objects: readonly KubernetesObject[];
  public readonly workloads: readonly Workload[];
  private readonly byKind = new Map<string, KubernetesObject[]>();
  private cachedIndex: WorkloadIndex | undefined;
  private readonly selections = new Map<string, Selection>();
  private scaled: Keyed<KubernetesObject> | undefined;
  private scalable: Keyed<Workload> | undefined;
  private named: Keyed<KubernetesObject> | undefined;

  /** @param resources In any order; what is no Kubernetes object is kept for rules on all resources. */
  public constructor(public readonly resources: readonly Resource[]) {
    const definitions = new Map<string, boolean>();
    this.objects = resources.flatMap((resource) => expandResource(resource, definitions));
    for (const object of this.objects) {
      push(this.byKind, object.kind, object);
      if (object.kind === "CustomResourceDefinition") defineScope(object, definitions);
    }
    this.workloads = this.objects.filter(makesItsOwnPods).map((object) => new Workload(object));
  }

  /** Objects of a kind of Kubernetes' own groups. */
  public ofKind(kind: string): readonly KubernetesObject[] {
    return this.byKind.get(kind) ?? [];
  }

  public get index(): WorkloadIndex {
    return (this.cachedIndex ??= new WorkloadIndex(this.workloads));
  }

  /** The Namespace object of that name, when it is among the resources. */
  public namespace(name: string): KubernetesObject | undefined {
    this.named ??= keyed(this.ofKind("Namespace"), (object) => object.name);
    return this.named.byKey.get(name)?.[0];
  }

  /** Services ↔ pods. */
  public get services(): Selection {
    return this.selection("Service", ({ spec }) => ({
      selects: ({ podLabel }) => serviceSelects(spec.at("selector"), podLabel),
      requirements: () => equalities(spec.at("selector")),
    }));
  }

  /** PodDisruptionBudgets ↔ pods. An absent selector selects nothing, an empty one everything (policy/v1). */
  public get budgets(): Selection {
    return this.selection("PodDisruptionBudget", ({ spec }) => {
      const selector = spec.at("selector");
      return {
        selects: ({ podLabel }) => selector.exists && selects(selector, podLabel),
        requirements: () => requirements(selector),
      };
    });
  }

  /** NetworkPolicies ↔ pods; an absent selector is an empty one. */
  public get networkPolicies(): Selection {
    return this.selection("NetworkPolicy", ({ spec }) => labelSelection(spec.at("podSelector")));
  }

  /** Controllers ↔ the pods that their selectors mean, whoever makes them. */
  public get controllers(): Selection {
    const kinds = ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"];
    return this.selection(kinds.join(), ({ spec }) => {
      const selector = spec.at("selector");
      return { ...labelSelection(selector), selects: ({ podLabel }) => selector.exists && selects(selector, podLabel) };
    });
  }

  /** The autoscalers that name a workload as their target. */
  public autoscalersOf(workload: Workload): Matches<KubernetesObject> {
    this.scaled ??= keyed(this.ofKind("HorizontalPodAutoscaler"), targetKey);
    const key = attempt(() => workloadKey(workload));
    if (key instanceof UnknownValue) return new Matches([], this.scaled.byKey.size > 0 ? key : this.scaled.doubt);
    return new Matches(this.scaled.byKey.get(key ?? "") ?? [], this.scaled.doubt);
  }

  /** The workload that an autoscaler names as its target. @throws UnknownValue when that cannot be told. */
  public targetOf(autoscaler: KubernetesObject): Workload | undefined {
    this.scalable ??= keyed(this.workloads, workloadKey);
    const [target] = this.scalable.byKey.get(targetKey(autoscaler)) ?? [];
    if (target === undefined && this.scalable.doubt) throw this.scalable.doubt;
    return target;
  }

  /**
   * How many pods a workload has at least: the autoscaler's minimum where it has one, else its replicas.
   *
   * @returns `undefined` for what has one pod per node or per run.
   * @throws UnknownValue when it is not known.
   */
  public minimumReplicas(workload: Workload): number | undefined {
    if (workload.kind === "Pod") return 1;
    if (workload.kind === "DaemonSet" || workload.isJob) return undefined;
    const minimums = this.autoscalersOf(workload)
      .all()
      .map((autoscaler) => autoscaler.spec.at("minReplicas").number() ?? 1);
    return minimums.length > 0 ? Math.min(...minimums) : (workload.object.spec.at("replicas").number() ?? 1);
  }

  private selection(kinds: string, selectorOf: (object: KubernetesObject) => PodSelector): Selection {
    const known = this.selections.get(kinds);
    if (known) return known;
    const objects = kinds.split(",").flatMap((kind) => this.ofKind(kind));
    const selection = new Selection(objects, this.index, selectorOf);
    this.selections.set(kinds, selection);
    return selection;
  }
}

function labelSelection(selector: Field): PodSelector {
  return {
    selects: ({ podLabel }) => selects(selector, podLabel),
    requirements: () => requirements(selector),
  };
}

/** `namespace/Kind/name` of what an autoscaler scales. @throws UnknownValue when part of it is not known. */
function targetKey(autoscaler: KubernetesObject): string {
  const target = autoscaler.spec.at("scaleTargetRef");
  return [autoscaler.namespace, target.at("kind").text() ?? "", target.at("name").text() ?? ""].join("/");
}

function workloadKey({ kind, object }: Workload): string {
  return [object.namespace, kind, object.name].join("/");
}

/** Things by what they are looked up by, and why one of them may be missing there. */
interface Keyed<T> {
  readonly byKey: ReadonlyMap<string, T[]>;
  readonly doubt: UnknownValue | undefined;
}

function keyed<T>(items: readonly T[], keyOf: (item: T) => string): Keyed<T> {
  const byKey = new Map<string, T[]>();
  let doubt: UnknownValue | undefined;
  for (const item of items) {
    const key = attempt(() => keyOf(item));
    if (key instanceof UnknownValue) doubt ??= key;
    else if (key !== undefined) push(byKey, key, item);
  }
  return { byKey, doubt };
}

/** Pods and ReplicaSets that a controller made (in an export of a running cluster) are judged by their controller. */
function makesItsOwnPods(object: KubernetesObject): boolean {
  if (!isWorkloadKind(object.apiVersion, object.kind)) return false;
  const owners = attempt(() => object.metadata.at("ownerReferences").items());
  return !Array.isArray(owners) || !owners.some((owner) => attempt(() => owner.at("controller").flag()) === true);
}

function defineScope(definition: KubernetesObject, definitions: Map<string, boolean>): void {
  const group = attempt(() => definition.spec.at("group").text());
  const kind = attempt(() => definition.spec.at("names", "kind").text());
  const scope = attempt(() => definition.spec.at("scope").text());
  if (typeof group === "string" && typeof kind === "string" && typeof scope === "string") {
    definitions.set(`${group}/${kind}`, scope === "Namespaced");
  }
}
