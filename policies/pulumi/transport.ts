import { AsyncLocalStorage } from "node:async_hooks";
import {
  Server,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { type Resource, type ResourceEdges } from "../sources/resource";
import { decodeProperties, encodeChanges } from "../sources/wire";

/** What the engine tells a pack about the stack before it asks anything. */
export interface StackContext {
  readonly stack: string;
  /** The stack's configuration, as `namespace:key` to text. */
  readonly config: Readonly<Record<string, string>>;
  /** Whether this is a preview. */
  readonly preview: boolean;
}

/** What the engine's requests carry and the SDK's server does not pass on to policies. */
export interface EngineLink {
  /** Called once, before anything is judged. An error's message is shown and stops the engine. */
  readonly onStack: (context: StackContext) => void;
  /** The resource whose policies run now; absent when others run, or none. */
  readonly currentResource: () => Resource | undefined;
  /**
   * Changes the resource that is about to be shown.
   *
   * @param mend Gives its changed inputs, or nothing; it sees what policies before it changed.
   * @returns The properties for the SDK to answer with; nothing when there is no change, or when a secret would lose its
   *   mark by it.
   */
  readonly mendResource: (mend: (resource: Resource) => Mended) => Mended;
  /**
   * Tells the engine that a policy does not apply to what is judged now. The SDK's own way is an error for each, some ten
   * thousand in a run.
   */
  readonly stepAside: (policy: string, reason: string) => void;
  /** All resources of the stack whose policies run now. */
  readonly currentStack: () => readonly Resource[];
}

type Mended = Record<string, unknown> | undefined;

type Handler<Request> = (call: ServerUnaryCall<Request, unknown>, callback: sendUnaryData<unknown>) => void;

/**
 * Serves a policy pack by the SDK, and keeps what the SDK drops on the way (@pulumi/policy 1.21.0, server.js): the
 * stack's configuration, which secrets are marked, and the difference between an unknown value and a text. Policies read
 * those here, and the SDK gets each request without properties; so they are decoded once, and not once for each policy.
 * What a remediation changes goes back in the engine's own form, which the SDK passes on as it is; its own way knows no
 * unknown values.
 *
 * @param onStack See {@link EngineLink.onStack}.
 * @param serve Constructs the PolicyPack; it registers its handlers before it returns.
 * @throws Error when the SDK registers other handlers than expected: it has changed, and this file with it.
 */
export function servePack(onStack: EngineLink["onStack"], serve: (link: EngineLink) => void): void {
  const resources = new AsyncLocalStorage<Resource>();
  const drafts = new AsyncLocalStorage<Draft>();
  const stacks = new AsyncLocalStorage<readonly Resource[]>();
  const asides = new AsyncLocalStorage<proto.PolicyNotApplicable[]>();
  // The engine shows the inputs of each resource first, and the outputs of all at the end. Rules are about what the
  // program asks for: outputs also hold what the cluster filled in (replicas set by an autoscaler, defaults).
  const inputs = new Map<string, Resource>();
  const original: unknown = Reflect.get(Server.prototype, "addService");
  const link = { made: false };
  Server.prototype.addService = function addService(definition, implementation) {
    Reflect.apply(original as typeof Server.prototype.addService, this, [definition, wrap(implementation)]);
  };
  try {
    serve({
      onStack,
      currentResource: () => resources.getStore(),
      mendResource: (mend) => required(drafts.getStore()).change(mend),
      currentStack: () => required(stacks.getStore()),
      stepAside: (policy, reason) => {
        required(asides.getStore()).push(new proto.PolicyNotApplicable().setPolicyName(policy).setReason(reason));
      },
    });
  } finally {
    Reflect.set(Server.prototype, "addService", original);
  }
  if (!link.made) throw new Error("@pulumi/policy serves policies in another way than version 1.21.0 does");

  function wrap(implementation: UntypedServiceImplementation): UntypedServiceImplementation {
    const { analyze, analyzeStack, configureStack, remediate } = implementation as Record<string, unknown>;
    if (!isHandler(analyze) || !isHandler(analyzeStack) || !isHandler(configureStack) || !isHandler(remediate)) {
      return implementation;
    }
    link.made = true;
    return {
      ...implementation,
      configureStack: ((call, callback) => {
        try {
          onStack(toContext(call.request));
        } catch (error) {
          // Only the sentence: the SDK would send its stack trace to the terminal.
          const message = error instanceof Error ? error.message : String(error);
          callback({ code: status.INVALID_ARGUMENT, message }, null);
          return;
        }
        configureStack(call, callback);
      }) satisfies Handler<proto.AnalyzerStackConfigureRequest>,
      analyze: ((call, callback) => {
        const resource = toResource(call.request);
        if (resource.urn !== undefined) inputs.set(resource.urn, resource);
        const request = withoutProperties(call.request);
        resources.run(resource, () => judge((answer) => analyze({ request }, answer), callback));
      }) satisfies Handler<proto.AnalyzeRequest>,
      remediate: ((call, callback) => {
        const { request } = call;
        drafts.run(new Draft(request), () => remediate({ request: withoutProperties(request) }, callback));
      }) satisfies Handler<proto.AnalyzeRequest>,
      analyzeStack: ((call, callback) => {
        const list = call.request.getResourcesList().map((each) => toStackResource(each, inputs.get(each.getUrn())));
        const request = new proto.AnalyzeStackRequest();
        stacks.run(list, () => judge((answer) => analyzeStack({ request }, answer), callback));
      }) satisfies Handler<proto.AnalyzeStackRequest>,
    };
  }

  /** Adds to the SDK's answer which policies have stepped aside. */
  function judge(ask: (answer: sendUnaryData<proto.AnalyzeResponse>) => void, answer: sendUnaryData<unknown>): void {
    const aside: proto.PolicyNotApplicable[] = [];
    asides.run(aside, () =>
      ask((error, response) => {
        response?.setNotApplicableList([...response.getNotApplicableList(), ...aside]);
        answer(error, response);
      }),
    );
  }
}

/** One resource on its way through the remediations; read only when one is asked for. */
class Draft {
  private state: { readonly resource: Resource; readonly encoded: unknown } | undefined;

  public constructor(private readonly request: proto.AnalyzeRequest) {}

  public change(mend: (resource: Resource) => Mended): Mended {
    const { resource, encoded } = (this.state ??= {
      resource: toResource(this.request),
      encoded: this.request.getProperties()?.toJavaScript(),
    });
    const changed = mend(resource);
    const properties = changed && encodeChanges(encoded, changed);
    if (!properties) return undefined;
    const { properties: inputs, secrets } = decodeProperties(properties);
    const marks = { inputs: secrets, outputs: new Set<string>() };
    this.state = { resource: { ...resource, inputs, secrets: marks }, encoded: properties };
    return properties;
  }
}

function isHandler(value: unknown): value is (call: unknown, callback: unknown) => void {
  return typeof value === "function";
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a policy ran outside a request of the engine");
  return value;
}

function toContext(request: proto.AnalyzerStackConfigureRequest): StackContext {
  const config: Record<string, string> = {};
  request.getConfigMap().forEach((value, key) => (config[key] = value));
  return { stack: request.getStack(), config, preview: request.getDryRun() };
}

function toResource(request: proto.AnalyzeRequest | proto.AnalyzerResource): Resource {
  const { properties, secrets } = decodeProperties(request.getProperties()?.toJavaScript());
  const options = request.getOptions();
  const parent = options?.getParent() ?? "";
  return {
    type: request.getType(),
    name: request.getName(),
    urn: request.getUrn(),
    inputs: properties,
    secrets: { inputs: secrets, outputs: new Set() },
    options: {
      protect: options?.getProtect() ?? false,
      ignoreChanges: options?.getIgnorechangesList() ?? [],
      ...(parent !== "" && { parent }),
      aliases: options?.getAliasesList() ?? [],
    },
  };
}

/** What a resource stands on. The engine tells it at the end, of the whole stack. */
function edgesOf(request: proto.AnalyzerResource): ResourceEdges {
  const propertyDependencies: Record<string, string[]> = {};
  request
    .getPropertydependenciesMap()
    .forEach((dependencies, property) => (propertyDependencies[property] = dependencies.getUrnsList()));
  const provider = request.getProvider()?.getUrn() ?? "";
  return {
    // Whatever is made outside has a provider, and providers are themselves no components.
    custom: provider !== "" || request.getType().startsWith("pulumi:providers:"),
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    ...(provider !== "" && { provider }),
  };
}

/** A resource of the whole stack: its inputs, when the engine showed them, and its outputs. */
function toStackResource(request: proto.AnalyzerResource, shown: Resource | undefined): Resource {
  const final = toResource(request);
  const base = shown ?? final;
  return {
    ...base,
    outputs: final.inputs,
    // By then the engine has worked out what an alias' parts mean.
    ...(base.options && { options: { ...base.options, aliases: final.options?.aliases ?? [] } }),
    edges: edgesOf(request),
    secrets: {
      inputs: base.secrets?.inputs ?? new Set(),
      outputs: final.secrets?.inputs ?? new Set(),
    },
  };
}

function withoutProperties(request: proto.AnalyzeRequest): proto.AnalyzeRequest {
  const bare = new proto.AnalyzeRequest();
  bare.setType(request.getType()).setUrn(request.getUrn()).setName(request.getName()).setOptions(request.getOptions());
  bare.setProperties(new (structOf(request))());
  return bare;
}

/** Protobuf compares classes: the Struct must come from the same copy of the library as the request. */
function structOf(request: proto.AnalyzeRequest): new () => NonNullable<ReturnType<typeof request.getProperties>> {
  const properties = request.getProperties();
  if (!properties) throw new Error("the engine sent a resource without properties");
  return properties.constructor as new () => NonNullable<ReturnType<typeof request.getProperties>>;
}
