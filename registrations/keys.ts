import { type Registration } from "./registration";

/** The parts of an alias as the SDK sends them; what is absent is as it is now. */
interface AliasParts {
  readonly name?: string;
  readonly type?: string;
  readonly parent?: string;
  readonly noparent?: boolean;
}

/**
 * Keys under which the engine looks for a resource: its own, those of its aliases, and each of them below every key of
 * its parent, because children move with it.
 */
export function allKeys(registration: Registration, byKey: ReadonlyMap<string, Registration>): Set<string> {
  const parent = registration.parent === undefined ? undefined : byKey.get(registration.parent);
  const keys = new Set<string>([registration.key]);
  const parents = parent ? allKeys(parent, byKey) : new Set<string>();
  const own: AliasParts[] = [{}];
  for (const alias of registration.options.aliases ?? []) {
    if (typeof alias === "string") keys.add(alias);
    else own.push(alias as AliasParts);
  }
  for (const { name, type = registration.type, parent: formerParent, noparent } of own) {
    const moved = formerParent !== undefined && formerParent !== registration.parent;
    const below = noparent === true ? [] : moved ? [formerParent] : [...parents];
    if (below.length === 0) keys.add(`${type}::${name ?? registration.name}`);
    for (const key of below) {
      keys.add(`${typesOf(key)}$${type}::${name ?? nameBelow(registration.name, parent?.name, nameOf(key))}`);
    }
  }
  return keys;
}

/** A child whose name begins with its parent's is taken to have followed when the parent was renamed. */
function nameBelow(name: string, parent: string | undefined, formerParent: string): string {
  return parent !== undefined && name.startsWith(parent) ? `${formerParent}${name.slice(parent.length)}` : name;
}

/** Types from the root down: what a key has before its name. */
export function typesOf(key: string): string {
  return key.slice(0, key.indexOf("::"));
}

function nameOf(key: string): string {
  return key.slice(key.indexOf("::") + 2);
}
