/** Registers a component and its children with the engine, on behalf of the program that constructs it. */
import * as grpc from "@grpc/grpc-js";
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import type { RegisterResourceRequest, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import protocol from "@pulumi/pulumi/proto/resource_pb";
import { ProviderError, toStruct } from "../wire/errors";
import { decode, getText, secretValue, type PlainObject, type Properties } from "../wire/properties";
import { tokenOf } from "../tokens";
import { prerequisites, resourceName, type Manifest } from "./manifests";

const MESSAGE_LIMIT = 400 * 1024 * 1024;

export interface Registered {
  urn: string;
  id: string;
}

export interface ChildOptions {
  prefix: string;
  /** Puts the skipAwait annotation on every child. */
  skipAwait: boolean;
  version: string;
}

/** One construct call's connection to the engine's resource monitor. */
export class Monitor {
  readonly #client: ResourceMonitorClient;
  readonly #provider: string;
  /** What the component depends on, so that its children go before it when they are deleted. */
  readonly #dependencies: string[];

  constructor(private readonly request: ConstructRequest) {
    this.#client = new ResourceMonitorClient(request.getMonitorendpoint(), grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": MESSAGE_LIMIT,
      "grpc.max_send_message_length": MESSAGE_LIMIT,
    });
    this.#provider = request.getProvidersMap().get("kubernetes") ?? "";
    const inputs = [...request.getInputdependenciesMap().entries()].flatMap(([, value]) => value.getUrnsList());
    this.#dependencies = [...new Set([...request.getDependenciesList(), ...inputs])];
  }

  close(): void {
    this.#client.close();
  }

  /** Registers the component itself with the options that the program gave it. */
  async component(): Promise<string> {
    const given = this.request;
    const register = new protocol.RegisterResourceRequest();
    register.setType(given.getType());
    register.setName(given.getName());
    register.setParent(given.getParent());
    register.setCustom(false);
    register.setObject(toStruct({}));
    register.setAcceptsecrets(true);
    register.setAcceptresources(true);
    register.setSupportspartialvalues(true);
    register.setDependenciesList(this.#dependencies);
    register.setAliasspecs(true);
    register.setAliasesList(given.getAliasesList());
    register.setProvider(this.#provider);
    register.setReplaceonchangesList(given.getReplaceonchangesList());
    register.setIgnorechangesList(given.getIgnorechangesList());
    this.#inherit(register);
    return (await this.#register(register)).urn;
  }

  /** Registers the objects as children of the component, each after what it needs. */
  async children(parent: string, manifests: readonly Manifest[], options: ChildOptions): Promise<Registered[]> {
    refuseDuplicates(manifests, options.prefix);
    const needs = prerequisites(manifests);
    const running = new Map<Manifest, Promise<Registered>>();
    const start = (manifest: Manifest): Promise<Registered> => {
      const known = running.get(manifest);
      if (known !== undefined) return known;
      const work = (async () => {
        const before = await Promise.all((needs.get(manifest) ?? []).map(start));
        return await this.#child(
          parent,
          manifest,
          before.map(({ urn }) => urn),
          options,
        );
      })();
      running.set(manifest, work);
      return work;
    };
    const results = await Promise.allSettled(manifests.map(start));
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    return results.filter((result) => result.status === "fulfilled").map(({ value }) => value);
  }

  /** Tells the engine that the component is complete. */
  async outputs(urn: string, outputs: PlainObject): Promise<void> {
    const message = new protocol.RegisterResourceOutputsRequest();
    message.setUrn(urn);
    message.setOutputs(toStruct(outputs));
    await new Promise<void>((resolve, reject) => {
      this.#client.registerResourceOutputs(message, (error) => (error === null ? resolve() : reject(failure(error))));
    });
  }

  async #child(parent: string, manifest: Manifest, needed: string[], options: ChildOptions): Promise<Registered> {
    const register = new protocol.RegisterResourceRequest();
    const secret = manifest.gvk.group === "" && manifest.gvk.kind === "Secret";
    register.setType(tokenOf(manifest.gvk));
    register.setName(resourceName(options.prefix, manifest));
    register.setParent(parent);
    register.setCustom(true);
    const object = withSkipAwait(manifest.object, options.skipAwait);
    register.setObject(toStruct(secret ? hidden(object) : object));
    register.setProvider(this.#provider);
    register.setVersion(options.version);
    register.setAcceptsecrets(true);
    register.setAcceptresources(true);
    register.setSupportspartialvalues(true);
    register.setAliasspecs(true);
    register.setDependenciesList([...new Set([...this.#dependencies, ...needed])]);
    // Without this the engine takes every property to come from every dependency, and replaces along that line.
    for (const property of Object.keys(object)) {
      register.getPropertydependenciesMap().set(property, new protocol.RegisterResourceRequest.PropertyDependencies());
    }
    if (secret) register.setAdditionalsecretoutputsList(["data", "stringData"]);
    this.#inherit(register);
    if (getText(object, "metadata", "annotations", "helm.sh/resource-policy") === "keep")
      register.setRetainondelete(true);
    return await this.#register(register);
  }

  /** Options that a component passes on to what it is made of. */
  #inherit(register: RegisterResourceRequest): void {
    const protect = this.request.getProtect();
    const retain = this.request.getRetainondelete();
    if (protect !== undefined) register.setProtect(protect);
    if (retain !== undefined) register.setRetainondelete(retain);
    register.setDeletedwith(this.request.getDeletedwith());
    const timeouts = this.request.getCustomtimeouts();
    if (timeouts !== undefined) {
      const message = new protocol.RegisterResourceRequest.CustomTimeouts();
      message.setCreate(timeouts.getCreate());
      message.setUpdate(timeouts.getUpdate());
      message.setDelete(timeouts.getDelete());
      register.setCustomtimeouts(message);
    }
  }

  async #register(register: RegisterResourceRequest): Promise<Registered> {
    const reply = await new Promise<RegisterResourceResponse>((resolve, reject) => {
      this.#client.registerResource(register, (error, response) =>
        error === null ? resolve(response) : reject(failure(error)),
      );
    });
    return { urn: reply.getUrn(), id: reply.getId() };
  }
}

const failure = (error: grpc.ServiceError): ProviderError => new ProviderError(error.details, error.code);

function refuseDuplicates(manifests: readonly Manifest[], prefix: string): void {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const manifest of manifests) {
    const name = `${tokenOf(manifest.gvk)} ${resourceName(prefix, manifest)}`;
    if (seen.has(name)) twice.add(name);
    seen.add(name);
  }
  if (twice.size > 0)
    throw new ProviderError(`These objects are given twice: ${[...twice].join(", ")}. Remove one of each.`);
}

function withSkipAwait(object: PlainObject, skipAwait: boolean): PlainObject {
  if (!skipAwait) return object;
  const metadata = object.metadata as PlainObject;
  const annotations = (metadata.annotations ?? {}) as PlainObject;
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, "pulumi.com/skipAwait": "true" } } };
}

/** A Secret read from text is as secret as one from the program. */
function hidden(object: PlainObject): PlainObject {
  const entries = Object.entries(object).map(([name, value]) => [
    name,
    name === "data" || name === "stringData" ? secretValue(value) : value,
  ]);
  return Object.fromEntries(entries) as PlainObject;
}

/** The inputs of a construct call, as plain data with their secret places. */
export const inputsOf = (request: ConstructRequest): Properties => decode(request.getInputs()?.toJavaScript());
