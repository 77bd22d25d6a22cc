import { type Field } from "../field";
import { podTemplatePaths } from "./kinds";
import { type KubernetesObject } from "./object";
import { labelReader, type LabelReader } from "./selector";

/** What a container is for; a sidecar is an init container that keeps running (`restartPolicy: Always`). */
export type ContainerRole = "app" | "init" | "sidecar" | "ephemeral";

/** A container of a pod template. */
export interface Container {
  readonly workload: Workload;
  readonly role: ContainerRole;
  readonly name: string;
  readonly field: Field;
}

/** An object that makes pods, with the template of its pods. */
export class Workload {
  /** The pod template; of a Pod the object itself. */
  public readonly template: Field;
  public readonly podSpec: Field;
  /** Reads the labels that its pods will have. */
  public readonly podLabel: LabelReader;
  private cached: readonly Container[] | undefined;

  public constructor(public readonly object: KubernetesObject) {
    this.template = object.root.at(...(podTemplatePaths[object.kind] ?? []));
    this.podSpec = this.template.at("spec");
    this.podLabel = labelReader(this.labels, controllerLabels(object));
  }

  public get kind(): string {
    return this.object.kind;
  }

  /** Labels of the pod template. */
  public get labels(): Field {
    return this.template.at("metadata", "labels");
  }

  /** Whether it ends by itself. */
  public get isJob(): boolean {
    return this.kind === "Job" || this.kind === "CronJob";
  }

  /** Whether its pods run Windows, where Linux security settings do not exist. */
  public get onWindows(): boolean {
    return this.podSpec.at("os", "name").text() === "windows";
  }

  /** Whether one of its pods has this name, which only those of a StatefulSet have for ever. */
  public hasPodNamed(name: string): boolean {
    if (this.kind !== "StatefulSet") return false;
    const [, set, ordinal] = /^(.*)-(\d+)$/.exec(name) ?? [];
    return set === this.object.name && Number(ordinal) < (this.object.spec.at("replicas").number() ?? 1);
  }

  /** Value of an annotation of the pod template. */
  public podAnnotation(key: string): string | undefined {
    return this.template.at("metadata", "annotations", key).text();
  }

  /**
   * All containers of a pod.
   *
   * @throws UnknownValue when one of the lists is not known.
   */
  public get containers(): readonly Container[] {
    this.cached ??= [
      ...this.read("containers", () => "app"),
      ...this.read("initContainers", (field) => (field.at("restartPolicy").text() === "Always" ? "sidecar" : "init")),
      ...this.read("ephemeralContainers", () => "ephemeral"),
    ];
    return this.cached;
  }

  private read(list: string, role: (field: Field) => ContainerRole): Container[] {
    return this.podSpec
      .at(list)
      .items()
      .map((field, index) => ({
        workload: this,
        role: role(field),
        name: field.at("name").text() ?? `${list}[${index}]`,
        field,
      }));
  }
}

/** Labels that a controller adds to its pods and that selectors use. */
function controllerLabels(object: KubernetesObject): Readonly<Record<string, string>> {
  if (object.kind !== "Job") return {};
  const { name } = object.identity;
  return { "job-name": name, "batch.kubernetes.io/job-name": name };
}
