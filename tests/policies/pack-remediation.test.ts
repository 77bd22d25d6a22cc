import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { resolveRuleSettings } from "../../policies/settings";
import { secretOf, unknownValue } from "../support/provider-client";
import { type Manifest } from "./fixtures";
import { PackProcess, type Remedy, type WireResource } from "./pack-client";

const mending = rules.filter(({ remediate }) => remediate !== undefined);
const named = mending.map((rule) => ({ id: rule.id, rule }));

/** What must come back as it was sent. */
const marks = { secret: secretOf("hunter22"), later: unknownValue };

/** A manifest as the engine sends it after its provider's check: with notes, a secret and an unknown value. */
function registered(manifest: Readonly<Record<string, unknown>>): WireResource {
  const metadata = manifest.metadata as Manifest;
  const annotations = { ...(metadata.annotations as Manifest | undefined), ...marks };
  return {
    type: `kubernetes:${manifest.apiVersion as string}:${manifest.kind as string}`,
    name: metadata.name as string,
    properties: { ...manifest, __defaults: [], metadata: { ...metadata, annotations } },
  };
}

/** The stack's settings under which a rule's example fails. */
const settingsOf = ({ id, examples }: Rule) => (examples.fail.settings ? { [id]: examples.fail.settings } : {});

/** A resource that the rule finds wrong and can mend. */
function careless(rule: Rule): WireResource {
  const settings = resolveRuleSettings(settingsOf(rule), rules).get(rule.id);
  const manifest = (rule.examples.fail.manifests ?? []).find((each) => rule.remediate!(each, settings) !== undefined);
  return registered(manifest!);
}

describe("the policy pack's remediations over the engine's protocol", () => {
  let pack: PackProcess;
  beforeAll(async () => {
    pack = await PackProcess.start();
  });
  afterAll(() => pack.stop());

  const configure = (
    levels: Readonly<Record<string, string>>,
    { exemptions = [], settings = {} }: { exemptions?: readonly unknown[]; settings?: unknown } = {},
  ) =>
    pack.configureStack({
      "altlas:environment": "prod",
      "altlas:policySettings": JSON.stringify(settings),
      "altlas:policyLevels": JSON.stringify(levels),
      "altlas:exemptions": JSON.stringify(exemptions),
    });
  /** The resource as the engine goes on with it. */
  const after = (resource: WireResource, remedies: readonly Remedy[]): WireResource => ({
    ...resource,
    properties: remedies.at(-1)?.properties ?? resource.properties,
  });

  test("are none while the stack asks for none", async () => {
    await configure({});
    for (const rule of mending) expect(await pack.remediate(careless(rule)), rule.id).toEqual([]);
  });

  test.each(named)("$id: what is missing is added, secrets, unknown values and notes stay", async ({ id, rule }) => {
    const resource = careless(rule);
    await configure({ [id]: "remediate" }, { settings: settingsOf(rule) });
    const remedies = await pack.remediate(resource);
    expect(remedies.map(({ policy, diagnostic }) => [policy, diagnostic])).toEqual([[rule.slug, ""]]);
    const mended = after(resource, remedies);
    expect(mended.properties).not.toEqual(resource.properties);
    expect(mended.properties).toMatchObject({ __defaults: [], metadata: { annotations: marks } });
    expect(await pack.remediate(mended)).toEqual([]);
    const { diagnostics } = await pack.analyze(mended);
    expect(diagnostics.filter(({ policy }) => policy === rule.slug)).toEqual([]);
  });

  test("build on each other when several rules mend one resource", async () => {
    const several = ["ALT-K8S-006", "ALT-K8S-021", "ALT-K8S-022"].map((id) => mending.find((rule) => rule.id === id)!);
    const resource = careless(several[1]!);
    await configure(Object.fromEntries(several.map(({ id }) => [id, "remediate"])));
    const remedies = await pack.remediate(resource);
    const slugs = several.map(({ slug }) => slug);
    expect(remedies.map(({ policy }) => policy)).toEqual(slugs);
    const { diagnostics } = await pack.analyze(after(resource, remedies));
    expect(diagnostics.filter(({ policy }) => slugs.includes(policy))).toEqual([]);
  });

  test("leave what an exemption covers", async () => {
    const rule = mending.find(({ scope }) => scope === "resource")!;
    const resource = careless(rule);
    const exemption = {
      rule: rule.id,
      resource: resource.name,
      reason: "It is replaced in the next release, which keeps the rule.",
      owner: "platform",
      expires: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10),
    };
    await configure({ [rule.id]: "remediate" }, { exemptions: [exemption] });
    expect(await pack.remediate(resource)).toEqual([]);
    await configure({ [rule.id]: "remediate" });
    expect(await pack.remediate(resource)).toHaveLength(1);
  });

  test("leave what somebody chose; that stops the update", async () => {
    const rule = rules.find(({ id }) => id === "ALT-K8S-021")!;
    const [manifest] = rule.examples.fail.manifests ?? [];
    const chosen = structuredClone(manifest!) as { spec: { template: { spec: Manifest } } };
    chosen.spec.template.spec.securityContext = { seccompProfile: { type: "Unconfined" } };
    const resource = registered(chosen);
    await configure({ [rule.id]: "remediate", medium: "advisory" });
    expect(await pack.remediate(resource)).toEqual([]);
    const { diagnostics } = await pack.analyze(resource);
    expect(diagnostics.filter(({ policy }) => policy === rule.slug)).toMatchObject([{ level: "mandatory" }]);
  });
});
