import { type ResourceIdentity } from "../../model/exemptions";
import { Field, Malformed, UnknownValue } from "../field";
import { type Resource } from "../sources/resource";
import { isNamespaced } from "./kinds";

/** Namespace of an object that names none: the API server's own default. */
const defaultNamespace = "default";

/** A Kubernetes object of the graph. */
export class KubernetesObject {
  /** The whole manifest. */
  public readonly root: Field;
  public readonly identity: ResourceIdentity;

  public constructor(
    public readonly resource: Resource,
    public readonly apiVersion: string,
    public readonly kind: string,
    /** Scope by `group/Kind` of the custom resource definitions of the graph. */
    private readonly definitions: ReadonlyMap<string, boolean>,
    root?: Field,
  ) {
    this.root = root ?? KubernetesObject.rootOf(resource);
    const metadata = this.root.at("metadata");
    this.identity = {
      kind,
      name: readable(metadata.at("name")) ?? resource.name,
      namespace: readable(metadata.at("namespace")),
      logicalName: resource.name,
    };
  }

  /** The properties that the program gave a resource. */
  public static rootOf(resource: Resource): Field {
    return Field.root(resource.inputs, resource.secrets?.inputs);
  }

  public get spec(): Field {
    return this.root.at("spec");
  }

  public get metadata(): Field {
    return this.root.at("metadata");
  }

  /** `metadata.name`. @throws UnknownValue when it is not known. */
  public get name(): string {
    return this.metadata.at("name").text() ?? this.resource.name;
  }

  /** Whether objects of this kind have a namespace; `undefined` when only an absent definition would tell. */
  public get namespaced(): boolean | undefined {
    return isNamespaced(this.apiVersion, this.kind, this.definitions);
  }

  /** The namespace it will be in. @throws UnknownValue when it is not known. */
  public get namespace(): string {
    return this.metadata.at("namespace").text() ?? defaultNamespace;
  }

  /** Value of an annotation. */
  public annotation(key: string): string | undefined {
    return this.metadata.at("annotations", key).text();
  }

  /** Value of a label. */
  public label(key: string): string | undefined {
    return this.metadata.at("labels", key).text();
  }
}

/** `Kind namespace/name`, as messages name a resource. */
export function describeIdentity({ kind, namespace, name }: ResourceIdentity): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** What can be read now; a rule that depends on it reads it again and learns that it is unknown. */
function readable(field: Field): string | undefined {
  try {
    return field.text();
  } catch (error) {
    if (error instanceof UnknownValue || error instanceof Malformed) return undefined;
    throw error;
  }
}
