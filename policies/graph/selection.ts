import { Malformed, UnknownValue } from "../field";
import { type KubernetesObject } from "./object";
import { type LabelRequirement } from "./selector";
import { type Workload } from "./workload";

/** The answer to "which ones", as far as it is known. */
export class Matches<T> {
  public constructor(
    /** Those that certainly belong to it. */
    public readonly certain: readonly T[],
    /** Why there may be more. */
    private readonly doubt?: UnknownValue,
  ) {}

  /** All of them. @throws UnknownValue when there may be more. */
  public all(): readonly T[] {
    if (this.doubt) throw this.doubt;
    return this.certain;
  }

  /** Whether there is any. @throws UnknownValue when there is no certain one and there may be others. */
  public any(): boolean {
    return this.certain.length > 0 || this.all().length > 0;
  }
}

/** How an object selects pods in its own namespace. */
export interface PodSelector {
  /** Whether the pods of a workload are selected. */
  readonly selects: (workload: Workload) => boolean;
  /** Labels that every selected pod has; they narrow the search. */
  readonly requirements: () => readonly LabelRequirement[];
}

/** Workloads by namespace and by the labels of their pods, so that a selector is tried on few of them. */
export class WorkloadIndex {
  private readonly byNamespace = new Map<string, Workload[]>();
  private readonly byLabel = new Map<string, Workload[]>();
  private readonly unlabelled = new Map<string, Workload[]>();
  /** Workloads whose namespace is not known: any selector may mean them. */
  private readonly anywhere: { readonly workload: Workload; readonly doubt: UnknownValue }[] = [];

  public constructor(workloads: readonly Workload[]) {
    for (const workload of workloads) this.add(workload);
  }

  /** Namespaces that certainly hold pods. */
  public get namespaces(): readonly string[] {
    return [...this.byNamespace.keys()].sort();
  }

  public inNamespace(namespace: string): readonly Workload[] {
    return this.byNamespace.get(namespace) ?? [];
  }

  public get withoutKnownNamespace(): readonly { readonly workload: Workload; readonly doubt: UnknownValue }[] {
    return this.anywhere;
  }

  /** A set of workloads in `namespace` that has all those whose pods fulfil `requirements`. */
  public candidates(namespace: string, requirements: readonly LabelRequirement[]): readonly Workload[] {
    const narrowed = requirements.map(({ key, values }) =>
      // A value that is listed twice must not find its pods twice.
      [...new Set(values)].flatMap((value) => this.byLabel.get(entry(namespace, key, value)) ?? []),
    );
    const smallest = narrowed.sort((a, b) => a.length - b.length)[0];
    return smallest ? [...smallest, ...(this.unlabelled.get(namespace) ?? [])] : this.inNamespace(namespace);
  }

  private add(workload: Workload): void {
    const namespace = attempt(() => workload.object.namespace);
    if (namespace === undefined) return;
    if (namespace instanceof UnknownValue) {
      this.anywhere.push({ workload, doubt: namespace });
      return;
    }
    push(this.byNamespace, namespace, workload);
    const labels = attempt(() => workload.labels.entries().map(([key, value]) => [key, value.text() ?? ""] as const));
    // Labels that a controller adds to the pods of a Job are not in its template.
    if (labels === undefined || labels instanceof UnknownValue || workload.isJob)
      push(this.unlabelled, namespace, workload);
    else for (const [key, value] of labels) push(this.byLabel, entry(namespace, key, value), workload);
  }
}

/** Which workloads' pods each of some objects selects, and the other way round; computed once. */
export class Selection {
  private readonly forward = new Map<KubernetesObject, Answer<Workload>>();
  private readonly backward = new Map<Workload, Answer<KubernetesObject>>();
  private readonly doubtIn = new Map<string, UnknownValue>();
  private doubtAnywhere: UnknownValue | undefined;

  public constructor(
    objects: readonly KubernetesObject[],
    private readonly index: WorkloadIndex,
    selectorOf: (object: KubernetesObject) => PodSelector,
  ) {
    for (const object of objects) this.relate(object, selectorOf(object));
  }

  /** The workloads whose pods an object selects. */
  public workloadsOf(object: KubernetesObject): Matches<Workload> {
    const answer = this.forward.get(object);
    return new Matches(answer?.certain ?? [], answer?.doubt);
  }

  /** The objects that select a workload's pods. */
  public objectsOf(workload: Workload): Matches<KubernetesObject> {
    const answer = this.backward.get(workload);
    const namespace = attempt(() => workload.object.namespace);
    const doubt =
      answer?.doubt ??
      this.doubtAnywhere ??
      (namespace instanceof UnknownValue ? namespace : this.doubtIn.get(namespace ?? ""));
    return new Matches(answer?.certain ?? [], doubt);
  }

  private relate(object: KubernetesObject, selector: PodSelector): void {
    const namespace = attempt(() => object.namespace);
    if (namespace === undefined) return;
    if (namespace instanceof UnknownValue) {
      this.doubtAnywhere ??= namespace;
      answerOf(this.forward, object).doubt ??= namespace;
      return;
    }
    const requirements = attempt(() => selector.requirements());
    if (requirements === undefined) return;
    if (requirements instanceof UnknownValue) {
      if (!this.doubtIn.has(namespace)) this.doubtIn.set(namespace, requirements);
      answerOf(this.forward, object).doubt ??= requirements;
      return;
    }
    for (const workload of this.index.candidates(namespace, requirements)) this.decide(object, workload, selector);
    for (const { workload, doubt } of this.index.withoutKnownNamespace) this.decide(object, workload, selector, doubt);
  }

  private decide(object: KubernetesObject, workload: Workload, selector: PodSelector, doubt?: UnknownValue): void {
    const selected = attempt(() => selector.selects(workload));
    const uncertain = selected instanceof UnknownValue ? selected : selected ? doubt : undefined;
    if (uncertain) {
      answerOf(this.forward, object).doubt ??= uncertain;
      answerOf(this.backward, workload).doubt ??= uncertain;
    } else if (selected === true) {
      answerOf(this.forward, object).certain.push(workload);
      answerOf(this.backward, workload).certain.push(object);
    }
  }
}

interface Answer<T> {
  readonly certain: T[];
  doubt: UnknownValue | undefined;
}

function answerOf<K, T>(answers: Map<K, Answer<T>>, key: K): Answer<T> {
  const answer = answers.get(key) ?? { certain: [], doubt: undefined };
  answers.set(key, answer);
  return answer;
}

/**
 * Runs `read`; what it finds unknown is returned, to be thrown when somebody asks. What is malformed gives `undefined`:
 * the API server would refuse the object, so it relates to nothing, and rules on that object say what is wrong with it.
 */
export function attempt<T>(read: () => T): T | UnknownValue | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValue) return error;
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function entry(namespace: string, key: string, value: string): string {
  return JSON.stringify([namespace, key, value]);
}

/** Appends to the list of a key. */
export function push<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
