import { bytesOf, majors, numberOf, parameterOf } from "../../../model/database/settings";
import { type Field } from "../../field";
import { type Graph } from "../../graph/graph";
import { parseImage } from "../../graph/image";
import { mountedFiles } from "./mounted";
import { type DatabaseServer, type PlainServer, serverImage } from "./servers";

/** A setting of a server as it is given. */
export interface GivenSetting {
  /** Without quotes. */
  readonly value: string;
  /** Property of the server's object that holds it or names what does. */
  readonly path: string;
  /** ` in ConfigMap postgresql`, for sentences; empty where the path says it. */
  readonly where: string;
}

/** The settings of a server, as far as the stack shows them. */
export interface GivenSettings {
  /** Major version of the server. */
  readonly major: number;
  readonly given: ReadonlyMap<string, GivenSetting>;
  /** Where one that is missing belongs. */
  readonly path: string;
  /** Why there may be others that nothing here shows, as a sentence. */
  readonly hidden?: string;
}

/** What CloudNativePG writes where a Cluster says nothing: https://cloudnative-pg.io/documentation/current/postgresql_conf/ */
const operatorDefaults: Readonly<Record<string, string>> = { max_parallel_workers: "32", max_worker_processes: "32" };

/** Major that is taken for a server whose image does not say. */
const newestMajor = 18;

/** Libraries that CloudNativePG loads by itself once one of their settings is there. */
const managedLibraries = ["pg_stat_statements", "auto_explain", "pgaudit", "pg_failover_slots"];

/** @throws UnknownValue when a place of settings is not known. */
export function settingsOf(server: DatabaseServer, graph: Graph): GivenSettings {
  return server.form === "plain" ? plainSettings(server, graph) : operatedSettings(server.object.spec);
}

/** A setting's value: what is given, else what the server has by itself. */
export function valueOf({ given, major }: GivenSettings, name: string): string {
  return given.get(name)?.value ?? parameterOf(name, major)?.default ?? "";
}

/** A setting as a number in the unit of its parameter: milliseconds, connections; what is no number counts as -1, off. */
export function numberIn(settings: GivenSettings, name: string): number {
  const parameter = parameterOf(name, settings.major);
  return (parameter && numberOf(valueOf(settings, name), parameter)) ?? -1;
}

/** Bytes of a setting on memory or disk; negative where the server takes it for "no bound". */
export function bytesIn(settings: GivenSettings, name: string): number {
  const parameter = parameterOf(name, settings.major);
  return parameter ? bytesOf(valueOf(settings, name), parameter) : -1;
}

/** Where a message about a setting points. */
export function pathOf({ given, path }: GivenSettings, name: string): string {
  return given.get(name)?.path ?? path;
}

/** `max_connections = 100 in ConfigMap postgresql`, or `max_connections = 100, its default`. */
export function quote(settings: GivenSettings, name: string): string {
  const found = settings.given.get(name);
  const value = valueOf(settings, name);
  return `${name} = ${value === "" ? "''" : value}${found === undefined ? ", its default" : found.where}`;
}

/** Names of a list, such as `shared_preload_libraries`. */
export function listOf(settings: GivenSettings, name: string): string[] {
  return valueOf(settings, name)
    .split(",")
    .flatMap((each) => (each.trim() === "" ? [] : [each.trim()]));
}

/** Lines of `postgresql.conf`: `name = value`, `name value`, `name = 'it''s'`, with a comment behind. */
export function parseConfiguration(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\s*([\w.]+)\s*(?:=\s*|\s)('(?:[^']|'')*'|[^\s#']+)/.exec(line);
    const [, name = "", value = ""] = match ?? [];
    if (name !== "") found.set(name.toLowerCase(), unquote(value));
  }
  return found;
}

function unquote(value: string): string {
  return value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : value;
}

function plainSettings(server: PlainServer, graph: Graph): GivenSettings {
  const { container } = server;
  const given = new Map<string, GivenSetting>();
  const isConfiguration = (name: string) => name.endsWith(".conf") && !/hba|ident/.test(name);
  const { files, elsewhere } = mountedFiles(container, graph, isConfiguration);
  for (const { text, place, path } of files) {
    for (const [name, value] of parseConfiguration(text)) given.set(name, { value, path, where: ` in ${place}` });
  }
  // Arguments win over files.
  for (const [name, setting] of argumentSettings(container.field)) given.set(name, setting);
  const path = files[0]?.path ?? container.field.at("args").path;
  const base = { given, path, major: majorOf(container.field.at("image").text()) };
  if (given.size > 0) return base;
  if (elsewhere.length > 0) return { ...base, hidden: `Its ConfigMap ${elsewhere.join(", ")} is made elsewhere.` };
  // The official image starts the server with its defaults; others write a configuration of their own at their start.
  const isOfficial = serverImage(server) === "postgres";
  return isOfficial ? base : { ...base, hidden: "Its image makes a configuration of its own." };
}

function argumentSettings(container: Field): Map<string, GivenSetting> {
  const found = new Map<string, GivenSetting>();
  const words = ["command", "args"].flatMap((list) => container.at(list).items());
  for (const [index, field] of words.entries()) {
    const text = field.text() ?? "";
    const before = index === 0 ? undefined : words[index - 1]?.text();
    const pairs =
      before === "-c" ? [text] : [...text.matchAll(/(?:^|\s)(?:-c\s*|--)([\w.-]+=(?:'[^']*'|\S+))/g)].map((m) => m[1]);
    for (const pair of pairs) {
      const [name = "", ...rest] = (pair ?? "").split("=");
      const value = unquote(rest.join("="));
      found.set(name.replaceAll("-", "_").toLowerCase(), { value, path: field.path, where: "" });
    }
  }
  return found;
}

function operatedSettings(spec: Field): GivenSettings {
  const parameters = spec.at("postgresql", "parameters");
  const { path } = parameters;
  const given = new Map(Object.entries(operatorDefaults).map(([name, value]) => [name, { value, path, where: "" }]));
  for (const [name, field] of parameters.entries()) {
    given.set(name, { value: String(field.numberOrText() ?? ""), path: field.path, where: "" });
  }
  const libraries = spec.at("postgresql", "shared_preload_libraries");
  const loaded = [
    ...libraries.items().map((library) => library.text() ?? ""),
    ...managedLibraries.filter((library) => [...given.keys()].some((name) => name.startsWith(`${library}.`))),
  ];
  if (loaded.length > 0) {
    given.set("shared_preload_libraries", { value: loaded.join(","), path: libraries.path, where: "" });
  }
  return { given, path, major: majorOf(spec.at("imageName").text()) };
}

/** `18` of `docker.io/library/postgres:18.4-trixie`. */
function majorOf(image = ""): number {
  const major = Number(/^\d+/.exec(parseImage(image)?.tag ?? "")?.[0] ?? newestMajor);
  return Math.min(Math.max(major, majors.first), majors.last);
}
