import { z } from "zod";
import { accessOf, isInMesh, isLoopback, refusesPlain } from "../checks/database/access";
import { workloadOf } from "../checks/database/clients";
import { broadStatement, wantedRights } from "../checks/database/grants";
import { matching } from "../checks/database/known";
import { takesSecret } from "../checks/database/passwords";
import { type DatabaseServer, databaseServers } from "../checks/database/servers";
import { type SqlSchema, sqlSchemas } from "../checks/database/sql";
import { type Graph } from "../graph/graph";
import { workloads } from "../graph/subjects";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { object } from "./examples";

const right = z.strictObject({ name: z.string().min(1), privileges: z.array(z.string().min(1)) });
const settings = z.strictObject({
  callers: z
    .array(
      z.strictObject({
        workload: z.string().min(1).describe("Kind/namespace/name of the caller"),
        role: z.string().min(1).describe("role as which it comes"),
        rights: z
          .array(right)
          .optional()
          .describe("tables, views and functions (schema.name) with what it may do; absent where it owns its database"),
      }),
    )
    .default([])
    .describe("callers of databases"),
  administrators: z
    .array(z.strictObject({ secret: z.string().min(1), key: z.string().min(1) }))
    .default([])
    .describe("Secrets and keys that hold the password of a superuser"),
});
type Settings = z.infer<typeof settings>;
type Caller = Settings["callers"][number];

const cluster = (...lines: readonly string[]) =>
  object("postgresql.cnpg.io/v1", "Cluster", "postgresql", { spec: { postgresql: { pg_hba: lines } } });

export const rule = defineRule<Settings>({
  id: "ALT-DB-011",
  slug: "postgresql-roles-have-least-rights",
  title: "Each service has a role of its own with its own rights, nobody is superuser, and passwords come by TLS only",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "Whoever breaks into one service has all that its role may do: as superuser that is every row, the server's files and its " +
    "shell. With one role for several services nobody can tell who did what, or change one password alone; and without TLS " +
    "every query and row can be read on its way.",
  fix: "Give each service its role with rights on single tables, and end pg_hba.conf with hostssl lines and a reject.",
  planSteps: ["3.2"],
  peers: ["kubescape C-0012"],
  settings,
  examples: {
    pass: {
      title: "TLS or nothing",
      manifests: [cluster("hostssl all all all scram-sha-256", "host all all all reject")],
    },
    fail: { title: "the operator's own last line, which takes both", manifests: [cluster()] },
  },
  parts: [
    part(
      ({ graph }) => databaseServers(graph),
      function* (server, { graph, settings: options }) {
        const access = accessOf(server, graph);
        if (access.hidden !== undefined) return new NotApplicable(access.hidden);
        return yield* aspects(
          () => checkMethods(access),
          () => checkEncryption(server, access, graph),
          () => checkSuperusers(server, graph, options),
        );
      },
    ),
    part(
      ({ graph }) => sqlSchemas(graph),
      function* (schema, { settings: { callers } }) {
        const rights = wantedRights(schema.statements);
        const isOnRoles = schema.statements.some(({ text }) =>
          /^(?:GRANT|(?:CREATE|ALTER) (?:ROLE|USER)) /i.test(text),
        );
        if (!isOnRoles && rights.length === 0) return new NotApplicable("It says nothing about roles and rights.");
        yield* checkStatements(schema);
        yield* each(rights, function* ({ role, type, name, privilege, path }) {
          const caller = callers.find((each_) => each_.role === role);
          if (!caller?.rights || !["TABLE", "FUNCTION"].includes(type) || holds(caller, name, privilege)) return;
          const problem = `gives ${role} ${privilege} on ${name}, which its edge does not say`;
          yield { problem, path, fix: "take it away, or declare it on the edge" };
        });
        return undefined;
      },
    ),
    part(
      ({ graph, settings: { callers } }) => {
        const known = new Set(callers.map((caller) => workloadOf(caller, graph)));
        return workloads(graph).filter(({ read }) => known.has(read()));
      },
      function* (workload, { graph, settings: { callers } }) {
        const own = callers.filter((caller) => workloadOf(caller, graph) === workload);
        for (const { role } of own) {
          const other = callers.find((each_) => each_.role === role && each_.workload !== own[0]?.workload);
          if (other === undefined) continue;
          const problem = `comes to the database as ${role}, as ${other.workload} does too`;
          yield { problem, path: workload.podSpec.path, fix: "give each of them a role of its own" };
        }
        return undefined;
      },
    ),
  ],
});

function holds({ rights = [] }: Caller, name: string, privilege: string): boolean {
  return rights.some((each_) => each_.name === name && each_.privileges.includes(privilege.toLowerCase()));
}

const weakMethods: Readonly<Record<string, string>> = {
  trust: "without a password",
  password: "by a password in the clear",
  md5: "by MD5, whose stored form is as good as the password",
};

function* checkMethods({ lines, path }: ReturnType<typeof accessOf>): Generator<Failure> {
  for (const line of lines) {
    const weak = weakMethods[line.method];
    if (weak === undefined || isLoopback(line)) continue;
    yield { problem: `lets ${line.users} in ${weak} (${line.text})`, path, fix: "use scram-sha-256" };
  }
}

function* checkEncryption(
  server: DatabaseServer,
  { lines, path }: ReturnType<typeof accessOf>,
  graph: Graph,
): Generator<Failure> {
  if (isInMesh(server, graph)) return;
  for (const line of lines) {
    if (refusesPlain(line)) return;
    const takesPlain = (line.type === "host" || line.type === "hostnossl") && line.method !== "reject";
    if (!takesPlain || isLoopback(line)) continue;
    const problem = `takes connections without TLS (${line.text})`;
    yield { problem, path, fix: "write hostssl lines, and end them with: host all all all reject" };
    return;
  }
}

function* checkSuperusers(
  server: DatabaseServer,
  graph: Graph,
  { administrators }: Settings,
): Generator<Failure, undefined> {
  const { spec, name, namespace } = server.object;
  const secret = spec.at("superuserSecret", "name");
  const places =
    server.form === "plain"
      ? administrators
      : [...administrators, { secret: secret.text() ?? `${name}-superuser`, key: "password" }];
  return yield* aspects(
    () =>
      each(server.form === "plain" ? [] : spec.at("managed", "roles").items(), function* (role) {
        const flag = role.at("superuser");
        if (flag.flag() !== true) return;
        const problem = `makes ${role.at("name").text() ?? "a role"} a superuser`;
        yield { problem, path: flag.path, fix: "grant it what it needs in its schema" };
      }),
    function* () {
      const own = server.form === "plain" ? server.workload : undefined;
      const takers = matching(
        graph.workloads.filter((workload) => !workload.isJob && workload !== own),
        (workload) => workload.object.namespace === namespace && places.some((place) => takesSecret(workload, place)),
      );
      for (const { kind, object: taker } of takers) {
        const problem = `gives its superuser's password to ${kind} ${taker.name}, which runs all the time`;
        const path = server.form === "plain" ? spec.path : secret.path;
        yield { problem, path, fix: "let it come as a role of its own" };
      }
    },
  );
}

function* checkStatements({ statements }: SqlSchema): Generator<Failure> {
  for (const { text, path } of statements) {
    const broad = broadStatement(text);
    if (broad) yield { ...broad, path };
  }
}
