import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Manifest, type SecretNeed } from "../../../model/manifest";
import { systemNamespace } from "../../../model/system";
import { checkAgreement } from "../../../model/connectivity/agreement";
import { type Labels } from "../../../model/connectivity/network-policy";
import { platformNetwork } from "../../../model/connectivity/platform-network";
import { readNetworkPolicy } from "../../../model/connectivity/problems";
import { evaluate } from "../../../policies/evaluate";
import { Graph } from "../../../policies/graph/graph";
import { sentence } from "../../../policies/rule";
import { rules } from "../../../policies/rules";
import { readPolicySettings } from "../../../policies/settings";
import { readManifests as readFolder } from "../../../policies/sources/yaml";
import { renderManifests } from "../../../render/files";
import { runCommand } from "../../../render/command";
import { catalogue } from "../../../stacks/altlas";
import { readManifests } from "../../../stacks/manifests";
import { loadStack, recordStack } from "../../support/program";
import { type PropertyValue, withoutSecretMarks } from "../../../registrations/property-values";
import { type Registration } from "../../../registrations/record";
import { projectFolder, stackConfig } from "../../support/stack";

const scratch = mkdtempSync(join(tmpdir(), "altlas-render-"));
const rendered = join(scratch, "dev");
const render = (...args: string[]) => runCommand(args, { catalogue, projectFolder });
afterAll(() => rmSync(scratch, { recursive: true }));
beforeAll(() => {
  const { errors, exitCode } = render("dev", rendered);
  expect([errors, exitCode]).toEqual(["", 0]);
});

/** All files below a folder, by their path in it. */
function filesOf(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.sort().map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]));
}

/** The objects of the folder, read back. */
function readBack(): Manifest[] {
  return [...filesOf(rendered)].flatMap(([path, text]) => (path.endsWith(".yaml") ? [load(text) as Manifest] : []));
}

/** A configuration in a folder of its own, with changes to dev's. */
function stackOf(stack: string, lines: string): string {
  const folder = mkdtempSync(join(scratch, "project-"));
  const dev = readFileSync(join(projectFolder, "Pulumi.dev.yaml"), "utf8");
  writeFileSync(join(folder, `Pulumi.${stack}.yaml`), dev.replace("config:\n", `config:\n${lines}`));
  return folder;
}

const mail = `  altlas:mail: { host: mail.example.org, from: noreply@example.org }
  altlas:secrets: { smtp-user: { secretName: mail, key: user }, smtp-password: { secretName: mail, key: password } }
  altlas:contract: target
`;

describe("the rendered stack", () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ["dev", {}],
    [
      "dev",
      {
        contract: "target",
        scale: undefined,
        // All five services have connections then, at the plan's numbers of pods.
        database: { form: "plain", maxConnections: 200, resources: { cpu: "1", memory: "4Gi" } },
        edges: [{ from: "prometheus", to: "nats", port: 7777, purpose: "Scrapes the exporter." }],
      },
    ],
  ])("is what the program registers in %s, object by object, without the Secrets; with %j", async (stack, changes) => {
    const project = mkdtempSync(join(scratch, "project-"));
    const config = stackConfig(stack, changes);
    writeFileSync(join(project, `Pulumi.${stack}.yaml`), JSON.stringify({ config }));
    const read = readManifests(stack, project, catalogue);
    if ("problems" in read) throw new Error(JSON.stringify(read.problems));
    const { registrations } = await recordStack(stack, { changes });
    const objects = registrations.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(byIdentity(read.manifests)).toEqual(byIdentity(objects.filter(isNoSecret).map(({ inputs }) => inputs)));
    // Each Secret is told with all its keys instead.
    const keys = ({ name, keys: all }: SecretNeed) => [name, all.map(({ key }) => key)];
    expect(read.secrets.map(keys)).toEqual(
      objects
        .filter((object) => object.type.endsWith(":Secret"))
        .map(({ inputs }) => [nameOf(inputs), keysOf(inputs.stringData!)])
        .sort(),
    );
  });

  it("holds no value of a secret, neither in an object nor in the page about Secrets", () => {
    const text = [...filesOf(rendered).values()].join("\n");
    expect(text).not.toMatch(/stringData|kind: Secret\b|random-value-of/);
    const page = filesOf(rendered).get("secrets.md")!;
    expect(page).toContain("## altlas/api-gateway-secrets");
    expect(page).toContain("| `jwt-secret` | `<jwt-secret>`: 64 random letters and digits.");
    expect(page).toMatch(
      /`redis:\/\/:<cache-password>@cache\.altlas-data\.svc\.cluster\.local:6379`, 32 random letters/,
    );
  });

  it("is divided as the stack's layers are: what the parts hold together is the whole, each object once", () => {
    const part = (layers: string) => {
      const read = readManifests("part", stackOf("part", `  altlas:layers: ${layers}\n`), catalogue);
      if ("problems" in read) throw new Error(JSON.stringify(read.problems));
      return read;
    };
    const platform = part("{ registers: [platform] }");
    const services = part("{ registers: [services], beneath: another }");
    const whole = readManifests("dev", projectFolder, catalogue);
    if ("problems" in whole) throw new Error(JSON.stringify(whole.problems));
    expect([...platform.manifests, ...services.manifests]).toEqual(whole.manifests);
    expect(services.manifests.filter(({ kind }) => kind === "Namespace")).toEqual([]);
    expect(platform.manifests.filter(({ metadata }) => metadata.name === "api-gateway")).toEqual([]);
    // Whose pods read them is told of them.
    expect(platform.secrets.map(({ name }) => name)).toEqual(["postgresql-roles"]);
    expect([...services.secrets, ...platform.secrets]).toEqual(whole.secrets);
  });

  it("is refused where the stack registers no object at all", () => {
    const project = mkdtempSync(join(scratch, "project-"));
    const config = stackConfig("beta", { layers: { registers: ["cluster"] } });
    writeFileSync(join(project, "Pulumi.ground.yaml"), JSON.stringify({ config }));
    expect(readManifests("ground", project, catalogue)).toEqual({
      problems: [expect.objectContaining({ setting: "altlas:layers.registers", value: ["cluster"] })],
    });
  });

  it("says whose the secrets are that the stack only refers to", () => {
    const read = readManifests("mail", stackOf("mail", mail), catalogue);
    if ("problems" in read) throw new Error(JSON.stringify(read.problems));
    const [foreign] = read.secrets.filter(({ name }) => name === "mail");
    expect(foreign).toEqual({
      namespace: "altlas",
      name: "mail",
      keys: [
        { key: "password", value: "Somebody else's, which `altlas:secrets.smtp-password` names. Its password." },
        { key: "user", value: "Somebody else's, which `altlas:secrets.smtp-user` names. Account at the mail server." },
      ],
    });
  });

  it("is read back from its files as it was, one object in each", () => {
    const read = readManifests("dev", projectFolder, catalogue);
    if ("problems" in read) throw new Error(JSON.stringify(read.problems));
    expect(byIdentity(readBack())).toEqual(byIdentity(read.manifests));
    expect(readBack()).toHaveLength(read.manifests.length);
  });

  it("is the same to the byte when it is rendered again, here or elsewhere", () => {
    const before = filesOf(rendered);
    const again = render("dev", rendered);
    expect(again.output).toContain("0 new, 0 changed, 0 removed");
    expect(filesOf(rendered)).toEqual(before);
    expect(render("dev", join(scratch, "other")).exitCode).toBe(0);
    expect(filesOf(join(scratch, "other"))).toEqual(before);
  });

  it("breaks no rule of dev, read as plain YAML", () => {
    const { resources, notices } = readFolder(rendered);
    // The page about Secrets and the list of files.
    expect(notices.map(({ code }) => code)).toEqual(["ignored-files"]);
    expect(resources.length).toBeGreaterThan(40);
    const settings = readPolicySettings(stackConfig("dev"), rules);
    const report = evaluate(new Graph(resources), { rules, settings, today: "2026-11-24" });
    const failed = report.findings.flatMap(({ outcome, verdict }) =>
      outcome === "fail" ? verdict.failures.map((failure) => sentence(verdict, failure)) : [],
    );
    expect(failed).toEqual([]);
    expect(report.totals.cannotTell).toBe(0);
    expect(report.rules.find(({ rule }) => rule.id === "ALT-NET-004")?.counts.pass).toBeGreaterThan(10);
  });

  it("the simulator agrees on every pair in dev: the policies as they are read back from the files", () => {
    const { platform } = loadStack("dev");
    const objects = readBack();
    const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
    const inPlatform = ({ metadata }: Manifest) => metadata.namespace !== systemNamespace;
    const policies = ofKind("NetworkPolicy").map((manifest) => {
      const read = readNetworkPolicy(manifest);
      if ("problems" in read) throw new Error(JSON.stringify(read.problems));
      return read.policy;
    });
    const labels = new Map(
      ofKind("Deployment")
        .filter(inPlatform)
        .map(({ metadata, spec }): [string, Labels] => [
          metadata.name,
          (spec as { template: { metadata: { labels: Labels } } }).template.metadata.labels,
        ]),
    );
    const components = ["pgbouncer", "postgres-exporter"];
    expect([...labels.keys()].sort()).toEqual([...platform.services.map(({ name }) => name), ...components].sort());
    const agreement = checkAgreement(platform, platformNetwork(platform, policies, labels));
    expect(agreement.edges.filter(({ allowed }) => !allowed)).toEqual([]);
    expect(agreement.unexpected).toEqual([]);
    expect(agreement.agree).toBe(true);
    expect(agreement.edges).toHaveLength(platform.edges.length);
    expect(agreement.connections).toBeGreaterThan(50_000);
  });
});

describe("npm run render", () => {
  it("loads neither the Pulumi SDK nor anything else that waits for an engine", async () => {
    const { metafile } = await build({
      entryPoints: [join(projectFolder, "render", "cli.ts")],
      absWorkingDir: projectFolder,
      bundle: true,
      packages: "external",
      loader: { ".sql": "text", ".sh": "text" },
      platform: "node",
      metafile: true,
      write: false,
    });
    const packages = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    const external = packages.filter((name) => !name.startsWith("node:"));
    expect([...new Set(external)].sort()).toEqual(["fastest-levenshtein", "js-yaml", "zod"]);
  });

  it("writes the folder as a program too, and says what to do next", () => {
    const folder = join(scratch, "program");
    const command = [join(projectFolder, "bin", "ts.cjs"), "render/cli.ts", "dev", folder];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: projectFolder, encoding: "utf8" });
    expect([stderr, status]).toEqual(["", 0]);
    expect(stdout).toMatch(
      /^Stack dev in .*program: \d+ objects; files: \d+ new, 0 changed, 0 removed, 0 as they were\./,
    );
    expect(stdout).toContain(`Apply it with: kubectl apply -R -f ${folder}`);
    expect(filesOf(folder)).toEqual(filesOf(rendered));
  });

  it.each<[string, string[], 1 | 2, RegExp]>([
    ["no folder", ["dev"], 2, /^usage: npm run render/],
    ["too much", ["dev", "a", "b"], 2, /^usage: npm run render/],
    ["an unknown option", ["dev", "a", "--force"], 2, /Unknown option '--force'/],
    ["a stack that there is not", ["devv", "a"], 1, /There is no Pulumi\.devv\.yaml[\s\S]*Did you mean dev\?/],
    [
      "a folder that is not its own",
      ["dev", projectFolder],
      2,
      /holds files that render did not write: .*Nothing was changed/,
    ],
  ])("refuses %s with a sentence", (_, args, code, says) => {
    const { output, errors, exitCode } = render(...args);
    expect(errors).toMatch(says);
    expect([output, exitCode]).toEqual(["", code]);
    expect(existsSync("a")).toBe(false);
  });

  it("tells every problem of a configuration and writes nothing", () => {
    const project = stackOf(
      "broken",
      "  altlas:logLevel2: info\n  altlas:edges: [{ from: nobody, to: cache, port: 1, purpose: For a test. }]\n",
    );
    const folder = join(scratch, "broken");
    const { errors, exitCode } = runCommand(["broken", folder], { catalogue, projectFolder: project });
    expect(exitCode).toBe(1);
    expect(errors).toMatch(/Stack broken cannot be rendered/);
    expect(errors).toMatch(/logLevel2[\s\S]*nobody/);
    expect(existsSync(folder)).toBe(false);
  });

  it("explains itself", () => {
    expect(render("--help")).toMatchObject({ exitCode: 0, errors: "" });
    expect(render("-h").output).toMatch(/^usage: npm run render -- <stack> <folder>/);
  });

  it("takes its time from the objects: 600 of them in less than 2 s of this process", () => {
    const read = readManifests("dev", projectFolder, catalogue);
    if ("problems" in read) throw new Error(JSON.stringify(read.problems));
    const many = Array.from({ length: 600 }, (_, index) => {
      const like = read.manifests[index % read.manifests.length]!;
      return { ...like, metadata: { ...like.metadata, name: `${like.metadata.name}-${index}` } };
    });
    const before = process.cpuUsage();
    expect(renderManifests(many)).toHaveLength(600);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});

function isNoSecret({ type }: Registration): boolean {
  return !type.endsWith(":Secret");
}

function keysOf(stringData: PropertyValue): string[] {
  return Object.keys(withoutSecretMarks(stringData) as object).sort();
}

function nameOf(inputs: Registration["inputs"]): string {
  return (inputs.metadata as { name: string }).name;
}

/** Objects by what they are, so that neither side's order matters. */
function byIdentity(objects: readonly object[]): ReadonlyMap<string, unknown> {
  return new Map(
    objects.map((object) => {
      const { apiVersion, kind, metadata } = object as Manifest;
      return [[apiVersion, kind, metadata.namespace, metadata.name].join(" "), JSON.parse(JSON.stringify(object))];
    }),
  );
}
