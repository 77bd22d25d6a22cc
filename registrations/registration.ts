import { decodeProperties, type PropertyObject, type PropertyValue, sorted } from "./property-values";

/** Options of a registration as the engine receives them; what is unset or false is absent. */
export interface RegistrationOptions {
  readonly protect?: true;
  readonly deleteBeforeReplace?: boolean;
  readonly retainOnDelete?: boolean;
  /** Keys of the resources that must exist before, explicit ones and those read from inputs. */
  readonly dependsOn?: readonly string[];
  /** By input, the keys of the resources it was read from. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  /** Former URNs, or their parts, such as `{ name: "old" }`. */
  readonly aliases?: readonly PropertyValue[];
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  readonly customTimeouts?: Readonly<Record<string, string>>;
  readonly import?: string;
  readonly deletedWith?: string;
  /** Key of the provider that serves the resource; absent for the default provider. */
  readonly provider?: string;
  /** Of a component: the providers that its children inherit, by package. */
  readonly providers?: Readonly<Record<string, string>>;
}

/** One resource as it would reach the engine. */
export interface Registration {
  /** Types from the root down and the name, as in the engine's URN: `a:b:Parent$c:d:Child::name`. */
  readonly key: string;
  readonly type: string;
  readonly name: string;
  /** False for components. */
  readonly custom: boolean;
  /** Key of the parent; absent at the root. */
  readonly parent?: string;
  /** Inputs with sorted keys; a secret is `{ $secret: value }`, an unknown value {@link unknownValue}. */
  readonly inputs: Readonly<Record<string, PropertyValue>>;
  readonly options: RegistrationOptions;
  /** Of a component: what it gave to `registerOutputs`; absent if it never did. */
  readonly outputs?: Readonly<Record<string, PropertyValue>>;
}

/** The wire library's object. */
export interface Struct {
  toJavaScript(): Record<string, unknown>;
}

/** A map of the wire library; its own `toObject` refuses maps of messages. */
interface WireMap<T> {
  forEach(action: (value: T, key: string) => void): void;
}

/** The parts of the engine's request message that are read. */
export interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): Struct | undefined;
  getProtect(): boolean | undefined;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): WireMap<{ getUrnsList(): string[] }>;
  getDeletebeforereplace(): boolean;
  getDeletebeforereplacedefined(): boolean;
  getRetainondelete(): boolean | undefined;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getAliasesList(): { getUrn(): string; getSpec(): { toObject(): Record<string, unknown> } | undefined }[];
  getCustomtimeouts(): { toObject(): Record<string, string> } | undefined;
  getImportid(): string;
  getDeletedwith(): string;
  getProvider(): string;
  getProvidersMap(): WireMap<string>;
}

/**
 * Reads what a program asks the engine for.
 *
 * @param keyOf The key of a resource that was registered before, by the URN that the program was given; empty for the
 *   stack itself.
 */
export function readRegistration(request: RegisterRequest, keyOf: (urn: string) => string): Registration {
  return new Reader(keyOf).read(request);
}

class Reader {
  constructor(private readonly key: (urn: string) => string) {}

  read(request: RegisterRequest): Registration {
    const parent = this.parent(request.getParent());
    const type = request.getType();
    const parentTypes = parent?.split("::")[0];
    return {
      key: `${parentTypes === undefined ? "" : `${parentTypes}$`}${type}::${request.getName()}`,
      type,
      name: request.getName(),
      custom: request.getCustom(),
      ...(parent === undefined ? {} : { parent }),
      inputs: decodeProperties(request.getObject()?.toJavaScript() ?? {}),
      options: this.options(request),
    };
  }

  private options(request: RegisterRequest): RegistrationOptions {
    const timeouts = Object.entries(request.getCustomtimeouts()?.toObject() ?? {}).filter(([, value]) => value !== "");
    const properties = entriesOf(request.getPropertydependenciesMap())
      .map(([property, dependencies]) => [property, this.keysOf(dependencies.getUrnsList())] as const)
      .filter(([, keys]) => keys.length > 0);
    const providers = entriesOf(request.getProvidersMap());
    return {
      ...(request.getProtect() ? { protect: true } : {}),
      ...(request.getDeletebeforereplacedefined() ? { deleteBeforeReplace: request.getDeletebeforereplace() } : {}),
      ...(request.getRetainondelete() ? { retainOnDelete: true } : {}),
      ...unlessEmpty("dependsOn", this.keysOf(request.getDependenciesList())),
      ...(properties.length > 0 ? { propertyDependencies: sorted(Object.fromEntries(properties)) } : {}),
      ...unlessEmpty(
        "aliases",
        request.getAliasesList().map((alias) => this.alias(alias.getUrn(), alias.getSpec()?.toObject())),
      ),
      ...unlessEmpty("ignoreChanges", request.getIgnorechangesList()),
      ...unlessEmpty("replaceOnChanges", request.getReplaceonchangesList()),
      ...unlessEmpty("additionalSecretOutputs", request.getAdditionalsecretoutputsList()),
      ...(timeouts.length > 0 ? { customTimeouts: sorted(Object.fromEntries(timeouts)) } : {}),
      ...(request.getImportid() === "" ? {} : { import: request.getImportid() }),
      ...(request.getDeletedwith() === "" ? {} : { deletedWith: this.key(request.getDeletedwith()) }),
      ...(request.getProvider() === "" ? {} : { provider: this.provider(request.getProvider()) }),
      ...(providers.length > 0
        ? {
            providers: sorted(
              Object.fromEntries(providers.map(([name, reference]) => [name, this.provider(reference)])),
            ),
          }
        : {}),
    };
  }

  /** The stack is the parent of what has no other, and is not named in a key. */
  private parent(urn: string): string | undefined {
    const key = urn === "" ? "" : this.key(urn);
    return key === "" ? undefined : key;
  }

  /** A provider reference is its URN and its id, which is unknown in a preview. */
  private provider(reference: string): string {
    return this.key(reference.split("::").slice(0, -1).join("::"));
  }

  private alias(urn: string, parts: Record<string, unknown> | undefined): PropertyValue {
    if (urn !== "") return this.key(urn);
    const given = Object.entries(parts ?? {}).filter(([, part]) => part !== undefined && part !== "" && part !== false);
    return sorted(
      Object.fromEntries(
        given.map(([key, part]) => (key === "parenturn" ? ["parent", this.key(String(part))] : [key, part])),
      ),
    ) as PropertyObject;
  }

  private keysOf(urns: readonly string[]): string[] {
    return urns.map((urn) => this.key(urn)).sort();
  }
}

function entriesOf<T>(map: WireMap<T>): [string, T][] {
  const entries: [string, T][] = [];
  map.forEach((value, key) => entries.push([key, value]));
  return entries;
}

function unlessEmpty<K extends string, T>(key: K, values: readonly T[]): Partial<Record<K, readonly T[]>> {
  return values.length === 0 ? {} : ({ [key]: values } as Partial<Record<K, readonly T[]>>);
}
