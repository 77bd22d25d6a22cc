/** A Kubernetes object as plain data, as a YAML file holds it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** Absent for what lies in no namespace. */
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [key: string]: unknown;
}

/** A Secret object without its values: what it must hold, and where that comes from. */
export interface SecretNeed {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly {
    readonly key: string;
    /** What the value is, for whoever makes it; a sentence. */
    readonly value: string;
  }[];
}
