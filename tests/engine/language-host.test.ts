import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  type EngineProject,
  engineProject,
  expectSuccess,
  failureText,
  madeNames,
  type ProjectOptions,
} from "../support/engine";

const skipped = process.env.ALTLAS_SKIP_ENGINE_TESTS === "1";

describe.skipIf(skipped)("the language host under the real engine", () => {
  const projects: EngineProject[] = [];
  afterEach(() => {
    for (const project of projects.splice(0)) project.remove();
  });

  async function make(options: ProjectOptions): Promise<EngineProject> {
    const project = await engineProject(options);
    projects.push(project);
    return project;
  }

  it("tells the program its configuration, which of it is secret, and where it runs", async () => {
    const project = await make({
      runtimeOptions: { typescript: false, nodeargs: "--stack-trace-limit=3" },
      program: `
        const pulumi = require("@pulumi/pulumi");
        const config = new pulumi.Config();
        module.exports = {
          plain: config.require("plain"),
          list: config.requireObject("list"),
          secret: config.requireSecret("secret"),
          names: [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/"),
          folder: process.cwd(),
          root: pulumi.runtime.getRootDirectory?.() ?? process.env.PULUMI_NODEJS_ROOT_DIRECTORY,
          frames: Error.stackTraceLimit,
          node: process.versions.node.split(".")[0],
          dryRun: pulumi.runtime.isDryRun(),
        };`,
      config: { plain: "a: b", list: [1, "two"] },
    });
    await expectSuccess(project.pulumi("config", "set", "--stack", "test", "--secret", "secret", "hush"));
    const result = await expectSuccess(project.up());
    expect(result.digest.warnings).toEqual([]);
    expect(await project.outputs()).toEqual({
      plain: "a: b",
      list: [1, "two"],
      secret: "hush",
      names: "organization/fixture/test",
      folder: project.folder,
      root: project.folder,
      frames: 3,
      node: "24",
      dryRun: false,
    });
    const { stdout } = await expectSuccess(project.pulumi("stack", "output", "--stack", "test", "--json"));
    expect(JSON.parse(stdout)).toMatchObject({ plain: "a: b", secret: "[secret]" });
  });

  it("loads a TypeScript program through bin/ts.cjs when package.json names a CommonJS entry", async () => {
    const loader = path.resolve("bin/ts.cjs");
    const project = await make({
      program: `module.exports = require(${JSON.stringify(loader)}).load(__dirname + "/program.ts");`,
      files: { "program.ts": `const answer: number = 42;\nexport = { answer };` },
    });
    await expectSuccess(project.up());
    expect(await project.outputs()).toEqual({ answer: 42 });
  });

  it("ends with an error, without a stack trace of ours, when the program throws; nothing after it is registered", async () => {
    const project = await make({
      program: `
        const { RandomPet } = require("@pulumi/random");
        new RandomPet("before");
        throw new Error("the setting is wrong");
        new RandomPet("after");`,
    });
    const result = await project.up();
    expect(result.code).not.toBe(0);
    expect(result.digest.errors[0]?.message).toBe("the setting is wrong");
    expect(madeNames(result.digest)).not.toContain("after");
  });

  it("ends with an error when a promise nobody waits for is rejected", async () => {
    const project = await make({ program: `void Promise.reject(new Error("nobody looked"));` });
    const result = await project.preview();
    expect(result.code).not.toBe(0);
    expect(failureText(result)).toContain("nobody looked");
  });

  it("reports the exit code of a program that ends by itself", async () => {
    const project = await make({ program: `process.exit(3);` });
    const result = await project.preview();
    expect(result.code).not.toBe(0);
    expect(failureText(result)).toContain("the program ended with exit code 3");
  });

  it("asks for npm ci when the packages are not installed", async () => {
    const project = await make({ program: ``, withoutPackages: true });
    const result = await project.preview();
    expect(result.code).not.toBe(0);
    expect(failureText(result)).toContain(
      "the Pulumi SDK (@pulumi/pulumi) is not installed beside the program; run: npm ci",
    );
  });

  it("names a runtime option of the wrong type", async () => {
    const project = await make({ program: ``, runtimeOptions: { typescript: "no" } });
    const result = await project.preview();
    expect(result.code).not.toBe(0);
    expect(failureText(result)).toContain(`runtime option "typescript" is a string; write true or false`);
  });

  it("tells the engine which providers the installed packages need, and what Node runs", async () => {
    const project = await make({ program: `module.exports = {};` });
    const { stdout } = await expectSuccess(project.pulumi("about", "--stack", "test", "--json"));
    const about = JSON.parse(stdout) as {
      plugins: { name: string; version: string }[];
      runtime: { language: string; version: string };
      dependencies: { name: string }[];
    };
    expect(about.runtime).toMatchObject({ language: "nodejs", version: expect.stringMatching(/^v24\./) as string });
    expect(about.plugins.map(({ name, version }) => `${name} ${version}`)).toEqual(
      expect.arrayContaining(["kubernetes 4.34.2", "random 4.21.2"]),
    );
    expect(about.dependencies.map(({ name }) => name)).toContain("@pulumi/random");
  });

  const pack = (rule: string) => `
    const pulumi = require("@pulumi/pulumi");
    const { PolicyPack } = require("@pulumi/policy");
    const config = new pulumi.Config("fixture");
    new PolicyPack("pack", { policies: [{
      name: "short-names",
      description: "Names are short.",
      enforcementLevel: config.get("level") ?? "mandatory",
      validateResource: (args, report) => { ${rule} },
    }] });`;
  const pets = `
    const { RandomPet } = require("@pulumi/random");
    const first = new RandomPet("bo", { separator: "_" });
    new RandomPet("bartholomew", { keepers: { first: first.id } });`;
  const longNames = `if (args.type.endsWith(":RandomPet") && args.name.length > 5) report(args.name + " in stack " + pulumi.getStack() + " is too long");`;

  it("stops an update at a mandatory policy before the resource is made", async () => {
    const project = await make({ program: pets, policyPack: pack(longNames) });
    const result = await project.up("--policy-pack", "pack");
    expect(result.code).not.toBe(0);
    expect(result.digest.mandatory).toMatchObject([
      {
        policyName: "short-names",
        message: expect.stringContaining("bartholomew in stack test is too long") as string,
      },
    ]);
    const names = (await project.resources()).map(({ urn }) => urn.split("::")[3]);
    expect(names).not.toContain("bartholomew");
  });

  it("gives a policy pack the stack's configuration", async () => {
    const project = await make({ program: pets, policyPack: pack(longNames), config: { level: "advisory" } });
    const { digest } = await expectSuccess(project.preview("--policy-pack", "pack"));
    expect(digest.mandatory).toEqual([]);
    expect(digest.advisory).toHaveLength(1);
    expect([...digest.policies]).toEqual(["pack/short-names"]);
  });

  it("ends with the pack's own words when the pack cannot start", async () => {
    const project = await make({ program: pets, policyPack: `throw new Error("no rules today");` });
    const result = await project.preview("--policy-pack", "pack");
    expect(result.code).not.toBe(0);
    expect(failureText(result)).toContain("no rules today");
    expect(madeNames(result.digest)).toEqual([]);
  });
});
