import { z } from "zod";
import { type Problem } from "../problem";
import { liesWithin, parseCidr } from "./address-block";
import { type NetworkPolicy, type PolicySpec, protocols } from "./network-policy";
import { highestPort } from "./ports";

const port = z.int("must be a whole number").min(1).max(highestPort);
/** Of a port, as a Service or a container calls it: RFC 6335, which Kubernetes follows. */
const portName = z
  .string()
  .regex(/^(?!.*--)(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/, "must be a port's name, such as http or dns-tcp");

const expression = z
  .strictObject({
    key: z.string().min(1),
    operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
    values: z.array(z.string()).nullish(),
  })
  .superRefine(({ operator, values }, context) => {
    const needed = operator === "In" || operator === "NotIn";
    if (needed === (values ?? []).length > 0) return;
    const message = `must ${needed ? "have at least one value" : "be left out"} with the operator ${operator}`;
    context.addIssue({ code: "custom", path: ["values"], message });
  });

const selector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z.array(expression).nullish(),
});

const ipBlock = z
  .strictObject({ cidr: z.string(), except: z.array(z.string()).nullish() })
  .superRefine(({ cidr, except }, context) => {
    const block = parseCidr(cidr);
    const noBlock = "must be a block of addresses, such as 10.0.0.0/8 or fd00::/8";
    if (!block) context.addIssue({ code: "custom", path: ["cidr"], message: noBlock });
    (except ?? []).forEach((text, index) => {
      const exception = parseCidr(text);
      const message = exception ? `must lie within ${cidr} and be smaller` : noBlock;
      if (exception && (!block || liesWithin(exception, block))) return;
      context.addIssue({ code: "custom", path: ["except", index], message });
    });
  });

const peer = z
  .strictObject({
    podSelector: selector.nullish(),
    namespaceSelector: selector.nullish(),
    ipBlock: ipBlock.nullish(),
  })
  .superRefine(({ podSelector, namespaceSelector, ipBlock: block }, context) => {
    const bySelector = Boolean(podSelector ?? namespaceSelector);
    if (bySelector !== Boolean(block)) return;
    const message = block ? "must be either selectors or an ipBlock, not both" : "must have a selector or an ipBlock";
    context.addIssue({ code: "custom", message });
  });

const policyPort = z
  .strictObject({
    port: z.union([port, portName]).nullish(),
    endPort: port.nullish(),
    protocol: z.enum(protocols).nullish(),
  })
  .superRefine(({ port: first, endPort }, context) => {
    if (endPort === undefined || endPort === null || (typeof first === "number" && endPort >= first)) return;
    const message =
      typeof first === "number"
        ? `must not be lower than port, ${first}`
        : "must not be there without a number as port";
    context.addIssue({ code: "custom", path: ["endPort"], message });
  });

const ports = z.array(policyPort).nullish();
const peers = z.array(peer).nullish();

/** What the API server accepts; a key that it does not know would be a rule that somebody believes in. */
const policySpec: z.ZodType<PolicySpec> = z.strictObject({
  podSelector: selector.nullish(),
  policyTypes: z
    .array(z.enum(["Ingress", "Egress"]))
    .max(2)
    .nullish(),
  ingress: z.array(z.strictObject({ from: peers, ports })).nullish(),
  egress: z.array(z.strictObject({ to: peers, ports })).nullish(),
});

const manifest = z.looseObject({
  apiVersion: z.literal("networking.k8s.io/v1"),
  kind: z.literal("NetworkPolicy"),
  metadata: z.looseObject({ name: z.string().min(1), namespace: z.string().min(1).nullish() }),
  spec: policySpec.nullish(),
});

/** What is wrong with a policy, in the API server's eyes; nothing for one that it accepts. */
export function policyProblems({ namespace, name, spec }: NetworkPolicy): Problem[] {
  const checked = policySpec.safeParse(spec);
  return checked.success ? [] : toProblems(checked.error, `${namespace}/${name}: spec`, spec);
}

/**
 * Reads a manifest of kind NetworkPolicy; one that names no namespace is in `default`, as for the API server.
 *
 * @returns every problem at once when it is none.
 */
export function readNetworkPolicy(
  object: unknown,
): { readonly policy: NetworkPolicy } | { readonly problems: readonly Problem[] } {
  const read = manifest.safeParse(object);
  if (!read.success) return { problems: toProblems(read.error, label(object), object) };
  const { metadata, spec } = read.data;
  return { policy: { namespace: metadata.namespace ?? "default", name: metadata.name, spec: spec ?? {} } };
}

function label(object: unknown): string {
  const named = z.looseObject({ metadata: z.looseObject({ name: z.string() }) }).safeParse(object);
  return named.success ? `${named.data.metadata.name}: ` : "NetworkPolicy: ";
}

function toProblems(error: z.ZodError, root: string, value: unknown): Problem[] {
  return error.issues.map(({ path, message }) => {
    const setting = path.reduce<string>(
      (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`),
      root,
    );
    const given = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
    const why = message.startsWith("must ") ? `It ${message}.` : `${message}.`;
    return {
      setting: setting.replace(": .", ": "),
      value: given,
      why,
      remedy: "Correct it; the API server refuses it.",
    };
  });
}
