import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** One property of a resource or of an object inside one. */
export interface Property {
  readonly name: string;
  readonly required: boolean;
  /** Its TypeScript type as declared. */
  readonly type: string;
}

/** What the SDK says about a resource type. */
export interface Kind {
  /** What a program may give. */
  readonly inputs: ReadonlyMap<string, Property>;
  /** Outputs that always have a value: given by the program, or else by AWS. */
  readonly filled: readonly string[];
}

/**
 * The types of AWS resources as the installed SDK declares them. The npm package has no schema, but its declarations are
 * generated from it, one file for each type, and say the same.
 */
export class Schema {
  private readonly kinds = new Map<string, Kind | undefined>();
  private readonly objects = new Map<string, ReadonlyMap<string, Property>>();
  private inputTypes: string | undefined;

  /** @param folder The package `@pulumi/aws`. */
  public constructor(private readonly folder: string) {}

  /** The resource type of a token (`aws:eks/cluster:Cluster`); `undefined` when the SDK has none of that name. */
  public kind(token: string): Kind | undefined {
    if (!this.kinds.has(token)) this.kinds.set(token, this.readKind(token));
    return this.kinds.get(token);
  }

  /** The settings of the provider itself. */
  public provider(): ReadonlyMap<string, Property> {
    return propertiesIn(this.text("provider.d.ts"), "export interface ProviderArgs {", 4);
  }

  /** Properties of the object that a type speaks of (`inputs.eks.ClusterVpcConfig`); `undefined` when it speaks of none. */
  public object(type: string): ReadonlyMap<string, Property> | undefined {
    const [, namespace, name] = /\binputs\.(?:(\w+)\.)?(\w+)/.exec(type) ?? [];
    if (name === undefined) return undefined;
    const key = `${namespace ?? ""}.${name}`;
    const known = this.objects.get(key);
    if (known) return known;
    this.inputTypes ??= this.text("types/input.d.ts");
    const start = namespace === undefined ? 0 : this.inputTypes.indexOf(`export declare namespace ${namespace} {`);
    const head = namespace === undefined ? `export interface ${name} {` : `interface ${name} {`;
    const found = propertiesIn(this.inputTypes.slice(start), head, namespace === undefined ? 4 : 8);
    this.objects.set(key, found);
    return found;
  }

  private readKind(token: string): Kind | undefined {
    const [, module, name] = /^aws:([\w/]+):(\w+)$/.exec(token) ?? [];
    if (module === undefined || name === undefined) return undefined;
    const file = `${module.replace(/^index\//, "")}.d.ts`;
    if (!existsSync(path.join(this.folder, file))) return undefined;
    const text = this.text(file);
    const outputs = propertiesIn(text, `export declare class ${name} extends pulumi.CustomResource {`, 4);
    const filled = [...outputs.values()].filter(({ type }) => isFilled(type)).map(({ name: output }) => output);
    return { inputs: propertiesIn(text, `export interface ${name}Args {`, 4), filled };
  }

  private text(file: string): string {
    return readFileSync(path.join(this.folder, file), "utf8");
  }
}

/** An output whose type leaves no room for "absent". */
function isFilled(type: string): boolean {
  return type.startsWith("pulumi.Output<") && !/\| undefined>;?\s*$/.test(type);
}

/** Properties declared in the block that starts with `head`, each on a line of its own with that indentation. */
function propertiesIn(text: string, head: string, indentation: number): ReadonlyMap<string, Property> {
  const start = text.indexOf(head);
  const margin = " ".repeat(indentation);
  const end = text.indexOf(`\n${margin.slice(4)}}`, start);
  const block = start < 0 ? "" : text.slice(start + head.length, end).replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
  const pattern = new RegExp(
    `^${margin}(?:readonly )?(\\w+)(\\?)?: ([\\s\\S]*?;)\\s*$(?=\\n${margin}\\w|\\s*$(?![\\s\\S]))`,
    "gm",
  );
  const found = [...block.matchAll(pattern)].map(([, name = "", optional, type = ""]) => {
    return [name, { name, required: optional === undefined, type: type.trim() }] as const;
  });
  return new Map(found);
}
