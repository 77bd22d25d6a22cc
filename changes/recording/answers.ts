import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { Schema } from "../../sandbox/plugins/aws/schema";
import { kinds as randomKinds } from "../../sandbox/plugins/random/kinds";
import { markSecret, unknownMark } from "../../registrations/property-values";

/** What a preview answers to a registration. */
export interface Asked {
  readonly type: string;
  readonly name: string;
  /** Inputs in the engine's form. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of outputs that the SDK declares secret. */
  readonly secretOutputs: readonly string[];
}

/** By the package's real place: both sides mostly share one, and reading its declarations takes a while. */
const schemas = new Map<string, Schema>();

function schemaOf(folder: string): Schema {
  const place = existsSync(folder) ? realpathSync(folder) : folder;
  const schema = schemas.get(place) ?? new Schema(place);
  schemas.set(place, schema);
  return schema;
}

/** Outputs of AWS resources that are texts in every one of them, by their names. */
const textOutput = /^(?:arn|id|endpoint|dnsName)$|(?:Arn|Id|Url)$/;
const standIn = /\u00ab[^\u00ab\u00bb]*\u00bb/;

/**
 * A value that only an update makes, as a comparison shows it: `«key-storage-key.arn»`. Were it unknown, a policy document
 * with one such value in it would be unknown as a whole, and nobody would see what else changed there.
 */
export function standInFor(name: string, output: string): string {
  return `\u00ab${name}.${output}\u00bb`;
}

/** The same properties as a preview has them: every text with a stand-in in it is unknown. */
export function withoutStandIns(value: unknown): unknown {
  if (typeof value === "string") return standIn.test(value) ? unknownMark : value;
  if (Array.isArray(value)) return value.map(withoutStandIns);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutStandIns(each)]));
}

/**
 * The outputs that the sandbox's providers give in a preview, with stand-ins for texts that only an update makes: what was
 * given as it is, and the rest unknown.
 */
export class PreviewAnswers {
  private readonly aws: Schema;

  /** @param folder The project's folder, whose AWS SDK says what AWS fills in. */
  public constructor(folder: string) {
    this.aws = schemaOf(path.join(folder, "node_modules", "@pulumi", "aws"));
  }

  /** Id and outputs of a resource. */
  public answer({ type, name, inputs, secretOutputs }: Asked): { id: string; outputs: Record<string, unknown> } {
    const made = (output: string) => (textOutput.test(output) ? standInFor(name, output) : unknownMark);
    const outputs: Record<string, unknown> = {
      ...Object.fromEntries(this.computed(type).map((output) => [output, made(output)])),
      ...inputs,
    };
    for (const output of secretOutputs) outputs[output] = markSecret(outputs[output] ?? unknownMark);
    return { id: type.startsWith("aws:") ? standInFor(name, "id") : "", outputs };
  }

  /** Outputs that an update fills in when the program does not give them. */
  private computed(type: string): readonly string[] {
    if (type.startsWith("random:")) return randomKinds[type]?.computed ?? [];
    return type.startsWith("aws:") ? (this.aws.kind(type)?.filled ?? []) : [];
  }
}
