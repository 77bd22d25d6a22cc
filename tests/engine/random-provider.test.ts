import { compareSync } from "bcryptjs";
import { afterEach, describe, expect, it } from "vitest";
import { type EngineProject, engineProject, expectSuccess, failureText } from "../support/engine";

const skipped = process.env.ALTLAS_SKIP_ENGINE_TESTS === "1";

const everything = `
  const random = require("@pulumi/random");
  const pulumi = require("@pulumi/pulumi");
  const config = new pulumi.Config();
  const keepers = { generation: config.get("generation") ?? "1" };
  const explicit = config.getBoolean("explicit") ? { special: true, minLower: 0 } : {};
  const password = new random.RandomPassword("password", { length: 24, minNumeric: 3, keepers, ...explicit });
  const string = new random.RandomString("string", { length: 12, special: false, upper: false });
  const id = new random.RandomId("id", { byteLength: 5, prefix: "p-" });
  const bytes = new random.RandomBytes("bytes", { length: 9 });
  const uuid = new random.RandomUuid("uuid", { keepers: { password: password.result } });
  const uuid4 = new random.RandomUuid4("uuid4");
  const integer = new random.RandomInteger("integer", { min: -3, max: 3 });
  const pet = new random.RandomPet("pet", { length: 3, prefix: "our" });
  const shuffle = new random.RandomShuffle("shuffle", { inputs: ["a", "b", "c"], resultCount: 4 });
  module.exports = {
    password: password.result, bcryptHash: password.bcryptHash, numeric: password.numeric,
    string: string.result, hex: id.hex, idOfId: id.id, bytes: bytes.base64, uuid: uuid.result, uuid4: uuid4.id,
    integer: integer.result, pet: pet.id, shuffle: shuffle.results,
  };`;

describe.skipIf(skipped)("the random provider under the real engine", () => {
  let project: EngineProject | undefined;
  afterEach(() => {
    project?.remove();
    project = undefined;
  });

  it("makes each kind once, keeps it, keeps secrets, and makes only what a keeper concerns anew", async () => {
    project = await engineProject({ program: everything });
    await expectSuccess(project.up());
    const first = await project.outputs();
    const password = first.password as string;
    expect(password).toHaveLength(24);
    expect(password.replace(/\D/g, "").length).toBeGreaterThanOrEqual(3);
    expect(compareSync(password, first.bcryptHash as string)).toBe(true);
    expect(first).toMatchObject({
      numeric: true,
      string: expect.stringMatching(/^[a-z0-9]{12}$/) as string,
      hex: expect.stringMatching(/^p-[0-9a-f]{10}$/) as string,
      idOfId: expect.stringMatching(/^[\w-]{7}$/) as string,
      bytes: expect.stringMatching(/^[A-Za-z0-9+/]{12}$/) as string,
      uuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) as string,
      pet: expect.stringMatching(/^our(-[a-z]+){3}$/) as string,
    });
    expect([-3, -2, -1, 0, 1, 2, 3]).toContain(first.integer);
    expect([...new Set(first.shuffle as string[])].sort()).toEqual(["a", "b", "c"]);

    const hidden = await expectSuccess(project.pulumi("stack", "output", "--stack", "test", "--json"));
    expect(JSON.parse(hidden.stdout)).toMatchObject({ password: "[secret]", bytes: "[secret]", uuid: first.uuid });

    project.configure({ explicit: true });
    const defaults = await expectSuccess(project.preview("--expect-no-changes"));
    expect(defaults.digest.changed).toBe(false);

    project.configure({ generation: "2" });
    const replaced = await expectSuccess(project.up());
    expect(replaced.digest.changes).toMatchObject({ replace: 2 });
    const second = await project.outputs();
    expect(second.password).not.toBe(password);
    expect(second.uuid).not.toBe(first.uuid);
    const replacedOutputs = ["password", "bcryptHash", "uuid"];
    const kept = Object.keys(first).filter((name) => !replacedOutputs.includes(name));
    for (const name of kept) expect(second[name], name).toEqual(first[name]);

    await expectSuccess(project.pulumi("refresh", "--stack", "test", "--yes", "--json"));
    expect(await project.outputs()).toEqual(second);
    await expectSuccess(project.pulumi("destroy", "--stack", "test", "--yes", "--json"));
    expect(await project.resources()).toEqual([]);
  });

  it("reports all wrong inputs of a resource in one preview, each with the remedy", async () => {
    project = await engineProject({
      program: `
        const random = require("@pulumi/random");
        new random.RandomPassword("short", { length: 3, minLower: 2, minUpper: 2, special: false, minSpecial: 1 });`,
    });
    const result = await project.preview();
    expect(result.code).not.toBe(0);
    const text = failureText(result);
    expect(text).toContain("is 3, less than minLower + minUpper + minNumeric + minSpecial = 5; raise it to 5 or more");
    expect(text).toContain("is 1, but special is switched off; switch it on or leave minSpecial out");
  });

  it("refuses by name what the official provider has and it has not", async () => {
    project = await engineProject({ program: `new (require("@pulumi/random").RandomUuid7)("seven", {});` });
    const result = await project.preview();
    expect(result.code).not.toBe(0);
    expect(failureText(result)).toContain("the sandbox's random provider has no random:index/randomUuid7:RandomUuid7");
  });
});
