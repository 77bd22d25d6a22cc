/** The provider's operations on plain data; server.ts gives them their gRPC form. */
import { createObject, updateObject, type Applied } from "./apply";
import { checkObject, type CheckResult } from "./check";
import { configurationProblems, diffConfiguration, readConfiguration, type ConfigurationDiff } from "./configuration";
import { deleteObject } from "./delete";
import { diffObjects, type ObjectDiff } from "./diff";
import { silentLog, type EngineLog } from "./engine-log";
import { readObject, type ReadResult } from "./read";
import { Session } from "./session";
import { readToken, typeOfUrn, type GroupVersionKind } from "./tokens";
import { ProviderError } from "./wire/errors";
import { getText, type PlainObject, type Properties } from "./wire/properties";
import { withoutSecrets } from "./wire/redact";

/** The package version that this provider stands in for; the SDK of the same version describes its types. */
export const PACKAGE_VERSION = "4.34.2";

export class KubernetesProvider {
  log: EngineLog = silentLog;
  #session: Session | undefined;

  checkConfig(inputs: PlainObject): { property: string; reason: string }[] {
    return configurationProblems(inputs);
  }

  diffConfig(olds: PlainObject, news: PlainObject): ConfigurationDiff {
    return diffConfiguration(olds, news);
  }

  configure(inputs: PlainObject): void {
    const problems = configurationProblems(inputs);
    if (problems.length > 0) {
      const lines = problems.map(({ property, reason }) => `  ${property}: ${reason}`);
      throw new ProviderError(["The Kubernetes provider's settings are not usable:", ...lines].join("\n"));
    }
    this.#session?.close();
    this.#session = new Session(readConfiguration(inputs));
    this.#session.log = this.log;
  }

  get session(): Session {
    this.#session ??= new Session(readConfiguration({}));
    this.#session.log = this.log;
    return this.#session;
  }

  check(args: {
    urn: string;
    resourceName: string;
    olds: Properties;
    news: Properties;
    oldOutputs: PlainObject;
    seed: Uint8Array;
    autonaming: { proposed: string; disabled: boolean } | undefined;
  }): CheckResult {
    const session = this.session;
    session.record(args.urn, getText(args.oldOutputs, "metadata", "uid"));
    const result = checkObject({
      ...args,
      gvk: kindOf(args.urn),
      defaultNamespace: session.configuration.namespace,
      discovery: session.discovery,
    });
    for (const warning of result.warnings) session.log.warn(args.urn, warning);
    return result;
  }

  diff(args: { urn: string; olds: Properties; oldInputs: Properties; news: Properties }): ObjectDiff {
    this.session.record(args.urn, getText(args.olds.value, "metadata", "uid"));
    return diffObjects(args.oldInputs, args.news, args.olds.value, this.session.configuration);
  }

  async create(args: { urn: string; inputs: Properties; preview: boolean; customTimeout: number }): Promise<Applied> {
    const gvk = kindOf(args.urn);
    return await withoutSecrets(args.inputs, async () => await createObject({ ...args, session: this.session, gvk }));
  }

  async update(args: {
    urn: string;
    olds: Properties;
    oldInputs: Properties;
    inputs: Properties;
    preview: boolean;
    customTimeout: number;
  }): Promise<Applied> {
    const gvk = kindOf(args.urn);
    return await withoutSecrets(args.inputs, async () => await updateObject({ ...args, session: this.session, gvk }));
  }

  async read(args: { urn: string; id: string; olds: Properties; oldInputs: Properties }): Promise<ReadResult> {
    return await readObject({ ...args, session: this.session, gvk: kindOf(args.urn) });
  }

  async delete(args: { urn: string; id: string; olds: Properties; customTimeout: number }): Promise<void> {
    await deleteObject({ ...args, session: this.session, gvk: kindOf(args.urn) });
  }

  cancel(): void {
    this.#session?.cancel();
  }
}

/** The kind of a resource by its URN; a type that is not supported is refused by name. */
function kindOf(urn: string): GroupVersionKind {
  const reading = readToken(typeOfUrn(urn));
  if (!reading.supported) throw new ProviderError(reading.why);
  return reading.gvk;
}
