import { spawnSync } from "node:child_process";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { severities } from "../../model/rule-settings";
import { projectRoot } from "../../sandbox/paths";
import { type EngineProject, engineProject, expectSuccess, failureText } from "../support/engine";

const skipped = process.env.ALTLAS_SKIP_ENGINE_TESTS === "1";
const pack = path.join(projectRoot(), "policies");
const withPack = ["--policy-pack", pack] as const;

/** A program that registers a Deployment with one container, of which `container` says what differs. */
const deployment = (container: string) => `
  const random = require("@pulumi/random");
  const { Deployment } = require("@pulumi/kubernetes/apps/v1");
  const pet = new random.RandomPet("pet", {});
  const labels = { "app.kubernetes.io/name": "web" };
  new Deployment("web", {
    metadata: { name: "web", namespace: "apps" },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          securityContext: { runAsNonRoot: true, runAsUser: 10001 },
          priorityClassName: "web",
          containers: [{
            name: "app",
            image: "ghcr.io/example/web:1.0.0@sha256:${"5f".repeat(32)}",
            ports: [{ name: "http", containerPort: 8080 }],
            livenessProbe: { tcpSocket: { port: "http" } },
            readinessProbe: { httpGet: { path: "/", port: "http" } },
            resources: {
              requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" },
              limits: { cpu: "200m", memory: "128Mi", "ephemeral-storage": "128Mi" },
            },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            ...(${container}),
          }],
        },
      },
    },
  });`;

/** All that a test is not about is advice: its program is no whole platform. */
async function setLevels(project: EngineProject, levels: Readonly<Record<string, string>>): Promise<void> {
  const advisory = Object.fromEntries(severities.map((severity) => [severity, "advisory"]));
  const text = JSON.stringify({ ...advisory, ...levels });
  await expectSuccess(project.pulumi("config", "set", "--stack", "test", "altlas:policyLevels", text));
}

describe.skipIf(skipped)("the policy pack under the real engine", () => {
  const projects: EngineProject[] = [];
  afterEach(() => {
    for (const project of projects.splice(0)) project.remove();
  });

  async function make(program: string): Promise<EngineProject> {
    const project = await engineProject({ program });
    projects.push(project);
    return project;
  }

  it("keeps a resource from being made even without a preview, and names no secret value", async () => {
    const project = await make(`
      const random = require("@pulumi/random");
      new random.RandomPet("careful", {});
      new random.RandomPet("careless", { keepers: { password: "hunter22" } });`);
    const result = await project.up(...withPack);
    expect(result.code).not.toBe(0);
    const [violation] = result.digest.mandatory;
    expect(violation?.policyName).toBe("pulumi-resource-forbids-plain-secrets");
    expect(violation?.message).toContain("ALT-OPS-003 RandomPet careless has a value that is named like a secret");
    expect(failureText(result)).not.toContain("hunter22");
    const made = (await project.resources()).map(({ type, urn }) => [type, urn.split("::").at(-1)]);
    expect(made).not.toContainEqual(["random:index/randomPet:RandomPet", "careless"]);
  });

  it("fails a preview by the rules' names, on one resource and on several", async () => {
    const project = await make(
      deployment(`{ resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "100m" } } }`),
    );
    await setLevels(project, { "ALT-K8S-002": "mandatory", "ALT-NET-001": "mandatory", "ALT-NET-002": "mandatory" });
    const result = await project.preview(...withPack);
    expect(result.code).not.toBe(0);
    expect(result.digest.mandatory.map(({ policyName }) => policyName).sort()).toEqual([
      "kubernetes-container-requires-memory-limit",
      "kubernetes-namespace-requires-default-deny",
      "kubernetes-namespace-requires-default-deny",
      "kubernetes-pod-requires-network-policy",
      "kubernetes-pod-requires-network-policy",
    ]);
  });

  it("takes environment and exemptions from the stack's configuration, and lists what it could not tell", async () => {
    const project = await make(deployment("{ image: pet.id.apply((id) => `ghcr.io/example/web:${id}`) }"));
    const exemption = (rule: string, resource: string) => ({
      rule,
      resource,
      reason: "This namespace is closed by another stack of the same cluster.",
      owner: "platform",
      expires: new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10),
    });
    const exemptions = [exemption("ALT-NET-001", "Namespace/apps"), exemption("ALT-NET-002", "Deployment/apps/web")];
    const set = (key: string, value: string) =>
      expectSuccess(project.pulumi("config", "set", "--stack", "test", `altlas:${key}`, value));
    await set("environment", "dev");
    await setLevels(project, { "ALT-NET-001": "mandatory", "ALT-NET-002": "mandatory" });
    await set("exemptions", JSON.stringify(exemptions));
    const { digest } = await expectSuccess(project.preview(...withPack));
    const summary = digest.violations.find(({ policyName }) => policyName === "altlas-summary")?.message ?? "";
    expect(digest.mandatory).toEqual([]);
    expect(summary).toMatch(/2 exempted, [1-9]\d* could not be told/);
    expect(summary).toMatch(
      /Container app of Deployment apps\/web: \S+image is not known before the update \(.*ALT-K8S-030/,
    );
    expect(summary).toContain("by platform until");
  });

  it("mends what the stack asks for before it is judged: secrets stay secret, unknown values unknown", async () => {
    const secret = `require("@pulumi/pulumi").secret("hunter22")`;
    const project = await make(deployment(`{ image: pet.id, env: [{ name: "TOKEN", value: ${secret} }] }`));
    await setLevels(project, { "ALT-K8S-021": "remediate" });
    // Not as a stream of events: the steps with their inputs.
    const environment = { ...project.environment, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "" };
    const { stdout, status } = spawnSync(project.cli, ["preview", "--stack", "test", "--json", ...withPack], {
      cwd: project.folder,
      env: environment,
      encoding: "utf8",
    });
    expect(status).toBe(0);
    const { steps } = JSON.parse(stdout) as { steps: { newState: { type: string; inputs: unknown } }[] };
    const inputs = steps.find(({ newState }) => newState.type === "kubernetes:apps/v1:Deployment")?.newState.inputs;
    const container = {
      env: [{ name: "TOKEN", value: "[secret]" }],
      image: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    };
    expect(inputs).toMatchObject({
      spec: {
        template: {
          spec: {
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [container],
          },
        },
      },
    });
    expect(stdout).not.toContain("hunter22");
  });

  it("refuses wrong rule settings before anything is judged, in one message without a stack trace", async () => {
    const project = await make("");
    await expectSuccess(
      project.pulumi("config", "set", "--stack", "test", "altlas:policySettings", '{"ALT-K8S-999":{}}'),
    );
    const result = await project.preview(...withPack);
    const text = failureText(result);
    expect(result.code).not.toBe(0);
    expect(text).toContain("altlas:policySettings.ALT-K8S-999");
    expect(text).toContain("There is no such rule.");
    expect(text).not.toMatch(/\n\s+at .*\.[cj]s/);
  });

  it("is what npm run policy shows of a stack: dev breaks no rule", () => {
    const arguments_ = [path.join(projectRoot(), "bin", "ts.cjs"), "policies/cli.ts", "dev", "--json"];
    const { status, stdout, stderr } = spawnSync(process.execPath, arguments_, {
      cwd: projectRoot(),
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const report = JSON.parse(stdout) as { blocked: boolean; totals: { pass: number; fail: number } };
    expect(report).toMatchObject({ blocked: false, totals: { fail: 0 } });
    expect(report.totals.pass).toBeGreaterThan(300);
    expect(status).toBe(0);
  });
});
