/** Stands where a value is not known yet. Nothing but {@link Field} looks at it, so no rule can take it for a value. */
export class Unknown {
  /**
   * @param why `preview`: an output that only an update computes; `encrypted`: a secret of a state export, there but
   *   unreadable.
   */
  public constructor(public readonly why: "preview" | "encrypted") {}
}

/** An output that only an update computes. */
export const UNKNOWN = new Unknown("preview");
/** A secret of a state export. */
export const ENCRYPTED = new Unknown("encrypted");

/** Thrown by {@link Field} when a rule reads what is not known; the runner turns it into "cannot tell". */
export class UnknownValue extends Error {
  public override readonly name = "UnknownValue";
  public constructor(
    /** The property that is unknown. */
    public readonly path: string,
    public readonly why: Unknown["why"],
  ) {
    super(`${path} ${why === "preview" ? "is not known before the update" : "is encrypted in the state"}`);
  }
}

/** Thrown by {@link Field} when a property has a type that its kind does not allow; the runner turns it into a failure. */
export class Malformed extends Error {
  public override readonly name = "Malformed";
  public constructor(
    public readonly path: string,
    public readonly expected: string,
  ) {
    super(`${path} is not ${expected}`);
  }
}

/** A value without anything below it. */
export type Scalar = string | number | boolean;

/** One value of an object, as a search through all of them sees it. */
export interface Leaf {
  readonly field: Field;
  /** Nearest property name: of a list's entry, the list's. */
  readonly key: string;
  readonly value: Scalar | Unknown;
  readonly secret: boolean;
}

/** Appends a key to a property path: `a.b`, `a[0]`, `a["x.y/z"]`. */
export function joinPath(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/**
 * A property of a resource with its path. Reading an absent property gives `undefined` (null counts as absent, as in
 * Kubernetes), reading an unknown one throws {@link UnknownValue}, reading one of another type throws {@link Malformed}.
 */
export class Field {
  private constructor(
    private readonly raw: unknown,
    private readonly place: { readonly parent: Field; readonly key: string | number } | undefined,
    /** Absent when there is nothing secret, which saves working out paths. */
    private readonly secrets: ReadonlySet<string> | undefined,
    /** Whether the engine treats it as a secret; can be asked of an unknown value too. */
    public readonly secret: boolean,
    /** What is unknown: itself or something above it. */
    private readonly hidden: Field | undefined,
  ) {}

  /** The whole of a resource's properties. `secrets`: paths that are marked secret, with all below them. */
  public static root(raw: unknown, secrets?: ReadonlySet<string>): Field {
    const marks = secrets !== undefined && secrets.size > 0 ? secrets : undefined;
    return new Field(raw, undefined, marks, marks?.has("") ?? false, undefined);
  }

  /** Where it stands below the resource, for messages. Worked out when asked: rules read far more than they report. */
  public get path(): string {
    return this.place === undefined ? "" : joinPath(this.place.parent.path, this.place.key);
  }

  /** The property below `keys`; absent when any of them is. */
  public at(...keys: (string | number)[]): Field {
    return keys.reduce<Field>((field, key) => field.child(key), this);
  }

  /** Whether there is a value. */
  public get exists(): boolean {
    return this.read() !== undefined;
  }

  /** Whether the value is unknown. For searches that must go on past it; a rule that decides something reads it. */
  public get undecided(): boolean {
    return this.raw instanceof Unknown;
  }

  public text(): string | undefined {
    const value = this.read();
    if (value === undefined || typeof value === "string") return value;
    throw new Malformed(this.path, "a text");
  }

  public number(): number | undefined {
    const value = this.read();
    if (value === undefined || typeof value === "number") return value;
    throw new Malformed(this.path, "a number");
  }

  public flag(): boolean | undefined {
    const value = this.read();
    if (value === undefined || typeof value === "boolean") return value;
    throw new Malformed(this.path, "true or false");
  }

  /** A number or a text, as Kubernetes' quantities, ports and budgets are written. */
  public numberOrText(): string | number | undefined {
    const value = this.read();
    if (value === undefined || typeof value === "string" || typeof value === "number") return value;
    throw new Malformed(this.path, "a number or a text");
  }

  /** The entries of a list; none when it is absent. */
  public items(): Field[] {
    const value = this.read();
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw new Malformed(this.path, "a list");
    return value.map((_, index) => this.child(index));
  }

  /** The properties of an object; none when it is absent. */
  public entries(): [string, Field][] {
    const value = this.read();
    if (value === undefined) return [];
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Malformed(this.path, "an object");
    }
    return Object.keys(value).map((key) => [key, this.child(key)]);
  }

  /** All values below, unknown ones included; never throws. */
  public *leaves(key = ""): Generator<Leaf> {
    const { raw, secret } = this;
    if (raw === null || raw === undefined) return;
    if (raw instanceof Unknown || typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean") {
      yield { field: this, key, value: raw, secret };
    } else if (Array.isArray(raw)) {
      for (let index = 0; index < raw.length; index += 1) yield* this.child(index).leaves(key);
    } else if (typeof raw === "object") {
      for (const name of Object.keys(raw)) yield* this.child(name).leaves(name);
    }
  }

  /** The value with all that is below it. @throws UnknownValue when part of it is not known. */
  public plain(): unknown {
    for (const { field } of this.leaves()) if (field.undecided) field.read();
    return this.read();
  }

  private child(key: string | number): Field {
    const place = { parent: this, key };
    if (this.raw instanceof Unknown)
      return new Field(this.raw, place, this.secrets, this.isSecret(key), this.hidden ?? this);
    const raw =
      typeof this.raw === "object" && this.raw !== null && Object.hasOwn(this.raw, key)
        ? (this.raw as Record<string | number, unknown>)[key]
        : undefined;
    return new Field(raw, place, this.secrets, this.isSecret(key), undefined);
  }

  private isSecret(key: string | number): boolean {
    return this.secret || (this.secrets?.has(joinPath(this.path, key)) ?? false);
  }

  private read(): unknown {
    if (this.raw instanceof Unknown) throw new UnknownValue((this.hidden ?? this).path, this.raw.why);
    return this.raw ?? undefined;
  }
}

/**
 * Whether `test` holds for any of `items`: yes as soon as it certainly does for one, whatever is unknown of the others.
 *
 * @throws UnknownValue when it holds for none that is known and one is unknown.
 */
export function anyKnown<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  let doubt: UnknownValue | undefined;
  for (const item of items) {
    try {
      if (test(item)) return true;
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
      doubt ??= error;
    }
  }
  if (doubt) throw doubt;
  return false;
}

/** Whether `test` holds for all of `items`: no as soon as it certainly fails for one. See {@link anyKnown}. */
export function everyKnown<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  return !anyKnown(items, (item) => !test(item));
}
