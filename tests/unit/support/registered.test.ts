import { describe, expect, test } from "vitest";
import { type Manifest } from "../../../model/manifest";
import { jobOf, type Registered } from "../../support/registered";
import { planRegistered } from "../../support/registered/plan";
import { leadToProcess } from "../../support/registered/service";
import { substitution } from "../../support/registered/substitute";
import { mounts, objects, registered, volumes, workload } from "./registered-server";

function planned(changes: Partial<Registered> = {}) {
  const plan = planRegistered(registered(changes));
  if ("problems" in plan) throw new Error(plan.problems.join("\n"));
  return plan;
}

function problems(changes: Partial<Registered>): readonly string[] {
  const plan = planRegistered(registered(changes));
  return "problems" in plan ? plan.problems : [];
}

describe("a registered container on this machine", () => {
  test("has its command line and environment, with references resolved and paths below the folder", () => {
    const { command, environment } = planned();
    expect(command).toEqual([
      "/usr/bin/server",
      "--config=/scratch/volumes/configuration/server.conf",
      "--name=server-0",
    ]);
    expect(environment).toEqual({
      NAME: "server-0",
      LEVEL: "info",
      PASSWORD: "of the server",
      MEMORY: "2048",
      CORES: "2",
      WHO: "server-0 costs $5 and $(NOBODY)",
    });
  });

  test("has its files, in whose text mount paths and ports are those of here, and its user", () => {
    const { files, writable, user, portOf } = planned();
    expect(files.map((file) => ({ ...file, content: file.content.toString() }))).toEqual([
      {
        path: "/scratch/volumes/configuration/server.conf",
        content: "listen 20001\ndata /scratch/volumes/data\n",
        mode: 0o644,
      },
    ]);
    expect(writable).toEqual(["/scratch/volumes/data"]);
    expect(user).toEqual({ uid: 10_001, gid: 10_002, fsGid: 10_003 });
    expect([portOf("main"), portOf(5000), portOf(80)]).toEqual([20_001, 20_001, undefined]);
  });

  test("has every key of a ConfigMap or Secret that envFrom names", () => {
    const container = { env: [], args: ["/etc/server"], envFrom: [{ prefix: "S_", secretRef: { name: "keys" } }] };
    expect(planned({ workload: workload({ container }) }).environment).toEqual({ S_password: "of the server" });
  });

  test("starts with the program that stands in for its own command", () => {
    const own = workload({ container: { command: ["server", "run"] } });
    const image = { programs: { server: "/usr/lib/server/bin/server" } };
    expect(planned({ workload: own, image }).command.slice(0, 2)).toEqual(["/usr/lib/server/bin/server", "run"]);
    expect(problems({ workload: own })).toEqual([
      "an entry point was given, and the object has a command of its own",
      "no program was given for server",
    ]);
  });

  test("has the volumes of a StatefulSet's claims, those that others mount where they are, and this machine's memory", () => {
    const own = workload({
      container: {
        args: ["/etc/server", "/var/lib/server", "/wal", "/backups"],
        volumeMounts: [
          ...mounts,
          { name: "wal", mountPath: "/wal" },
          { name: "backups", mountPath: "/backups" },
          { name: "shared", mountPath: "/dev/shm" },
        ],
      },
      pod: {
        volumes: [
          ...volumes,
          { name: "backups", persistentVolumeClaim: { claimName: "all-backups" } },
          { name: "shared", emptyDir: { medium: "Memory" } },
        ],
      },
    });
    const set = { ...own, spec: { ...own.spec, volumeClaimTemplates: [{ metadata: { name: "wal" } }] } };
    const { command, writable } = planned({ workload: set, claims: { "all-backups": "/elsewhere" } });
    expect(command.slice(-2)).toEqual(["/scratch/volumes/wal", "/elsewhere"]);
    expect(writable).toContain("/scratch/volumes/wal");
    const kept = planned({ workload: set, claims: { "wal-server-0": "/kept" } });
    expect(kept.command.at(-2)).toBe("/kept");
  });

  test("is the Job of a CronJob", () => {
    const { spec } = workload();
    const cronJob = { apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "nightly", namespace: "data" } };
    const job = jobOf({ ...cronJob, spec: { schedule: "0 1 * * *", jobTemplate: { spec } } });
    expect(planned({ workload: job }).command[2]).toBe("--name=nightly-0");
  });

  test("is told what it finds by itself in a pod", () => {
    const serviceAccount = { server: "https://127.0.0.1:1", authority: "ca", token: "token" };
    const told = planned({
      serviceAccount,
      workload: workload({ container: { args: ["/etc/server"] } }),
      tell: ({ kubeconfig, path: at }) => [`--kubeconfig=${kubeconfig}`, `--data=${at("/var/lib/server")}`],
    });
    expect(told.command.slice(-2)).toEqual([
      "--kubeconfig=/scratch/serviceaccount/kubeconfig",
      "--data=/scratch/volumes/data",
    ]);
  });

  test("has the volumes that a StatefulSet claims for it, and the name of its ordinal", () => {
    const { spec, ...rest } = workload({
      pod: { volumes: [{ name: "configuration", configMap: { name: "settings" } }] },
    });
    const set = { ...rest, spec: { ...spec, volumeClaimTemplates: [{ metadata: { name: "data" } }] } };
    const { writable, environment } = planned({ workload: set, ordinal: 2 });
    expect(writable).toEqual(["/scratch/volumes/data"]);
    expect(environment.NAME).toBe("server-2");
  });

  test("calls others where they are here, and asks its own hook and probes with paths of here", () => {
    const container = {
      env: [{ name: "PEER", value: "host=peer port=5000" }],
      readinessProbe: { exec: { command: ["test", "-e", "/var/lib/server/up"] } },
      lifecycle: { preStop: { exec: { command: ["end", "/var/lib/server"] } } },
    };
    const addresses = { "host=peer port=5000": "host=127.0.0.1 port=7" };
    const own = planned({
      workload: workload({ container: { ...container, args: ["/etc/server"] } }),
      addresses,
    });
    expect(own.environment).toEqual({ PEER: "host=127.0.0.1 port=7" });
    expect(own.preStop).toEqual(["end", "/scratch/volumes/data"]);
    expect(own.probes.readinessProbe?.exec?.command).toEqual(["test", "-e", "/scratch/volumes/data/up"]);
  });

  test.each<[string, Partial<Registered>, RegExp]>([
    ["an address that nothing names", { addresses: { "peer:80": "127.0.0.1:7" } }, /names peer:80/],
    [
      "a hook of another kind",
      { workload: workload({ container: { lifecycle: { postStart: { exec: { command: ["a"] } } } } }) },
      /the hook postStart has no stand-in/,
    ],
    ["a field of the pod", { workload: workload({ pod: { hostNetwork: true } }) }, /pod's field hostNetwork has no/],
    ["a field of the container", { workload: workload({ container: { tty: true } }) }, /container's field tty has no/],
    [
      "a kind of volume",
      {
        workload: workload({
          pod: {
            volumes: [
              { name: "configuration", hostPath: {} },
              { name: "data", emptyDir: {} },
            ],
          },
        }),
      },
      /volume configuration: hostPath has no stand-in/,
    ],
    [
      "a volume that the pod does not have",
      { workload: workload({ pod: { volumes: [{ name: "data", emptyDir: {} }] } }) },
      /the pod has no volume configuration/,
    ],
    ["an object that is not registered", { objects: [] }, /ConfigMap settings is not among the objects/],
    [
      "a key that its ConfigMap lacks",
      {
        workload: workload({
          container: { env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "settings", key: "a" } } }] },
        }),
      },
      /A: there is no a in ConfigMap settings/,
    ],
    [
      "a variable from nowhere",
      {
        workload: workload({
          container: { env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "status.phase" } } }] },
        }),
      },
      /A: .*status\.phase.* cannot be resolved/,
    ],
    [
      "a mount that nothing names",
      { workload: workload({ container: { args: [] } }) },
      /names \/etc\/server; say by tell/,
    ],
    [
      "a port that nothing names",
      { objects: [{ ...objects[0]!, data: { "server.conf": "/var/lib/server", level: "" } }, objects[1]!] },
      /names 5000/,
    ],
    [
      "a port in two places",
      { workload: workload({ container: { args: ["--config=/etc/server", "--port=5000"] } }) },
      /5000 is in 2 places/,
    ],
    ["a port without one to listen on", { ports: {} }, /port main is declared, and no port/],
    ["a port that is not declared", { ports: { main: 20_001, other: 1 } }, /declares no port other/],
    [
      "an init container of another image",
      { workload: workload({ pod: { initContainers: [{ name: "prepare", image: "other" }] } }) },
      /init container prepare has another image/,
    ],
    [
      "shared memory on disk",
      {
        workload: workload({
          container: { volumeMounts: [...mounts, { name: "shared", mountPath: "/dev/shm" }] },
          pod: { volumes: [...volumes, { name: "shared", emptyDir: {} }] },
        }),
      },
      /\/dev\/shm: the volume shared is not memory/,
    ],
    ["a claim that the pod does not have", { claims: { other: "/there" } }, /the pod has no claim other/],
    [
      "an init container to leave out that is not there",
      { leaveOut: ["prepare"] },
      /there is no init container prepare/,
    ],
    [
      "a token that its pod does not get",
      {
        workload: workload({ pod: { automountServiceAccountToken: false } }),
        serviceAccount: { server: "", authority: "", token: "" },
      },
      /does not get its service account's token/,
    ],
    [
      "a token that nobody is told of",
      { serviceAccount: { server: "", authority: "", token: "" } },
      /service account was given and not told/,
    ],
    ["another name of the container", { container: "other" }, /no container other/],
  ])("is refused for %s", (_, changes, why) => {
    expect(problems(changes).join("\n")).toMatch(why);
  });
});

describe("what differs on this machine", () => {
  const here = () =>
    substitution(
      new Map([
        ["/tmp", "/here/tmp"],
        ["/tmp/big", "/there"],
      ]),
      new Map([[80, 20_080]]),
    );

  test.each([
    ["/tmp", "/here/tmp"],
    ["--folder=/tmp/file", "--folder=/here/tmp/file"],
    ["/tmp/big/file:/tmp", "/there/file:/here/tmp"],
    ["/tmpfile /var/tmp x/tmp", "/tmpfile /var/tmp x/tmp"],
    ["0.0.0.0:80", "0.0.0.0:20080"],
    ["8080 1.80 80.1 180", "8080 1.80 80.1 180"],
  ])("%s becomes %s", (from, to) => {
    expect(here()(from)).toBe(to);
  });
});

test.each([
  ["db:5432/name?x", "127.0.0.1:7/name?x"],
  ["host=db", "host=localhost"],
  ["db/path db.example dbs the-db", "db/path db.example dbs the-db"],
])("whom it calls in %s is called as in %s", (from, to) => {
  const addresses = new Map([
    ["db:5432", "127.0.0.1:7"],
    ["db", "localhost"],
  ]);
  expect(substitution(new Map(), new Map(), addresses)(from)).toBe(to);
});

describe("a registered Service", () => {
  const service = (changes: object = {}): Manifest => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "server", namespace: "data" },
    spec: { selector: { app: "server" }, ports: [{ name: "public", port: 443, targetPort: "main" }], ...changes },
  });

  test("leads to the process under its own name", () => {
    const lead = leadToProcess(service(), registered());
    expect([lead.behind(443), lead.behind("public")]).toEqual([20_001, 20_001]);
    expect(lead.service).toMatchObject({
      metadata: { name: "server", namespace: "data" },
      spec: { type: "ExternalName", externalName: "localhost" },
    });
  });

  test("is refused when it selects other pods or leads to a port that they do not have", () => {
    expect(() => leadToProcess(service({ selector: { app: "other" } }), registered())).toThrow(/does not select/);
    expect(() => leadToProcess(service({ selector: {} }), registered())).toThrow(/does not select/);
    const astray = leadToProcess(service({ ports: [{ port: 443, targetPort: "https" }] }), registered());
    expect(() => astray.behind(443)).toThrow(/port 443 leads to no port/);
    expect(() => astray.behind(80)).toThrow(/port 80 leads to no port/);
  });
});
