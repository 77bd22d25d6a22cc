import { type Field } from "../field";
import { type Resource } from "../sources/resource";
import { isWorkloadKind } from "./kinds";
import { type KubernetesObject } from "./object";
import { expandResource } from "./expand";
import { type Keyed, keyed } from "./keyed";
import { lowerBound, Scaling, upperBound } from "./scaling";
import { attempt, type Matches, type PodSelector, push, Selection, WorkloadIndex } from "./selection";
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
  private cachedScaling: Scaling | undefined;
  private named: Keyed<KubernetesObject> | undefined;
  private readonly found = new Map<string, Keyed<KubernetesObject>>();

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

  /**
   * The object of a kind that others name, when it is among the resources.
   *
   * @param namespace Absent for kinds that have none.
   * @throws UnknownValue when it may be one whose name or namespace is not known.
   */
  public find(kind: string, name: string, namespace?: string): KubernetesObject | undefined {
    const key = (object: KubernetesObject) =>
      namespace === undefined ? object.name : `${object.namespace}/${object.name}`;
    const known = this.found.get(kind) ?? keyed(this.ofKind(kind), key);
    this.found.set(kind, known);
    const [object] = known.byKey.get(namespace === undefined ? name : `${namespace}/${name}`) ?? [];
    if (object === undefined && known.doubt) throw known.doubt;
    return object;
  }

  public get index(): WorkloadIndex {
    return (this.cachedIndex ??= new WorkloadIndex(this.workloads));
  }

  /** The Namespace object of that name, when it is among the resources. */
  public namespace(name: string): KubernetesObject | undefined {
    this.named ??= keyed(this.ofKind("Namespace"), (object) => object.name);
    return this.named.byKey.get(name)?.[0];
  }

  /**
   * The ServiceAccount object of that name in a namespace, when it is among the resources.
   *
   * @throws UnknownValue when it may be one whose name or namespace is not known.
   */
  public serviceAccount(namespace: string, name: string): KubernetesObject | undefined {
    return this.find("ServiceAccount", name, namespace);
  }

  /** Services ↔ pods. */
  public get services(): Selection {
    return this.selection("Service", ({ spec }) => ({
      selects: (workload) =>
        serviceSelects(spec.at("selector"), workload.podLabel, (name) => workload.hasPodNamed(name)),
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

  /** The PersistentVolumeClaim of that name. @throws UnknownValue when one that is among the resources may be it. */
  public claim(namespace: string, name: string): KubernetesObject | undefined {
    return this.find("PersistentVolumeClaim", name, namespace);
  }

  /** Autoscalers ↔ their targets. */
  public get scaling(): Scaling {
    return (this.cachedScaling ??= new Scaling(this.workloads, (kind) => this.ofKind(kind)));
  }

  /** The autoscalers that set a workload's number of pods. */
  public autoscalersOf(workload: Workload): Matches<KubernetesObject> {
    return this.scaling.scalersOf(workload);
  }

  /** The workload that an autoscaler names as its target. @throws UnknownValue when that cannot be told. */
  public targetOf(autoscaler: KubernetesObject): Workload | undefined {
    return this.scaling.targetOf(autoscaler);
  }

  /**
   * How many pods a workload has at least: the autoscaler's minimum where it has one, else its replicas.
   *
   * @returns `undefined` for what has one pod per node or per run.
   * @throws UnknownValue when it is not known.
   */
  public minimumReplicas(workload: Workload): number | undefined {
    const bounds = this.replicaBounds(workload, lowerBound);
    return bounds && Math.min(...bounds);
  }

  /** Like {@link minimumReplicas}: how many pods it has at most. */
  public maximumReplicas(workload: Workload): number | undefined {
    const bounds = this.replicaBounds(workload, upperBound);
    return bounds && Math.max(...bounds);
  }

  private replicaBounds(
    workload: Workload,
    boundOf: (autoscaler: KubernetesObject) => { readonly value: number },
  ): readonly number[] | undefined {
    if (workload.kind === "Pod") return [1];
    if (workload.kind === "DaemonSet" || workload.isJob) return undefined;
    const autoscalers = this.autoscalersOf(workload).all();
    if (autoscalers.length > 0) return autoscalers.map((autoscaler) => boundOf(autoscaler).value);
    return [workload.object.spec.at("replicas").number() ?? 1];
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
