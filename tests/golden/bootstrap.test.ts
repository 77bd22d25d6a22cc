import { beforeAll, describe, expect, it } from "vitest";
import { recordBootstrap } from "../support/bootstrap";
import { changes, isEmpty, renderChanges } from "../support/golden/changes";
import { goldenFiles, keysFile, readGoldenFiles, readRegistrations, updateCommand } from "../support/golden/files";
import { vanishedKeys } from "../support/golden/keys";
import { written } from "../support/golden/written";
import { type Recording } from "../../registrations/record";

const folder = "bootstrap-beta";

describe("the registrations of the bootstrap of beta's account", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await recordBootstrap();
  });

  it("are those in its golden files", () => {
    const committed = readGoldenFiles(folder);
    const difference = changes(readRegistrations(committed), written(recording.registrations));
    if (!isEmpty(difference)) {
      expect.fail(`tests/golden/${folder} differs:\n${renderChanges(difference)}\nIf that is meant: ${updateCommand}`);
    }
    expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(goldenFiles(recording)));
  });

  it("keep every committed resource under its name: a key that is made anew reads no state", () => {
    const committed = (readGoldenFiles(folder).get(keysFile) ?? "").split("\n").filter(Boolean);
    expect(committed.length).toBeGreaterThan(0);
    expect(vanishedKeys(committed, recording.registrations)).toEqual([]);
  });

  it("are the same resources in a preview, where what AWS makes is unknown", async () => {
    const preview = await recordBootstrap({ preview: true });
    expect(preview.registrations.map(({ key }) => key)).toEqual(recording.registrations.map(({ key }) => key));
    expect(preview.outputs).toEqual(recording.outputs);
  });

  it("are protected, go to the provider that was passed, and are not where protection is switched off", async () => {
    const guarded = ["aws:kms/key:Key", "aws:s3/bucket:Bucket"];
    const flags = ({ registrations }: Recording) =>
      registrations.filter(({ type }) => guarded.includes(type)).map(({ options }) => options.protect ?? false);
    expect(flags(recording)).toEqual([true, true, true, true]);
    expect(flags(await recordBootstrap({ changes: { deletionProtection: "false" } }))).toEqual(Array(4).fill(false));
    const ambient = recording.registrations.filter(
      ({ type, options }) => type.startsWith("aws:") && options.provider === undefined,
    );
    expect(ambient.map(({ key }) => key)).toEqual([]);
  });

  it("make the role before the key that names it, and GitHub's provider before the role", () => {
    // What a component waits for, its parts wait for.
    const find = (name: string) => recording.registrations.find((each) => each.name === name)!;
    expect(find("key-beta").options.dependsOn?.some((key) => key.endsWith("::deployer-beta-role"))).toBe(true);
    expect(find("deployer-beta").options.dependsOn).toEqual([find("github").key]);
  });

  it("have no provider of GitHub where the account has one, or no workflow is trusted", async () => {
    const providers = async (given: Record<string, unknown>) =>
      (await recordBootstrap({ changes: given })).registrations.filter(({ type }) => type.includes("openIdConnect"));
    expect(await providers({})).toHaveLength(1);
    expect(await providers({ githubProvider: "exists" })).toEqual([]);
    const principals = ["arn:aws:iam::111122223333:role/altlas-operators"];
    expect(await providers({ environments: { beta: { principals } } })).toEqual([]);
  });
});
