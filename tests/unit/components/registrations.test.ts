import { Provider } from "@pulumi/kubernetes/provider";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { expect, test } from "vitest";
import { unknownValue, withoutSecretMarks } from "../../../registrations/property-values";
import { attemptRegistrations, recordRegistrations } from "../../../registrations/record";

const component = "example:unit:Pair::pair";
const firstKey = "example:unit:Pair$kubernetes:core/v1:ConfigMap::first";
const passwordKey = "example:unit:Pair$random:index/randomPassword:RandomPassword::password";
const providerKey = "pulumi:providers:kubernetes::cluster";

class Pair extends pulumi.ComponentResource {
  constructor(name: string, options: pulumi.ComponentResourceOptions) {
    super("example:unit:Pair", name, {}, options);
    const password = new RandomPassword("password", { length: 12 }, { parent: this });
    const first = new ConfigMap(
      "first",
      { metadata: { name: "first", namespace: "unit" }, data: { z: "plain", a: password.result } },
      {
        parent: this,
        protect: true,
        aliases: [{ name: "former" }],
        customTimeouts: { create: "5m" },
        ignoreChanges: ["data.z"],
        retainOnDelete: true,
      },
    );
    new ConfigMap(
      "second",
      { metadata: { namespace: "unit" }, data: { id: first.id } },
      { parent: this, dependsOn: [first], deleteBeforeReplace: true },
    );
    this.registerOutputs({ password: password.result });
  }
}

function program(): { made: pulumi.Output<string>; secret: pulumi.Output<string> } {
  const provider = new Provider("cluster", { kubeconfig: "nowhere" });
  const pair = new Pair("pair", { provider });
  return { made: pair.urn, secret: pulumi.secret("hidden") };
}

test("a recording holds type, name, parent, inputs and every option that was set, and none that was not", async () => {
  const { registrations } = await recordRegistrations(program);
  const first = registrations.find(({ key }) => key === firstKey);
  expect(first).toEqual({
    key: firstKey,
    type: "kubernetes:core/v1:ConfigMap",
    name: "first",
    custom: true,
    parent: component,
    inputs: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "first", namespace: "unit" },
      data: { a: { $secret: "random-value-of-password" }, z: "plain" },
    },
    options: {
      protect: true,
      retainOnDelete: true,
      dependsOn: [passwordKey],
      propertyDependencies: { data: [passwordKey] },
      aliases: [{ name: "former", parent: component }],
      ignoreChanges: ["data.z"],
      customTimeouts: { create: "5m" },
      provider: providerKey,
    },
  });
  const second = registrations.find(({ name }) => name === "second");
  expect(second?.options).toEqual({
    deleteBeforeReplace: true,
    dependsOn: [firstKey],
    propertyDependencies: { data: [firstKey] },
    provider: providerKey,
  });
});

test("components are recorded with the providers they hand on and what they registered as outputs", async () => {
  const { registrations } = await recordRegistrations(program);
  expect(registrations.find(({ key }) => key === component)).toEqual({
    key: component,
    type: "example:unit:Pair",
    name: "pair",
    custom: false,
    inputs: {},
    options: { providers: { kubernetes: providerKey } },
    outputs: { password: { $secret: "random-value-of-password" } },
  });
});

test("what the program returns is resolved, with secrets marked", async () => {
  const { outputs } = await recordRegistrations(program);
  expect(Object.keys(outputs)).toEqual(["made", "secret"]);
  expect(outputs.secret).toEqual({ $secret: "hidden" });
  expect(withoutSecretMarks(outputs)).toMatchObject({ secret: "hidden" });
});

test("a preview registers the same resources, with provider-made values unknown and still secret", async () => {
  const update = await recordRegistrations(program);
  const preview = await recordRegistrations(program, { preview: true });
  expect(preview.registrations.map(({ key }) => key)).toEqual(update.registrations.map(({ key }) => key));
  const data = preview.registrations.find(({ key }) => key === firstKey)?.inputs.data;
  expect(data).toEqual({ a: { $secret: unknownValue }, z: "plain" });
});

test("registrations are sorted by key, and two recordings at once do not mix", async () => {
  const [one, two] = await Promise.all([recordRegistrations(program), recordRegistrations(program)]);
  const keys = one.registrations.map(({ key }) => key);
  expect(keys).toEqual([...keys].sort());
  expect(keys).toHaveLength(5);
  expect(JSON.stringify(two)).toBe(JSON.stringify(one));
});

test("resources made late, inside an apply, are waited for", async () => {
  const { registrations } = await recordRegistrations(() => {
    const password = new RandomPassword("password", { length: 12 });
    password.result.apply((value) => new ConfigMap("late", { data: { length: String(value.length) } }));
  });
  expect(registrations.map(({ name }) => name)).toEqual(["late", "password"]);
});

test("a program that throws gives its error, and what it had registered before", async () => {
  const failing = (): void => {
    new ConfigMap("before", {});
    throw new Error("the setting is wrong");
  };
  await expect(recordRegistrations(failing)).rejects.toThrow("the setting is wrong");
  const attempt = await attemptRegistrations(failing);
  expect(attempt.error?.message).toBe("the setting is wrong");
  expect(attempt.registrations.map(({ name }) => name)).toEqual(["before"]);
});

test("configuration reaches the program and does not stay for the next one", async () => {
  const read = (): { color: string | undefined } => ({ color: new pulumi.Config("unit").get("color") });
  const configured = await recordRegistrations(read, { config: { "unit:color": "blue" } });
  expect(configured.outputs).toEqual({ color: "blue" });
  expect((await recordRegistrations(read)).outputs.color ?? null).toBeNull();
});

test("two resources of one type and name under one parent are an error, as for the engine", async () => {
  const twice = (): void => {
    new ConfigMap("twice", { data: { copy: "1" } });
    new ConfigMap("twice", { data: { copy: "2" } });
  };
  await expect(recordRegistrations(twice)).rejects.toThrow("kubernetes:core/v1:ConfigMap::twice");
});
