/** Construct: the components of the package, made of typed children that previews and policies see. */
import type { ConstructRequest, ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import protocol from "@pulumi/pulumi/proto/provider_pb";
import type { Session } from "../session";
import { ProviderError, toStruct } from "../wire/errors";
import { hasUnknown, resourceReference, UNKNOWN, withoutNulls, type PlainObject } from "../wire/properties";
import { withoutSecrets } from "../wire/redact";
import { chartProblems, renderChartInputs } from "./chart";
import { SourceUnreachable } from "./helm";
import { toManifests } from "./manifests";
import { inputsOf, Monitor } from "./monitor";
import { manifestObjects, prefixOf } from "./yaml";

interface Contents {
  objects: PlainObject[];
  namespace: string;
  hooks: string[];
}

type Source = (session: Session, name: string, inputs: PlainObject) => Promise<Contents> | Contents;

const fromYaml =
  (component: "ConfigFile" | "ConfigGroup"): Source =>
  (session, _name, inputs) => ({
    objects: manifestObjects(component, inputs),
    namespace: session.configuration.namespace,
    hooks: [],
  });

const COMPONENTS: Record<string, Source> = {
  "kubernetes:helm.sh/v4:Chart": async (session, name, inputs) => {
    const problems = chartProblems(inputs);
    if (problems.length > 0) throw new ProviderError([`The Chart ${name} cannot be used:`, ...problems].join("\n  "));
    return await renderChartInputs(session, name, inputs);
  },
  "kubernetes:yaml/v2:ConfigFile": fromYaml("ConfigFile"),
  "kubernetes:yaml/v2:ConfigGroup": fromYaml("ConfigGroup"),
};

/** Builds the component that `request` asks for. */
export async function construct(
  session: Session,
  request: ConstructRequest,
  version: string,
): Promise<ConstructResponse> {
  const source = COMPONENTS[request.getType()];
  if (source === undefined) {
    throw new ProviderError(
      `The embedded Kubernetes provider does not support the component ${request.getType()}. It has: ${Object.keys(COMPONENTS).join(", ")}.`,
    );
  }
  const monitor = new Monitor(request);
  try {
    const properties = inputsOf(request);
    const inputs = withoutNulls(properties.value) as PlainObject;
    const urn = await monitor.component();
    const work = async (): Promise<PlainObject> => await fill(session, request, inputs, source, monitor, urn, version);
    const outputs = await withoutSecrets(properties, work);
    await monitor.outputs(urn, outputs);
    const reply = new protocol.ConstructResponse();
    reply.setUrn(urn);
    reply.setState(toStruct(outputs));
    return reply;
  } finally {
    monitor.close();
  }
}

async function fill(
  session: Session,
  request: ConstructRequest,
  inputs: PlainObject,
  source: Source,
  monitor: Monitor,
  urn: string,
  version: string,
): Promise<PlainObject> {
  const name = request.getName();
  if (hasUnknown(inputs)) {
    session.log.warn(
      urn,
      "not rendered: some of its inputs are known only after the update, so this preview lacks its objects",
    );
    return { resources: UNKNOWN };
  }
  let contents: Contents;
  try {
    contents = await source(session, name, inputs);
  } catch (error) {
    if (!(error instanceof SourceUnreachable)) throw error;
    const reason = `source unreachable (${error.source}: ${error.why})`;
    if (!request.getDryrun()) {
      throw new ProviderError(
        `${name} was not updated: ${reason}. Try again when it answers, or name a mirror or a local path as its source.`,
      );
    }
    session.log.warn(
      urn,
      `not rendered: ${reason}. This preview lacks its objects, and shows those of an earlier update as deleted; an update refuses instead.`,
    );
    return { resources: UNKNOWN, notRendered: reason };
  }
  if (contents.hooks.length > 0 && !session.configuration.quietHelmHooks) {
    session.log.warn(urn, `its hooks are never run: ${contents.hooks.join(", ")}`);
  }
  const manifests = toManifests(contents.objects, contents.namespace, session.discovery);
  const registered = await monitor.children(urn, manifests, {
    prefix: prefixOf(name, inputs),
    skipAwait: inputs.skipAwait === true,
    version,
  });
  return { resources: registered.map((child) => resourceReference(child.urn, child.id, version)) };
}
