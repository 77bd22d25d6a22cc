/** What a source knows about how the engine treats a resource; sources without an engine (YAML) have none. */
export interface ResourceOptions {
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly parent?: string;
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
}
