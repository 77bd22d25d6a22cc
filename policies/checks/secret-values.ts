import { namesFingerprint, namesPassword, namesSecret } from "./secret-names";

/** Values that are secret whatever they are called; `what` completes "looks like". */
const shapes: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "a private key", pattern: /-{3,}BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-{3,}/ },
  { what: "a JSON web token", pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/ },
  { what: "an AWS access key id", pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/ },
  { what: "a GitHub token", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,})/ },
  { what: "a GitLab token", pattern: /\bglpat-[\w-]{20,}/ },
  { what: "a Slack token", pattern: /\bxox[abeoprs]-[\w-]{10,}/ },
  { what: "a Slack webhook address", pattern: /hooks\.slack\.com\/(?:services|workflows)\/\w+\/\w+/ },
  { what: "a Google API key", pattern: /\bAIza[\w-]{35}\b/ },
  { what: "a Stripe key", pattern: /\b[rs]k_live_\w{16,}/ },
  { what: "an npm token", pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { what: "a Pulumi access token", pattern: /\bpul-[0-9a-f]{40}\b/ },
  { what: "an OpenAI key", pattern: /\bsk-(?:proj-|svcacct-)?[\w-]{32,}/ },
  { what: "an authorisation header", pattern: /\b(?:Bearer|Basic) +[A-Za-z0-9+/_.=-]{16,}/ },
];
const addressWithPassword = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'<>]*:([^\s/@"']+)@/gi;
const addressWithSecretParameter = /[?&]([\w.-]+)=([^&\s"']+)/g;
const publicPem =
  /-----BEGIN (?:(?:TRUSTED |X509 )?CERTIFICATE|PUBLIC KEY|X509 CRL)-----[\s\S]*?-----END [A-Z0-9 ]+-----/g;
/** `key: value`, `key = value`, `--key=value`, `"key": "value"` on a line of a configuration file or a command line. */
const assignment =
  /(?:^|[\s,;{([])(?:--?)?["']?([A-Za-z_][\w.-]*)["']?[ \t]*[:=][ \t]*("[^"\n]*"|'[^'\n]*'|[\w/+!%^*~.$<{-][^\s"',;#})\]]*)/g;
/** Lines of which the by-name search takes no notice: examples live in comments. */
const commentLine = /^[ \t]*(?:#|;|\/\/).*$/gm;

/** Length of the shortest value that a shape can match: an address with a password, `a://b:c@`. */
const shortestShape = 8;
/** Characters below which a random text cannot be told from a word or a number. */
const shortestToken = 24;

/**
 * Says in which way a value looks like a secret, by its own shape and by the name that it has.
 *
 * @param name Property, variable or option that holds the value; empty when it has none.
 * @returns A phrase that completes "it", without any part of the value: `looks like a JSON web token`.
 */
export function secretShape(name: string, value: string): string | undefined {
  if (isSecretValue(name, value)) return "is named like a secret and holds a literal value";
  return shapeOf(name, value, 0);
}

/** Says which option or variable of a text of many (a configuration file, a script, arguments) holds a secret. */
export function secretInText(name: string, text: string): string | undefined {
  const whole = secretShape(name, text);
  if (whole !== undefined || !/[:=]/.test(text)) return whole;
  for (const [, key = "", quoted = ""] of text.replace(commentLine, "").matchAll(assignment)) {
    const value = quoted.replace(/^["']|["']$/g, "");
    // A call in a script: its result is no literal.
    if (!value.includes("(") && isSecretValue(key, value)) return `sets ${key} to a literal value`;
  }
  return undefined;
}

/** Whether a named value is a secret. Of what is no password, an amount (a limit, a time) is none. */
function isSecretValue(name: string, value: string): boolean {
  if (!namesSecret(name) || !isLiteral(value)) return false;
  return namesPassword(name) || !/^\d{1,12}(?:\.\d+)?(?:ms|s|m|h|d|%|[KMG]i?B?)?$/.test(value.trim());
}

/** Whether a value that should be a secret really is one: no reference, path, placeholder or switch. */
function isLiteral(value: string): boolean {
  const text = value.trim();
  if (text === "" || /^(?:true|false|yes|no|on|off|null|none|nil|undefined)$/i.test(text)) return false;
  // $(VAR), ${VAR}, {{ template }}, <placeholder>, %(var)s, ****, file paths.
  if (/^\$[\w({]|^%(?:\(|\w+%$)|^<|\$[({]|\{\{|^\*+$|^x{3,}$/i.test(text) || /^(?:~|\.{0,2})\//.test(text))
    return false;
  // An address is judged by its own shape: it may carry a password.
  return !/^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

function shapeOf(name: string, value: string, depth: number): string | undefined {
  // Most values of a stack are short words, of which no shape could be told.
  if (value.length < shortestShape) return undefined;
  const text = value.replace(publicPem, " ");
  const known = shapes.find(({ pattern }) => pattern.test(text));
  if (known) return `looks like ${known.what}`;
  if (text.includes("://")) {
    for (const [, password = ""] of text.matchAll(addressWithPassword)) {
      if (isLiteral(password)) return "has an address with a password in it";
    }
    for (const [, parameter = "", given = ""] of text.matchAll(addressWithSecretParameter)) {
      if (namesSecret(parameter) && isLiteral(given)) return `has an address with ${parameter} in its query`;
    }
  }
  if (text.length < shortestToken || namesFingerprint(name)) return undefined;
  for (const token of text.split(/[\s"'`,;:()[\]{}<>|\\@&?#*]+/)) {
    const shape = tokenShape(token, depth);
    if (shape !== undefined) return shape;
  }
  return undefined;
}

/** Judges one word of a text by how random it is. */
function tokenShape(token: string, depth: number): string | undefined {
  const word = token.replace(/^[A-Za-z_][\w.-]*=(?=.{24})/, "");
  if (/^[0-9a-fA-F]{32,}$/.test(word)) {
    // 3.0 bits a digit: a random one has about 3.7 at this length, a number or a repeated pattern far fewer.
    return entropy(word.toLowerCase()) >= 3 ? "holds a long random hexadecimal text" : undefined;
  }
  if (!/^[A-Za-z0-9+/_-]{24,}={0,2}$/.test(word) || word.startsWith("/")) return undefined;
  if (!/[a-z]/.test(word) || !/[A-Z]/.test(word) || !/\d/.test(word)) return undefined;
  const decoded = depth === 0 ? decodeText(word) : undefined;
  // Base64 of text is no more random than the text: judge that.
  if (decoded !== undefined) {
    const shape = shapeOf("", decoded, depth + 1);
    return shape === undefined ? undefined : `${shape} in base64`;
  }
  // 4.2 bits a character: random base64 of 24 characters has at least that, words and camel case stay below 4.
  return entropy(word) >= 4.2 && digitRatio(word) > 0.05 ? "holds a long random text" : undefined;
}

function decodeText(word: string): string | undefined {
  const bytes = Buffer.from(word, "base64");
  const text = bytes.toString("utf8");
  // Random bytes practically never form printable text of this length.
  return bytes.length >= 16 && /^[\t\n\r -~]+$/.test(text) ? text : undefined;
}

function digitRatio(word: string): number {
  return word.replace(/\D/g, "").length / word.length;
}

/** Shannon entropy in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
