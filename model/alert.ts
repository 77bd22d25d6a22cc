/** An alert as plain data, from which a rule of Prometheus is made. */
export interface AlertRule {
  readonly name: string;
  /** PromQL that gives a series for each thing that is wrong, and none when all is well. */
  readonly expression: string;
  /** Minutes that it must hold before somebody is called. */
  readonly forMinutes: number;
  readonly severity: "critical" | "warning" | "info";
  /** One line; `{{ $labels.… }}` names what it is about. */
  readonly summary: string;
  /** What it means, and what to do. */
  readonly description: string;
}
