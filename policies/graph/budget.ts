import { type Field } from "../field";

/** Why a budget's number cannot be used; a verb phrase. */
export class UnusableBudget {
  public constructor(
    public readonly problem: string,
    public readonly path: string,
  ) {}
}

/** What a PodDisruptionBudget allows. */
export interface Allowance {
  /** Pods that may be evicted at a time while all are healthy. */
  readonly allowed: number;
  /** How the budget says it, for messages: `maxUnavailable 50%`. */
  readonly rule: string;
}

/**
 * How many of `pods` healthy pods a budget lets go at a time. Percentages are rounded up, for both of its forms.
 *
 * Source: getExpectedPodCount in pkg/controller/disruption/disruption.go of kubernetes/kubernetes.
 */
export function allowedDisruptions(spec: Field, pods: number): Allowance | UnusableBudget {
  const [maximum, minimum] = [spec.at("maxUnavailable"), spec.at("minAvailable")];
  if (maximum.exists && minimum.exists) {
    return new UnusableBudget("sets both minAvailable and maxUnavailable, which the API server refuses", minimum.path);
  }
  const field = maximum.exists ? maximum : minimum;
  if (!field.exists) {
    return new UnusableBudget("sets neither minAvailable nor maxUnavailable, and so allows nothing", maximum.path);
  }
  const value = field.numberOrText() ?? 0;
  const share = podShare(value, pods);
  if (share === undefined) {
    return new UnusableBudget(`has ${JSON.stringify(value)}, which is neither a number nor 0% to 100%`, field.path);
  }
  const healthy = maximum.exists ? Math.max(pods - share, 0) : share;
  return {
    allowed: Math.max(pods - healthy, 0),
    rule: `${maximum.exists ? "maxUnavailable" : "minAvailable"} ${value}`,
  };
}

/**
 * A number or a share (`25%`) of pods as whole pods.
 *
 * @param round How a share is rounded; budgets round up.
 * @returns `undefined` for what is neither a number nor 0% to 100%.
 */
export function podShare(
  value: number | string,
  pods: number,
  round: (share: number) => number = Math.ceil,
): number | undefined {
  if (typeof value === "number") return Number.isInteger(value) && value >= 0 ? value : undefined;
  const percent = /^(\d{1,3})%$/.exec(value)?.[1];
  if (percent === undefined || Number(percent) > 100) return undefined;
  // In whole numbers: 7 % of 100 pods is 7, which binary fractions would make 7.000000000000001 and round up to 8.
  return round((Number(percent) * pods) / 100);
}
