/** The part of Pulumi's engine events (`pulumi up --json`, one JSON object a line) that the sandbox reads. */
export interface EngineEvent {
  diagnosticEvent?: { urn?: string; message: string; severity: string; ephemeral?: boolean };
  resourcePreEvent?: { metadata: StepMetadata };
  resOutputsEvent?: { metadata: StepMetadata };
  resOpFailedEvent?: { metadata: StepMetadata };
  policyEvent?: PolicyViolation;
  policyAnalyzeSummaryEvent?: PolicySummary;
  policyAnalyzeStackSummaryEvent?: PolicySummary;
  errorEvent?: { error: string };
  summaryEvent?: { durationSeconds: number; resourceChanges: Record<string, number>; result?: string };
}

interface StepMetadata {
  op: string;
  urn: string;
  type: string;
}

interface PolicySummary {
  policyPackName: string;
  passed?: string[];
  failed?: string[];
}

/** A policy that a resource, or the stack as a whole, breaks. */
export interface PolicyViolation {
  resourceUrn?: string;
  message: string;
  policyName: string;
  policyPackName: string;
  enforcementLevel: string;
  severity?: string;
}

/** Reads one line of the engine's output; undefined when it is not an event. */
export function parseEvent(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined;
  }
}

/** A problem the engine reported, cleaned for reading. */
export interface Problem {
  /** The resource, such as "apps/v1 Deployment gateway"; absent when it belongs to none. */
  resource?: string;
  message: string;
}

/** "apps/v1 Deployment" for `urn:pulumi:dev::altlas::a:b:C$kubernetes:apps/v1:Deployment::gateway`. */
export function resourceKind(urn: string): string {
  const types = urn.split("::")[2] ?? "";
  const [space = "", module = "", kind = ""] = (types.split("$").pop() ?? "").split(":");
  if (space === "pulumi") return `${module === "providers" ? "provider" : "pulumi"} ${kind}`;
  return `${space === "kubernetes" ? module : space} ${kind}`;
}

/** The kind and the name, such as "apps/v1 Deployment gateway". */
export function resourceLabel(urn: string): string {
  const kind = resourceKind(urn);
  return kind === "pulumi Stack" ? "the stack" : `${kind} ${urn.split("::").slice(3).join("::")}`;
}

// Colours, and the engine's own markup for them ("<{%reset%}>").
const COLOURS = /\u001b\[[0-9;]*m|<\{%[^%]*%\}>/g;

/** A message of the engine without colours, stack frames and the runner's frame around the program's own words. */
export function cleanMessage(message: string): string {
  const lines = message
    .replace(COLOURS, "")
    .replace(/^Running program '[^']*' failed with an unhandled exception:\s*/, "")
    .replace(/^(?:Run)?Error: /, "")
    .split("\n")
    // Providers report through a list of errors; with one error in it, the frame says nothing.
    .filter((line) => line !== "1 error occurred:")
    .map((line) => line.replace(/^\t\* /, ""))
    .filter((line) => !/^\s+at .*(:\d+:\d+\)?|<anonymous>\)?)$/.test(line));
  return lines.join("\n").trim();
}

/**
 * Whether a "violation" is none: a pack can only speak through violations, so a summary of its results comes as an
 * advisory one of a policy called `<something>-summary`.
 */
function isReport({ enforcementLevel, policyName }: PolicyViolation): boolean {
  return enforcementLevel !== "mandatory" && policyName.endsWith("-summary");
}

/** What an operation has done so far, made from its events. */
export class Digest {
  /** Resources finished, by operation ("create", "update", "same", …). */
  readonly done: Record<string, number> = {};
  /** Resources being worked on now, by URN. */
  readonly inProgress = new Map<string, string>();
  /** Operation of each resource the engine looked at, by URN. */
  readonly seen = new Map<string, string>();
  readonly errors: Problem[] = [];
  readonly warnings: Problem[] = [];
  /** What the program, the plugins and the policy packs printed to their standard error. */
  readonly printed: Problem[] = [];
  readonly violations: PolicyViolation[] = [];
  /** Policies that were evaluated, as "pack/policy". */
  readonly policies = new Set<string>();
  /** Resources that policies were evaluated on. */
  analyzed = 0;
  /** Set when the engine has finished. */
  changes?: Record<string, number>;

  add(event: EngineEvent): void {
    this.addStep(event);
    this.addDiagnostic(event);
    const summary = event.policyAnalyzeSummaryEvent ?? event.policyAnalyzeStackSummaryEvent;
    if (event.policyAnalyzeSummaryEvent) this.analyzed += 1;
    for (const name of [...(summary?.passed ?? []), ...(summary?.failed ?? [])])
      this.policies.add(`${summary?.policyPackName ?? ""}/${name}`);
    if (event.policyEvent) this.addViolation(event.policyEvent);
    if (event.summaryEvent) this.changes = event.summaryEvent.resourceChanges;
  }

  /** Resources finished, whatever was done to them. */
  get finished(): number {
    return Object.values(this.done).reduce((sum, count) => sum + count, 0);
  }

  /** Whether the operation changed, or would change, anything. */
  get changed(): boolean {
    return Object.entries(this.changes ?? this.done).some(([operation, count]) => operation !== "same" && count > 0);
  }

  /** Violations that stop an update. */
  get mandatory(): PolicyViolation[] {
    return this.violations.filter(({ enforcementLevel }) => enforcementLevel === "mandatory");
  }

  /** Violations that only warn. */
  get advisory(): PolicyViolation[] {
    return this.violations.filter((violation) => violation.enforcementLevel !== "mandatory" && !isReport(violation));
  }

  /** What policies report without complaining; see {@link isReport}. */
  get reports(): PolicyViolation[] {
    return this.violations.filter(isReport);
  }

  private addStep({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent): void {
    if (resourcePreEvent) this.seen.set(resourcePreEvent.metadata.urn, resourcePreEvent.metadata.op);
    if (resourcePreEvent && resourcePreEvent.metadata.op !== "same") {
      const { urn } = resourcePreEvent.metadata;
      this.inProgress.set(urn, resourceLabel(urn));
    }
    const ended = (resOutputsEvent ?? resOpFailedEvent)?.metadata;
    if (!ended) return;
    this.inProgress.delete(ended.urn);
    if (resOutputsEvent) this.done[ended.op] = (this.done[ended.op] ?? 0) + 1;
  }

  private addDiagnostic({ diagnosticEvent, errorEvent }: EngineEvent): void {
    if (errorEvent) this.errors.push({ message: cleanMessage(errorEvent.error) });
    if (!diagnosticEvent || diagnosticEvent.ephemeral === true) return;
    const lists: Record<string, Problem[]> = { error: this.errors, warning: this.warnings, "info#err": this.printed };
    const list = lists[diagnosticEvent.severity];
    const message = cleanMessage(diagnosticEvent.message);
    if (!list || message === "") return;
    const { urn } = diagnosticEvent;
    const resource = urn === undefined || urn === "" ? undefined : resourceLabel(urn);
    if (list.some((known) => known.message === message && known.resource === resource)) return;
    list.push(resource === undefined ? { message } : { resource, message });
  }

  private addViolation(violation: PolicyViolation): void {
    const message = cleanMessage(violation.message);
    // The engine repeats a violation when it analyses the resource again with its outputs.
    const same = (known: PolicyViolation) =>
      known.policyName === violation.policyName &&
      known.resourceUrn === violation.resourceUrn &&
      known.message === message;
    if (!this.violations.some(same)) this.violations.push({ ...violation, message });
  }
}

/** "12 created, 3 updated, 140 unchanged" from the engine's counts. */
export function describeChanges(changes: Record<string, number>, preview = false): string {
  const words: Record<string, string> = {
    create: preview ? "to create" : "created",
    update: preview ? "to update" : "updated",
    replace: preview ? "to replace" : "replaced",
    delete: preview ? "to delete" : "deleted",
    same: "unchanged",
  };
  const known = Object.entries(words).filter(([operation]) => (changes[operation] ?? 0) > 0);
  const others = Object.entries(changes).filter(([operation, count]) => !(operation in words) && count > 0);
  const parts = [
    ...known.map(([operation, word]) => `${changes[operation] ?? 0} ${word}`),
    ...others.map(([operation, count]) => `${count} ${operation}`),
  ];
  return parts.length === 0 ? "no resources" : parts.join(", ");
}
