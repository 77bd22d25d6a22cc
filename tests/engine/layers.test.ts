import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane } from "../../sandbox/control-plane";
import { type Digest } from "../../sandbox/engine/events";
import { nodesOfStack } from "../../sandbox/nodes";
import { catalogue } from "../../stacks/altlas";
import { cli, type ScratchSandbox, scratchSandbox } from "../support/control-plane";
import { type LiveObject } from "../support/newcomer";
import { projectFolder } from "../support/stack";
import { openStack, stackTraceLines, type StackRunner } from "../support/stack-runner";

/** Starting takes some 5 s on two idle cores, each update less than 10; other suites may run beside. */
const SLOW = 120_000;
const clone = () =>
  execFileSync("git", ["status", "--porcelain", "--untracked-files=all"], { cwd: projectFolder }).toString();

/** What an operation did, without what stayed the same and without the stack itself. */
function done({ seen }: Digest): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  for (const [urn, operation] of seen) {
    if (operation === "same" || urn.includes("::pulumi:pulumi:Stack::")) continue;
    (result[operation] ??= []).push(urn.split("::").slice(2).join("::"));
  }
  return result;
}
/** All that an operation without changes does: it reads the stack beneath. */
const onlyReads = { read: ["pulumi:pulumi:StackReference::beneath"] };

// One story in the order in which it happens: each test stands on what the one before left. It is the trial of mode
// `kubeconfig` as well: the stacks know nothing of the sandbox but a file and a context.
describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("an environment in two stacks, by kubeconfig", () => {
  let sandbox: ScratchSandbox;
  let platform: StackRunner;
  let services: StackRunner;
  let cluster: Record<string, unknown>;
  let before: string;
  const platformSettings = (more: Record<string, unknown> = {}) => ({
    cluster,
    layers: { registers: ["platform"] },
    ...more,
  });
  const servicesSettings = (more: Record<string, unknown> = {}) => ({
    cluster,
    layers: { registers: ["services"], beneath: "organization/altlas/try-platform" },
    ...more,
  });
  const objects = async (kinds: string): Promise<LiveObject[]> => {
    const { code, stdout } = await cli(sandbox.home, "kubectl", "get", kinds, "--all-namespaces", "--output", "json");
    expect(code).toBe(0);
    return (JSON.parse(stdout) as { items: LiveObject[] }).items;
  };
  const image = async (name: string) =>
    JSON.stringify((await objects("deployments.apps")).find(({ metadata }) => metadata.name === name)?.spec);

  beforeAll(async () => {
    before = clone();
    sandbox = scratchSandbox();
    const { kubeconfig } = await startControlPlane({ folder: sandbox.folder, nodes: nodesOfStack("dev") });
    const driver = "altlas.io/simulated";
    cluster = {
      mode: "kubeconfig",
      kubeconfig,
      context: "altlas-sandbox",
      zones: ["local-a", "local-b", "local-c"],
      storage: { block: driver, shared: driver },
      // Nobody answers on simulated nodes.
      metricsApi: "absent",
    };
    // No kubeconfig in the environment: what is not in the settings does not count.
    platform = await openStack(sandbox.home, "none", "try-platform");
    services = await openStack(sandbox.home, "none", "try-services");
  }, SLOW);
  afterAll(() => sandbox.remove(), SLOW);

  it(
    "refuses the services before the platform was ever there, and says what comes first",
    async () => {
      const { code, output } = await services.operate("up", servicesSettings());
      expect(code).not.toBe(0);
      expect(output).toContain(
        "Stack organization/altlas/try-platform, on which stack try-services stands, has no outputs yet",
      );
      expect(output).toContain("Bring it up first (pulumi up -s organization/altlas/try-platform)");
      expect(stackTraceLines(output)).toEqual([]);
      expect(await services.resources()).toEqual([]);
    },
    SLOW,
  );

  it(
    "brings the platform up, then the services, and every pod runs",
    async () => {
      const first = await platform.steps("up", platformSettings());
      expect([first.code, first.digest.errors]).toEqual([0, []]);
      const second = await services.steps("up", servicesSettings());
      expect([second.code, second.digest.errors]).toEqual([0, []]);
      const own = (await objects("pods")).filter(({ metadata }) => metadata.namespace === "altlas");
      expect(own.length).toBeGreaterThanOrEqual(catalogue.services.length);
      expect(own.filter(({ status }) => status?.phase !== "Running").map(({ metadata }) => metadata.name)).toEqual([]);
    },
    SLOW,
  );

  it(
    "has nothing more to do in either of them, and takes the plain name of the stack beneath as well",
    async () => {
      expect(done((await platform.steps("preview", platformSettings())).digest)).toEqual({});
      const layers = { registers: ["services"], beneath: "try-platform" };
      const again = await services.steps("preview", servicesSettings({ layers }));
      // The name is an input of the reference, and of nothing else.
      expect([again.code, done(again.digest)]).toEqual([0, onlyReads]);
      expect(done((await services.steps("preview", servicesSettings())).digest)).toEqual(onlyReads);
    },
    SLOW,
  );

  it(
    "changes a service, and only the services' stack has something to do",
    async () => {
      const changes = { services: [{ name: "archive-service", tag: "next" }] };
      expect(done((await platform.steps("preview", platformSettings(changes))).digest)).toEqual({});
      const { code, digest } = await services.steps("up", servicesSettings(changes));
      expect({ code, done: done(digest) }).toEqual({
        code: 0,
        done: {
          ...onlyReads,
          update: ["platform:workload:Microservice$kubernetes:apps/v1:Deployment::archive-service-deployment"],
        },
      });
      expect(await image("archive-service")).toContain("alt-las-archive-service:next");
    },
    SLOW,
  );

  it(
    "refuses services of another environment or generation of secrets than the platform that is there",
    async () => {
      const rotations = { "jwt-secret": 2 };
      const { code, output } = await services.operate("preview", servicesSettings({ environment: "beta", rotations }));
      expect(code).not.toBe(0);
      expect(output).toContain("Stack organization/altlas/try-platform has environment dev; stack try-services");
      expect(output).toContain("made generation 1 of jwt-secret in Secret api-gateway-secrets");
      expect(stackTraceLines(output)).toEqual([]);
    },
    SLOW,
  );

  it(
    "takes the services down and then the platform, and nothing is left",
    async () => {
      for (const [stack, settings] of [
        [services, servicesSettings()],
        [platform, platformSettings()],
      ] as const) {
        const { code, output } = await stack.operate("destroy", settings);
        expect({ code, output }).toMatchObject({ code: 0 });
        expect(await stack.resources()).toEqual([]);
      }
      const namespaces = (await objects("namespaces")).map(({ metadata }) => metadata.name);
      expect(namespaces.filter((own) => own.startsWith("altlas"))).toEqual([]);
      const classes = (await objects("storageclasses,priorityclasses")).map(({ metadata }) => metadata.name);
      expect(classes.filter((own) => own.startsWith("altlas"))).toEqual([]);
      expect(clone()).toBe(before);
    },
    SLOW,
  );
});
