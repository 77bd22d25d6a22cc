/** Keeps secret values out of sentences: servers and helm quote what they refuse. */
import { NotReadyError, ProviderError } from "./errors";
import { get, isObject, UNKNOWN, type Plain, type Properties } from "./properties";

/** Shorter texts (`on`, `80`) stand in every other word; hiding them would garble the sentence and hide nothing. */
const SHORTEST = 4;

/** `text` with every secret value of the properties, as it is and as base64, replaced by `[secret]`. */
export function redact(text: string, properties: Properties): string {
  const values = new Set(properties.secrets.flatMap((path) => texts(get(properties.value, path))));
  const hidden = [...values].flatMap((value) => [value, Buffer.from(value, "utf8").toString("base64")]);
  // The longest first, so that a secret that contains another is hidden whole.
  return hidden
    .sort((a, b) => b.length - a.length)
    .reduce((result, value) => result.replaceAll(value, "[secret]"), text);
}

function texts(value: Plain | undefined): string[] {
  if (typeof value === "string") return value.length >= SHORTEST && value !== UNKNOWN ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isObject(value) ? Object.values(value).flatMap(texts) : [];
}

/** Runs `work`; what it throws speaks of no secret of `properties`. */
export async function withoutSecrets<T>(properties: Properties, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (properties.secrets.length === 0) throw error;
    const clean = (text: string): string => redact(text, properties);
    if (error instanceof NotReadyError) {
      throw new NotReadyError(clean(error.message), error.id, error.outputs, error.inputs, error.reasons.map(clean));
    }
    if (error instanceof ProviderError) throw new ProviderError(clean(error.message), error.code);
    throw error;
  }
}
