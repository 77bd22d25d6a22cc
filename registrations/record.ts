import * as pulumi from "@pulumi/pulumi";
import { pretendAws, pretendId } from "./pretend-aws";
import { decodeProperties, type PropertyValue, withoutSecretMarks } from "./property-values";
import { type Monitor, Recorder } from "./recorder";
import { type Registration } from "./registration";

export { type Registration, type RegistrationOptions } from "./registration";

/** What to pretend while recording. */
export interface RecordingSettings {
  /** Whether provider-made values are unknown, as in a first preview; default false. */
  readonly preview?: boolean;
  readonly project?: string;
  readonly stack?: string;
  /** Stack configuration by full key, such as `altlas:environment`. */
  readonly config?: Readonly<Record<string, string>>;
  readonly secretConfigKeys?: readonly string[];
  /** What every stack tells that the program refers to; default nothing. */
  readonly beneath?: Recording["outputs"];
}

/** What a program registered. */
export interface Recording {
  /** Sorted by key, so that two runs of an equal program give equal recordings. */
  readonly registrations: readonly Registration[];
  /** What the program returned, if it was an object; decoded like inputs. */
  readonly outputs: Readonly<Record<string, PropertyValue>>;
  /** What the program threw, if it did. */
  readonly error?: Error;
}

// The mocks are one object per process; two recordings at once would mix their registrations.
let previous: Promise<unknown> = Promise.resolve();

/**
 * Runs `program` against an engine that only writes down what it is told, and waits for everything it registered.
 * May be called any number of times in one process; calls run one after another.
 * @throws what the program throws.
 */
export async function recordRegistrations(
  program: () => unknown,
  settings: RecordingSettings = {},
): Promise<Recording> {
  const recording = await attemptRegistrations(program, settings);
  if (recording.error) throw recording.error;
  return recording;
}

/** Like {@link recordRegistrations}, but a failing program gives its error beside what it had registered before. */
export async function attemptRegistrations(
  program: () => unknown,
  settings: RecordingSettings = {},
): Promise<Recording> {
  const run = afterwards(previous, () => record(program, settings));
  previous = run;
  return run;
}

async function afterwards<T>(before: Promise<unknown>, action: () => Promise<T>): Promise<T> {
  await Promise.allSettled([before]);
  return action();
}

async function record(program: () => unknown, settings: RecordingSettings): Promise<Recording> {
  const preview = settings.preview ?? false;
  const recorder = new Recorder();
  await pulumi.runtime.setMocks(
    {
      call: ({ token }) => {
        throw new Error(`The recorder has no answer for the provider function ${token}.`);
      },
      newResource: (resource) =>
        resource.type === "pulumi:pulumi:StackReference"
          ? pretendStack(resource, settings.beneath ?? {})
          : pretendProvider(resource, preview),
    },
    settings.project ?? "altlas",
    settings.stack ?? "test",
    preview,
  );
  pulumi.runtime.setAllConfig({ ...settings.config }, [...(settings.secretConfigKeys ?? [])]);
  recorder.attach(pulumi.runtime.getMonitor() as unknown as Monitor);
  let outputs: Record<string, PropertyValue> = {};
  let error: Error | undefined;
  try {
    const result: unknown = await program();
    // A second round: what is registered late, inside an `apply`, is waited for as well.
    await settle();
    if (typeof result === "object" && result !== null) {
      outputs = decodeProperties(await pulumi.runtime.serializeProperties("outputs", result));
    }
  } catch (thrown) {
    error = thrown instanceof Error ? thrown : new Error(String(thrown));
  }
  try {
    await settle();
  } catch (thrown) {
    error ??= thrown instanceof Error ? thrown : new Error(String(thrown));
  } finally {
    pulumi.runtime.setAllConfig({});
  }
  if (recorder.duplicates.size > 0) {
    error ??= new Error(`The engine would refuse resources registered twice: ${[...recorder.duplicates].join(", ")}`);
  }
  return { registrations: recorder.registrations(), outputs, ...(error ? { error } : {}) };
}

/** Waits until no remote call is under way. */
async function settle(): Promise<void> {
  // Not in the declarations, because programs need not wait this way; `disconnect` would also drop the monitor.
  const runtime = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };
  await runtime.waitForRPCs();
}

/** What the engine would answer to whoever refers to a stack. */
function pretendStack(
  { inputs, id }: pulumi.runtime.MockResourceArgs,
  told: Recording["outputs"],
): pulumi.runtime.MockResourceResult {
  const secretOutputNames = Object.keys(told).filter((name) => JSON.stringify(told[name]).includes('{"$secret":'));
  const outputs: Record<string, unknown> = withoutSecretMarks(told) as object as Record<string, unknown>;
  return {
    id,
    state: {
      ...(inputs as object),
      outputs: secretOutputNames.length > 0 ? pulumi.secret(outputs) : outputs,
      secretOutputNames,
    },
  };
}

/** What a provider would answer: known inputs, and values of its own where it is an update. */
function pretendProvider(
  resource: pulumi.runtime.MockResourceArgs,
  preview: boolean,
): pulumi.runtime.MockResourceResult {
  const inputs = resource.inputs as Record<string, unknown>;
  const state: Record<string, unknown> = { ...inputs };
  if (resource.type.startsWith("kubernetes:") && !resource.type.startsWith("kubernetes:yaml")) {
    const metadata = (inputs.metadata ?? {}) as Record<string, unknown>;
    // The real provider appends random letters to a name it makes; fixed ones keep recordings equal.
    if (typeof metadata.name === "string" || !preview) {
      state.metadata = { ...metadata, name: metadata.name ?? `${resource.name}-0a1b2c3d` };
    }
  }
  if (resource.type.startsWith("random:")) {
    const value = preview ? pulumi.unknown : `random-value-of-${resource.name}`;
    state.result = resource.type.endsWith("RandomPassword") ? pulumi.secret(value) : value;
  }
  if (resource.type.startsWith("aws:")) Object.assign(state, pretendAws({ ...resource, inputs }, preview));
  return { id: preview ? undefined : pretendId(resource), state };
}
