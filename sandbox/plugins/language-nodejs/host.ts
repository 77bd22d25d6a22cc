import * as grpc from "@grpc/grpc-js";
import languageRpc, { type ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import language from "@pulumi/pulumi/proto/language_pb";
import plugin from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { execFileSync } from "node:child_process";
import { OptionError } from "./options";
import { installedPackages, requiredProviders } from "./packages";
import { runPlugin } from "./plugin";
import { findNode, interruptAll } from "./processes";
import { runProgram } from "./run";
import { channelOptions } from "./serve";

/** Version reported to the engine: that of the CLI this host is made for. */
export const HOST_VERSION = "3.259.0";

type Respond<Response> = grpc.sendUnaryData<Response>;

function asServiceError(error: unknown): Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof OptionError ? grpc.status.INVALID_ARGUMENT : grpc.status.UNKNOWN, details: message };
}

/** Answers a call with what `work` makes of the request; an exception becomes the error the engine shows. */
function unary<Request, Response>(
  work: (request: Request, call: grpc.ServerUnaryCall<Request, Response>) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  const handle = async (call: grpc.ServerUnaryCall<Request, Response>, respond: Respond<Response>) => {
    try {
      respond(null, await work(call.request, call));
    } catch (error) {
      respond(asServiceError(error));
    }
  };
  return (call, respond) => void handle(call, respond);
}

function refuse<Request, Response>(what: string): grpc.handleUnaryCall<Request, Response> {
  const details = `the sandbox's Node.js language host runs programs and policy packs; ${what} needs the official one`;
  return (_call, respond) => respond({ code: grpc.status.UNIMPLEMENTED, details });
}

function folderOf(info: language.ProgramInfo | undefined, otherwise = "."): string {
  return info?.getProgramDirectory() ?? otherwise;
}

function packageList(request: language.GetRequiredPackagesRequest): language.GetRequiredPackagesResponse {
  const response = new language.GetRequiredPackagesResponse();
  for (const { name, version, server } of requiredProviders(folderOf(request.getInfo()))) {
    const dependency = new plugin.PackageDependency();
    dependency.setName(name);
    dependency.setKind("resource");
    dependency.setVersion(version);
    dependency.setServer(server);
    response.addPackages(dependency);
  }
  return response;
}

function dependencyList(request: language.GetProgramDependenciesRequest): language.GetProgramDependenciesResponse {
  const response = new language.GetProgramDependenciesResponse();
  for (const { name, version, direct } of installedPackages(folderOf(request.getInfo(), request.getPwd()))) {
    if (!direct && !request.getTransitivedependencies()) continue;
    const dependency = new language.DependencyInfo();
    dependency.setName(name);
    dependency.setVersion(version);
    response.addDependencies(dependency);
  }
  return response;
}

function about(): language.AboutResponse {
  const response = new language.AboutResponse();
  const node = findNode();
  if (node === undefined) return response;
  response.setExecutable(node);
  response.setVersion(execFileSync(node, ["--version"], { encoding: "utf8" }).trim());
  return response;
}

function version(): plugin.PluginInfo {
  const info = new plugin.PluginInfo();
  info.setVersion(HOST_VERSION);
  return info;
}

/** The language host as a gRPC server. `engineAddress` is the address the program logs to. */
export function languageHost(engineAddress: string): grpc.Server {
  let engine = engineAddress;
  const implementation: ILanguageRuntimeServer = {
    handshake: unary((request) => {
      if (request.getEngineAddress() !== "") engine = request.getEngineAddress();
      return new language.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(version),
    getRequiredPackages: unary(packageList),
    getRequiredPlugins: refuse("the old call GetRequiredPlugins"),
    getProgramDependencies: unary(dependencyList),
    about: unary(about),
    runtimeOptionsPrompts: unary(() => new language.RuntimeOptionsResponse()),
    template: unary(() => new language.TemplateResponse()),
    run: unary((request, call) => runProgram(request, engine, (stop) => call.on("cancelled", stop))),
    runPlugin: (call) => {
      const work = async () => {
        try {
          await runPlugin(call);
        } catch (error) {
          call.emit("error", asServiceError(error));
        }
      };
      void work();
    },
    installDependencies: (call) => {
      // `npm ci` with the lock file is the only way this project installs; a second way would bypass the lock.
      const response = new language.InstallDependenciesResponse();
      response.setStdout(Buffer.from("The sandbox leaves packages alone; to install them run: npm ci\n"));
      call.write(response);
      call.end();
    },
    cancel: unary(() => {
      interruptAll();
      return new Empty();
    }),
    generateProgram: refuse("generating programs"),
    generateProject: refuse("generating projects"),
    generatePackage: refuse("generating packages"),
    pack: refuse("packing packages"),
    link: refuse("linking packages"),
  };
  const server = new grpc.Server(channelOptions);
  server.addService(languageRpc.LanguageRuntimeService, implementation);
  return server;
}
