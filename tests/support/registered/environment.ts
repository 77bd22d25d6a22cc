import { bytes, isBytes, isCpu, millicores } from "../../../model/quantity";
import { type DataOf } from "./data";
import { type Container, type Variable, type Workload } from "./workload";

/** Where the pod is supposed to run, for variables that ask. */
const pod = { ip: "127.0.0.1", node: "node" } as const;

/** A container's environment with every reference resolved and `$(NAME)` expanded, in the order of the variables. */
export function resolveEnvironment(
  workload: Workload,
  container: Container,
  dataOf: DataOf,
  problems: string[],
  ordinal = 0,
): Record<string, string> {
  const resolved: Record<string, string> = {};
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const [kind, reference] = configMapRef ? (["ConfigMap", configMapRef] as const) : (["Secret", secretRef] as const);
    const data = dataOf(kind, reference?.name ?? "");
    if (data === undefined && reference?.optional !== true) {
      problems.push(`envFrom: ${kind} ${reference?.name ?? "?"} is not among the objects`);
    }
    for (const [key, value] of Object.entries(data ?? {})) resolved[prefix + key] = value.toString("utf8");
  }
  for (const variable of container.env ?? []) {
    const value = valueOf(variable, workload, container, dataOf, problems, ordinal);
    if (value !== undefined) resolved[variable.name] = variable.valueFrom ? value : expand(value, resolved);
  }
  return resolved;
}

/** Replaces `$(NAME)` by the variable as Kubernetes does: an unknown name stays as it is, `$$` is a dollar sign. */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\(([A-Za-z_][\w.-]*)\)/g, (match: string, name: string | undefined) =>
    name === undefined ? "$" : (variables[name] ?? match),
  );
}

function valueOf(
  { name, value, valueFrom }: Variable,
  workload: Workload,
  container: Container,
  dataOf: DataOf,
  problems: string[],
  ordinal: number,
): string | undefined {
  if (valueFrom === undefined) return value ?? "";
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  const reference = configMapKeyRef ?? secretKeyRef;
  if (reference) {
    const kind = configMapKeyRef ? "ConfigMap" : "Secret";
    const found = dataOf(kind, reference.name)?.[reference.key];
    if (found === undefined && reference.optional !== true) {
      problems.push(`${name}: there is no ${reference.key} in ${kind} ${reference.name} among the objects`);
    }
    return found?.toString("utf8");
  }
  const own = fieldRef
    ? fieldOf(fieldRef.fieldPath, workload, ordinal)
    : resourceFieldRef
      ? amountOf(resourceFieldRef, container)
      : undefined;
  if (own === undefined) problems.push(`${name}: ${JSON.stringify(valueFrom)} cannot be resolved here`);
  return own;
}

function fieldOf(fieldPath: string, workload: Workload, ordinal: number): string | undefined {
  const { template } = workload.spec;
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath) ?? [];
  if (key !== undefined) return template.metadata?.[map as "labels" | "annotations"]?.[key];
  switch (fieldPath) {
    case "metadata.name":
      return `${workload.metadata.name}-${ordinal}`;
    case "metadata.namespace":
      return workload.metadata.namespace;
    case "spec.serviceAccountName":
      return template.spec.serviceAccountName;
    case "spec.nodeName":
      return pod.node;
    case "status.podIP":
    case "status.podIPs":
    case "status.hostIP":
      return pod.ip;
    default:
      return undefined;
  }
}

type ResourceReference = NonNullable<NonNullable<Variable["valueFrom"]>["resourceFieldRef"]>;

/** The amount in units of the divisor, rounded up, as the kubelet gives it. */
function amountOf(reference: ResourceReference, container: Container): string | undefined {
  const [kind = "", resource = ""] = reference.resource.split(/\.(.*)/);
  const amount = container.resources?.[kind as "limits" | "requests"]?.[resource];
  const divisor = reference.divisor === undefined || reference.divisor === "0" ? "1" : reference.divisor;
  const other = reference.containerName !== undefined && reference.containerName !== container.name;
  if (amount === undefined || other) return undefined;
  if (resource === "cpu") {
    return isCpu(amount) && isCpu(divisor) ? String(Math.ceil(millicores(amount) / millicores(divisor))) : undefined;
  }
  if (!isBytes(amount) || (divisor !== "1" && !isBytes(divisor))) return undefined;
  return String(Math.ceil(bytes(amount) / (isBytes(divisor) ? bytes(divisor) : 1)));
}
