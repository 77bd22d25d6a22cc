import { type Registration } from "../../../registrations/record";
import { typesOf } from "../../../registrations/keys";

/** A registration as it stands in a golden file: what is empty is left out. */
export interface WrittenRegistration {
  readonly type: string;
  readonly name: string;
  readonly component?: true;
  readonly parent?: string;
  readonly inputs?: Registration["inputs"];
  readonly options?: Registration["options"];
  readonly outputs?: Registration["outputs"];
}

/** So many resources of one kind at one place are a crowd that is named by its kind. */
const crowd = 5;

/**
 * Registrations in the form of the golden files, by key. Where a resource waits for every one of a crowd, the list says
 * `<types>::*`: one more in the crowd is then a change of that one, not of all that wait for it.
 */
export function written(registrations: readonly Registration[]): Map<string, WrittenRegistration> {
  const sizes = new Map<string, number>();
  for (const { key } of registrations) sizes.set(typesOf(key), (sizes.get(typesOf(key)) ?? 0) + 1);
  const fold = (keys: readonly string[]): string[] => {
    const counts = new Map<string, number>();
    for (const key of keys) counts.set(typesOf(key), (counts.get(typesOf(key)) ?? 0) + 1);
    const whole = (types: string) => (counts.get(types) ?? 0) >= crowd && counts.get(types) === sizes.get(types);
    return [...new Set(keys.map((key) => (whole(typesOf(key)) ? `${typesOf(key)}::*` : key)))].sort();
  };
  return new Map(
    registrations.map((registration) => {
      const { dependsOn, ...others } = registration.options;
      const options = dependsOn === undefined ? others : { dependsOn: fold(dependsOn), ...others };
      return [
        registration.key,
        {
          type: registration.type,
          name: registration.name,
          ...(registration.custom ? {} : { component: true as const }),
          ...(registration.parent === undefined ? {} : { parent: registration.parent }),
          ...unlessEmpty("inputs", registration.inputs),
          ...unlessEmpty("options", options),
          ...unlessEmpty("outputs", registration.outputs ?? {}),
        },
      ];
    }),
  );
}

/** The key that a written registration was recorded under. */
export function keyOf({ type, name, parent }: WrittenRegistration): string {
  return `${parent === undefined ? "" : `${typesOf(parent)}$`}${type}::${name}`;
}

function unlessEmpty<K extends string, T extends object>(key: K, value: T): Partial<Record<K, T>> {
  return Object.keys(value).length === 0 ? {} : ({ [key]: value } as Record<K, T>);
}
