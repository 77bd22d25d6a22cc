import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../render/command";
import { startControlPlane } from "../../sandbox/control-plane";
import { catalogue } from "../../stacks/altlas";
import { readManifests } from "../../stacks/manifests";
import { cli, type CliResult, type ScratchSandbox, scratchSandbox, testNode } from "../support/control-plane";
import { projectFolder } from "../support/stack";

/** Starting takes some 5 s on two idle cores; other suites may run beside. */
const SLOW = 120_000;

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("a rendered stack, at a real API server", () => {
  let sandbox: ScratchSandbox;
  let scratch: string;
  let rendered: string;
  let objects: number;
  const kubectl = (...args: string[]): Promise<CliResult> => cli(sandbox.home, "kubectl", ...args);
  /** What kubectl says of each object, sorted; the words are `created`, `unchanged` … */
  const lines = ({ stdout }: CliResult) => stdout.trimEnd().split("\n").sort();

  beforeAll(async () => {
    scratch = mkdtempSync(path.join(tmpdir(), "altlas-render-"));
    rendered = path.join(scratch, "dev");
    const { errors, exitCode } = runCommand(["dev", rendered], { catalogue, projectFolder });
    expect([errors, exitCode]).toEqual(["", 0]);
    const read = readManifests("dev", projectFolder, catalogue);
    if ("problems" in read) throw new Error("dev has problems");
    objects = read.manifests.length;
    sandbox = scratchSandbox();
    await startControlPlane({
      folder: sandbox.folder,
      nodes: [testNode("general-1", "a"), testNode("general-2", "b")],
    });
  }, SLOW);

  afterAll(async () => {
    await sandbox.remove();
    rmSync(scratch, { recursive: true });
  }, SLOW);

  it(
    "is accepted as stack beta as well, with what only an environment on AWS has",
    async () => {
      const beta = path.join(scratch, "beta");
      expect(runCommand(["beta", beta], { catalogue, projectFolder })).toMatchObject({ errors: "", exitCode: 0 });
      const cluster = path.join(beta, "00-cluster");
      const files = readdirSync(cluster);
      // The snapshot controller's add-on and the charts of the operators bring these kinds, and no other is missing here.
      const everything = readdirSync(beta, { recursive: true, encoding: "utf8" });
      const foreign = everything.filter((file) => /volumesnapshotclass|\.cnpg\.io-/.test(file));
      expect(foreign).toHaveLength(5);
      for (const file of foreign) rmSync(path.join(beta, file));
      const before = files
        .filter((file) => /namespace|priorityclass/.test(file))
        .map((file) => path.join(cluster, file));
      expect(await kubectl("apply", ...before.flatMap((file) => ["--filename", file]))).toMatchObject({ code: 0 });
      const result = await kubectl("apply", "--dry-run=server", "--recursive", "--filename", beta);
      expect([result.stderr, result.code]).toEqual(["", 0]);
      const read = readManifests("beta", projectFolder, catalogue);
      expect(lines(result)).toHaveLength("problems" in read ? 0 : read.manifests.length - foreign.length);
      expect(result.stdout).toMatch(/^deployment\.apps\/cluster-autoscaler created/m);
      expect(result.stdout).toMatch(/^apiservice\.apiregistration\.k8s\.io\/v1beta1\.metrics\.k8s\.io created/m);
    },
    SLOW,
  );

  it(
    "passes kubectl apply --dry-run=server -R without an error or a warning, every object of it",
    async () => {
      // A dry run makes no namespace, so nothing could lie in one; these are real.
      expect(await kubectl("apply", "--filename", path.join(rendered, "00-cluster"))).toMatchObject({ code: 0 });
      const result = await kubectl("apply", "--dry-run=server", "--recursive", "--filename", rendered);
      // A warning would be the pod security admission's, or one about an API that goes away.
      expect([result.stderr, result.code]).toEqual(["", 0]);
      expect(lines(result)).toHaveLength(objects);
      for (const line of lines(result)) expect(line).toMatch(/ (created|configured|unchanged) \(server dry run\)$/);
      expect(lines(result).filter((line) => line.startsWith("deployment.apps/"))).toHaveLength(8);
      const { stdout } = await kubectl(
        "get",
        "deployments,services,networkpolicies",
        "--namespace",
        "altlas",
        "--output",
        "name",
      );
      expect(stdout).toBe("");
    },
    SLOW,
  );

  it(
    "would not pass with a field that its kind does not have, or with a pod that its namespace forbids",
    async () => {
      const file = path.join(rendered, "10-altlas", "40-deployment-api-gateway.yaml");
      const dryRun = async (from: string, to: string) => {
        const altered = path.join(scratch, "altered.yaml");
        const text = readFileSync(file, "utf8");
        expect(text).toContain(from);
        writeFileSync(altered, text.replace(from, to));
        return await kubectl("apply", "--dry-run=server", "--filename", altered);
      };
      const wrong = await dryRun("progressDeadlineSeconds:", "progressDeadline:");
      expect(wrong.code).not.toBe(0);
      expect(wrong.stderr).toMatch(/unknown field "spec\.progressDeadline"/);
      const forbidden = await dryRun("runAsNonRoot: true", "runAsNonRoot: false");
      expect(forbidden.stderr).toMatch(/would violate PodSecurity "restricted:/);
    },
    SLOW,
  );

  it(
    "is applied by one command, in the order of its files, and makes nothing new when it is applied again",
    async () => {
      const first = await kubectl("apply", "--recursive", "--filename", rendered);
      expect([first.stderr, first.code]).toEqual(["", 0]);
      expect(lines(first)).toHaveLength(objects);
      const again = await kubectl("apply", "--recursive", "--filename", rendered);
      expect([again.stderr, again.code]).toEqual(["", 0]);
      // kubectl calls "configured" what differs only in a default that the server leaves out, such as globalDefault.
      expect(lines(again).filter((line) => !/ (unchanged|configured)$/.test(line))).toEqual([]);
    },
    SLOW,
  );

  it(
    "is deleted by one command as well",
    async () => {
      const { stderr, code } = await kubectl("delete", "--recursive", "--wait=false", "--filename", rendered);
      // Namespaces take what is in them along, so the rest may be gone when its turn comes.
      expect(stderr.split("\n").filter((line) => line !== "" && !line.includes("NotFound"))).toEqual([]);
      expect([0, 1]).toContain(code);
    },
    SLOW,
  );
});
