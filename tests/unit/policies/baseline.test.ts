import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rules } from "../../../policies/rules";
import { readPolicySettings } from "../../../policies/settings";
import { withBaseline } from "../../../policies/settings/baseline";
import { committedKeys, goldenStacks } from "../../support/golden/files";
import { projectFolder, stackConfig } from "../../support/stack";

describe("the baseline of ALT-OPS-004", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "altlas-baseline-"));
    writeFileSync(path.join(folder, "urns.txt"), "a::one\n\n  b::two  \n");
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const given = (own: unknown) => ({ "ALT-OPS-004": own, "ALT-OPS-007": { resources: 3 } });

  test("is read from the file that it names, a URN a line", () => {
    expect(withBaseline(given({ file: "urns.txt" }), folder)).toEqual(
      given({ file: "urns.txt", urns: ["a::one", "b::two"] }),
    );
  });

  test("without a file stays as it is, whatever it is", () => {
    for (const value of [given({ urns: ["a::one"] }), given(3), {}, "text", undefined]) {
      expect(withBaseline(value, folder)).toBe(value);
    }
  });

  test("that cannot be read is told with the setting and the remedy", () => {
    const read = () =>
      readPolicySettings({ "altlas:policySettings": JSON.stringify(given({ file: "gone.txt" })) }, rules, folder);
    expect(read).toThrow(/altlas:policySettings\.ALT-OPS-004\.file[\s\S]*no such file[\s\S]*urns\.txt/);
  });

  test.each(goldenStacks)("of stack %s is what the golden files say that it registers", (stack) => {
    const settings = readPolicySettings(stackConfig(stack), rules, projectFolder).ruleSettings.get("ALT-OPS-004");
    expect(settings).toMatchObject({ urns: committedKeys(stack) });
  });
});
