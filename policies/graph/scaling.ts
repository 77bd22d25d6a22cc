import { type Field, UnknownValue } from "../field";
import { type Subject } from "../rule";
import { type Graph } from "./graph";
import { type Keyed, keyed } from "./keyed";
import { apiGroup } from "./kinds";
import { type KubernetesObject } from "./object";
import { attempt, Matches } from "./selection";
import { objects } from "./subjects";
import { type Workload } from "./workload";

/** A bound of an autoscaler: the property that holds it, and what its absence means. */
interface Bound {
  readonly key: string;
  readonly otherwise: number;
}

/** One kind of object that changes the pods of a target by load. */
interface ScalerKind {
  readonly group: string;
  /** `number`: how many pods there are; `size`: what each of them asks for. */
  readonly changes: "number" | "size";
  readonly reference: string;
  /** Kind of the target when the reference names none. */
  readonly defaultTarget: string;
  readonly minimum?: Bound;
  readonly maximum?: Bound;
}

/**
 * Kinds of autoscalers. A ScaledObject makes a HorizontalPodAutoscaler of its own.
 *
 * Sources: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/,
 * https://keda.sh/docs/latest/reference/scaledobject-spec, the vertical autoscaler's types.go (kubernetes/autoscaler).
 */
const scalerKinds: Readonly<Record<string, ScalerKind>> = {
  HorizontalPodAutoscaler: {
    group: "autoscaling",
    changes: "number",
    reference: "scaleTargetRef",
    defaultTarget: "",
    minimum: { key: "minReplicas", otherwise: 1 },
    maximum: { key: "maxReplicas", otherwise: 1 },
  },
  ScaledObject: {
    group: "keda.sh",
    changes: "number",
    reference: "scaleTargetRef",
    defaultTarget: "Deployment",
    minimum: { key: "minReplicaCount", otherwise: 0 },
    maximum: { key: "maxReplicaCount", otherwise: 100 },
  },
  VerticalPodAutoscaler: { group: "autoscaling.k8s.io", changes: "size", reference: "targetRef", defaultTarget: "" },
};

/** The autoscalers of a graph that change any of `what`. */
export function autoscalers(graph: Graph, ...what: ScalerKind["changes"][]): Subject<KubernetesObject>[] {
  return objects(graph, ...what.flatMap(kindsThatChange)).filter((subject) => isScaler(subject.read()));
}

/** The reference of an autoscaler to its target. */
export function targetReference(scaler: KubernetesObject): Field {
  return scaler.spec.at(scalerKinds[scaler.kind]?.reference ?? "scaleTargetRef");
}

/** The target as an autoscaler names it. */
export function targetName(scaler: KubernetesObject): { readonly kind: string; readonly name: string } {
  const reference = targetReference(scaler);
  const kind = reference.at("kind").text() ?? scalerKinds[scaler.kind]?.defaultTarget ?? "";
  return { kind, name: reference.at("name").text() ?? "" };
}

/** The property that holds an autoscaler's lower bound, and its value. */
export function lowerBound(scaler: KubernetesObject): { readonly field: Field; readonly value: number } {
  return bound(scaler, scalerKinds[scaler.kind]?.minimum ?? { key: "minReplicas", otherwise: 1 });
}

/** Like {@link lowerBound}. */
export function upperBound(scaler: KubernetesObject): { readonly field: Field; readonly value: number } {
  return bound(scaler, scalerKinds[scaler.kind]?.maximum ?? { key: "maxReplicas", otherwise: 1 });
}

/** Autoscalers and what they scale, looked up both ways. */
export class Scaling {
  private readonly workloads: Keyed<Workload>;
  private readonly scalers: Readonly<Record<ScalerKind["changes"], Keyed<KubernetesObject>>>;

  /** @param ofKind Objects of a kind, of any API group. */
  public constructor(workloads: readonly Workload[], ofKind: (kind: string) => readonly KubernetesObject[]) {
    const scalersOf = (kinds: readonly string[]) =>
      keyed(
        kinds.flatMap((kind) => ofKind(kind).filter(isScaler)),
        targetKey,
      );
    this.workloads = keyed(workloads, workloadKey);
    this.scalers = { number: scalersOf(kindsThatChange("number")), size: scalersOf(kindsThatChange("size")) };
  }

  /** The autoscalers that set a workload's number of pods. */
  public scalersOf(workload: Workload): Matches<KubernetesObject> {
    const { byKey, doubt } = this.scalers.number;
    const key = attempt(() => workloadKey(workload));
    if (key instanceof UnknownValue) return new Matches([], byKey.size > 0 ? key : doubt);
    return new Matches(byKey.get(key ?? "") ?? [], doubt);
  }

  /** The workload that an autoscaler names as its target. @throws UnknownValue when that cannot be told. */
  public targetOf(scaler: KubernetesObject): Workload | undefined {
    const [target] = this.workloads.byKey.get(targetKey(scaler)) ?? [];
    if (target === undefined && this.workloads.doubt) throw this.workloads.doubt;
    return target;
  }

  /**
   * The autoscalers that change the same thing of the same target, itself among them.
   *
   * @throws UnknownValue when its own target is not known.
   */
  public sharing(scaler: KubernetesObject): Matches<KubernetesObject> {
    const { byKey, doubt } = this.scalers[scalerKinds[scaler.kind]?.changes ?? "number"];
    return new Matches(byKey.get(targetKey(scaler)) ?? [], doubt);
  }
}

function kindsThatChange(what: ScalerKind["changes"]): string[] {
  return Object.entries(scalerKinds).flatMap(([kind, { changes }]) => (changes === what ? [kind] : []));
}

/** A manifest without an API version is taken by its kind: other rules say what is wrong with it. */
function isScaler({ kind, apiVersion }: KubernetesObject): boolean {
  return apiVersion === "" || apiGroup(apiVersion) === scalerKinds[kind]?.group;
}

function bound(scaler: KubernetesObject, { key, otherwise }: Bound): { field: Field; value: number } {
  const field = scaler.spec.at(key);
  return { field, value: field.number() ?? otherwise };
}

/** `namespace/Kind/name` of what an autoscaler scales. @throws UnknownValue when part of it is not known. */
function targetKey(scaler: KubernetesObject): string {
  const { kind, name } = targetName(scaler);
  return [scaler.namespace, kind, name].join("/");
}

function workloadKey({ kind, object }: Workload): string {
  return [object.namespace, kind, object.name].join("/");
}
