/** What a source knows about how the engine treats a resource; sources without an engine (YAML) have none. */
export interface ResourceOptions {
  readonly protect: boolean;
  readonly retainOnDelete?: boolean;
  readonly ignoreChanges: readonly string[];
  readonly parent?: string;
  /** URNs under which it stood before, as the engine has worked them out. */
  readonly aliases?: readonly string[];
}

/** What a resource stands on, as an engine knows it. */
export interface ResourceEdges {
  /** False of components. */
  readonly custom: boolean;
  readonly dependencies: readonly string[];
  /** By input, the URNs of what it was read from. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  /** URN of the provider. */
  readonly provider?: string;
  readonly deletedWith?: string;
  /** Place in the engine's list, where the source keeps it. */
  readonly position?: number;
}

/**
 * One resource from any source, as plain data. Values that are not known stand as `Unknown`; what the engine marks
 * secret is listed by path, with the value itself in place.
 */
export interface Resource {
  /** Pulumi type token (`kubernetes:apps/v1:Deployment`); empty for a manifest. */
  readonly type: string;
  /** The engine's name; of a manifest its `metadata.name`. */
  readonly name: string;
  readonly urn?: string;
  /** File and line, of a source that has them. */
  readonly location?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Paths marked secret; absent when the source does not mark secrets at all. */
  readonly secrets?: { readonly inputs: ReadonlySet<string>; readonly outputs: ReadonlySet<string> };
  readonly options?: ResourceOptions;
  /** Absent where the source shows a resource by itself, or knows no engine. */
  readonly edges?: ResourceEdges;
}
